/** The ledgers of all manifests of one command: all of them open, or none. */
import type { Diagnostic } from '../diagnostic.ts';
import { EMPTY_LOCK, type Lock } from '../lock/file/format.ts';
import { type LockPaths, pathsOf } from '../lock/file/paths.ts';
import { type Ledger, openLedger, readLedger } from '../lock/ledger.ts';
import { systemProcesses } from '../lock/processes.ts';
import { type ExitCode, worstExit } from '../plan/exit.ts';
import { filesOf, shown, type Surroundings } from './surroundings.ts';

export interface ManifestFile {
  /** As people see it; key of every map here. */
  readonly manifest: string;
  /** Absolute. */
  readonly manifestPath: string;
}

export interface LedgerOptions {
  /** The locks of drafts. Default false. */
  readonly draft?: boolean | undefined;
  /** Whether the command may submit: see `LedgerOptions.spends` of `lock/ledger.ts`. */
  readonly spends: boolean;
  /** As the user typed it: shown to whoever finds the manifest held. */
  readonly command: string;
}

/** Why a ledger did not open. */
export type LedgerProblem =
  /** Another command is at work on this manifest; the message names it. Exit 6. */
  | { readonly kind: 'held'; readonly manifest: string; readonly message: string }
  /** The lock or the journal cannot be read. Exit 65. */
  | {
      readonly kind: 'invalid';
      readonly manifest: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** The disk refuses to read or write. Exit 65. */
  | { readonly kind: 'disk'; readonly manifest: string; readonly message: string };

/** A lock that could not be written at the end. */
export interface Unwritten {
  readonly manifest: string;
  readonly message: string;
  /** The file that has what the lock holds of paid work, as commands that put it back. */
  readonly savedTo?: string;
}

/** For people, without a line break at its end. */
export const unwrittenText = ({ manifest, message, savedTo }: Unwritten): string =>
  `the lock of ${manifest} could not be written: ${message}${
    savedTo === undefined
      ? ''
      : `\n  What it holds of paid work is in ${savedTo}, as commands that put it back.`
  }`;

export interface Ledgers {
  readonly byManifest: ReadonlyMap<string, Ledger>;
  /** As it is now; empty for a manifest that is not among them. */
  readonly lockOf: (manifest: string) => Lock;
  /** What was found and done while opening and saving, each once: a second call has only the new. */
  readonly takeNotices: () => readonly Diagnostic[];
  /**
   * Saves and closes all of them; a second call does nothing more. `killed`: the run was
   * interrupted, and its cap goes on in the next run. Resolves to the locks that could not be
   * written.
   */
  close(end: { readonly killed: boolean }): Promise<readonly Unwritten[]>;
}

export type LedgersOpened =
  | { readonly kind: 'open'; readonly ledgers: Ledgers }
  | {
      readonly kind: 'refused';
      readonly exit: ExitCode;
      readonly problems: readonly LedgerProblem[];
      /** Of those that did open, and are closed again. */
      readonly notices: readonly Diagnostic[];
    };

/** For commands that write. Where one does not open, those that did are closed again. */
export async function openLedgers(
  at: Surroundings,
  manifests: readonly ManifestFile[],
  { draft, spends, command }: LedgerOptions,
): Promise<LedgersOpened> {
  const opened = new Map<string, Ledger>();
  const problems: LedgerProblem[] = [];
  const processes = await systemProcesses();
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: draft === true });
    const one = await openLedger(paths, {
      files: filesOf(at),
      clock: at.clock,
      processes,
      command,
      spends,
      shown: shown(at, paths.lock),
    });
    if (one.kind === 'open') opened.set(manifest, one.ledger);
    else if (one.kind === 'invalid')
      problems.push({ kind: 'invalid', manifest, diagnostics: one.diagnostics });
    else if (one.kind === 'held') problems.push({ kind: 'held', manifest, message: one.message });
    else problems.push({ kind: 'disk', manifest, message: one.problem.message });
  }
  const ledgers = ledgersOf(opened);
  if (problems.length === 0) return { kind: 'open', ledgers };
  const notices = [...ledgers.takeNotices()];
  for (const ledger of opened.values()) await ledger.finish({ killed: true });
  return { kind: 'refused', exit: exitOf(problems), problems, notices };
}

const exitOf = (problems: readonly LedgerProblem[]): ExitCode =>
  worstExit(problems.map(({ kind }): ExitCode => (kind === 'held' ? 6 : 65)));

function ledgersOf(byManifest: ReadonlyMap<string, Ledger>): Ledgers {
  const taken = new Map<string, number>();
  let closed: Promise<readonly Unwritten[]> | undefined;
  return {
    byManifest,
    lockOf: (manifest) => byManifest.get(manifest)?.lock ?? EMPTY_LOCK,
    takeNotices: () =>
      [...byManifest].flatMap(([manifest, { notices }]) => {
        const fresh = notices.slice(taken.get(manifest) ?? 0);
        taken.set(manifest, notices.length);
        return fresh;
      }),
    close: ({ killed }) => (closed ??= closeAll(byManifest, killed)),
  };
}

async function closeAll(
  ledgers: ReadonlyMap<string, Ledger>,
  killed: boolean,
): Promise<readonly Unwritten[]> {
  const unwritten: Unwritten[] = [];
  for (const [manifest, ledger] of ledgers) {
    const closed = await ledger.finish({ killed });
    if (closed.ok) continue;
    const { message } = closed.problem;
    const savedTo = await ledger.emergency(
      `# the lock of ${manifest} could not be written: ${message}`,
    );
    unwritten.push({ manifest, message, ...(savedTo === undefined ? {} : { savedTo }) });
  }
  return unwritten;
}

/** One lock as it is now, what a journal knows beyond it included. */
export interface ReadLock {
  readonly lock: Lock;
  readonly paths: LockPaths;
}

export type LocksRead =
  | {
      readonly kind: 'read';
      readonly byManifest: ReadonlyMap<string, ReadLock>;
      /** Empty for a manifest without a lock. */
      readonly lockOf: (manifest: string) => Lock;
    }
  | {
      readonly kind: 'refused';
      readonly exit: ExitCode;
      readonly problems: readonly LedgerProblem[];
    };

/**
 * For commands that only read: the journal of a killed run is replayed in memory, nothing is
 * written.
 */
export async function readLocks(
  at: Pick<Surroundings, 'cwd' | 'files'>,
  manifests: readonly ManifestFile[],
  { draft }: Pick<LedgerOptions, 'draft'>,
): Promise<LocksRead> {
  const byManifest = new Map<string, ReadLock>();
  const problems: LedgerProblem[] = [];
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: draft === true });
    const read = await readLedger(filesOf(at), paths, { shown: shown(at, paths.lock) });
    if (read.kind === 'lock') byManifest.set(manifest, { lock: read.lock, paths });
    else if (read.kind === 'invalid')
      problems.push({ kind: 'invalid', manifest, diagnostics: read.diagnostics });
    else problems.push({ kind: 'disk', manifest, message: read.problem.message });
  }
  return problems.length === 0
    ? {
        kind: 'read',
        byManifest,
        lockOf: (manifest) => byManifest.get(manifest)?.lock ?? EMPTY_LOCK,
      }
    : { kind: 'refused', exit: exitOf(problems), problems };
}
