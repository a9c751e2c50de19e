/** The price of a body, by the table of a card. */
import { fromEvolinkCredits, fromUsd } from '../../money.ts';
import type { JsonObject } from '../../scene.ts';
import type { Price } from '../model.ts';
import type { Card, PriceExtra, Prices } from '../card/card.ts';
import { countOf, hasItems, testOf, valueAt } from '../card/conditions.ts';

/** Ready to price bodies that no rule refuses. `secondsOf` gives the seconds of the clip. */
export function priceOfCard(
  { prices, fields }: Card,
  secondsOf: (body: JsonObject) => number,
): (body: JsonObject) => Price {
  if ('unknown' in prices) return () => ({ kind: 'unknown', why: prices.unknown });
  const { base = 1, least = 0, per, extras = [] } = prices;
  const rows = prices.rows.map((row) => ({ ...row, holds: testOf(row.when, fields) }));
  return (body) => {
    const row = rows.find(({ holds }) => holds(body));
    if (row === undefined)
      return { kind: 'unknown', why: 'no price is known for this combination' };
    const { kind = prices.kind ?? 'exact', asOf = prices.asOf, source = prices.source } = row;
    const seconds = secondsOf(body);
    const quantity = per === 'second' ? seconds : 1;
    const more = extras.map((extra) => rangeOf(extra, body, seconds));
    const of = (rate: number, end: 'from' | 'to'): number =>
      Math.max(
        least,
        base * (quantity + sum(more.map((one) => one.seconds[end]))) * rate +
          sum(more.map((one) => one.amount)),
      );
    const money = amountsOf(prices, of(row.upTo ?? row.rate, 'to'));
    const from = amountsOf(prices, of(row.rate, 'from'));
    const isRange = from.usd < money.usd;
    return {
      kind: isRange ? 'estimated' : kind,
      ...money,
      ...(isRange ? { from: from.usd } : {}),
      asOf,
      source,
    };
  };
}

function amountsOf({ unit }: Prices, amount: number): Pick<Known, 'usd' | 'credits'> {
  if (unit === 'usd') return { usd: fromUsd(amount) };
  // Half up to ten-thousandths of a credit, the unit that EvoLink counts in.
  const credits = Math.round(amount * 1e4) / 1e4;
  return { usd: fromEvolinkCredits(credits), credits };
}

type Known = Extract<Price, { readonly kind: 'exact' | 'estimated' }>;

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

interface More {
  /** Seconds that count like those of the clip. */
  readonly seconds: { readonly from: number; readonly to: number };
  readonly amount: number;
}

const NOTHING: More = { seconds: { from: 0, to: 0 }, amount: 0 };

function rangeOf(extra: PriceExtra, body: JsonObject, clip: number): More {
  const value = valueAt(body, extra.of);
  if (!hasItems(value)) return NOTHING;
  if ('each' in extra)
    return { ...NOTHING, amount: extra.each * Math.max(0, countOf(value) - extra.free) };
  const atLeast = (extra.leastClips ?? 0) * clip;
  return {
    seconds: {
      from: Math.max(extra.leastSeconds ?? 0, atLeast),
      to: Math.max(extra.seconds, atLeast),
    },
    amount: 0,
  };
}
