/**
 * `rushes render`: plan, then do it. Everything that blocks a render is reported before
 * anything is sent for any of them.
 */
import type { Plan } from '../plan/plan.ts';
import { carriedOnce } from '../lock/spent.ts';
import { spendingOf } from '../plan/estimate/spending.ts';
import { closingTerminal } from '../report/plan/plan-closing.ts';
import { spendingLines } from '../report/plan/spending-lines.ts';
import { mayBeSpent } from './flags/ask-before-spending.ts';
import { planTerminal } from '../report/plan/plan-terminal.ts';
import { plural } from '../report/text/format.ts';
import { explainRefusal } from '../workflow/run/explain-refusal.ts';
import { nothingToDo, prepareRun } from '../workflow/run/run.ts';
import type { PrepareRequest, RefusedRun } from '../workflow/run/run-request.ts';
import { clipsFolder } from '../workflow/run/run-over-ledgers.ts';
import { printElsewhere } from './plan.ts';
import { printNotAsAsked, printWhereToLook } from './shared/clips-to-look-at.ts';
import type { ChainState } from './flags/chain-flag.ts';
import { capFlags, pollMinMs } from './flags/money-flags.ts';
import { repeatedOf } from './shared/options.ts';
import { shardFlag, takeShard } from './flags/shard-flag.ts';
import { endWithoutRun, errorsIn, type NoRun } from './shared/end-without-run.ts';
import { EXIT, type Io, UsageError } from './shared/io.ts';
import { rememberNothingToDo } from './shared/nothing-to-do.ts';
import { printLedgerProblems, printReadProblems } from './shared/ledgers.ts';
import { parseDuration } from './shared/load-projects.ts';
import { type PlanFlags, planRequestOf, resolveProjects } from './shared/planning.ts';
import { printDiagnostics, terminalOf } from './shared/print.ts';
import { runToEnd } from './shared/run-to-end.ts';
import { renderKey } from '../keys.ts';
import { printPulled, printPutBack, printUnasked } from './store/print-pulled.ts';
import { watchTransfer } from './store/watch-transfer.ts';

export interface RenderOptions extends PlanFlags {
  readonly plan?: string;
  readonly notifyCommand?: string;
  readonly frozen?: boolean;
  readonly detach?: boolean;
  readonly maxWall?: string;
  readonly budget?: number;
  readonly checkBalance?: boolean;
  readonly shard?: string;
  readonly faults?: string;
  /** `open` or `follow`: see flags/chain-flag.ts. */
  readonly chain?: string;
  /** Told what became of the chain. */
  readonly onChain?: (state: ChainState) => void;
  /** Spend without a question. */
  readonly yes?: boolean;
}

export async function render(
  io: Io,
  named: readonly string[],
  options: RenderOptions,
): Promise<number> {
  /** Before the end of a command that does not start a run. */
  const refused = async (exit: number): Promise<void> => {
    if (options.chain !== 'follow') return;
    const { endRefusedChain } = await import('./flags/chain-flag.ts');
    const state = await endRefusedChain(io, exit);
    if (state !== undefined) options.onChain?.(state);
  };
  try {
    return await renderOr(io, named, options, async (exit, why) => {
      await refused(exit);
      return endWithoutRun(io, options.json, exit, why);
    });
  } catch (error) {
    if (error instanceof UsageError) await refused(EXIT.usage);
    throw error;
  }
}

