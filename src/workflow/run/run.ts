/**
 * A run from beginning to end: ledgers and network open, the plan is made over the locks as they
 * are then, checked and admitted, carried out, and everything is closed again. `prepareRun` stops
 * before the first request, so that a face can show the plan or ask a person; `run` goes on.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import { originsOf } from '../../gateways/open.ts';
import { encodeLock } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { JournalEvent } from '../../lock/journal/events.ts';
import type { Ledger } from '../../lock/ledger.ts';
import type { Carried } from '../../lock/spent.ts';
import type { FaultScript } from '../../local-gateway/faults/script.ts';
import { type ExitCode, worstExit } from '../../plan/exit.ts';
import { isPaidFor, type Plan, type Resolved } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { somethingToDo } from '../../report/plan/plan-closing.ts';
import { runPlan } from '../../run/run.ts';
import { owesBesides } from '../../run/unfinished-business.ts';
import type { PushOptions } from '../../store/push-clips.ts';
import { admitPlan } from './admit.ts';
import { lockInScope } from '../load/manifests-of-locks.ts';
import { claimsOf } from '../record/claim-attempts.ts';
import { clearReservations } from '../record/clear-reservations.ts';
import { adoptions } from '../record/adopt-attempts.ts';
import { keysInSight, withSiblingLocks } from '../plan/check-sibling-locks.ts';
import { type PlanRequest, planOver, planWithChecks } from '../plan/make-plan.ts';
import { type LedgerProblem, type Ledgers, openLedgers, readLocks } from '../open/open-ledgers.ts';
import { missingDecoder } from '../plan/frames-of-run.ts';
import type { Model } from '../../models/model.ts';
import { isOwnModel } from '../../models/own/own-card.ts';
import { type Network, openNetwork } from '../open/open-network.ts';
import { namesStore } from '../open/open-store.ts';
import { type PulledNeeded, pullNeeded } from '../store/pull-needed.ts';
import { type RunEnd, runOverLedgers, type RunRequest } from './run-over-ledgers.ts';
import type { Caps } from '../open/settings.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';

/** The plan to carry out: made now, or made earlier and compared with the locks as they are now. */
type PlanSource =
  | { readonly kind: 'make'; readonly resolved: readonly Resolved[]; readonly request: PlanRequest }
  | { readonly kind: 'made'; readonly plan: Plan };

export interface PrepareRequest {
  readonly source: PlanSource;
  readonly caps: Caps;
  /** The embedded gateway, and the locks and places of a draft. Default false. */
  readonly draft?: boolean | undefined;
  /** For the embedded gateway of a draft. */
  readonly faults?: FaultScript | undefined;
  /** As the user typed it: shown to other runs that find a manifest locked. */
  readonly command: string;
  /** Warnings of the manifests, for the list of what is worth saying. */
  readonly warnings?: readonly Diagnostic[];
  /** Shows how far clips are that come out of the store before the plan is made. */
  readonly onPull?: PushOptions['onProgress'];
  /** The part of the plan that may be carried out at all. Default: all of it. */
  readonly narrow?: ((plan: Plan, ledgers: Ledgers) => Plan) | undefined;
  /** What earlier runs have spent and reserved under the caps of this one, by manifest. */
  readonly carries?: ((ledgers: Ledgers) => ReadonlyMap<string, Carried>) | undefined;
  /** Further reasons against the plan, such as a saved one that has moved. */
  readonly check?: (plan: Plan) => Promise<readonly Diagnostic[]>;
}

export type Prepared = ReadyRun | RefusedRun;

/** Nothing was sent, and everything is closed again. */
export interface RefusedRun {
  readonly kind: 'refused';
  readonly exit: ExitCode;
  /** Why; warnings beside the errors. */
  readonly diagnostics: readonly Diagnostic[];
  /** Ledgers that did not open. */
  readonly problems: readonly LedgerProblem[];
  /** What was found while opening the ledgers. */
  readonly notices: readonly Diagnostic[];
  /** If it came to one. */
  readonly plan?: Plan;
}

