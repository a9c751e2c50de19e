/**
 * Possible uses of an unclaimed entry, best first: its current result, then earlier
 * paid results. Pure.
 */
import type { Fingerprint } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import type { LockEntry } from '../../lock/file/format.ts';

export interface Offer {
  readonly fingerprint: Fingerprint;
  /** The lower, the more is there. A current result goes before any earlier one. */
  readonly rank: number;
  /** Of before, and not current. */
  readonly earlier: boolean;
}

/** Behind whatever is current. */
const EARLIER = 10;

/** Whether {@link offersOf} may have one of these: asked first, because most entries have none. */
export const standsForOneOf = (
  { fingerprint, decision, earlier = [] }: LockEntry,
  asked: ReadonlySet<Fingerprint>,
): boolean =>
  asked.has(fingerprint) ||
  (decision?.accept !== undefined && asked.has(decision.accept)) ||
  earlier.some((result) => asked.has(result.fingerprint));

export function offersOf(entry: LockEntry): readonly Offer[] {
  const offers = new Map<Fingerprint, number>();
  const { isVoid, worth } = answersOf(entry);
  if (!isVoid) {
    offers.set(entry.fingerprint, worth);
    if (entry.decision?.accept !== undefined) offers.set(entry.decision.accept, worth);
  }
  for (const result of entry.earlier ?? []) {
    const earlier = answersOf(result);
    // A request that failed under another name once does not take that name's clip along.
    if (earlier.isVoid || earlier.held === 'failed') continue;
    const rank = EARLIER + earlier.worth;
    if (rank < (offers.get(result.fingerprint) ?? Infinity)) offers.set(result.fingerprint, rank);
  }
  return [...offers].map(([fingerprint, rank]) => ({
    fingerprint,
    rank,
    earlier: rank >= EARLIER,
  }));
}
