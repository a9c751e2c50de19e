/** Where a project begins on the disk, and what leads out of it. */
import path from 'node:path';
import { type SyncFiles, systemSyncFiles } from './sync-files.ts';

/**
 * Nearest folder above that holds `.git` (folder or file), else the nearest with `package.json`,
 * else the file's own.
 */
export function projectRoot(manifest: string, files: SyncFiles = systemSyncFiles): string {
  const own = path.dirname(manifest);
  for (const mark of ['.git', 'package.json']) {
    for (let folder = own; ; folder = path.dirname(folder)) {
      if (files.kindOf(path.join(folder, mark)) !== undefined) return folder;
      if (path.dirname(folder) === folder) break;
    }
  }
  return own;
}

/** Whether the path is the folder itself or lies below it. Both absolute. */
export function isInside(absolute: string, folder: string): boolean {
  const relative = path.relative(folder, absolute);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/**
 * A link that leads out of the project: the manifest or a folder on the way to it, or a folder
 * `.rushes` where its journal or the spend record lies. A pull request can bring such links; what
 * they lead to must be neither quoted nor written to. `cwd`: a path below the project of the
 * working folder stays in that project too, so that a link to another project is not an exception.
 */
export function wayOut(
  manifestPath: string,
  cwd: string,
  files: SyncFiles = systemSyncFiles,
): string | undefined {
  const root = projectRoot(manifestPath, files);
  const roots = new Set([root, projectRoot(path.join(cwd, 'any'), files)]);
  const places = [
    manifestPath,
    path.join(path.dirname(manifestPath), '.rushes'),
    path.join(root, '.rushes'),
  ];
  for (const folder of roots) {
    const here = files.realPath(folder);
    for (const place of places) {
      if (here === undefined || !isInside(place, folder)) continue;
      const out = stepsTo(place, folder).find((step) => {
        const real = files.realPath(step);
        return real !== undefined && !isInside(real, here);
      });
      if (out !== undefined) return out;
    }
  }
  return undefined;
}

/** Each folder below `folder` on the way to the place, and the place. */
const stepsTo = (place: string, folder: string): readonly string[] => {
  const names = path.relative(folder, place).split(path.sep);
  return names.map((_, index) => path.join(folder, ...names.slice(0, index + 1)));
};
