/**
 * Paid tasks for which a plan has no action, but which a run must still handle: those beside
 * the current results.
 */
import type { RenderId } from '../ids.ts';
import { answersOf, awaitsRefund, unfinished } from '../lock/attempt.ts';
import { resultsOf } from '../lock/entry.ts';
import type { Lock } from '../lock/file/format.ts';
import type { ProjectPlan } from '../plan/plan.ts';

/**
 * Whether one of these renders has an earlier task that is paid for and whose clip may still come
 * home.
 */
export const owesEarlier = (lock: Lock, ids: Iterable<RenderId>, nowMs: number): boolean => {
  for (const id of ids) {
    if (
      lock.renders.get(id)?.earlier?.some((result) => unfinished(result, nowMs) !== undefined) ===
      true
    )
      return true;
  }
  return false;
};

/**
 * Whether a run has something to do beside the actions of its plan: outdated tasks, and lost ones
 * and promised refunds, which are asked about once per run.
 */
export function owesBesides(
  { renders, orphans }: Pick<ProjectPlan, 'renders' | 'orphans'>,
  lock: Lock,
  nowMs: number,
): boolean {
  const ids = renders.map(({ render }) => render.id);
  const wanted = [
    ...ids,
    ...orphans.flatMap(({ id, heldBy }) => (heldBy === undefined ? [id] : [])),
  ];
  return (
    owesEarlier(lock, ids, nowMs) ||
    wanted.some((id) =>
      resultsOf(lock, id).some(
        (result) => answersOf(result).awaitsClip === 'lost' || awaitsRefund(result, nowMs),
      ),
    )
  );
}
