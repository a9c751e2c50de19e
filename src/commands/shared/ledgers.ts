/** Ledgers and locks for commands: obstacles are printed, and the caller gets only an exit code. */
import type { LedgerProblem, ManifestFile } from '../../workflow/open/ledger-problems.ts';
import { type LedgerOptions, type Ledgers, openLedgers } from '../../workflow/open/open-ledgers.ts';
import { type ReadLocks, type ReadOptions, readLocks } from '../../workflow/open/read-locks.ts';
import { type Unwritten, unwrittenText } from '../../workflow/open/unwritten.ts';
import type { Io } from './io.ts';
import { printDiagnostics } from './print.ts';

/** For commands that write. */
export async function openOrPrint(
  io: Io,
  manifests: readonly ManifestFile[],
  options: LedgerOptions,
): Promise<{ readonly ledgers: Ledgers } | { readonly exit: number }> {
  const opened = await openLedgers(io, manifests, options);
  if (opened.kind === 'refused') {
    printDiagnostics(io, opened.notices);
    printLedgerProblems(io, opened.problems);
    return { exit: opened.exit };
  }
  printDiagnostics(io, opened.ledgers.takeNotices());
  return { ledgers: opened.ledgers };
}

/** For commands that only read. */
export async function readOrPrint(
  io: Io,
  manifests: readonly ManifestFile[],
  options: ReadOptions,
): Promise<ReadLocks | { readonly exit: number }> {
  const read = await readLocks(io, manifests, options);
  if (read.kind === 'read') return read;
  printReadProblems(io, read.problems);
  return { exit: read.exit };
}

/** Why a command that writes cannot. */
export function printLedgerProblems(io: Io, problems: readonly LedgerProblem[]): void {
  for (const problem of problems) {
    switch (problem.kind) {
      case 'held':
        io.stderr.write(
          `rushes: ${problem.message}\n  Wait for it, or stop it. Nothing was done here.\n`,
        );
        break;
      case 'invalid':
        printDiagnostics(io, problem.diagnostics);
        break;
      case 'record':
      case 'remote-record':
        io.stderr.write(`rushes: ${problem.message}\n`);
        break;
      case 'disk':
        io.stderr.write(
          `rushes: ${problem.message}\n  ${problem.remedy === undefined ? ROOM_OR_RIGHTS : `Nothing was sent. ${problem.remedy}`}\n`,
        );
        break;
    }
  }
}

export function printReadProblems(io: Io, problems: readonly LedgerProblem[]): void {
  for (const problem of problems) {
    if (problem.kind === 'invalid') printDiagnostics(io, problem.diagnostics);
    else io.stderr.write(`rushes: ${problem.message}\n${remedyLine(problem)}`);
  }
}

/** What to do about the file that a problem is about, if the problem knows. */
export const remedyOf = (problem: LedgerProblem): string | undefined =>
  problem.kind === 'disk' ? problem.remedy : undefined;

/** The same as a line of its own, or nothing. */
export function remedyLine(problem: LedgerProblem): string {
  const remedy = remedyOf(problem);
  return remedy === undefined ? '' : `  ${remedy}\n`;
}

const ROOM_OR_RIGHTS =
  'Nothing was sent, because every step must be written to the disk first. Free some space or make the folder writable, then run again.';

/**
 * Closes all of them, and prints what could not be written. Resolves to false if anything could
 * not.
 */
export async function closeOrPrint(
  io: Io,
  ledgers: Ledgers,
  end: { readonly killed: boolean },
): Promise<boolean> {
  const unwritten = await ledgers.close(end);
  printDiagnostics(io, ledgers.takeNotices());
  printUnwritten(io, unwritten);
  return unwritten.length === 0;
}

export function printUnwritten(io: Io, unwritten: readonly Unwritten[]): void {
  for (const one of unwritten) io.stderr.write(`rushes: ${unwrittenText(one)}\n`);
}
