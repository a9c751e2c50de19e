/** From resolved manifests and their locks to a plan with everything that a decision needs. */
import type { RenderId } from '../ids.ts';
import { readClipStates } from '../lock/clips-on-disk.ts';
import type { Lock, Result } from '../lock/file/format.ts';
import { pathsOf } from '../lock/file/paths.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlanOptions } from '../plan/options.ts';
import type { ClipState, Plan, Resolved } from '../plan/plan.ts';
import { withSiblingLocks } from './check-sibling-locks.ts';
import { filesOf, type Surroundings } from './surroundings.ts';

export interface PlanRequest extends Omit<PlanOptions, 'now'> {
  /** Plans over the locks and clips of drafts. Default false. */
  readonly draft?: boolean | undefined;
}

/**
 * What a run would do, why, and for how much, with an error for whatever is paid for in a lock
 * beside these. `lockOf` gives the locks as they are now.
 */
export async function planWithChecks(
  at: Pick<Surroundings, 'cwd' | 'clock' | 'env' | 'files'>,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  request: PlanRequest = {},
): Promise<Plan> {
  return withSiblingLocks(at, await planOver(at, resolved, lockOf, request), request);
}

/**
 * The plan over these locks alone, without a look at others. `blind`: clips are not looked for on
 * the disk; default false.
 */
export async function planOver(
  at: Pick<Surroundings, 'clock' | 'files'>,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  { draft, blind = false, ...request }: PlanRequest & { readonly blind?: boolean },
): Promise<Plan> {
  const parts = [];
  for (const one of resolved) {
    const paths = pathsOf(one.project.manifestPath, { draft: draft === true });
    const lock = lockOf(one.project.manifest);
    const clips = blind
      ? undefined
      : await readClipStates(lock, paths.lock, paths.filesCache, filesOf(at));
    parts.push({
      resolved: one,
      lock,
      lockPath: paths.lock,
      clipState: (_: RenderId, result: Result): ClipState => clips?.of(result) ?? 'unknown',
    });
  }
  return makePlan(parts, { ...request, now: at.clock.now() });
}
