/** What the rooms below say is wrong, as the errors that the library rejects with. */
import type { Diagnostic } from '../diagnostic.ts';
import type { ExitCode } from '../plan/exit.ts';
import {
  type DiagnosticDocument,
  diagnosticDocument,
} from '../report/diagnostics/diagnostics-json.ts';
import type { LedgerProblem } from '../workflow/open/ledger-problems.ts';
import type { Setting } from '../workflow/open/settings.ts';
import { InvalidInputError, RefusedError } from './errors.ts';

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
