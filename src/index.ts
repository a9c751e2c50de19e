/**
 * `rushes` as a library: the same manifest → plan → run → lock that the command line is made of.
 *
 * ```ts
 * import { loadManifest, makePlan, runPlan } from 'rushes';
 *
 * const loaded = await loadManifest('manifests/film.yaml');
 * const plan = await makePlan([loaded]);
 * console.log(plan.totals);
 * const result = await runPlan(plan, { budgetUsd: 25, onEvent: console.log });
 * process.exitCode = result.exit;
 * ```
 *
 * Nothing here prints, exits or reads argv. What is wrong with a manifest comes back as
 * diagnostics; a promise rejects for a bug, or where the text of a function says so.
 */
import { type Diagnostic, hasErrors, type Span, spanOf } from './diagnostic.ts';
import type { Plan, Resolved } from './plan/plan.ts';
import type { Filter } from './plan/options.ts';
import { systemClock } from './ports/clock.ts';
import type { RunResult } from './run/context.ts';
import type { RunEvent } from './run/events.ts';
import { resolveManifests } from './workflow/load-manifests.ts';
import { planWithChecks } from './workflow/make-plan.ts';
import { type LedgerProblem, readLocks } from './workflow/open-ledgers.ts';
import { prepareRun } from './workflow/run.ts';
import { capsOf, pollMinMsOf, type Setting } from './workflow/settings.ts';
import { targetCollisions } from './plan/resolve/collisions.ts';

export type { Diagnostic, Filter, Plan, RunEvent, RunResult, Span };
export { hasErrors, spanOf };

/**
 * A manifest, read and resolved on its models: every render with the exact body that would be sent.
 */
export interface LoadedManifest {
  /** As given, relative to the working folder. */
  readonly manifest: string;
  /** Absent where the manifest is too broken to say what it asks for. */
  readonly resolved?: Resolved;
  /** Everything that is wrong or worth a word, in source order. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadOptions {
  /** Absolute. Default: the working folder of the process. */
  readonly cwd?: string;
  /** Values of declared vars, as `--var` would give them. */
  readonly vars?: Readonly<Record<string, string>>;
}

/** Reads one manifest with all that it includes. Needs no key and no network. */
export async function loadManifest(
  manifest: string,
  { cwd = process.cwd(), vars = {} }: LoadOptions = {},
): Promise<LoadedManifest> {
  const { resolved, diagnostics } = await resolveManifests({ cwd, env: process.env }, [manifest], {
    vars: new Map(Object.entries(vars)),
  });
  const [only] = resolved;
  return { manifest, ...(only === undefined ? {} : { resolved: only }), diagnostics };
}

export interface MakePlanOptions {
  /** Which renders are in scope. Default: all. */
  readonly filter?: Filter;
  /** Submit again what failed and has not changed since: a new paid attempt. Default false. */
  readonly retryFailed?: boolean;
  /** Pay again for clips that are lost for good. Default false. */
  readonly resubmitMissing?: boolean;
  /** Fetch clips that landed on another machine, while their links live. Default false. */
  readonly restore?: boolean;
}

/** A manifest or lock stands in the way: `diagnostics` has every reason. */
export class InvalidInputError extends Error {
  readonly diagnostics: readonly Diagnostic[];
  constructor(message: string, diagnostics: readonly Diagnostic[]) {
    super(message);
    this.name = 'InvalidInputError';
    this.diagnostics = diagnostics;
  }
}

/**
 * What a run would do with these manifests, why, and for how much. Reads their locks and looks for
 * their clips; writes nothing. Rejects with {@link InvalidInputError} if a manifest has errors or a
 * lock cannot be read.
 */
export async function makePlan(
  manifests: readonly LoadedManifest[],
  options: MakePlanOptions = {},
): Promise<Plan> {
  const resolved = manifests.flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]));
  const diagnostics = [
    ...manifests.flatMap(({ diagnostics }) => diagnostics),
    ...targetCollisions(resolved),
  ];
  if (hasErrors(diagnostics)) throw new InvalidInputError('a manifest has errors', diagnostics);
  const at = { cwd: process.cwd(), env: process.env, clock: systemClock };
  const read = await readLocks(
    at,
    resolved.map(({ project }) => project),
    {},
  );
  if (read.kind === 'refused')
    throw new InvalidInputError('a lock cannot be read', diagnosticsOf(read.problems));
  return planWithChecks(at, resolved, read.lockOf, options);
}

export interface RunPlanOptions {
  /**
   * Where keys and base URLs are read: `APIMART_API_KEY`, `EVOLINK_API_KEY`, `APIMART_BASE_URL`,
   * `EVOLINK_BASE_URL`. Default: the process's.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The most that this run may spend, in US dollars; a manifest's own `budget` holds beside it.
   * Default: no cap.
   */
  readonly budgetUsd?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /**
   * Aborted: submits stop, everything is written down, and the run ends within 5 s with exit 130.
   */
  readonly signal?: AbortSignal;
}

/** Why a plan was not carried out: nothing was sent. `exit` as in the table of exit codes. */
export class RefusedError extends Error {
  readonly exit: number;
  readonly diagnostics: readonly Diagnostic[];
  constructor(message: string, exit: number, diagnostics: readonly Diagnostic[]) {
    super(message);
    this.name = 'RefusedError';
    this.exit = exit;
    this.diagnostics = diagnostics;
  }
}

/**
 * Does what the plan says, and resolves when nothing more can be done now. Rejects with {@link
 * RefusedError}, before anything is sent, if the plan may not be carried out: a missing key, the
 * budget, another run at work, a lock that cannot be written, or one that has changed since the
 * plan was made (what somebody else rendered meanwhile is not paid for again).
 */
export async function runPlan(
  plan: Plan,
  { env = process.env, budgetUsd, onEvent = () => undefined, signal }: RunPlanOptions = {},
): Promise<RunResult> {
  const at = { env, cwd: process.cwd(), clock: systemClock };
  const pollMinMs = valueOf(pollMinMsOf(env));
  const prepared = await prepareRun(at, {
    source: { kind: 'made', plan },
    caps: valueOf(capsOf(env, budgetUsd)) ?? {},
    command: 'rushes (library)',
  });
  if (prepared.kind === 'refused') {
    const [problem] = prepared.problems;
    throw new RefusedError(
      problem !== undefined && 'message' in problem
        ? problem.message
        : 'the plan may not be carried out',
      prepared.exit,
      [...prepared.diagnostics, ...diagnosticsOf(prepared.problems)],
    );
  }
  return (await prepared.run({ emit: onEvent, signal, pollMinMs })).result;
}

const diagnosticsOf = (problems: readonly LedgerProblem[]): readonly Diagnostic[] =>
  problems.flatMap((problem) => (problem.kind === 'invalid' ? problem.diagnostics : []));

function valueOf<Value>(setting: Setting<Value>): Value | undefined {
  if (setting.ok) return setting.value;
  throw new RefusedError(setting.problem, 64, []);
}
