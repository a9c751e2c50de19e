/**
 * A journal belongs to the lock beside it and to the branch that was checked out when its run
 * began. On another branch it is set aside under its branch's name: its results are of another
 * version of the lock. Back on its branch it is merged into the lock.
 */
import { basename, join } from 'node:path';
import type { FileOutcome, Files } from '../../ports/files/files.ts';
import type { LockPaths } from '../file/paths.ts';
import type { JournalEvent } from './events.ts';

/** The branch of the run; `undefined` outside of git, and in journals of older versions. */
export function branchOf(events: readonly JournalEvent[]): string | undefined {
  for (const event of events) if (event.kind === 'run') return event.branch;
  return undefined;
}

/** Where either side does not know its branch, the journal is of the lock that it lies beside. */
export const isForeign = (events: readonly JournalEvent[], branch: string | undefined): boolean => {
  const theirs = branchOf(events);
  return theirs !== undefined && branch !== undefined && theirs !== branch;
};

/** `film.journal.feature%2Frain.jsonl`: any branch as a part of a file name. */
const stemOf = (paths: LockPaths, branch: string): string =>
  `${basename(paths.journal, '.jsonl')}.${encodeURIComponent(branch).replaceAll('*', '%2A').slice(0, 150)}`;

/** Renames the journal; never over one that is there. Gives the new path. */
export async function setAside(
  files: Files,
  paths: LockPaths,
  branch: string,
): Promise<FileOutcome<string>> {
  for (let count = 1; ; count++) {
    const path = join(
      paths.folder,
      `${stemOf(paths, branch)}${count === 1 ? '' : `.${count}`}.jsonl`,
    );
    if ((await files.stat(path)).ok) continue;
    const renamed = await files.rename(paths.journal, path);
    return renamed.ok ? { ok: true, value: path } : renamed;
  }
}

/**
 * Journals that were set aside under the name of this branch; oldest first. Those of `v1.2` may be
 * among those of `v1`: see {@link isForeign}.
 */
export async function setAsideFor(
  files: Files,
  paths: LockPaths,
  branch: string | undefined,
): Promise<readonly string[]> {
  if (branch === undefined) return [];
  const stem = stemOf(paths, branch);
  const listed = await files.list(paths.folder, `${stem}.`, 'jsonl');
  const mine = (listed.ok ? listed.value : []).flatMap((name) => {
    const count = /^(?:(\d+)\.)?jsonl$/.exec(name.slice(stem.length + 1));
    return count ? [{ name, count: Number(count[1] ?? 1) }] : [];
  });
  return mine.sort((a, b) => a.count - b.count).map(({ name }) => join(paths.folder, name));
}
