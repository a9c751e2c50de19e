/** Why the library refuses: before anything is sent. */
import type { ExitCode } from '../plan/exit.ts';
import type { DiagnosticDocument } from '../report/diagnostics/diagnostics-json.ts';

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
