/**
 * A files port that remembers what was looked at through it, and what was there. While all
 * of it is unchanged, the conclusions are the same.
 */
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import type { Files, LogFile } from './files.ts';
import type { FileFacts, SyncFiles } from './sync-files.ts';

/** Observed files, by absolute path. */
export interface Looks {
  /**
   * Files of which size and times were asked; with the digest of the bytes where they were read.
   */
  readonly files: ReadonlyMap<string, FileLook>;
  /** Whatever else was asked for: only that it is there, and what it is, or that nothing is. */
  readonly kinds: ReadonlyMap<string, KindLook>;
  /** Folders whose contents were asked for: a digest of the list. */
  readonly lists: ReadonlyMap<string, string>;
  /**
   * The same of the names that begin and end in a certain way; the key is made by {@link namesKey}.
   */
  readonly names: ReadonlyMap<string, string>;
  /** Where paths lead once links are resolved; `''` for nowhere. */
  readonly links: ReadonlyMap<string, string>;
}

export interface FileLook {
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly changeTimeMs: number;
  readonly inode: number;
  /** 64 hex digits. */
  readonly sha256?: string;
}

export type KindLook = FileFacts['kind'] | 'absent';

export interface Recording {
  readonly files: Files;
  /**
   * What was looked at so far; `undefined` if that says too little: something was seen in two
   * states, could not be read, or was written and is still there.
   */
  looks(): Looks | undefined;
}

