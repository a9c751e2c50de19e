/** The clips of many locks, with what the disk says of each. */
import { readClipStates } from '../../lock/clips-on-disk.ts';
import type { Lock } from '../../lock/file/format.ts';
import type { LockPaths } from '../../lock/file/paths.ts';
import { projectRoot } from '../../ports/files/project-root.ts';
import { systemFiles } from '../../ports/files/files.ts';
import { type ClipOfLock, clipsOfLock } from '../../run/store/clips-of-lock.ts';

export interface LocalState extends ClipOfLock {
  readonly manifest: string;
  /** `damaged`: the file there is not the clip. */
  readonly disk: 'present' | 'absent' | 'damaged';
}

export interface LockOfManifest {
  readonly manifest: string;
  /** Absolute. */
  readonly manifestPath: string;
  /** Of the project; default: as found from the manifest's path. */
  readonly root?: string | undefined;
  readonly lock: Lock;
  readonly paths: LockPaths;
}

export async function clipsOfLocks(
  locks: readonly LockOfManifest[],
): Promise<readonly LocalState[]> {
  const found: LocalState[] = [];
  for (const { manifest, manifestPath, root, lock, paths } of locks) {
    const states = await readClipStates(lock, paths.lock, paths.filesCache, systemFiles);
    const clips = await clipsOfLock(lock, paths.lock, root ?? projectRoot(manifestPath));
    for (const clip of clips) found.push({ ...clip, manifest, disk: states.of(clip.result) });
  }
  return found;
}
