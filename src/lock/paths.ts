/** Where the files of one manifest are, and how a lock names files. */
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

/** All absolute. */
export interface LockPaths {
  readonly manifest: string;
  readonly lock: string;
  /** `.rushes` beside the manifest: ignored by git, disposable between runs but the journal of a killed run. */
  readonly hidden: string;
  /** Where journal, run lock and cache are: `.rushes`, or `.rushes/draft`. */
  readonly folder: string;
  readonly journal: string;
  readonly runLock: string;
  /** Path -> size, mtime, sha256 of clips. */
  readonly filesCache: string;
}

/** A draft has a lock, journal, run lock and cache of its own, so that nothing of it is ever taken for paid work. */
export function pathsOf(manifestPath: string, { draft = false }: { readonly draft?: boolean } = {}): LockPaths {
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
  };
}

/** The path as the lock writes it: relative to the lock, `/` as separator on every system. */
export const toLockPath = (lockPath: string, absolute: string): string => relative(dirname(lockPath), absolute).split(sep).join('/');

/** The absolute path that a path in the lock means. */
export const fromLockPath = (lockPath: string, path: string): string => resolve(dirname(lockPath), ...path.split('/'));
