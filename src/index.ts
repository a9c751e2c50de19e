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
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type Diagnostic, hasErrors, inSourceOrder, type Span, spanOf } from './diagnostic.ts';
import type { Gateway } from './gateways/gateway.ts';
import { openGateways } from './gateways/open.ts';
import type { AttemptId, GatewayName, RenderId } from './ids.ts';
import { readClipStates } from './lock/clips-on-disk.ts';
import { encodeLock, type Result } from './lock/file/format.ts';
import { type Ledger, openLedger, readLedger } from './lock/ledger.ts';
import { pathsOf } from './lock/file/paths.ts';
import { systemProcesses } from './lock/processes.ts';
import { loadManifest as load } from './manifest/read.ts';
import { catalogue } from './models/catalogue.ts';
import { fromUsd } from './money.ts';
import { admit } from './plan/admission.ts';
import { targetCollisions } from './plan/resolve/collisions.ts';
import { makePlan as planOf } from './plan/make-plan.ts';
import type { Filter } from './plan/options.ts';
import type { Plan, Resolved } from './plan/plan.ts';
import { resolveProject } from './plan/resolve/resolve.ts';
import { systemClock } from './ports/clock.ts';
import { systemFiles } from './ports/files.ts';
import { undiciHttp } from './ports/undici-http.ts';
import type { RunResult } from './run/context.ts';
import type { RunEvent } from './run/events.ts';
import { runPlan as run } from './run/run.ts';
import { VERSION } from './version.ts';

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
  const { project, diagnostics } = await load(manifest, {
    cwd,
    vars: new Map(Object.entries(vars)),
  });
  const resolved = project === undefined ? undefined : resolveProject(project, catalogue);
  return {
    manifest,
    ...(resolved === undefined ? {} : { resolved }),
    diagnostics: inSourceOrder([...diagnostics, ...(resolved?.diagnostics ?? [])]),
  };
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
  const parts = [];
  for (const one of resolved) {
    const { project } = one;
    const paths = pathsOf(project.manifestPath);
    const read = await readLedger(systemFiles, paths, { shown: relative(paths.lock) });
    if (read.kind !== 'lock')
      throw new InvalidInputError(
        `the lock of ${project.manifest} cannot be read`,
        read.kind === 'invalid' ? read.diagnostics : [],
      );
    const clips = await readClipStates(read.lock, paths.lock, paths.filesCache, systemFiles);
    parts.push({
      resolved: one,
      lock: read.lock,
      lockPath: paths.lock,
      clipState: (_: RenderId, result: Result) => clips.of(result),
    });
  }
  return planOf(parts, { now: systemClock.now(), ...options });
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
  const http = undiciHttp();
  const books = new Map<string, Ledger>();
  let result: RunResult | undefined;
  try {
    for (const { project } of plan.projects)
      books.set(project.manifest, await openBook(project.manifestPath, project.manifest));
    const opened = openGateways({ env, http, now: () => systemClock.now() });
    const gateways = new Map<GatewayName, Gateway>();
    const missingKeys = new Map<GatewayName, string>();
    for (const [name, one] of opened) {
      if ('gateway' in one) gateways.set(name, one.gateway);
      else if ('missingKey' in one) missingKeys.set(name, one.missingKey);
      else throw new RefusedError(`${one.badSetting.variable} ${one.badSetting.message}`, 77, []);
    }
    for (const { project, lock } of plan.projects) {
      const now = books.get(project.manifest)?.lock;
      if (now !== undefined && encodeLock(now) !== encodeLock(lock)) {
        throw new RefusedError(
          `the lock of ${project.manifest} has changed since the plan was made: make the plan again`,
          65,
          [],
        );
      }
    }
    const cap = budgetUsd === undefined ? {} : { flagUsd: fromUsd(budgetUsd) };
    const admission = admit(plan, { ...cap, missingKeys });
    if (admission.exit !== 0)
      throw new RefusedError(
        'the plan may not be carried out',
        admission.exit,
        admission.diagnostics,
      );
    result = await run(plan, {
      clock: systemClock,
      http,
      gateways,
      ledgers: books,
      catalogue,
      emit: onEvent,
      ...(signal === undefined ? {} : { signal }),
      uuid: () => randomUUID() as AttemptId,
      options: {
        submits: true,
        version: VERSION,
        ...(budgetUsd === undefined ? {} : { capUsd: fromUsd(budgetUsd) }),
      },
    });
    return result;
  } finally {
    for (const book of books.values())
      await book.finish({ killed: result === undefined || signal?.aborted === true });
    await http.close();
  }
}

async function openBook(manifestPath: string, manifest: string): Promise<Ledger> {
  const paths = pathsOf(manifestPath);
  const opened = await openLedger(paths, {
    files: systemFiles,
    clock: systemClock,
    processes: await systemProcesses(),
    command: 'rushes (library)',
    shown: relative(paths.lock),
  });
  switch (opened.kind) {
    case 'open':
      return opened.ledger;
    case 'held':
      throw new RefusedError(opened.message, 6, []);
    case 'invalid':
      throw new RefusedError(`the lock of ${manifest} cannot be read`, 65, opened.diagnostics);
    case 'problem':
      throw new RefusedError(opened.problem.message, 65, []);
  }
}

const relative = (absolute: string): string =>
  path.relative(process.cwd(), absolute).split(path.sep).join('/');
