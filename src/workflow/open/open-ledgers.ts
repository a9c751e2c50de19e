/** The ledgers of all manifests of one command: all of them open, or none. */
import path from 'node:path';
import { defined } from '../../defined.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import { type LockPaths, pathsOf } from '../../lock/file/paths.ts';
import { replay } from '../../lock/journal/replay.ts';
import { type Ledger, openLedger } from '../../lock/ledger.ts';
import { readLedger } from '../../lock/read-ledger.ts';
import { systemProcesses } from '../../lock/run-lock/processes.ts';
import type { Carried } from '../../lock/spent.ts';
import { EXIT, EXIT_CODES, type ExitCode, worstExit } from '../../plan/exit.ts';
import type { FileProblem, Files } from '../../ports/files/files.ts';
import { systemGit } from '../../ports/git.ts';
import { wayOut } from '../../ports/files/project-root.ts';
import type { Attempts } from '../../record/attempts.ts';
import { REMOTE_PROBLEM } from '../../record/remote/remote-record.ts';
import { lockName, newsFor } from '../../record/results.ts';
import { bringTogether, noteLock, observe, type Observed } from './observe-ledger.ts';
import {
  isUnusable,
  openRecords,
  readRecords,
  type Records,
  type RecordSurroundings,
} from './open-record.ts';
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
  /** As the user typed it: shown to other runs that find the manifest locked. */
  readonly command: string;
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

/** What could not be written at the end. */
export type Unwritten =
  | {
      /** Whose lock it is. */
      readonly manifest: string;
      readonly message: string;
      /** The file that has what the lock holds of paid work, as commands that put it back. */
      readonly savedTo?: string;
    }
  /** The remote did not take what the spend record of this machine has. */
  | { readonly record: string; readonly message: string };

/** For people, without a line break at its end. */
export function unwrittenText(one: Unwritten): string {
  if ('record' in one)
    return `${one.message}\n  Everything that was paid for is in the locks and in ${one.record} of this machine.`;
  const { manifest, message, savedTo } = one;
  const saved =
    savedTo === undefined
      ? ''
      : `\n  Its paid results are in ${savedTo}, as commands that restore them.`;
  return `the lock of ${manifest} could not be written: ${message}${saved}`;
}

/** The exit code of a command that ended with `exit`, and could not write these. */
export function exitWith(exit: number, unwritten: readonly Unwritten[]): number {
  const codes = unwritten.map((one) => ('record' in one ? EXIT.unreachable : EXIT.needsPerson));
  const own = EXIT_CODES.find(({ code }) => code === exit)?.code;
  return own === undefined ? exit : worstExit([own, ...codes]);
}

