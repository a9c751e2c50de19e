/** The price of a body, by the table of a card. */
import { fromEvolinkCredits, fromUsd } from '../../money.ts';
import type { JsonObject } from '../../scene.ts';
import type { AskedClip, Price } from '../model.ts';
import type { Card, PriceExtra, Prices } from '../card/card.ts';
import { countOf, hasItems, testOf, valueAt } from '../card/conditions.ts';

/** Ready to price bodies that no rule refuses. `askedOf` gives the length of the clip. */
export function priceOfCard(
  { prices, fields }: Card,
  askedOf: (body: JsonObject) => AskedClip,
): (body: JsonObject) => Price {
  if ('unknown' in prices) return () => ({ kind: 'unknown', why: prices.unknown });
  const { base = 1, least = 0, per, extras = [] } = prices;
  const rows = prices.rows.map((row) => ({ ...row, holds: testOf(row.when, fields) }));
  return (body) => {
    const row = rows.find(({ holds }) => holds(body));
    if (row === undefined)
      return { kind: 'unknown', why: 'no price is known for this combination' };
    const { kind = prices.kind ?? 'exact', asOf = prices.asOf, source = prices.source } = row;
    const { seconds, leastSeconds = seconds } = askedOf(body);
    const clip = { from: leastSeconds, to: seconds };
    const quantity = per === 'second' ? clip : { from: 1, to: 1 };
    const more = extras.map((extra) => rangeOf(extra, body, clip));
    const of = (rate: number, end: 'from' | 'to'): number =>
      Math.max(
        least,
        base * (quantity[end] + sum(more.map((one) => one.seconds[end]))) * rate +
          sum(more.map((one) => one.amount)),
      );
    const money = amountsOf(prices, of(row.upTo ?? row.rate, 'to'));
    const from = amountsOf(prices, of(row.rate, 'from'));
    const isRange = from.usd < money.usd;
    const { upToSource: dearer = source, upToAsOf = asOf } = row;
    return {
      kind: isRange ? 'estimated' : kind,
      ...money,
      ...(isRange ? { from: from.usd } : {}),
      asOf: upToAsOf,
      source: dearer,
      ...(isRange && dearer !== source ? { fromSource: source } : {}),
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

interface Span {
  readonly from: number;
  readonly to: number;
}

interface More {
  /** Seconds that count like those of the clip. */
  readonly seconds: Span;
  readonly amount: number;
}

const NOTHING: More = { seconds: { from: 0, to: 0 }, amount: 0 };

function rangeOf(extra: PriceExtra, body: JsonObject, clip: Span): More {
  const value = valueAt(body, extra.of);
  if (!hasItems(value)) return NOTHING;
  if ('each' in extra)
    return { ...NOTHING, amount: extra.each * Math.max(0, countOf(value) - extra.free) };
  const clips = extra.leastClips ?? 0;
  return {
    seconds: {
      from: Math.max(extra.leastSeconds ?? 0, clips * clip.from),
      to: Math.max(extra.seconds, clips * clip.to),
    },
    amount: 0,
  };
}
