/**
 * What an entry that nobody claims could stand for, best first: its current result, then paid work
 * of before. Pure.
 */
import type { Fingerprint } from '../../ids.ts';
import { type LockEntry, neverHappened } from '../../lock/file/format.ts';
import { worth } from './decide-action.ts';

export interface Offer {
  readonly fingerprint: Fingerprint;
  /** The lower, the more is there. A current result goes before any earlier one. */
  readonly rank: number;
  /** Of before, and not current. */
  readonly earlier: boolean;
}

const FAILED = 5;
/** Behind whatever is current. */
const EARLIER = 10;

export function offersOf(entry: LockEntry): readonly Offer[] {
  const offers = new Map<Fingerprint, number>();
  if (!neverHappened(entry)) {
    offers.set(entry.fingerprint, worth(entry));
    if (entry.decision?.accept !== undefined) offers.set(entry.decision.accept, worth(entry));
  }
  for (const result of entry.earlier ?? []) {
    // A request that failed under another name once is no reason to take that name's clip along.
    if (neverHappened(result) || worth(result) >= FAILED) continue;
    const rank = EARLIER + worth(result);
    if (rank < (offers.get(result.fingerprint) ?? Infinity)) offers.set(result.fingerprint, rank);
  }
  return [...offers].map(([fingerprint, rank]) => ({
    fingerprint,
    rank,
    earlier: rank >= EARLIER,
  }));
}
