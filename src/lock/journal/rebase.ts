/**
 * An entry that moves from one lock to another: its paths name the same places, seen from there.
 * Pure.
 */
import { dirname } from 'node:path';
import type { LockEntry, Result } from '../file/format.ts';
import { fromLockPath, toLockPath } from '../file/paths.ts';

/** Both locks as absolute paths. */
export function rebased(entry: LockEntry, fromLock: string, toLock: string): LockEntry {
  if (dirname(fromLock) === dirname(toLock)) return entry;
  const rebase = (path: string): string => toLockPath(toLock, fromLockPath(fromLock, path));
  const result = <Some extends Result>(one: Some): Some => ({
    ...one,
    ...(one.clip !== undefined && { clip: { ...one.clip, path: rebase(one.clip.path) } }),
    ...(one.target !== undefined && { target: rebase(one.target) }),
  });
  return {
    ...result(entry),
    ...(entry.earlier !== undefined && { earlier: entry.earlier.map(result) }),
  };
}
