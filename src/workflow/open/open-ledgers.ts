/** The ledgers of all manifests of one command: all of them open, or none. */
import path from 'node:path';
import { defined } from '../../defined.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import { type LockPaths, pathsOf } from '../../lock/file/paths.ts';
import { type Ledger, openLedger } from '../../lock/ledger.ts';
import { readLedger } from '../../lock/read-ledger.ts';
import { systemProcesses } from '../../lock/run-lock/processes.ts';
import type { ExitCode } from '../../plan/exit.ts';
import type { Files } from '../../ports/files/files.ts';
import { systemGit } from '../../ports/git.ts';
import { REMOTE_PROBLEM } from '../../record/remote/remote-record.ts';
import { lockName } from '../../record/results.ts';
import {
  exitOf,
  leadingOut,
  type LedgerProblem,
  type ManifestFile,
  onDisk,
  problemsOf,
} from './ledger-problems.ts';
import { bringTogether, noteLock, observe, type Observed } from './observe-ledger.ts';
import { openRecords } from './open-record.ts';
import { filesOf, shown, type Surroundings } from './surroundings.ts';
import type { Unwritten } from './unwritten.ts';

export interface LedgerOptions {
  /** The locks of drafts. Default false. */
  readonly draft?: boolean | undefined;
  /** Whether the command may submit: see `LedgerOptions.spends` of `lock/ledger.ts`. */
  readonly spends: boolean;
  /** As the user typed it: shown to other runs that find the manifest locked. */
  readonly command: string;
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