export interface Ledgers {
  readonly byManifest: ReadonlyMap<string, Ledger>;
  /** The current lock; empty for a manifest that is not among them. */
  readonly lockOf: (manifest: string) => Lock;
  /**
   * The spend record of the manifest's clone; `undefined` for drafts, and where it cannot be used.
   */
  readonly recordOf: (manifest: string) => OpenRecord | undefined;
  /**
   * What was found and done while opening and saving, each once: a second call has only the new.
   */
  readonly takeNotices: () => readonly Diagnostic[];
  /**
   * Saves and closes all of them; a second call does nothing more. `killed`: the run was
   * interrupted, and the next run continues under its cap. Resolves to the locks that could not be
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

/** What a ledger writes of attempts, and where. */
interface OpenRecord extends Observed {
  readonly manifestPath: string;
}

/** For commands that write. If one does not open, those that did are closed again. */
export async function openLedgers(
  at: Surroundings,
  manifests: readonly ManifestFile[],
  { draft, spends, command }: LedgerOptions,
): Promise<LedgersOpened> {
  const out = leadingOut(at, manifests);
  if (out.length > 0) return { kind: 'refused', exit: exitOf(out), problems: out, notices: [] };
  const processes = at.processes ?? (await systemProcesses());
  const parts = { files: filesOf(at), clock: at.clock, processes, command };
  const paths = manifests.map(({ manifestPath }) => manifestPath);
  const records = draft === true ? undefined : await openRecords(at, paths, parts);
  const unusable = records === undefined ? [] : problemsOf(records);
  const closeRecords = async (): Promise<readonly Unwritten[]> => {
    const unwritten: Unwritten[] = [];
    for (const { book, path: file } of records?.kind === 'found' ? records.all : []) {
      if ('unusable' in book) continue;
      const closed = await book.close();
      if (!closed.ok && closed.problem.code === REMOTE_PROBLEM)
        unwritten.push({ record: shown(at, file), message: closed.problem.message });
    }
    return unwritten;
  };
  if (records?.kind === 'refused' || (spends && unusable.length > 0)) {
    await closeRecords();
    return { kind: 'refused', exit: exitOf(unusable), problems: unusable, notices: [] };
  }
  const opened = new Map<string, Ledger>();
  const observed = new Map<string, OpenRecord>();
  const problems: LedgerProblem[] = [];
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: draft === true });
    const found = records?.of(manifestPath);
    const record = found === undefined || 'unusable' in found.book ? undefined : found.book;
    const watched: OpenRecord | undefined =
      found === undefined || record === undefined
        ? undefined
        : {
            record,
            clock: at.clock,
            lock: lockName(found.root, paths.lock),
            branch: found.branch,
            manifestPath,
          };
    const one = await openLedger(paths, {
      ...parts,
      spends,
      shown: shown(at, paths.lock),
      ...(at.waiting !== undefined && { waiting: at.waiting }),
      ...(found?.branch !== undefined && { branch: found.branch }),
      ...(watched !== undefined && { observer: observe(watched) }),
    });
    if (one.kind === 'open') {
      opened.set(manifest, one.ledger);
      if (watched !== undefined) {
        observed.set(manifest, watched);
        await bringTogether(watched, one.ledger);
        if (watched.record.isNew) {
          await seedFromSiblings(filesOf(at), watched, paths);
          // The plan that is made next must know of them.
          await watched.record.flush();
        }
      }
    } else if (one.kind === 'invalid')
      problems.push({ kind: 'invalid', manifest, diagnostics: one.diagnostics });
    else if (one.kind === 'held')
      problems.push({
        kind: 'held',
        manifest,
        message: `${one.message}${await committedLock(at, paths.runLock)}`,
      });
    else problems.push(onDisk(manifest, one.problem));
  }
  const ledgers = ledgersOf(opened, observed, closeRecords);
  if (problems.length === 0) return { kind: 'open', ledgers };
  const notices = [...ledgers.takeNotices()];
  for (const ledger of opened.values()) await ledger.finish({ killed: true });
  await closeRecords();
  return { kind: 'refused', exit: exitOf(problems), problems, notices };
}

