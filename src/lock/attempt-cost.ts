/** The cost of an attempt after an event. A reported cost never changes again. Pure. */
import type { LockCost } from './file/format.ts';

/** A reported cost never changes again: a line that is read twice changes no money. */
export const reconciled = (
  known: LockCost | undefined,
  reported: LockCost | undefined,
): LockCost | undefined =>
  reported === undefined || known?.source === 'reported' ? known : withEstimate(reported, known);

/** A failure without a word about its cost: the reservation stands, unconfirmed. */
export const costOfFailure = (
  known: LockCost | undefined,
  reported: LockCost | undefined,
): LockCost | undefined =>
  reported !== undefined
    ? reconciled(known, reported)
    : known && { ...known, source: 'unconfirmed' };

/** The outcome of a promised refund; `undefined` if it is still open. */
export const settledRefund = (
  known: LockCost,
  reported: LockCost | undefined,
): LockCost | undefined =>
  reported === undefined || reported.refund !== undefined
    ? undefined
    : withEstimate(reported, known);

/** The cost with what had been estimated before: for `status --cost`, and where that came from. */
export function withEstimate(cost: LockCost, known: LockCost | undefined): LockCost {
  const estimatedUsd = known?.estimatedUsd ?? known?.usd ?? undefined;
  const priceRange = known?.priceRange;
  return {
    ...cost,
    ...(estimatedUsd !== undefined && { estimatedUsd }),
    ...(priceRange !== undefined && { priceRange }),
  };
}

/**
 * Of two followers of one attempt: what `ahead` says, unless the other one knows it more surely.
 */
export const surerCost = (
  ahead: LockCost | undefined,
  behind: LockCost | undefined,
): LockCost | undefined => (sureOf(behind) > sureOf(ahead) ? behind : (ahead ?? behind));

/** How final a cost is: a promised refund may still change what was reported. */
const sureOf = (cost: LockCost | undefined): number =>
  cost?.source !== 'reported' ? 0 : cost.refund === undefined ? 2 : 1;

/** The later of two ISO times. */
export const atLeast = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
