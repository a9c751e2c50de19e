/** Why the library refuses: before anything is sent. */
import type { Diagnostic } from '../diagnostic.ts';
import type { ExitCode } from '../plan/exit.ts';
import {
  type DiagnosticDocument,
  diagnosticDocument,
} from '../report/diagnostics/diagnostics-json.ts';
import type { LedgerProblem } from '../workflow/open/ledger-problems.ts';
import type { Setting } from '../workflow/open/settings.ts';

/**
 * Why a request was not carried out. Nothing was sent and no money was spent. `exit` is the exit
 * code that the command line would end with, as in the table of the README.
 */
export class RefusedError extends Error {
  readonly exit: number;
  /** Every reason at once, and warnings beside the errors. */
  readonly diagnostics: readonly DiagnosticDocument[];
  constructor(message: string, exit: ExitCode, diagnostics: readonly DiagnosticDocument[] = []) {
    super(message);
    this.name = 'RefusedError';
    this.exit = exit;
    this.diagnostics = diagnostics;
  }
}

/** A manifest or a lock has errors: `diagnostics` has all of them, `exit` is 65. */
export class InvalidInputError extends RefusedError {
  constructor(message: string, diagnostics: readonly DiagnosticDocument[]) {
    super(message, 65, diagnostics);
    this.name = 'InvalidInputError';
  }
}

export const documentsOf = (diagnostics: readonly Diagnostic[]): readonly DiagnosticDocument[] =>
  diagnostics.map(diagnosticDocument);

/** The first error in words, for the message of an error that has them all. */
const firstError = (diagnostics: readonly DiagnosticDocument[]): string =>
  diagnostics.find(({ severity }) => severity === 'error')?.message ?? 'it has errors';

export function invalid(diagnostics: readonly Diagnostic[]): InvalidInputError {
  const documents = documentsOf(diagnostics);
  return new InvalidInputError(firstError(documents), documents);
}

/** The reason that a run was refused or stopped. */
export function refusal({
  exit,
  diagnostics = [],
  problems,
}: {
  readonly exit: ExitCode;
  readonly diagnostics?: readonly Diagnostic[];
  readonly problems: readonly LedgerProblem[];
}): RefusedError {
  const all = documentsOf([
    ...diagnostics,
    ...problems.flatMap((problem) => (problem.kind === 'invalid' ? problem.diagnostics : [])),
  ]);
  const [disk] = problems.flatMap((problem) => (problem.kind === 'invalid' ? [] : [problem]));
  if (disk === undefined && exit === 65) return new InvalidInputError(firstError(all), all);
  return new RefusedError(disk?.message ?? firstError(all), exit, all);
}

/** The value of a setting of the environment; one that cannot be used refuses, like bad usage. */
export function settingOf<Value>(setting: Setting<Value>): Value | undefined {
  if (setting.ok) return setting.value;
  throw new RefusedError(setting.problem, 64);
}
