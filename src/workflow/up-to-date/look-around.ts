/**
 * What a plan with nothing to do does not read, and where a change means that the plan is made
 * again: the locks beside its own, and the branch.
 */
import path from 'node:path';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Files } from '../../ports/files/files.ts';

const ENDING = '.lock.json';

/** Looks through `files`, which remembers. */
export async function lookAround({ projects }: Plan, files: Files): Promise<void> {
  const own = new Set(projects.map(({ lockPath }) => lockPath));
  for (const folder of new Set(projects.map(({ lockPath }) => path.dirname(lockPath)))) {
    const listed = await files.list(folder, '', ENDING);
    for (const name of listed.ok ? listed.value : []) {
      const lock = path.join(folder, name);
      if (own.has(lock)) continue;
      await files.stat(lock);
      await files.stat(pathsOf(`${lock.slice(0, -ENDING.length)}.yaml`).journal);
    }
  }
  for (const root of new Set(projects.map(({ project }) => project.root))) readHead(root, files);
}

/** In a worktree `.git` is a file that names a folder. */
function readHead(root: string, { sync }: Files): void {
  const git = path.join(root, '.git');
  const kind = sync.kindOf(git);
  if (kind === undefined) return;
  try {
    const folder =
      kind === 'folder'
        ? git
        : path.resolve(
            root,
            new TextDecoder().decode(sync.read(git)).replace(/^gitdir: |\s+$/g, ''),
          );
    sync.read(path.join(folder, 'HEAD'));
  } catch {
    // Not a repository, so no branch.
  }
}
