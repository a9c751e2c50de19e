/** `rushes plan`: the actions of a render, the reasons and the price. Reads, and sends nothing. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { manifestWords } from '../command-words.ts';
import { inSourceOrder } from '../diagnostic.ts';
import { catalogue } from '../models/catalogue.ts';
import type { MicroUsd } from '../money.ts';
import { admit } from '../plan/admission.ts';
import type { Plan } from '../plan/plan.ts';
import { planDigests } from '../plan/compare/with-saved-plan.ts';
import { spendingOf } from '../plan/estimate/spending.ts';
import { spendingLines } from '../report/plan/spending-lines.ts';
import { planDocument } from '../report/plan/plan-json.ts';
import { somethingToDo } from '../report/plan/plan-closing.ts';
import { elsewhereLines, planTerminal } from '../report/plan/plan-terminal.ts';
import { owesEarlier } from '../run/unfinished-business.ts';
import { carriedByInterrupted } from '../workflow/open/interrupted-runs.ts';
import { planWithChecks } from '../workflow/plan/make-plan.ts';
import { worthSaying } from '../workflow/run/run.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import { rememberNothingToDo } from './shared/nothing-to-do.ts';
import { capFlags } from './flags/money-flags.ts';
import { type PlanFlags, planRequestOf, readWhole } from './shared/planning.ts';
import { findRender } from './shared/render-id.ts';
import { printUnasked } from './store/print-pulled.ts';
import { document, folderOnGithub, printDiagnostics, terminalOf } from './shared/print.ts';

export interface PlanOptions extends PlanFlags {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
  readonly base?: string;
  readonly markdown?: boolean;
  readonly printRequest?: string;
  readonly budget?: number;
}

export async function plan(
  io: Io,
  named: readonly string[],
  options: PlanOptions,
): Promise<number> {
  if (options.base !== undefined && options.json === true)
    throw new UsageError('--base cannot be combined with --json', 'Leave out one of them.');
  // Two commits are compared by what their locks say: this disk has clips of one of them only.
  const made = await planNow(io, named, options, { blind: options.base !== undefined });
  if ('exit' in made) return made.exit;
  if (options.printRequest !== undefined) {
    document(io, findRender(made.plan, options.printRequest).planned.render.request);
    return EXIT.done;
  }
  if (options.out !== undefined) await savePlan(io, options.out, made.plan);
  if (options.base !== undefined) {
    const { baseDifference } = await import('./flags/base-flag.ts');
    const face = io.stdout.isTTY && options.markdown !== true ? 'terminal' : 'markdown';
    const page =
      (await baseDifference(io, made.plan, options.base, named, { ...options, face })) ?? '';
    return withVerdict(io, made, options, () => io.stdout.write(page));
  }
  return showPlan(io, made, options);
}

/**
 * Prints the plan in the requested form, and says what would stand in the way of carrying it
 * out.
 */
export async function showPlan(io: Io, made: PlanNow, options: PlanOptions): Promise<number> {
  if (options.markdown === true) {
    const [{ planMarkdown }, { blobOf }] = await Promise.all([
      import('../report/plan/plan-markdown.ts'),
      import('./shared/github-outputs.ts'),
    ]);
    const page = planMarkdown(made.plan, { folder: folderOnGithub(io), ...blobOf(io) }) ?? '';
    return withVerdict(io, made, options, () => io.stdout.write(page));
  }
  return withVerdict(io, made, options, () => {
    const draft = options.draft === true;
    const spending = draft
      ? undefined
      : spendingOf(made.plan, { ...capFlags(io, options), carried: made.carried });
    if (options.json === true)
      document(io, planDocument(made.plan, planDigests(made.plan, catalogue), spending));
    else {
      const terminal = terminalOf(io, io.stdout);
      const lines = spending === undefined ? '' : spendingLines(spending, terminal);
      io.stdout.write(planTerminal(made.plan, { ...terminal, draft, spending: lines }));
    }
  });
}

/**
 * Shows the plan, and says what would stand in the way. Keys are the render's business; a budget is
 * what a plan is read for. What counts most is said last: the plan's closing line, or why it could
 * not be carried out.
 */
async function withVerdict(
  io: Io,
  made: PlanNow,
  options: PlanOptions,
  show: () => void,
): Promise<number> {
  const admission = admit(made.plan, {
    ...capFlags(io, options),
    carried: made.carried,
    missingKeys: new Map(),
    draft: options.draft === true,
  });
  const said = worthSaying(
    made.plan,
    inSourceOrder([...new Set([...made.warnings, ...admission.diagnostics])]),
  );
  printUnasked(io, made.plan);
  if (admission.exit === 0) {
    printDiagnostics(io, said);
    if (said.length > 0 && io.stderr.isTTY) io.stderr.write('\n');
  }
  // If the selection is empty, there is no plan to show to people.
  if (admission.exit !== EXIT.usage || options.json === true) show();
  printElsewhere(io, made.plan, options);
  if (admission.exit !== 0) {
    printDiagnostics(io, said);
    return admission.exit;
  }
  const owing = made.plan.projects.filter(({ lock, renders }) =>
    owesEarlier(
      lock,
      renders.map(({ render }) => render.id),
      io.clock.now(),
    ),
  );
  const owed = owing.length > 0;
  if (owed)
    io.stderr.write(
      `an outdated task is paid for and not fetched yet; a run follows it to its end: rushes collect ${manifestWords(owing.map(({ project }) => project.manifest))}${options.draft === true ? ' --draft' : ''}\n`,
    );
  const idle = !owed && !somethingToDo(made.plan);
  if (idle && options.draft !== true && options.base === undefined && options.out === undefined)
    await rememberNothingToDo(io, made.plan);
  return options.detailedExitcode === true && !idle ? EXIT.somethingToDo : EXIT.done;
}

/** If there is nothing to do and clips are on other machines: the commands that get them. */
export function printElsewhere(io: Io, plan: Plan, options: PlanFlags): void {
  if (options.json === true || somethingToDo(plan)) return;
  const terminal = {
    ...terminalOf(io, io.stderr),
    nowMs: io.clock.now(),
    draft: options.draft === true,
  };
  for (const project of plan.projects)
    for (const line of elsewhereLines(project, terminal))
      io.stderr.write(`${line.replace(/^ {4}/, '')}\n`);
}

export interface PlanNow {
  readonly plan: Plan;
  readonly warnings: Plan['diagnostics'];
  /** By manifest: what interrupted runs have under the caps of the next one. */
  readonly carried: ReadonlyMap<string, MicroUsd>;
}

/** The current plan, or the exit code of the problem that prevents it, already reported. */
export async function planNow(
  io: Io,
  named: readonly string[],
  options: PlanOptions,
  { blind = false }: { readonly blind?: boolean } = {},
): Promise<PlanNow | { readonly exit: number }> {
  const read = await readWhole(io, named, { ...options, record: true });
  if ('exit' in read) return read;
  const request = { ...planRequestOf(options), warnOfDecoder: !blind, ...(blind ? { blind } : {}) };
  const plan = await planWithChecks(io, read.resolved, read.lockOf, request, read);
  return { plan, warnings: read.diagnostics, carried: await carriedByInterrupted(io, read) };
}

export async function savePlan(io: Io, file: string, made: Plan): Promise<void> {
  const text = `${JSON.stringify(planDocument(made, planDigests(made, catalogue)), null, 2)}\n`;
  try {
    await writeFile(path.resolve(io.cwd, file), text);
  } catch (error) {
    throw new UsageError(
      `the plan could not be saved: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
