/**
 * What a page may show of a lock: clips inside of the project. A lock may come from a pull request,
 * and a path in it may lead anywhere.
 */
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import type { Lock } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import { ProjectFolders } from '../../run/task/delivery/project-folders.ts';

/** A clip outside of `root` is `absent`. */
export async function clipsInside(
  states: ClipStates,
  {
    lock,
    lockPath,
    root,
  }: { readonly lock: Lock; readonly lockPath: string; readonly root: string },
): Promise<ClipStates> {
  const folders = new ProjectFolders();
  const outside = new Set<string>();
  for (const entry of lock.renders.values())
    for (const result of [entry, ...(entry.earlier ?? [])]) {
      const path = result.clip?.path;
      if (path === undefined || states.of(result) === 'absent') continue;
      if (!(await folders.contain(root, fromLockPath(lockPath, path)))) outside.add(path);
    }
  return {
    ...states,
    of: (result) =>
      result.clip !== undefined && outside.has(result.clip.path) ? 'absent' : states.of(result),
  };
}
