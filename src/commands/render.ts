/**
 * `rushes render`: plan, then do it. Whatever stands in the way of one render is said before
 * anything is sent for any of them.
 */
import { type Diagnostic, hasErrors, inSourceOrder } from '../diagnostic.ts';
import type { GatewayName } from '../ids.ts';
import { EMPTY_LOCK, type Lock } from '../lock/file/format.ts';
import { carriedOnce } from '../lock/spent.ts';
import { admit } from '../plan/admission.ts';
import { type ExitCode, worstExit } from '../plan/exit.ts';
import type { Plan } from '../plan/plan.ts';
import { planTerminal } from '../report/plan/plan-terminal.ts';
import { somethingToDo } from '../report/plan/plan-closing.ts';
import { owesBesides } from '../run/unfinished-business.ts';
import { plural } from '../report/text/format.ts';
import { runPlan } from '../run/run.ts';
import { openBooks, readBooks } from './books.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import { endWithoutRun, errorsIn, type NoRun } from './shared/end-without-run.ts';
import { capFlags } from './flags/money-flags.ts';
import { blockedOutputs } from './outputs.ts';
import {
  type PlanFlags,
  planOptionsOf,
  planOver,
  type ResolvedProjects,
  resolveProjects,
  worthSaying,
} from './shared/planning.ts';
import { repeatedOf } from './flags/options.ts';
import { parseDuration } from './shared/load-projects.ts';
import { clipsFolder, runToEnd } from './shared/run-to-end.ts';
import { sayDiagnostics, terminalOf } from './shared/print.ts';
import { shardFlag, takeShard } from './flags/shard-flag.ts';
import { withSiblings } from './siblings.ts';
import { openWire, type Wire } from './wire.ts';

export interface RenderOptions extends PlanFlags {
  readonly plan?: string;
  readonly frozen?: boolean;
  readonly detach?: boolean;
  readonly maxWall?: string;
  readonly budget?: number;
  readonly checkBalance?: boolean;
  readonly shard?: string;
  readonly faults?: string;
}

export async function render(
  io: Io,
  named: readonly string[],
  options: RenderOptions,
): Promise<number> {
  const noRun = (exit: number, why?: NoRun): number => endWithoutRun(io, options.json, exit, why);
  if (options.frozen === true)
    return noRun(await (await import('./flags/frozen-flag.ts')).frozen(io, named, options));
  const caps = capFlags(io, options);
  const shard = shardFlag(options.shard);
  const maxWallMs =
    options.maxWall === undefined ? undefined : parseDuration('--max-wall', options.maxWall);
  const faults =
    options.faults === undefined ? undefined : await faultsOf(io, options.faults, options);
  const projects = await resolveProjects(io, named, options);
  if (!projects.ok) {
    const refused = await refuseInvalid(io, projects, { ...options, ...caps });
    return noRun(refused.exit, refused);
  }
  const files = projects.resolved.map(({ project }) => project);
  const opened = await openBooks(io, files, {
    draft: options.draft,
    spends: true,
    command: 'rushes render',
  });
  if (opened.kind === 'exit') return noRun(opened.exit);
  const { books } = opened;
  const wire = await openWire(io, {
    draft: options.draft,
    faults,
    label: (attempt) =>
      [...books.values()].map((book) => book.byKey(attempt)?.id).find((id) => id !== undefined),
  });
  let running = false;
  try {
    const lockOf = (manifest: string): Lock => books.get(manifest)?.lock ?? EMPTY_LOCK;
    const made = await planOver(projects.resolved, lockOf, planOptionsOf(io, options));
    const planned = await withSiblings(io, made, options);
    const refused = await refusals(io, planned, {
      ...options,
      ...caps,
      opened: wire.opened,
      books,
      warnings: projects.diagnostics,
    });
    if (refused !== undefined) return noRun(refused.exit, refused);
    const short =
      options.checkBalance === true && options.draft !== true
        ? await (await import('./flags/balance-flag.ts')).checkBalance(io, planned, wire)
        : undefined;
    if (short !== undefined) return noRun(short, { plan: planned });
    const { plan, capUsd } = takeShard(planned, shard, caps.capUsd, io.clock.now());
    const owes = plan.projects.some((part) =>
      owesBesides(part, lockOf(part.project.manifest), io.clock.now()),
    );
    if (options.json !== true && !owes && !somethingToDo(plan) && plan.totals.actions.hold === 0) {
      io.stdout.write(
        planTerminal(plan, { ...terminalOf(io, io.stdout), draft: options.draft === true }),
      );
      return EXIT.done;
    }
    running = true;
    const places = new Map(
      plan.projects.flatMap(({ project, renders }) =>
        renders.map(({ render }) => [`${project.manifest}\n${render.id}`, render] as const),
      ),
    );
    const end = await runToEnd(
      io,
      {
        manifests: files,
        books,
        wire,
        draft: options.draft,
        json: options.json,
        detach: options.detach,
        maxWallMs,
        repeated: repeatedOf(options),
        capUsd: options.draft === true ? undefined : capUsd,
        submits: true,
        shard: shard !== undefined,
        clips: plan.projects.map(({ project }) => clipsFolder(project)),
        about: ({ manifest, id }) => {
          const about = places.get(`${manifest}\n${id}`);
          if (about === undefined) return undefined;
          const { line } = about.place.source.position(about.place.start);
          return { model: about.model.name, place: { file: about.place.source.path, line } };
        },
      },
      (deps) => runPlan(plan, deps),
    );
    return end.exit;
  } finally {
    if (!running) for (const book of books.values()) await book.finish({ killed: true });
    await wire.close();
  }
}

