/** The ledgers of all manifests of one command: all of them open, or none. */
import { type Ledger, openLedger, readLedger } from '../lock/ledger.ts';
import { type LockPaths, pathsOf } from '../lock/file/paths.ts';
import { systemProcesses } from '../lock/processes.ts';
import type { Lock } from '../lock/file/format.ts';
import { systemFiles } from '../ports/files.ts';
import { type ExitCode, worstExit } from '../plan/exit.ts';
import { EXIT, type Io } from './shared/io.ts';
import { shown } from './shared/load-projects.ts';
import { sayDiagnostics } from './shared/print.ts';

export interface ManifestFile {
  /** As people see it; key of every map here. */
  readonly manifest: string;
  /** Absolute. */
  readonly manifestPath: string;
}

export type Opened<Book> =
  | { readonly kind: 'open'; readonly books: ReadonlyMap<string, Book> }
  | { readonly kind: 'exit'; readonly exit: number };

export interface BookOptions {
  readonly draft?: boolean | undefined;
  /** Whether the command may submit: see `LedgerOptions.spends`. */
  readonly spends: boolean;
  /** As the user typed it: shown to whoever finds the manifest held. */
  readonly command: string;
}

/**
 * For commands that write. On any problem what was opened is given back, and everything that is
 * wrong has been said.
 */
export async function openBooks(
  io: Io,
  manifests: readonly ManifestFile[],
  options: BookOptions,
): Promise<Opened<Ledger>> {
  const books = new Map<string, Ledger>();
  const processes = await systemProcesses();
  const exits: ExitCode[] = [];
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: options.draft === true });
    const opened = await openLedger(paths, {
      files: systemFiles,
      clock: io.clock,
      processes,
      command: options.command,
      spends: options.spends,
      shown: shown(io, paths.lock),
    });
    switch (opened.kind) {
      case 'open':
        sayNotices(io, opened.ledger);
        books.set(manifest, opened.ledger);
        break;
      case 'held':
        io.stderr.write(
          `rushes: ${opened.message}\n  Wait for it, or stop it. Nothing was done here.\n`,
        );
        exits.push(EXIT.pending);
        break;
      case 'invalid':
        sayDiagnostics(io, opened.diagnostics);
        exits.push(EXIT.invalid);
        break;
      case 'problem':
        io.stderr.write(
          `rushes: ${opened.problem.message}\n  Nothing was sent: what a run knows must be on disk first.\n`,
        );
        exits.push(EXIT.invalid);
        break;
    }
  }
  if (exits.length === 0) return { kind: 'open', books };
  for (const book of books.values()) await book.finish({ killed: true });
  return { kind: 'exit', exit: worstExit(exits) };
}

const saidOf = new WeakMap<Ledger, number>();

/** Each notice once, those of a save in the middle of a run too. */
function sayNotices(io: Io, book: Ledger): void {
  sayDiagnostics(io, book.notices.slice(saidOf.get(book) ?? 0));
  saidOf.set(book, book.notices.length);
}

/**
 * For commands that only read: a journal of a killed run is replayed in memory, nothing is written.
 */
export async function readBooks(
  io: Io,
  manifests: readonly ManifestFile[],
  options: Pick<BookOptions, 'draft'>,
): Promise<Opened<{ readonly lock: Lock; readonly paths: LockPaths }>> {
  const books = new Map<string, { readonly lock: Lock; readonly paths: LockPaths }>();
  let exit: number = EXIT.done;
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: options.draft === true });
    const read = await readLedger(systemFiles, paths, { shown: shown(io, paths.lock) });
    if (read.kind === 'lock') books.set(manifest, { lock: read.lock, paths });
    else {
      if (read.kind === 'invalid') sayDiagnostics(io, read.diagnostics);
      else io.stderr.write(`rushes: ${read.problem.message}\n`);
      exit = EXIT.invalid;
    }
  }
  return exit === EXIT.done ? { kind: 'open', books } : { kind: 'exit', exit };
}

/** Closes all of them; says what could not be written. Returns false if anything could not. */
export async function closeBooks(
  io: Io,
  books: ReadonlyMap<string, Ledger>,
  killed: boolean,
): Promise<boolean> {
  let whole = true;
  for (const [manifest, book] of books) {
    const closed = await book.finish({ killed });
    sayNotices(io, book);
    if (closed.ok) continue;
    whole = false;
    const saved = await book.emergency(
      `# the lock of ${manifest} could not be written: ${closed.problem.message}`,
    );
    io.stderr.write(
      `rushes: the lock of ${manifest} could not be written: ${closed.problem.message}\n` +
        (saved === undefined
          ? ''
          : `  What it holds of paid work is in ${saved}, as commands that put it back.\n`),
    );
  }
  return whole;
}
