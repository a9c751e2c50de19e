/** The clips that a lock names, as a store knows them. */
import type { Fingerprint, RenderId } from '../../ids.ts';
import type { Lock, Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { LocalClip } from '../../store/push-clips.ts';
import { staysInside } from '../task/delivery/landing.ts';

export interface ClipOfLock extends LocalClip {
  readonly id: RenderId;
  readonly result: Result;
  /** Of the result that the render has now; false for an earlier one. */
  readonly current: boolean;
  /** Whose clip it is, by the SHA-256 of any clip of this render. */
  readonly ownerOf: (sha256: string) => Fingerprint | undefined;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Without those that the lock wants outside of `root`: a lock comes from git, and a pull request
 * could name any file of this machine, to be read or to be replaced.
 */
export async function clipsOfLock(
  lock: Lock,
  lockPath: string,
  root: string,
): Promise<readonly ClipOfLock[]> {
  const clips: ClipOfLock[] = [];
  for (const [id, entry] of lock.renders) {
    const results = [entry, ...(entry.earlier ?? [])];
    const ownerOf = (sha256: string): Fingerprint | undefined =>
      results.find(({ clip }) => clip?.sha256 === sha256)?.fingerprint;
    for (const result of results) {
      if (result.clip === undefined || !SHA256.test(result.clip.sha256)) continue;
      const { sha256, bytes } = result.clip;
      const path = fromLockPath(lockPath, result.clip.path);
      if (!(await staysInside(root, path))) continue;
      clips.push({ id, result, sha256, bytes, path, current: result === entry, ownerOf });
    }
  }
  return clips;
}