/**
 * What is wrong with a manifest is not all that is in the way: whoever mends it learns the rest in
 * the same go.
 */
async function refuseInvalid(
  io: Io,
  projects: ResolvedProjects,
  options: RenderOptions & ReturnType<typeof capFlags>,
): Promise<Refused> {
  const read = await readBooks(
    io,
    projects.resolved.map(({ project }) => project),
    options,
  );
  const lockOf = (manifest: string): Lock =>
    (read.kind === 'open' ? read.books.get(manifest)?.lock : undefined) ?? EMPTY_LOCK;
  const plan = await planOver(projects.resolved, lockOf, planOptionsOf(io, options));
  const wire = options.draft === true ? undefined : await openWire(io, {});
  try {
    const refused = await refusals(io, plan, {
      ...options,
      opened: wire?.opened ?? new Map(),
      books: new Map(),
      warnings: [],
      found: projects.loading,
    });
    return {
      reasons: errorsIn(projects.diagnostics),
      ...refused,
      exit: worstExit([EXIT.invalid, (refused?.exit ?? EXIT.invalid) as ExitCode]),
    };
  } finally {
    await wire?.close();
  }
}

interface Refusing extends RenderOptions, ReturnType<typeof capFlags> {
  readonly opened: Wire['opened'];
  readonly books: Parameters<typeof carriedOnce>[0];
  readonly warnings: readonly Diagnostic[];
  readonly found?: readonly Diagnostic[];
}

interface Refused extends NoRun {
  readonly exit: number;
}

/** The whole list of why not, or `undefined` if the plan may be carried out. */
async function refusals(io: Io, plan: Plan, options: Refusing): Promise<Refused | undefined> {
  const missingKeys = new Map<GatewayName, string>();
  for (const [name, one] of options.opened)
    if ('missingKey' in one) missingKeys.set(name, one.missingKey);
  const bad = badSettings(plan, options.opened);
  const found = [
    ...(options.found ?? []),
    ...(await blockedOutputs(plan)),
    ...(await movedDigests(io, plan, options)),
  ];
  const admission = admit(plan, {
    ...(options.flagUsd === undefined ? {} : { flagUsd: options.flagUsd }),
    ...(options.environmentUsd === undefined ? {} : { environmentUsd: options.environmentUsd }),
    carried: carriedOnce(options.books),
    missingKeys,
    draft: options.draft === true,
    found,
  });
  if (admission.exit === 0 && bad.length === 0) {
    sayDiagnostics(
      io,
      worthSaying(plan, [...new Set([...options.warnings, ...admission.diagnostics])]),
    );
    return undefined;
  }
  sayDiagnostics(
    io,
    inSourceOrder(
      [...bad, ...admission.diagnostics],
      plan.projects.map(({ project }) => project.manifest),
    ),
  );
  io.stderr.write('rushes: nothing was sent\n');
  const { attach, fetch } = plan.totals.actions;
  if (attach + fetch > 0)
    io.stderr.write(
      `  ${plural(attach + fetch, 'paid task waits', 'paid tasks wait')} to be fetched all the same: rushes collect\n`,
    );
  return {
    exit: hasErrors(bad) ? EXIT.key : admission.exit,
    reasons: errorsIn([...bad, ...admission.diagnostics]),
    plan,
  };
}

/** Variables of gateways that this plan needs and that cannot be used as they are. */
function badSettings(plan: Plan, opened: Wire['opened']): readonly Diagnostic[] {
  const needed = new Set(
    plan.projects.flatMap(({ renders }) =>
      renders
        .filter(({ action }) => ['submit', 'attach', 'fetch'].includes(action.kind))
        .map(({ render }) => render.model.gateway),
    ),
  );
  return [...opened].flatMap(([name, one]): Diagnostic[] =>
    'badSetting' in one && needed.has(name)
      ? [
          {
            code: 'bad-setting',
            severity: 'error',
            message: `${one.badSetting.variable} ${one.badSetting.message}`,
            renders: [],
          },
        ]
      : [],
  );
}

async function movedDigests(
  io: Io,
  plan: Plan,
  { plan: saved }: RenderOptions,
): Promise<readonly Diagnostic[]> {
  return saved === undefined
    ? []
    : (await import('./flags/saved-plan-flag.ts')).compareWithSaved(io, plan, saved);
}

async function faultsOf(io: Io, file: string, { draft }: RenderOptions) {
  if (draft !== true)
    throw new UsageError(
      '--faults is for rehearsals',
      'Give --draft too: real gateways have their own bad days.',
    );
  return (await import('./flags/faults-flag.ts')).readFaults(io, file);
}
