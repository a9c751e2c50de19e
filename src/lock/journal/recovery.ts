/**
 * What an earlier run left, brought together: the lock as it should be, what its cap had spent, and
 * what people should know.
 */
import { basename } from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import type { FileProblem } from '../../ports/files.ts';
import { readJournal } from './journal.ts';
import type { LockPaths } from '../file/paths.ts';
import { type Replayer, replayer } from './replay.ts';
import type { RunLockParts, RunOwner } from '../run-lock.ts';
import { type Carried, carriedOf } from '../spent.ts';
import { readLock, writeLock } from '../file/store.ts';

export interface Books {
  readonly state: Replayer;
  /** The lock file's text. */
  readonly text: string | undefined;
  readonly carried: Carried;
  readonly notices: Diagnostic[];
}

/**
 * Under the run lock: afterwards the lock file holds all that the journal knows, which may be
 * started anew. `dead`: whose run lock was taken over.
 */
export async function takeIn(
  paths: LockPaths,
  { files, clock, shown }: RunLockParts & { readonly shown?: string },
  dead: RunOwner | undefined,
): Promise<
  | ({ readonly kind: 'books' } & Books)
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
> {
  const start = await readLock(files, paths.lock, shown);
  if (start.kind !== 'lock') return start;
  const left = await readJournal(files, paths.journal);
  if (!left.ok) return { kind: 'problem', problem: left.problem };
  const { events, bad, text } = left.value;
  const notices: Diagnostic[] = [];
  if (bad.length > 0) {
    const copy = `${paths.journal}.${clock.now()}.damaged`;
    const kept = await files.writeAtomic(copy, text);
    if (!kept.ok) return { kind: 'problem', problem: kept.problem };
    const lines = bad.map(({ line }) => line).join(', ');
    const message = `the journal of an earlier run cannot be read in line ${lines}; the rest of it is in the lock`;
    notices.push(
      notice(
        'journal-damaged',
        'warning',
        message,
        `the damaged file is kept as ${basename(copy)}`,
      ),
    );
  }
  const state = replayer(start.lock);
  for (const event of events) state.apply(event);
  const saved = await writeLock(files, paths.lock, state.lock, start.text);
  if (!saved.ok) return { kind: 'problem', problem: saved.problem };
  if (events.some(({ kind }) => kind !== 'run')) {
    const who =
      dead === undefined
        ? 'an earlier run'
        : `"${dead.command}" (process ${dead.pid}, since ${dead.since})`;
    notices.push(
      notice(
        'run-recovered',
        'note',
        `${who} ended without closing its books; what its journal knew is in the lock`,
      ),
    );
  }
  return { kind: 'books', state, text: saved.value, carried: carriedOf(events, state), notices };
}

export const notice = (
  code: Diagnostic['code'],
  severity: 'warning' | 'note',
  message: string,
  hint?: string,
): Diagnostic => ({
  code,
  severity,
  message,
  renders: [],
  ...(hint !== undefined && { hint }),
});
