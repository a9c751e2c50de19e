/** From resolved manifests and their locks to a plan with everything that a decision needs. */
import { originsOf } from '../gateways/open.ts';
import type { RenderId } from '../ids.ts';
import { readClipStates } from '../lock/clips-on-disk.ts';
import { EMPTY_LOCK, type Lock, type Result } from '../lock/file/format.ts';
import { pathsOf } from '../lock/file/paths.ts';
import type { JournalEvent } from '../lock/journal/events.ts';
import { replay } from '../lock/journal/replay.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlanOptions } from '../plan/options.ts';
import type { Adoptions, ClipState, Plan, Resolved } from '../plan/plan.ts';
import { isoSeconds } from '../ports/clock.ts';
import type { Attempts } from '../record/attempts.ts';
import { adoptions } from './adopt-attempts.ts';
import { keysInSight, withSiblingLocks } from './check-sibling-locks.ts';
import { filesOf, type Surroundings } from './surroundings.ts';

export interface PlanRequest extends Omit<PlanOptions, 'now'> {
  /** Plans over the locks and clips of drafts. Default false. */
  readonly draft?: boolean | undefined;
}

/** What is known of paid attempts beside the locks of the plan. */
export interface PaidElsewhere {
  /** The record of a manifest's clone; `undefined` where there is none to ask. */
  readonly attemptsOf: (manifestPath: string) => Attempts | undefined;
  /** Checked out where a manifest lies. */
  readonly branchOf?: (manifestPath: string) => string | undefined;
  /** Writes what a lock adopts; absent where the plan only looks. */
  readonly write?: (manifest: string, event: JournalEvent) => Promise<void>;
}

/**
 * What a run would do, why, and for how much. What is paid for already, by an attempt that only the
 * record knows, is adopted; what a lock beside these has is an error. `lockOf` gives the locks as
 * they are now.
 */
export async function planWithChecks(
  at: Pick<Surroundings, 'cwd' | 'clock' | 'env' | 'files'>,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  request: PlanRequest,
  paid: PaidElsewhere,
): Promise<Plan> {
  const first = await planOver(at, resolved, lockOf, request);
  const found = await adoptionsOf(at, first, resolved, request, paid);
  if (found.events.length === 0)
    return withSiblingLocks(at, first, { ...request, branchOf: paid.branchOf });
  const adopted = new Map(
    resolved.map(({ project: { manifest } }) => [
      manifest,
      replay(
        lockOf(manifest),
        found.events.flatMap(({ manifest: whose, event }) => (whose === manifest ? event : [])),
      ),
    ]),
  );
  if (paid.write !== undefined)
    for (const { manifest, event } of found.events) await paid.write(manifest, event);
  const plan = await planOver(at, resolved, (name) => adopted.get(name) ?? EMPTY_LOCK, request);
  return withSiblingLocks(
    at,
    { ...plan, adoptions: found },
    { ...request, branchOf: paid.branchOf },
  );
}

function adoptionsOf(
  at: Pick<Surroundings, 'clock' | 'env' | 'files'>,
  plan: Plan,
  resolved: readonly Resolved[],
  { draft }: PlanRequest,
  { attemptsOf, branchOf }: PaidElsewhere,
): Promise<Adoptions> {
  return adoptions({
    plan,
    asked: new Map(
      resolved.map(({ project, renders }) => [
        project.manifest,
        new Map(renders.map(({ id, fingerprint }) => [id, fingerprint])),
      ]),
    ),
    files: filesOf(at),
    at: isoSeconds(at.clock.now()),
    attemptsOf: draft === true ? () => undefined : attemptsOf,
    origins: originsOf(at.env),
    inSight: (candidates) => keysInSight(at, plan, candidates, { branchOf }),
  });
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
