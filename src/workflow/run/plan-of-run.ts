/** The plan of a run, made or checked again over the locks as they are now that they are held. */
import type { Diagnostic } from '../../diagnostic.ts';
import { originsOf } from '../../gateways/open.ts';
import { encodeLock } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { JournalEvent } from '../../lock/journal/events.ts';
import type { Plan } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { lockInScope } from '../load/manifests-of-locks.ts';
import type { Ledgers } from '../open/open-ledgers.ts';
import type { Network } from '../open/open-network.ts';
import { namesStore } from '../open/open-store.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';
import { keysInSight, withSiblingLocks } from '../plan/check-sibling-locks.ts';
import { planWithChecks } from '../plan/make-plan.ts';
import { adoptions } from '../record/adopt-attempts.ts';
import { type PulledNeeded, pullNeeded } from '../store/pull-needed.ts';
import type { PlanSource, PrepareRequest } from './run-request.ts';

/**
 * A clip whose file is damaged, and with `--restore` one that is not here, comes from the store if
 * it can: the plan then finds it in its place.
 */
export async function pullForPlan(
  at: Surroundings,
  { http }: Network,
  { source, draft, onPull }: PrepareRequest,
  { byManifest }: Ledgers,
): Promise<PulledNeeded> {
  if (draft === true || source.kind === 'made' || !namesStore(at))
    return { asked: false, clips: 0 };
  const { resolved, request } = source;
  const locks = resolved.flatMap(({ project }) => {
    const { manifest, manifestPath, root } = project;
    const ledger = byManifest.get(manifest);
    if (ledger === undefined) return [];
    const lock = lockInScope(ledger.lock, { manifest, project }, request.filter ?? {});
    return [{ manifest, manifestPath, root, lock, paths: pathsOf(manifestPath) }];
  });
  return pullNeeded(at, http, locks, { absentToo: request.restore, onProgress: onPull });
}

/** The plan no longer relies on clips that could not be pulled. */
export function afterPull(source: PlanSource, { problem }: PulledNeeded): PlanSource {
  if (source.kind === 'made') return source;
  const { request } = source;
  const askStoreFor =
    problem !== undefined || request.restore === true ? [] : (['absent'] as const);
  return { ...source, request: { ...request, askStoreFor } };
}

export async function planOf(
  at: Surroundings,
  source: PlanSource,
  { lockOf, byManifest, recordOf }: Ledgers,
  draft: boolean | undefined,
): Promise<Plan> {
  const records = new Map(
    [...byManifest.keys()].flatMap((manifest) => {
      const found = recordOf(manifest);
      return found === undefined ? [] : [[found.manifestPath, found] as const];
    }),
  );
  const branchOf = (manifestPath: string): string | undefined => records.get(manifestPath)?.branch;
  const write = async (manifest: string, event: JournalEvent): Promise<void> => {
    await byManifest.get(manifest)?.record(event);
  };
  if (source.kind === 'make')
    return planWithChecks(at, source.resolved, lockOf, source.request, {
      attemptsOf: (manifestPath) => records.get(manifestPath)?.record.attempts,
      branchOf,
      write,
    });
  const { plan } = source;
  for (const { manifest, event } of plan.adoptions?.events ?? []) await write(manifest, event);
  // Another branch may have paid since: the locks then differ from those of the plan.
  const asked = new Map(
    plan.projects.map(({ project, renders }) => [
      project.manifest,
      new Map(renders.map(({ render }) => [render.id, render.fingerprint])),
    ]),
  );
  const since = await adoptions({
    plan,
    asked: (manifest) => asked.get(manifest) ?? new Map(),
    files: filesOf(at),
    at: isoSeconds(at.clock.now()),
    attemptsOf: (manifestPath) => records.get(manifestPath)?.record.attempts,
    origins: originsOf(at.env),
    inSight: (attempts) => keysInSight(at, plan, attempts, { draft, branchOf }),
  });
  for (const { manifest, event } of since.events) await write(manifest, event);
  // A sibling may have been rendered since the plan was made.
  return withSiblingLocks(at, plan, { draft, branchOf });
}

/** An error for each lock that is not what the plan was made over. */
export const movedLocks = (plan: Plan, { lockOf }: Ledgers): readonly Diagnostic[] =>
  plan.projects.flatMap(({ project, lock }): Diagnostic[] =>
    encodeLock(lockOf(project.manifest)) === encodeLock(lock)
      ? []
      : [
          {
            code: 'plan-moved',
            severity: 'error',
            message: `the lock of ${project.manifest} has changed since the plan was made`,
            hint: 'Make the plan again.',
            renders: [],
          },
        ],
  );
