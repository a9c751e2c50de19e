/** What a plan has no action for, and a run must follow all the same: outdated tasks of renders that are current by now. */
import type { RenderId } from '../ids.ts';
import type { Lock } from '../lock/format.ts';
import { unfinished } from './from-lock.ts';

/** Whether one of these renders has an earlier task that is paid for and whose clip may still come home. */
export const owesEarlier = (lock: Lock, ids: Iterable<RenderId>, nowMs: number): boolean => {
  for (const id of ids) {
    if (lock.renders.get(id)?.earlier?.some((result) => unfinished(result, nowMs) !== undefined) === true) return true;
  }
  return false;
};
