/** Where the files of one manifest are, and how a lock names files. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

/** All absolute. */
export interface LockPaths {
  readonly manifest: string;
  readonly lock: string;
  /**
   * `.rushes` beside the manifest: ignored by git, disposable between runs but the journal of a
   * killed run.
   */
  readonly hidden: string;
  /** Where journal, run lock and cache are: `.rushes`, or `.rushes/draft`. */
  readonly folder: string;
  readonly journal: string;
  readonly runLock: string;
  /** Clips that `rushes verify` has found damaged: path -> size, mtime, sha256. */
  readonly filesCache: string;
  /**
   * Digests and places of the clips that this machine downloaded; shared by the manifests of a
   * folder.
   */
  readonly landed: string;
  /** Folder of what came in place of a clip and was paid for. */
  readonly received: string;
  /** Links of uploaded pictures; shared by the manifests of a folder. */
  readonly uploads: string;
}

/**
 * A draft has a separate lock, journal, run lock and cache, so that nothing of it is ever taken
 * for paid work.
 */
export function pathsOf(
  manifestPath: string,
  { draft = false }: { readonly draft?: boolean } = {},
): LockPaths {
  const manifest = resolve(manifestPath);
  const name = basename(manifest, extname(manifest));
  const hidden = join(dirname(manifest), '.rushes');
  const folder = draft ? join(hidden, 'draft') : hidden;
  return {
    manifest,
    lock: join(draft ? folder : dirname(manifest), `${name}.lock.json`),
    hidden,
    folder,
    journal: join(folder, `${name}.journal.jsonl`),
    runLock: join(folder, `${name}.run.lock`),
    filesCache: join(folder, `${name}.files.json`),
    landed: join(folder, 'landed'),
    received: join(folder, 'received'),
    uploads: join(folder, 'uploads.json'),
  };
}

/** The path as the lock writes it: relative to the lock, `/` as separator on every system. */
export function toLockPath(lockPath: string, absolute: string): string {
  const at = absolute.lastIndexOf(sep) + 1;
  return lockFolderOf(lockPath, absolute.slice(0, at)) + absolute.slice(at);
}

/** The absolute path that a path in the lock means. Its `/` separates on every system. */
export function fromLockPath(lockPath: string, path: string): string {
  const at = path.lastIndexOf('/') + 1;
  const name = path.slice(at);
  if (name === '.' || name === '..') return resolve(dirname(lockPath), path);
  return folderOf(lockPath, path.slice(0, at)) + name;
}

const lockFolderOf = remembering((lockPath, folder) => {
  const path = relative(dirname(lockPath), folder).split(sep).join('/');
  return path === '' ? '' : `${path}/`;
});
const folderOf = remembering((lockPath, path) => {
  const folder = resolve(dirname(lockPath), path);
  return folder.endsWith(sep) ? folder : folder + sep;
});

/**
 * Clips of one scene share a folder and come one after the other; working out a path costs more
 * than looking at the file.
 */
function remembering(work: (lockPath: string, folder: string) => string): typeof work {
  let last = { lockPath: '', folder: '', found: '' };
  return (lockPath, folder) => {
    if (last.folder !== folder || last.lockPath !== lockPath)
      last = { lockPath, folder, found: work(lockPath, folder) };
    return last.found;
  };
}