/** Admitted, ledgers held. Ends with `run` or `close`, whichever is called first. */
interface ReadyRun {
  readonly kind: 'ready';
  readonly plan: Plan;
  /** Warnings and notes that matter for what is sent. */
  readonly diagnostics: readonly Diagnostic[];
  readonly ledgers: Ledgers;
  readonly network: Network;
  /** Clips that came out of the store before the plan was made. */
  readonly pulled: PulledNeeded;
  /** Carries the plan out and closes everything. `plan`: a part of it, as a shard is. */
  run(request: Omit<RunRequest, 'submits'> & { readonly plan?: Plan }): Promise<RunEnd>;
  /** Gives everything back, and sends nothing. */
  close(): Promise<void>;
}

export async function prepareRun(at: Surroundings, request: PrepareRequest): Promise<Prepared> {
  const { source, draft, faults, command } = request;
  const files =
    source.kind === 'make'
      ? source.resolved.map(({ project }) => project)
      : source.plan.projects.map(({ project }) => project);
  const opened = await openLedgers(at, files, { draft, spends: true, command });
  if (opened.kind === 'refused') return { ...opened, diagnostics: [] };
  const { ledgers } = opened;
  const network = await openNetwork(at, {
    draft,
    faults,
    ...(draft === true ? { models: ownModels(source) } : {}),
    label: (attempt) =>
      [...ledgers.byManifest.values()]
        .map((ledger) => ledger.byKey(attempt)?.id)
        .find((id) => id !== undefined),
  });
  const close = async (): Promise<void> => {
    await ledgers.close({ killed: true });
    await network.close();
  };
  try {
    const cleared = draft === true ? [] : await clearReservations(at, ledgers, network);
    const pulled = await pullForPlan(at, network, request, ledgers);
    const whole = await planOf(at, afterPull(source, pulled), ledgers, draft);
    const plan = request.narrow?.(whole, ledgers) ?? whole;
    const refuse = (exit: ExitCode, diagnostics: readonly Diagnostic[]): RefusedRun => ({
      kind: 'refused',
      exit,
      diagnostics,
      problems: [],
      notices: ledgers.takeNotices(),
      plan,
    });
    const claims = claimsOf(ledgers, originsOf(at.env));
    const moved = source.kind === 'made' ? movedLocks(plan, ledgers) : [];
    if (moved.length > 0) {
      await close();
      return refuse(65, moved);
    }
    const admitted = await admitPlan(plan, {
      ...request.caps,
      draft,
      opened: network.opened,
      ledgers: ledgers.byManifest,
      found: [...cleared, ...((await request.check?.(plan)) ?? [])],
    });
    if (admitted.exit !== 0) {
      await close();
      return refuse(admitted.exit, admitted.diagnostics);
    }
    const decoder = await missingDecoder(plan);
    if (decoder !== undefined) {
      await close();
      return refuse(69, [...admitted.diagnostics, { ...decoder, severity: 'error' }]);
    }
    return {
      kind: 'ready',
      plan,
      diagnostics: worthSaying(plan, [
        ...new Set([...(request.warnings ?? []), ...admitted.diagnostics]),
      ]).concat(cleared.filter(({ severity }) => severity === 'warning')),
      ledgers,
      network,
      pulled,
      run: async ({ plan: part = plan, ...running }) => {
        try {
          return await runOverLedgers(
            at,
            { manifests: files, ledgers: carrying(ledgers, request.carries), network, draft },
            {
              ...running,
              submits: true,
              // What a draft costs is a note: no cap holds for it.
              capUsd: draft === true ? undefined : (running.capUsd ?? request.caps.capUsd),
            },
            (deps) => runPlan(part, draft === true ? deps : { ...deps, claims }),
          );
        } finally {
          await network.close();
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A clip whose file is damaged, and with `--restore` one that is not here, comes from the store if
 * it can: the plan then finds it in its place.
 */
async function pullForPlan(
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

/** What could not be pulled is no longer counted on. */
function afterPull(source: PlanSource, { problem }: PulledNeeded): PlanSource {
  if (source.kind === 'made') return source;
  const { request } = source;
  const askStoreFor =
    problem !== undefined || request.restore === true ? [] : (['absent'] as const);
  return { ...source, request: { ...request, askStoreFor } };
}

/** The same ledgers, with what else counts under the caps of this run. */
function carrying(ledgers: Ledgers, carries: PrepareRequest['carries']): Ledgers {
  const carried = carries?.(ledgers);
  if (carried === undefined) return ledgers;
  const byManifest = new Map(
    [...ledgers.byManifest].map(([manifest, ledger]): [string, Ledger] => {
      const own = carried.get(manifest);
      // Its other parts change while it is open: they stay those of the ledger itself.
      return [
        manifest,
        own === undefined ? ledger : (Object.create(ledger, { carried: { value: own } }) as Ledger),
      ];
    }),
  );
  return { ...ledgers, byManifest };
}

async function planOf(
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
  // Another branch may have paid since: then the locks are no longer those of the plan.
  const asked = plan.projects.map(
    ({ project, renders }) =>
      [
        project.manifest,
        new Map(renders.map(({ render }) => [render.id, render.fingerprint])),
      ] as const,
  );
  const since = await adoptions({
    plan,
    asked: new Map(asked),
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
const movedLocks = (plan: Plan, { lockOf }: Ledgers): readonly Diagnostic[] =>
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

/** Neither the plan nor the locks leave anything to do, follow or hold. */
export const nothingToDo = (plan: Plan, { lockOf }: Ledgers, { clock }: Surroundings): boolean =>
  !somethingToDo(plan) &&
  plan.totals.actions.hold === 0 &&
  !plan.projects.some((part) => owesBesides(part, lockOf(part.project.manifest), clock.now()));

/**
 * Why a render of manifests with errors is refused, with everything else that is in its way:
 * the person who fixes the manifest sees the rest at once. Writes nothing.
 */
export async function explainRefusal(
  at: Surroundings,
  {
    resolved,
    loading,
    ...request
  }: Omit<PrepareRequest, 'source' | 'warnings' | 'faults' | 'command'> & {
    readonly resolved: readonly Resolved[];
    /** What reading the manifests found. */
    readonly loading: readonly Diagnostic[];
    readonly request: PlanRequest;
  },
): Promise<RefusedRun> {
  const { draft } = request;
  const read = await readLocks(
    at,
    resolved.map(({ project }) => project),
    { draft },
  );
  const lockOf = read.kind === 'read' ? read.lockOf : () => ({ renders: new Map() });
  const plan = await planOver(at, resolved, lockOf, request.request);
  const network = draft === true ? undefined : await openNetwork(at, {});
  try {
    const admitted = await admitPlan(plan, {
      ...request.caps,
      draft,
      opened: network?.opened ?? new Map(),
      ledgers: new Map(),
      found: [...loading, ...((await request.check?.(plan)) ?? [])],
    });
    return {
      kind: 'refused',
      exit: worstExit([65, admitted.exit]),
      diagnostics: admitted.diagnostics,
      problems: read.kind === 'refused' ? read.problems : [],
      notices: [],
      plan,
    };
  } finally {
    await network?.close();
  }
}

/**
 * A warning about a render that nothing is sent for is noise at the moment of sending; `validate`
 * has them all.
 */
export function worthSaying(plan: Plan, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const submits = new Set(
    plan.projects.flatMap(({ renders }) =>
      renders.flatMap(({ render, action }) => (isPaidFor(action) ? [render.id] : [])),
    ),
  );
  return diagnostics.filter(
    ({ severity, renders }) =>
      severity === 'error' || renders.length === 0 || renders.some((id) => submits.has(id)),
  );
}

/** Models of cards that the manifests bring along. */
function ownModels(source: PrepareRequest['source']): readonly Model[] {
  const models =
    source.kind === 'make'
      ? source.resolved.flatMap(({ renders }) => renders.map(({ model }) => model))
      : source.plan.projects.flatMap(({ renders }) => renders.map(({ render }) => render.model));
  return [...new Set(models)].filter(isOwnModel);
}
