/** The project's root for a lock whose manifest cannot be read: what bounds where its clips may be written. */
import { dirname, join } from 'node:path';
import { systemFiles } from '../ports/files.ts';

/** The nearest folder above that holds `.git` (a folder or a file), else the nearest with `package.json`, else the lock's own. */
export async function projectRootOf(lockPath: string): Promise<string> {
  for (const mark of ['.git', 'package.json']) {
    for (let folder = dirname(lockPath); ; folder = dirname(folder)) {
      if ((await systemFiles.stat(join(folder, mark))).ok) return folder;
      if (dirname(folder) === folder) break;
    }
  }
  return dirname(lockPath);
}
