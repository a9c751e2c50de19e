/** Money totals in words and in JSON: the same in every output. */
import * as z from 'zod';
import { type MicroUsd, type MoneyTotals, toUsd } from '../../../money.ts';
import { count, usd } from '../format.ts';

type Amount = Exclude<keyof MoneyTotals, 'unpriced'>;

const WORDS: readonly (readonly [Amount, string])[] = [
  ['charged', 'charged'],
  ['reserved', 'reserved'],
  ['unclear', 'unclear'],
  ['refunded', 'refunded'],
  ['refundPromised', 'refund promised'],
];

/** `['$4.26 charged', '$0.67 reserved', '2 unpriced']`; zero amounts are left out. */
export const moneyParts = (
  totals: MoneyTotals,
  amount: (value: MicroUsd) => string = usd,
): readonly string[] => [
  ...WORDS.flatMap(([key, word]) => (totals[key] === 0 ? [] : [`${amount(totals[key])} ${word}`])),
  ...(totals.unpriced === 0 ? [] : [`${count(totals.unpriced)} unpriced`]),
];

/** `$4.26 charged, $0.67 reserved, 2 unpriced`; `nothing` where there is nothing. */
export function moneyWords(totals: MoneyTotals): string {
  const parts = moneyParts(totals);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

const amount = z.number();

/** Money totals as JSON, in US dollars. */
export const moneySchema = z.strictObject({
  chargedUsd: amount.describe('Reported by the gateway.'),
  reservedUsd: amount.describe('Set aside for tasks whose cost the gateway has not reported yet.'),
  unclearUsd: amount.describe(
    'Set aside for what may or may not be charged: a submit whose answer was lost, a lost task, a failure without a reported cost.',
  ),
  refundedUsd: amount.describe(
    'Set aside for failed tasks and not charged, or given back. In none of the other amounts.',
  ),
  refundPromisedUsd: amount.describe(
    'Promised back for failed tasks; part of `chargedUsd` or `unclearUsd` until it is given back.',
  ),
  unpriced: z.int().min(0).describe('Tasks with an unknown price: counted, never added.'),
});

export type MoneyDocument = z.infer<typeof moneySchema>;

export const moneyDocument = (totals: MoneyTotals): MoneyDocument => ({
  chargedUsd: toUsd(totals.charged),
  reservedUsd: toUsd(totals.reserved),
  unclearUsd: toUsd(totals.unclear),
  refundedUsd: toUsd(totals.refunded),
  refundPromisedUsd: toUsd(totals.refundPromised),
  unpriced: totals.unpriced,
});
