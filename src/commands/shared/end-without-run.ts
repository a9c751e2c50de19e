/**
 * How `render --json` and `collect --json` end where nothing ran: the last line says the exit code
 * all the same.
 */
import type { Diagnostic } from '../../diagnostic.ts';
import { NO_MONEY } from '../../money.ts';
import type { Plan } from '../../plan/plan.ts';
import { ndjsonLine } from '../../report/run/run-ndjson.ts';
import type { RunTotals } from '../../run/events.ts';
import type { Io } from './io.ts';

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
  spent: NO_MONEY,
  reported: NO_MONEY,
  unpricedSubmits: 0,
};

export interface NoRun {
  /** A sentence each; where there is none, stderr has the words. */
  readonly reasons?: readonly string[];
  /** If it came to one. */
  readonly plan?: Plan | undefined;
}

/** Gives the exit code back. */
export function endWithoutRun(
  io: Io,
  json: boolean | undefined,
  exit: number,
  { reasons = [], plan }: NoRun = {},
): number {
  if (json !== true) return exit;
  const pending = plan?.totals.actions.attach ?? 0;
  const notSubmitted = plan?.totals.actions.submit ?? 0;
  const totals = { ...NOTHING, pending, notSubmitted };
  io.stdout.write(
    ndjsonLine(
      { event: 'run.finished', exit, reasons, wallSeconds: 0, pending, notSubmitted, totals },
      io.clock.now(),
    ),
  );
  return exit;
}

export const errorsIn = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
