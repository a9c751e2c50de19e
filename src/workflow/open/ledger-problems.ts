/** Why the ledgers of a command did not open, and what it ends with then. */
import { defined } from '../../defined.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { type ExitCode, worstExit } from '../../plan/exit.ts';
import { wayOut } from '../../ports/files/project-root.ts';
import type { FileProblem } from '../../ports/files/files.ts';
import { isUnusable, type Records, type RecordSurroundings } from './open-record.ts';
import { filesOf, shown } from './surroundings.ts';

export interface ManifestFile {
  /** As people see it; key of every map here. */
  readonly manifest: string;
  /** Absolute. */
  readonly manifestPath: string;
}

/** Why a ledger did not open. */
export type LedgerProblem =
  /** Another command is running on this manifest; the message names it. Exit 6. */
  | { readonly kind: 'held'; readonly manifest: string; readonly message: string }
  /** The lock or the journal cannot be read. Exit 65. */
  | {
      readonly kind: 'invalid';
      readonly manifest: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** The spend record cannot be used, or git will not say where it is. Exit 5. */
  | { readonly kind: 'record'; readonly message: string }
  /** The remote that the spend record lives on does not answer. Exit 69. */
  | { readonly kind: 'remote-record'; readonly message: string }
  /** The disk refuses to read or write. Exit 65. */
  | {
      readonly kind: 'disk';
      readonly manifest: string;
      readonly message: string;
      /** What to do about this file. Default: room, or rights. */
      readonly remedy?: string;
    };

/** Nothing is read from or written to what lies outside of the project. */
export const leadingOut = (
  at: RecordSurroundings,
  manifests: readonly ManifestFile[],
): readonly LedgerProblem[] =>
  manifests.flatMap(({ manifest, manifestPath }): LedgerProblem[] => {
    const out = wayOut(manifestPath, at.cwd, filesOf(at).sync);
    return out === undefined
      ? []
      : [
          {
            kind: 'disk',
            manifest,
            message: `${shown(at, out)} is a link that leads out of the project: put the file or folder itself there`,
          },
        ];
  });

export const onDisk = (manifest: string, { message, remedy }: FileProblem): LedgerProblem => ({
  kind: 'disk',
  manifest,
  message,
  ...defined({ remedy }),
});

export const problemsOf = <Book>(records: Records<Book>): readonly LedgerProblem[] =>
  records.kind === 'refused'
    ? [{ kind: 'record', message: records.message }]
    : records.all.flatMap(({ book }): LedgerProblem[] =>
        isUnusable(book)
          ? [{ kind: book.remote === true ? 'remote-record' : 'record', message: book.unusable }]
          : [],
      );

const EXIT_OF = { held: 6, record: 5, 'remote-record': 69, invalid: 65, disk: 65 } as const;

export const exitOf = (problems: readonly LedgerProblem[]): ExitCode =>
  worstExit(problems.map(({ kind }): ExitCode => EXIT_OF[kind]));
