/**
 * The end of `render --json` and `collect --json` when nothing ran: the last line still says the
 * exit code.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import { moneyReport } from '../../lock/money-report.ts';
import { NO_MONEY, NO_TOTALS } from '../../money.ts';
import type { Plan } from '../../plan/plan.ts';
import { refusalPage } from '../../report/run/github/refusal-page.ts';
import { ndjsonLine } from '../../report/run/run-ndjson.ts';
import type { RunTotals } from '../../run/events.ts';
import { appendSummary } from './github-outputs.ts';
import { EXIT, type Io, writeData } from './io.ts';

const NOTHING: RunTotals = {
  submitted: 0,
  completed: 0,
  failed: 0,
  kept: 0,
  held: 0,
  pending: 0,
  ambiguous: 0,
  lost: 0,
  missing: 0,
  notSubmitted: 0,
  mismatched: 0,
  thisRun: NO_TOTALS,
  carried: NO_MONEY,
  underCap: NO_MONEY,
};

export interface NoRun {
  /** One sentence each; if absent, stderr has the reason. */
  readonly reasons?: readonly string[];
  /** Absent if no plan was made. */
  readonly plan?: Plan | undefined;
}

/** Gives the exit code back; on GitHub the summary says why nothing ran. */
export async function endWithoutRun(
  io: Io,
  json: boolean | undefined,
  exit: number,
  { reasons = [], plan }: NoRun = {},
): Promise<number> {
  if (exit !== EXIT.done) await appendSummary(io, refusalPage(exit, reasons));
  if (json !== true) return exit;
  const pending = plan?.totals.actions.attach ?? 0;
  const notSubmitted = (plan?.totals.actions.submit ?? 0) + (plan?.totals.actions.wait ?? 0);
  const locks = plan?.projects.map(({ lock }) => lock);
  const totals = {
    ...NOTHING,
    pending,
    notSubmitted,
    ...(locks === undefined ? {} : { allRuns: moneyReport(locks).total.money }),
  };
  const event = 'run.finished';
  writeData(
    io,
    ndjsonLine(
      { event, exit, reasons, wallSeconds: 0, pending, notSubmitted, models: [], totals },
      io.clock.now(),
    ),
  );
  return exit;
}

export const errorsIn = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
