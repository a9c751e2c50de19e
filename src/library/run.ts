/** Plans and pending tasks to clips. */
import { inspect } from 'node:util';
import {
  eventDocument,
  type RunEventDocument,
  type TotalsDocument,
  totalsDocument,
} from '../report/run/run-ndjson.ts';
import type { RunEvent as EventValue } from '../run/events.ts';
import { prepareCollect } from '../workflow/run/collect.ts';
import { manifestsOfLocks } from '../workflow/load/manifests-of-locks.ts';
import type { Unwritten } from '../workflow/open/unwritten.ts';
import { prepareRun } from '../workflow/run/run.ts';
import type { RunEnd } from '../workflow/run/run-over-ledgers.ts';
import { capsOf, pollMinMsOf } from '../workflow/open/settings.ts';
import type { Surroundings } from '../workflow/open/surroundings.ts';
import { checkOptions, type Names } from './check-options.ts';
import { RefusedError } from './errors.ts';
import { madePlan } from './made-plan.ts';
import type { EnvironmentOptions, SelectionOptions } from './options.ts';
import type { Plan } from './plan.ts';
import { refusal, settingOf } from './refusals.ts';
import { namesOf, surroundingsOf } from './surroundings-of.ts';

/** One line of what `rushes render --json` prints. Money is in US dollars (`costUsd`). */
export type RunEvent = RunEventDocument;

export interface RunResult {
  /** As in the table of exit codes: 0 where every render in scope is there. */
  readonly exit: number;
  /** Why the run stopped early, one sentence each; empty if it did everything that it could. */
  readonly reasons: readonly string[];
  /** The number of renders by outcome, and the money of `thisRun` and `allRuns`, in US dollars. */
  readonly totals: TotalsDocument;
  /** Whether the bytes of any lock changed: then there is something to commit. */
  readonly lockChanged: boolean;
  /** Locks that could not be written, and the file that has their paid work instead. */
  readonly unwritten: readonly Unwritten[];
}

export interface FollowOptions {
  /**
   * Called with every event as it happens. If it throws or rejects, it is not called again: the run
   * ends as if it was aborted, and rejects with that. The run goes on while a promise of it is
   * pending; the call resolves when all of them have.
   */
  readonly onEvent?: (event: RunEvent) => unknown;
  /** Aborted: everything is written down, and the run ends within 5 s with exit 130. */
  readonly signal?: AbortSignal;
  /** Ask once, fetch what is done, fill the free slots, leave. Default false. */
  readonly detach?: boolean;
  /** Leave in time to be done after so many milliseconds. Default: no limit. */
  readonly maxWallMs?: number;
}

export interface RunPlanOptions extends FollowOptions {
  /** Keys, base URLs and caps. Default: those that `loadManifest` was given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The most that this run may spend, in US dollars. `RUSHES_BUDGET_USD` and a manifest's own
   * `budget` hold beside it. Default: no cap.
   */
  readonly budgetUsd?: number;
}

const FOLLOW_OPTIONS: Names<FollowOptions> = {
  onEvent: true,
  signal: true,
  detach: true,
  maxWallMs: true,
};
const RUN_PLAN_OPTIONS: Names<RunPlanOptions> = { ...FOLLOW_OPTIONS, budgetUsd: true };

/**
 * Does what the plan says, and resolves when nothing more can be done now. Rejects with
 * `RefusedError`, before anything is sent, if the plan may not be carried out: its own errors, a
 * missing key, a budget, an output path in the way, another active run, a lock that cannot be
 * written or has changed since the plan was made, and whatever a lock beside these has paid for.
 */
export async function runPlan(plan: Plan, options: RunPlanOptions = {}): Promise<RunResult> {
  checkOptions(options, RUN_PLAN_OPTIONS);
  const { env, budgetUsd, ...following } = options;
  const { at: then, plan: value, draft } = madePlan(plan);
  const at = { ...then, env: env ?? then.env };
  atLeastZero('budgetUsd', budgetUsd);
  const caps = settingOf(capsOf(at.env, budgetUsd)) ?? {};
  const { follow, endOf } = followOf(at, following);
  const prepared = await prepareRun(at, {
    source: { kind: 'made', plan: value },
    caps,
    draft,
    command: 'rushes (library)',
  });
  if (prepared.kind === 'refused') throw refusal(prepared);
  return endOf(await prepared.run(follow));
}

export interface CollectOptions extends EnvironmentOptions, SelectionOptions, FollowOptions {}

const COLLECT_OPTIONS: Names<CollectOptions> = { ...FOLLOW_OPTIONS, filter: true, draft: true };

/**
 * Follows and fetches what is pending, from the locks of these manifests. Submits nothing. Rejects
 * with `RefusedError` if another run is active, a lock cannot be read or written, or no gateway
 * can be asked (exit 77).
 */
export async function collect(
  manifests: readonly string[],
  options: CollectOptions = {},
): Promise<RunResult> {
  checkOptions(options, COLLECT_OPTIONS);
  const { filter = {}, draft = false } = options;
  const at = surroundingsOf(options);
  const { follow, endOf } = followOf(at, options);
  const files = await manifestsOfLocks(at, namesOf(at, manifests), { draft });
  const prepared = await prepareCollect(at, {
    files,
    filter,
    draft,
    command: 'rushes (library)',
  });
  if (prepared.kind === 'ready') return endOf(await prepared.run(follow));
  const [closed] = prepared.closed;
  throw closed === undefined
    ? refusal(prepared)
    : new RefusedError(
        `tasks of ${closed.gateway} are pending, and ${closed.problem}`,
        prepared.exit,
      );
}

/** From JavaScript it may be anything. */
function atLeastZero(name: string, value: unknown): void {
  if (value !== undefined && !(typeof value === 'number' && value >= 0))
    throw new RefusedError(`${name} is ${inspect(value)}: must be a number ≥ 0`, 64);
}

/** `endOf`: what the caller gets of the end of such a run. Throws what its listener threw. */
function followOf(
  { env, clock }: Surroundings,
  { onEvent = () => undefined, signal, detach, maxWallMs }: FollowOptions,
) {
  atLeastZero('maxWallMs', maxWallMs);
  const failing = new AbortController();
  const pending = new Set<Promise<unknown>>();
  // Unheard, the rejection of an async listener would end the process in the middle of the run.
  const hear = async (answer: unknown): Promise<void> => {
    try {
      await answer;
    } catch (error) {
      failing.abort(error);
    }
  };
  const emit = (event: EventValue): void => {
    if (failing.signal.aborted) return;
    try {
      const answer = onEvent(eventDocument(event, clock.now()));
      if (!(answer instanceof Promise)) return;
      const heard = hear(answer).finally(() => pending.delete(heard));
      pending.add(heard);
    } catch (error) {
      // Inside the run it would end the work on the task that the event is about.
      failing.abort(error);
    }
  };
  return {
    follow: {
      emit,
      signal: signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]),
      detach,
      maxWallMs,
      pollMinMs: settingOf(pollMinMsOf(env)),
    },
    endOf: async (end: RunEnd): Promise<RunResult> => {
      await Promise.all(pending);
      failing.signal.throwIfAborted();
      return resultOf(end);
    },
  };
}

const resultOf = ({ result, unwritten, lockChanged }: RunEnd): RunResult => ({
  exit: result.exit,
  reasons: result.reasons,
  totals: totalsDocument(result.totals),
  lockChanged,
  unwritten,
});
