/** The end of a run: its locks are saved, and what came of it is reported. */
import { defined } from '../defined.ts';
import { awaitsLook } from '../lock/entry.ts';
import { moneyReport } from '../lock/money-report.ts';
import { worstExit, type ExitCode } from '../plan/exit.ts';
import type { RunContext, RunResult } from './context.ts';
import type { RunTotals } from './events.ts';
import type { ModelTally } from './model-tally.ts';

/** `startedAt`: of the run, on the clock that never goes back. */
export async function reportEnd(
  ctx: RunContext,
  { models, startedAt }: { readonly models: ModelTally; readonly startedAt: number },
): Promise<RunResult> {
  const { clock, emit, ledgers, options } = ctx.deps;
  await saveLocks(ctx);
  const wrong = options.strict === true ? clipsToLookAt(ctx) : 0;
  if (wrong > 0)
    ctx.tally.because(
      'mismatch',
      `${wrong === 1 ? '1 clip is' : `${wrong} clips are`} not as asked, and --strict allows none`,
    );
  const totals: RunTotals = {
    ...ctx.tally.counts,
    mismatched: models.mismatched,
    ...ctx.cap.money,
    allRuns: moneyReport([...ledgers.values()].map(({ lock }) => lock)).total.money,
    ...defined({ aboveEstimate: ctx.cap.aboveEstimate }),
  };
  const exit = worstExit(ctx.tally.exits() as ExitCode[]);
  const { reasons, stoppedBy } = ctx.tally;
  emit({
    event: 'run.finished',
    exit,
    reasons,
    ...(stoppedBy.length === 0 ? {} : { stoppedBy }),
    wallSeconds: Math.round((clock.monotonic() - startedAt) / 100) / 10,
    pending: totals.pending,
    notSubmitted: totals.notSubmitted,
    models: models.results((model) => ctx.cap.moneyOf(model).charged),
    totals,
  });
  return { exit, totals, reasons, stoppedBy };
}

async function saveLocks({ deps }: RunContext): Promise<void> {
  for (const [manifest, ledger] of deps.ledgers) {
    const saved = await ledger.save();
    if (!saved.ok) {
      deps.emit({
        event: 'run.notice',
        severity: 'warning',
        message: `The lock of ${manifest} could not be written: ${saved.problem.message}`,
        hint: 'The journal beside it has everything: the next command that writes the lock merges it.',
      });
    }
  }
}

/** Of the renders in scope that are there: clips that are not as asked, and undecided. */
const clipsToLookAt = ({ deps, tally }: RunContext): number =>
  [...deps.ledgers].reduce(
    (sum, [manifest, { lock }]) =>
      sum +
      [...lock.renders].filter(([id, entry]) => awaitsLook(entry) && tally.isThere(manifest, id))
        .length,
    0,
  );
