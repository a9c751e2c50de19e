/**
 * Looks at the disk that answer at once: reading manifests is one piece of work, and a promise for
 * every look would cost more than the look.
 */
import {
  type Dirent,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';

/** The state of a file when it was checked. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
  /** Milliseconds since 1970, with fractions where the disk has them. */
  readonly mtimeMs: number;
  /** The same of the last change of contents, name or rights, which no program can set. */
  readonly changeTimeMs: number;
  /** Another file under the same name has another one. */
  readonly inode: number;
}

/** Describes a path that is not a file; follows its name in a message. */
export const whatIs = (kind: Exclude<FileFacts['kind'], 'file'>): string =>
  kind === 'folder' ? 'is a folder, not a file' : 'is a pipe, a socket or a device, not a file';

export interface SyncFiles {
  /** Throws what the system throws. */
  read(path: string): Uint8Array;
  /** `undefined` for what is not there or cannot be seen. */
  stat(path: string): FileFacts | undefined;
  /** For a look that only asks whether something is there, and what. */
  kindOf(path: string): FileFacts['kind'] | undefined;
  /** Absolute, links resolved; `undefined` if it leads nowhere. */
  realPath(path: string): string | undefined;
  /** The content of a folder, unsorted. Throws the errors of the system. */
  entries(folder: string): readonly Dirent[];
}

export const systemSyncFiles: SyncFiles = {
  read: (path) => readFileSync(path),
  stat: factsAt,
  kindOf: (path) => factsAt(path)?.kind,
  realPath: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
  entries: (folder) => readdirSync(folder, { withFileTypes: true }),
};

function factsAt(path: string): FileFacts | undefined {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    return facts && factsOf(facts);
  } catch {
    return undefined;
  }
}

export const factsOf = (facts: Stats): FileFacts => ({
  kind: facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other',
  bytes: facts.size,
  mtimeMs: facts.mtimeMs,
  changeTimeMs: facts.ctimeMs,
  inode: facts.ino,
});
