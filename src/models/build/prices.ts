/** The price of a body, by the table of a card. */
import { fromEvolinkCredits, fromUsd } from '../../money.ts';
import type { JsonObject } from '../../scene.ts';
import type { Price } from '../model.ts';
import type { Card } from '../card/card.ts';
import { testOf } from '../card/conditions.ts';

/** Ready to price bodies that no rule refuses. `secondsOf` gives the seconds of the clip. */
export function priceOfCard(
  { prices, fields }: Card,
  secondsOf: (body: JsonObject) => number,
): (body: JsonObject) => Price {
  if ('unknown' in prices) return () => ({ kind: 'unknown', why: prices.unknown });
  const rows = prices.rows.map((row) => ({ ...row, holds: testOf(row.when, fields) }));
  return (body) => {
    const row = rows.find(({ holds }) => holds(body));
    if (row === undefined)
      return { kind: 'unknown', why: 'the card has no price for this combination' };
    const { kind = prices.kind ?? 'exact', asOf = prices.asOf, source = prices.source } = row;
    const quantity = prices.per === 'second' ? secondsOf(body) : 1;
    const amount = Math.max(prices.least ?? 0, (prices.base ?? 1) * quantity * row.rate);
    if (prices.unit === 'usd') return { kind, usd: fromUsd(amount), asOf, source };
    // Half up to ten-thousandths of a credit, the unit that EvoLink counts in.
    const credits = Math.round(amount * 1e4) / 1e4;
    return { kind, usd: fromEvolinkCredits(credits), credits, asOf, source };
  };
}
