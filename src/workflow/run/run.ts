/**
 * A run from beginning to end: ledgers and network open, the plan is made over the locks as they
 * are then, checked and admitted, carried out, and everything is closed again. `prepareRun` stops
 * before the first request, so that the caller can show the plan or ask a person; `run` continues.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import { originsOf } from '../../gateways/open.ts';
import { type Ledger, withCarried } from '../../lock/ledger.ts';
import type { Model } from '../../models/model.ts';
import { isOwnModel } from '../../models/own/own-card.ts';
import type { ExitCode } from '../../plan/exit.ts';
import { isPaidFor, type Plan } from '../../plan/plan.ts';
import { somethingToDo } from '../../report/plan/plan-closing.ts';
import { runPlan } from '../../run/run.ts';
import { owesBesides } from '../../run/unfinished-business.ts';
import { type Ledgers, openLedgers } from '../open/open-ledgers.ts';
import { type Network, openNetwork } from '../open/open-network.ts';
import type { Surroundings } from '../open/surroundings.ts';
import { missingDecoder } from '../plan/frames-of-run.ts';
import { claimsOf, knownAttempts } from '../record/claim-attempts.ts';
import { clearReservations } from '../record/clear-reservations.ts';
import { putBackDisplaced } from '../displaced-clips.ts';
import type { PulledNeeded } from '../store/pull-needed.ts';
import { admitPlan } from './admit.ts';
import { afterPull, movedLocks, planOf, pullForPlan } from './plan-of-run.ts';
import { type RunEnd, runOverLedgers, type RunRequest } from './run-over-ledgers.ts';
import type { PlanSource, PrepareRequest, RefusedRun } from './run-request.ts';

export type Prepared = ReadyRun | RefusedRun;

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
  /** Clips that a render of another branch had moved aside. */
  readonly putBack: number;
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
    // Before the plan reads them: what comes in between, the plan does not know.
    const known = knownAttempts(ledgers);
    const planNow = (): Promise<Plan> => planOf(at, afterPull(source, pulled), ledgers, draft);
    const first = await planNow();
    const putBack = draft === true || source.kind === 'made' ? 0 : await putBackDisplaced(first);
    const whole = putBack === 0 ? first : await planNow();
    const plan = request.narrow?.(whole, ledgers) ?? whole;
    const refuse = (exit: ExitCode, diagnostics: readonly Diagnostic[]): RefusedRun => ({
      kind: 'refused',
      exit,
      diagnostics,
      problems: [],
      notices: ledgers.takeNotices(),
      plan,
    });
    const claims = claimsOf(ledgers, originsOf(at.env), { known, plan });
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
      putBack,
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

/** The same ledgers, with what else counts under the caps of this run. */
function carrying(ledgers: Ledgers, carries: PrepareRequest['carries']): Ledgers {
  const carried = carries?.(ledgers);
  if (carried === undefined) return ledgers;
  const byManifest = new Map(
    [...ledgers.byManifest].map(([manifest, ledger]): [string, Ledger] => {
      const own = carried.get(manifest);
      return [manifest, own === undefined ? ledger : withCarried(ledger, own)];
    }),
  );
  return { ...ledgers, byManifest };
}

/** Neither the plan nor the locks leave anything to do, follow or hold. */
export const nothingToDo = (plan: Plan, { lockOf }: Ledgers, { clock }: Surroundings): boolean =>
  !somethingToDo(plan) &&
  plan.totals.actions.hold === 0 &&
  !plan.projects.some((part) => owesBesides(part, lockOf(part.project.manifest), clock.now()));

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
function ownModels(source: PlanSource): readonly Model[] {
  const models =
    source.kind === 'make'
      ? source.resolved.flatMap(({ renders }) => renders.map(({ model }) => model))
      : source.plan.projects.flatMap(({ renders }) => renders.map(({ render }) => render.model));
  return [...new Set(models)].filter(isOwnModel);
}