export function recordingFiles(files: Files): Recording {
  const seen = {
    files: new Map<string, FileLook>(),
    kinds: new Map<string, KindLook>(),
    lists: new Map<string, string>(),
    names: new Map<string, string>(),
    links: new Map<string, string>(),
  };
  /** Paths that were changed through this port. */
  const written = new Set<string>();
  let spoiled = false;

  function keep<T>(map: Map<string, T>, path: string, look: T, same = Object.is): void {
    const before = map.get(path);
    if (before !== undefined && !written.has(path) && !same(before, look)) spoiled = true;
    map.set(path, look);
  }
  function noteFacts(path: string, facts: FileFacts | undefined): void {
    if (facts?.kind !== 'file') return keep(seen.kinds, path, facts?.kind ?? 'absent');
    const { bytes, mtimeMs, changeTimeMs, inode } = facts;
    const sha256 = seen.files.get(path)?.sha256;
    const look = { bytes, mtimeMs, changeTimeMs, inode };
    keep(seen.files, path, sha256 === undefined ? look : { ...look, sha256 }, sameFile);
  }
  /** `facts`: of before the bytes were read, so that a change meanwhile shows as one. */
  function noteBytes(path: string, facts: FileFacts | undefined, bytes: Uint8Array): void {
    if (facts?.kind !== 'file') spoiled = true;
    noteFacts(path, facts);
    const look = seen.files.get(path);
    const sha256 = hash('sha256', bytes, 'hex');
    if (look !== undefined) keep(seen.files, path, { ...look, sha256 }, sameFile);
  }
  function noteWrite(path: string): void {
    for (const map of Object.values(seen)) map.delete(path);
    written.add(path);
  }
  const noteFailure = (path: string, code: string): void => {
    if (code === 'ENOENT' || code === 'ENOTDIR') keep(seen.kinds, path, 'absent');
    else spoiled = true;
  };

  const sync: SyncFiles = {
    read(path) {
      const facts = files.sync.stat(path);
      try {
        const bytes = files.sync.read(path);
        noteBytes(path, facts, bytes);
        return bytes;
      } catch (error) {
        noteFailure(path, codeOf(error));
        throw error;
      }
    },
    stat(path) {
      const facts = files.sync.stat(path);
      noteFacts(path, facts);
      return facts;
    },
    kindOf(path) {
      const kind = files.sync.kindOf(path);
      keep(seen.kinds, path, kind ?? 'absent');
      return kind;
    },
    realPath(path) {
      const real = files.sync.realPath(path);
      keep(seen.links, path, real ?? '');
      return real;
    },
    entries(folder) {
      try {
        const entries = files.sync.entries(folder);
        keep(seen.lists, folder, digestOfList(entries));
        return entries;
      } catch (error) {
        noteFailure(folder, codeOf(error));
        throw error;
      }
    },
  };

  return {
    files: {
      sync,
      async read(path) {
        const facts = files.sync.stat(path);
        const read = await files.read(path);
        if (read.ok) noteBytes(path, facts, read.value);
        else noteFailure(path, read.problem.code);
        return read;
      },
      async stat(path) {
        const facts = await files.stat(path);
        if (facts.ok) noteFacts(path, facts.value);
        else noteFailure(path, facts.problem.code);
        return facts;
      },
      isLink(path) {
        // A path that becomes a link, or leads elsewhere, has another real path.
        keep(seen.links, path, files.sync.realPath(path) ?? '');
        return files.isLink(path);
      },
      async statMany(paths) {
        const found = await files.statMany(paths);
        paths.forEach((path, index) => noteFacts(path, found[index]));
        return found;
      },
      async list(folder, start, end) {
        const listed = await files.list(folder, start, end);
        if (listed.ok)
          keep(seen.names, namesKey({ folder, start, end }), digestOfNames(listed.value));
        else noteFailure(folder, listed.problem.code);
        return listed;
      },
      isOwnFile(path, maxBytes) {
        noteFacts(path, files.sync.stat(path));
        return files.isOwnFile(path, maxBytes);
      },
      async hash(path) {
        noteFacts(path, files.sync.stat(path));
        return files.hash(path);
      },
      writeAtomic(path, content) {
        noteWrite(path);
        return files.writeAtomic(path, content);
      },
      openAppend(path) {
        noteWrite(path);
        return files.openAppend(path);
      },
      async openLog(path) {
        // Opening what is there changes nothing; the first line does.
        if (!(await files.stat(path)).ok) noteWrite(path);
        const opened = await files.openLog(path);
        if (!opened.ok) return opened;
        const log = opened.value;
        const append: LogFile['append'] = (text) => {
          noteWrite(path);
          return log.append(text);
        };
        return { ok: true, value: { ...log, append } };
      },
      createExclusive(path, content) {
        noteWrite(path);
        return files.createExclusive(path, content);
      },
      async makeFolder(folder) {
        const made = await files.makeFolder(folder);
        if (made.ok && made.value) noteWrite(folder);
        return made;
      },
      rename(from, to) {
        noteWrite(from);
        noteWrite(to);
        return files.rename(from, to);
      },
      remove(path) {
        noteWrite(path);
        return files.remove(path);
      },
    },
    looks() {
      if (spoiled) return undefined;
      for (const path of written) {
        if (existsSync(path)) return undefined;
        seen.kinds.set(path, 'absent');
      }
      return seen;
    },
  };
}

const sameFile = (a: FileLook, b: FileLook): boolean =>
  a.bytes === b.bytes &&
  a.mtimeMs === b.mtimeMs &&
  a.changeTimeMs === b.changeTimeMs &&
  a.inode === b.inode &&
  (a.sha256 === undefined || b.sha256 === undefined || a.sha256 === b.sha256);

/**
 * Names and their kinds, without `.rushes`: the first command creates it, and its content
 * is checked separately.
 */
export function digestOfList(entries: readonly Dirent[]): string {
  return digestOfNames(
    entries
      .filter(({ name }) => name !== '.rushes')
      .map((entry) => `${entry.name}${entry.isFile() ? '' : entry.isDirectory() ? '/' : '?'}`),
  );
}

export const digestOfNames = (names: readonly string[]): string =>
  hash('sha256', [...names].sort().join('\0'), 'hex');

interface NamesAsked {
  readonly folder: string;
  readonly start: string;
  readonly end: string;
}

const namesKey = ({ folder, start, end }: NamesAsked): string => [folder, start, end].join('\0');

export function namesAsked(key: string): NamesAsked {
  const [folder = '', start = '', end = ''] = key.split('\0');
  return { folder, start, end };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN';
