/** What a lock and its journals hold, for commands that write nothing. */
import type { Diagnostic } from '../diagnostic.ts';
import type { Fingerprint } from '../ids.ts';
import type { FileProblem, Files } from '../ports/files/files.ts';
import type { Lock } from './file/format.ts';
import type { LockPaths } from './file/paths.ts';
import { noHiddenFolder, readLock } from './file/store.ts';
import type { JournalEvent } from './journal/events.ts';
import { readJournal } from './journal/journal.ts';
import { replayer } from './journal/replay.ts';
import { isForeign, setAsideFor } from './journal/set-aside.ts';
import { type Carried, carriedOf, NOTHING_CARRIED } from './spent.ts';

export interface ReadLedgerOptions {
  /** The lock as people would type it, for messages. Default: its path. */
  readonly shown?: string;
  /** Checked out where the manifest lies. */
  readonly branch?: string;
}

/**
 * For commands that only read: what a killed or running run has in its journal is replayed in
 * memory, and nothing is written.
 */
export async function readLedger(
  files: Files,
  paths: LockPaths,
  { shown, branch }: ReadLedgerOptions = {},
): Promise<
  | {
      readonly kind: 'lock';
      readonly lock: Lock;
      /** The journal knows more than the lock file. */
      readonly unsaved: boolean;
      /** What the run of the journal has under its cap. */
      readonly carried: Carried;
    }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
> {
  const start = await readLock(files, paths.lock, shown);
  if (start.kind !== 'lock') return start;
  const wrong = await noHiddenFolder(files, paths);
  if (wrong !== undefined) return { kind: 'problem', problem: wrong };
  let events: readonly JournalEvent[] = [];
  for (const path of await journalsOf(files, paths, branch)) {
    const left = await readJournal(files, path);
    if (!left.ok) return { kind: 'problem', problem: left.problem };
    if (!isForeign(left.value.events, branch)) events = [...events, ...left.value.events];
  }
  if (events.length === 0)
    return { kind: 'lock', lock: start.lock, unsaved: false, carried: NOTHING_CARRIED };
  const state = replayer(start.lock);
  for (const event of events) state.apply(event);
  return {
    kind: 'lock',
    lock: state.lock,
    unsaved: events.some(({ kind }) => kind !== 'run'),
    carried: carriedOf(events, state),
  };
}

/**
 * Whether the lock or one of its journals may name one of these fingerprints: a look at the bytes,
 * which costs a fraction of {@link readLedger}. False only where the ledger has none of them, or
 * cannot be read.
 */
export async function mayName(
  files: Files,
  paths: LockPaths,
  fingerprints: ReadonlySet<Fingerprint>,
  { branch }: Pick<ReadLedgerOptions, 'branch'> = {},
): Promise<boolean> {
  for (const path of [paths.lock, ...(await journalsOf(files, paths, branch))]) {
    if (await files.isLink(path)) continue;
    const read = await files.read(path);
    if (!read.ok) continue;
    const bytes = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.length);
    // An escape, which rushes does not write here, may spell any character.
    if (bytes.includes('\\u')) return true;
    for (let at = bytes.indexOf(PREFIX); at !== -1; at = bytes.indexOf(PREFIX, at + 1))
      if (fingerprints.has(bytes.toString('latin1', at, at + FINGERPRINT_LENGTH) as Fingerprint))
        return true;
  }
  return false;
}

const PREFIX = 'sha256:';
const FINGERPRINT_LENGTH = PREFIX.length + 64;

const journalsOf = async (
  files: Files,
  paths: LockPaths,
  branch: string | undefined,
): Promise<readonly string[]> => [...(await setAsideFor(files, paths, branch)), paths.journal];