/** `noRun`: the output of a command that does not start a run. */
async function renderOr(
  io: Io,
  named: readonly string[],
  options: RenderOptions,
  noRun: (exit: number, why?: NoRun) => Promise<number>,
): Promise<number> {
  const { draft, json } = options;
  if (options.frozen === true)
    return noRun(await (await import('./flags/frozen-flag.ts')).frozen(io, named, options));
  const chain =
    options.chain === undefined
      ? undefined
      : await (await import('./flags/chain-flag.ts')).chainFlag(io, options.chain, options);
  if (chain?.exit !== undefined) {
    if (chain.exit === EXIT.done) options.onChain?.({ kind: 'none' });
    return chain.exit === EXIT.done ? chain.exit : noRun(chain.exit);
  }
  const caps = capFlags(io, options);
  const pollMs = pollMinMs(io);
  const shard = shardFlag(options.shard);
  const maxWallMs =
    options.maxWall === undefined ? undefined : parseDuration('--max-wall', options.maxWall);
  const faults =
    options.faults === undefined ? undefined : await faultsOf(io, options.faults, options);
  const projects = await resolveProjects(io, named, options);
  const { resolved } = projects;
  const request = planRequestOf(options);
  const shared = { caps, draft, ...savedPlanCheck(io, options) };
  if (!projects.ok) {
    const refused = await explainRefusal(io, {
      ...shared,
      resolved,
      loading: projects.loading,
      request,
    });
    printReadProblems(io, refused.problems);
    printRefusal(io, refused);
    return noRun(refused.exit, { reasons: errorsIn(refused.diagnostics), plan: refused.plan });
  }
  const pulling = options.restore === true ? await watchTransfer(io, 'pulling') : undefined;
  const prepared = await prepareRun(io, {
    ...shared,
    ...(pulling === undefined ? {} : { onPull: pulling.onProgress }),
    narrow: chain?.narrow,
    carries: chain?.carries,
    source: { kind: 'make', resolved, request },
    faults,
    command: 'rushes render',
    warnings: projects.diagnostics,
  }).finally(() => pulling?.close());
  if (prepared.kind === 'refused') {
    printDiagnostics(io, prepared.notices);
    printLedgerProblems(io, prepared.problems);
    if (prepared.plan === undefined) return noRun(prepared.exit);
    printRefusal(io, prepared);
    return noRun(prepared.exit, { reasons: errorsIn(prepared.diagnostics), plan: prepared.plan });
  }
  try {
    printDiagnostics(io, prepared.ledgers.takeNotices());
    printDiagnostics(io, prepared.diagnostics);
    printPulled(io, prepared.pulled);
    printPutBack(io, prepared.putBack);
    printUnasked(io, prepared.plan);
    const short =
      options.checkBalance === true && draft !== true
        ? await (
            await import('./flags/balance-flag.ts')
          ).checkBalance(io, prepared.plan, prepared.network)
        : undefined;
    if (short !== undefined) return await noRun(short, { plan: prepared.plan });
    const { plan, capUsd } = takeShard(
      prepared.plan,
      shard,
      chain === undefined ? caps.capUsd : chain.capped(caps.capUsd),
      io.clock.now(),
    );
    if (json !== true && nothingToDo(plan, prepared.ledgers, io)) {
      // As at the end of any run: what an interrupted one has spent counts under no further cap.
      await prepared.ledgers.close({ killed: false });
      io.stdout.write(planTerminal(plan, { ...terminalOf(io, io.stdout), draft: draft === true }));
      // In a log one line is enough, unless clips were asked for.
      if (io.stderr.isTTY || options.restore === true || options.resubmitMissing === true)
        printElsewhere(io, plan, options);
      const closed = await chain?.end(undefined);
      if (closed !== undefined) options.onChain?.(closed);
      if (options.strict === true && printNotAsAsked(io, plan)) return EXIT.failed;
      printWhereToLook(io, plan, draft === true);
      if (!repeatsNothing(options) && !prepared.pulled.asked && prepared.putBack === 0)
        await rememberNothingToDo(io, plan);
      return EXIT.done;
    }
    if (draft !== true) {
      const spending = spendingOf(plan, {
        ...caps,
        capUsd,
        carried: carriedOnce(prepared.ledgers.byManifest),
      });
      if (spending.submits > 0) {
        const terminal = terminalOf(io, io.stderr);
        io.stderr.write(`${spendingLines(spending, terminal)}${closingTerminal(plan, terminal)}\n`);
      }
      if (!(await mayBeSpent(io, spending, options)))
        return await noRun(EXIT.interrupted, { plan, reasons: ['the price was not confirmed'] });
      const unwritten = await chain?.begin(plan, spending.worst, capUsd);
      if (unwritten !== undefined) {
        const reason = `the chain of later runs could not be written: ${unwritten}`;
        io.stderr.write(`rushes: ${reason}\n`);
        return await noRun(EXIT.unreachable, { plan, reasons: [reason] });
      }
    }
    const end = await runToEnd(
      io,
      {
        manifests: resolved.map(({ project }) => project),
        draft,
        json,
        repeated: repeatedOf(options),
        notifyCommand: options.notifyCommand,
        clips: plan.projects.map(({ project }) => clipsFolder(project)),
        about: aboutRenders(plan),
      },
      (watched) =>
        prepared.run({
          ...watched,
          plan,
          capUsd,
          detach: options.detach,
          strict: options.strict,
          maxWallMs,
          pollMinMs: pollMs,
          shard: shard !== undefined,
        }),
    );
    const state = await chain?.end(end);
    if (state !== undefined) options.onChain?.(state);
    return end.exit;
  } finally {
    // Does nothing after a run.
    await prepared.close();
  }
}

/** Facts about a render besides its state, for the summary on GitHub. */
function aboutRenders({ projects }: Plan): Parameters<typeof runToEnd>[1]['about'] {
  const renders = new Map(
    projects.flatMap(({ project, renders }) =>
      renders.map(({ render }) => [renderKey(project.manifest, render.id), render] as const),
    ),
  );
  return ({ manifest, id }) => {
    const render = renders.get(renderKey(manifest, id));
    if (render === undefined) return undefined;
    const { line } = render.place.source.position(render.place.start);
    return { model: render.model.name, place: { file: render.place.source.path, line } };
  };
}

/** Options that read more than files, or select only a part. */
const repeatsNothing = ({ draft, plan, shard, checkBalance, chain }: RenderOptions): boolean =>
  chain !== undefined ||
  draft === true ||
  plan !== undefined ||
  shard !== undefined ||
  checkBalance === true;

/** All reasons for the refusal, and the actions that are still possible. */
function printRefusal(io: Io, { diagnostics, plan }: RefusedRun): void {
  printDiagnostics(io, diagnostics);
  io.stderr.write('rushes: nothing was sent\n');
  const { attach = 0, fetch = 0 } = plan?.totals.actions ?? {};
  if (attach + fetch > 0)
    io.stderr.write(
      `  ${plural(attach + fetch, 'paid task waits', 'paid tasks wait')} to be fetched: rushes collect\n`,
    );
}

/** `--plan`: compares the approved plan with the current one. */
const savedPlanCheck = (io: Io, { plan: saved }: RenderOptions): Pick<PrepareRequest, 'check'> =>
  saved === undefined
    ? {}
    : {
        check: async (plan) =>
          (await import('./flags/saved-plan-flag.ts')).compareWithSaved(io, plan, saved),
      };

async function faultsOf(io: Io, file: string, { draft }: RenderOptions) {
  if (draft !== true)
    throw new UsageError(
      '--faults needs --draft',
      'Add --draft: failures are simulated only at the local gateway.',
    );
  return (await import('./flags/faults-flag.ts')).readFaults(io, file);
}