/** Nothing is read from or written to what lies outside of the project. */
const leadingOut = (
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

const onDisk = (manifest: string, { message, remedy }: FileProblem): LedgerProblem => ({
  kind: 'disk',
  manifest,
  message,
  ...defined({ remedy }),
});

/** A run lock in git looks in every checkout as if its machine had an active run. */
async function committedLock(at: Surroundings, file: string): Promise<string> {
  const tracked = await systemGit(path.dirname(file), at.env).run([
    'ls-files',
    '--error-unmatch',
    '--',
    path.basename(file),
  ]);
  return tracked.ok
    ? `\n  ${shown(at, file)} is committed, so every checkout has it. If that run has ended: git rm --cached ${shown(at, file)}`
    : '';
}

const problemsOf = <Book>(records: Records<Book>): readonly LedgerProblem[] =>
  records.kind === 'refused'
    ? [{ kind: 'record', message: records.message }]
    : records.all.flatMap(({ book }): LedgerProblem[] =>
        isUnusable(book)
          ? [{ kind: book.remote === true ? 'remote-record' : 'record', message: book.unusable }]
          : [],
      );

const EXIT_OF = { held: 6, record: 5, 'remote-record': 69, invalid: 65, disk: 65 } as const;

const exitOf = (problems: readonly LedgerProblem[]): ExitCode =>
  worstExit(problems.map(({ kind }): ExitCode => EXIT_OF[kind]));

/** A record that was not there learns what all locks of the folder know, not only those at work. */
async function seedFromSiblings(
  files: Files,
  watched: OpenRecord,
  { lock }: LockPaths,
): Promise<void> {
  const folder = path.dirname(lock);
  const listed = await files.list(folder, '', '.lock.json');
  for (const name of listed.ok ? listed.value : []) {
    if (!name.endsWith('.lock.json') || path.join(folder, name) === lock) continue;
    const sibling = pathsOf(path.join(folder, name.replace(/\.lock\.json$/, '.yaml')));
    const read = await readLedger(files, sibling, {
      ...(watched.branch !== undefined && { branch: watched.branch }),
    });
    if (read.kind !== 'lock') continue;
    const named = path.posix.join(path.posix.dirname(watched.lock), name);
    noteLock({ ...watched, lock: named }, read.lock);
  }
}

function ledgersOf(
  byManifest: ReadonlyMap<string, Ledger>,
  observed: ReadonlyMap<string, OpenRecord>,
  closeRecords: () => Promise<readonly Unwritten[]>,
): Ledgers {
  const taken = new Map<string, number>();
  let closed: Promise<readonly Unwritten[]> | undefined;
  return {
    byManifest,
    lockOf: (manifest) => byManifest.get(manifest)?.lock ?? EMPTY_LOCK,
    recordOf: (manifest) => observed.get(manifest),
    takeNotices: () =>
      [...byManifest].flatMap(([manifest, { notices }]) => {
        const fresh = notices.slice(taken.get(manifest) ?? 0);
        taken.set(manifest, notices.length);
        return fresh;
      }),
    close: ({ killed }) => (closed ??= closeAll(byManifest, killed, closeRecords)),
  };
}

async function closeAll(
  ledgers: ReadonlyMap<string, Ledger>,
  killed: boolean,
  closeRecords: () => Promise<readonly Unwritten[]>,
): Promise<readonly Unwritten[]> {
  const unwritten: Unwritten[] = [];
  for (const [manifest, ledger] of ledgers) {
    const closed = await ledger.finish({ killed });
    if (closed.ok) continue;
    const { message } = closed.problem;
    const savedTo = await ledger.emergency(
      `# the lock of ${manifest} could not be written: ${message}`,
    );
    unwritten.push({ manifest, message, ...defined({ savedTo }) });
  }
  // What it could not take is in the locks, and the next run brings it.
  return [...unwritten, ...(await closeRecords())];
}

/** One current lock, including the results that only its journal has. */
export interface ReadLock {
  readonly lock: Lock;
  /** What the run of its journal has under its cap. */
  readonly carried: Carried;
  readonly paths: LockPaths;
}

export interface ReadLocks {
  readonly byManifest: ReadonlyMap<string, ReadLock>;
  /** Empty for a manifest without a lock. */
  readonly lockOf: (manifest: string) => Lock;
  /** What the record of the manifest's clone knows; `undefined` if it cannot be used. */
  readonly attemptsOf: (manifestPath: string) => Attempts | undefined;
  /** Checked out where the manifest lies; `undefined` outside of git. */
  readonly branchOf: (manifestPath: string) => string | undefined;
}

export type LocksRead =
  | (ReadLocks & { readonly kind: 'read' })
  | {
      readonly kind: 'refused';
      readonly exit: ExitCode;
      readonly problems: readonly LedgerProblem[];
    };

export interface ReadOptions extends Pick<LedgerOptions, 'draft'> {
  /**
   * Read the spend record too, and refuse without it: a plan that does not know what is paid for on
   * another branch would be wrong. Default false.
   */
  readonly record?: boolean | undefined;
}

/**
 * For commands that only read: the journal of a killed run is replayed in memory, nothing is
 * written.
 */
export async function readLocks(
  at: RecordSurroundings,
  manifests: readonly ManifestFile[],
  { draft, record = false }: ReadOptions,
): Promise<LocksRead> {
  const out = leadingOut(at, manifests);
  if (out.length > 0) return { kind: 'refused', exit: exitOf(out), problems: out };
  const byManifest = new Map<string, ReadLock>();
  const records =
    draft === true
      ? undefined
      : await readRecords(
          at,
          manifests.map(({ manifestPath }) => manifestPath),
        );
  const problems: LedgerProblem[] = record && records !== undefined ? [...problemsOf(records)] : [];
  const recordOf = (manifestPath: string) =>
    records?.kind === 'found' ? records.of(manifestPath) : undefined;
  const attemptsOf = (manifestPath: string): Attempts | undefined => {
    const book = recordOf(manifestPath)?.book;
    return book === undefined || 'unusable' in book ? undefined : book.attempts;
  };
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: draft === true });
    const found = recordOf(manifestPath);
    const branch = found?.branch;
    const read = await readLedger(filesOf(at), paths, {
      shown: shown(at, paths.lock),
      ...(branch !== undefined && { branch }),
    });
    if (read.kind === 'lock') {
      const attempts = attemptsOf(manifestPath);
      const news =
        attempts === undefined || found === undefined
          ? []
          : newsFor(read.lock, attempts, lockName(found.root, paths.lock));
      byManifest.set(manifest, {
        lock: news.length === 0 ? read.lock : replay(read.lock, news),
        carried: read.carried,
        paths,
      });
    } else if (read.kind === 'invalid')
      problems.push({ kind: 'invalid', manifest, diagnostics: read.diagnostics });
    else problems.push(onDisk(manifest, read.problem));
  }
  return problems.length === 0
    ? {
        kind: 'read',
        byManifest,
        lockOf: (manifest) => byManifest.get(manifest)?.lock ?? EMPTY_LOCK,
        attemptsOf,
        branchOf: (manifestPath) => recordOf(manifestPath)?.branch,
      }
    : { kind: 'refused', exit: exitOf(problems), problems };
}
