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
  let locks = lockOf;
  let plan = await planOver(at, resolved, locks, request);
  const found: { adopted: Adoptions['adopted'][number][]; events: Adoptions['events'][number][] } =
    {
      adopted: [],
      events: [],
    };
  // What an adopted result pushes aside may be what another render wants: until nothing is left.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const more = await adoptionsOf(at, plan, resolved, request, paid);
    if (more.events.length === 0) break;
    found.adopted.push(...more.adopted);
    found.events.push(...more.events);
    const before = locks;
    const taken = new Map(
      resolved.map(({ project: { manifest } }) => [
        manifest,
        replay(
          before(manifest),
          more.events.flatMap(({ manifest: whose, event }) => (whose === manifest ? event : [])),
        ),
      ]),
    );
    if (paid.write !== undefined)
      for (const { manifest, event } of more.events) await paid.write(manifest, event);
    locks = (name) => taken.get(name) ?? EMPTY_LOCK;
    plan = await planOver(at, resolved, locks, request);
  }
  return withSiblingLocks(at, found.events.length === 0 ? plan : { ...plan, adoptions: found }, {
    ...request,
    branchOf: paid.branchOf,
  });
}

/** Each round adopts at least one result; chains of scenes that change places are short. */
const MOST_ROUNDS = 50;

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
