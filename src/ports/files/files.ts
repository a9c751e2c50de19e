/**
 * Files as an argument: what the lock and the run need of a disk, and no more. Every ending is a
 * value, because a full or read-only disk in the middle of a paid run is an expected failure.
 *
 * What only looks at names, changes one, or adds some lines is done at once, by synchronous calls:
 * it takes some ten microseconds, and the way to another thread and back several times as much.
 * What waits for the disk itself (fsync) or moves many bytes goes to the threads.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeAll } from './descriptors.ts';
import { openRegular, openToAppend } from './open-regular.ts';
import { type FileFacts, factsOf, type SyncFiles, systemSyncFiles } from './sync-files.ts';

/**
 * `code` is the system's word (`ENOENT`, `ENOSPC`, `EROFS`); `message` is for people and names the
 * path.
 */
export interface FileProblem {
  readonly code: string;
  readonly message: string;
  /** What to do about this file, as a sentence. Default: what helps with that code anywhere. */
  readonly remedy?: string;
}
export type FileOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FileProblem };

/** A file that only grows. */
export interface AppendFile {
  /** All of the text or a problem; after a problem the end of the file is undefined. */
  append(text: string): Promise<FileOutcome<void>>;
  /** Returns once everything appended is on the disk itself (fsync). */
  flush(): Promise<FileOutcome<void>>;
  close(): Promise<void>;
}

/** A file that several processes append to in turn, and that may be replaced by another. */
export interface LogFile extends AppendFile {
  /** The bytes from that offset to the end. */
  readFrom(offset: number): Promise<FileOutcome<Uint8Array>>;
  /** Whether the name still leads to this file. */
  inPlace(): Promise<boolean>;
}

/**
 * A file that was created by this process, distinguishable from a later one with the same name.
 */
export interface HeldFile {
  /** Its modification time when it was made, by the clock of the disk: epoch milliseconds. */
  readonly madeMs: number;
  /** Sets the modification time of this very file, also when its name now belongs to another. */
  touch(epochMs: number): Promise<FileOutcome<void>>;
  /** Whether the name still leads to this file. */
  inPlace(): Promise<boolean>;
  close(): Promise<void>;
}

/** Whole, or in pieces that are written one after the other. */
type Content = string | Uint8Array | Iterable<Uint8Array>;

export interface Files {
  /** The same disk, for looks that answer at once. */
  readonly sync: SyncFiles;
  /** A regular file; a device, a pipe or a folder is a problem at once and never waited for. */
  read(path: string): Promise<FileOutcome<Uint8Array>>;
  /**
   * Readers see the old bytes or the new ones, never a part, also after a power cut. Makes no
   * folders.
   */
  writeAtomic(path: string, content: Content): Promise<FileOutcome<void>>;
  /**
   * For appending; created if absent (and then its name may not survive a power cut). As {@link
   * read} it never waits.
   */
  openAppend(path: string): Promise<FileOutcome<AppendFile>>;
  /** The same, and what others append can be read. */
  openLog(path: string): Promise<FileOutcome<LogFile>>;
  /**
   * Creates the file with that content, or fails with `EEXIST`. It never exists without its
   * content. It need not survive a power cut.
   */
  createExclusive(path: string, content: string): Promise<FileOutcome<HeldFile>>;
  stat(path: string): Promise<FileOutcome<FileFacts>>;
  /** Whether the name itself is a symbolic link; false for what is not there. */
  isLink(path: string): Promise<boolean>;
  /**
   * Whether it is a regular file, no link, of this user, and no larger: what another user could
   * have put there is not read.
   */
  isOwnFile(path: string, maxBytes: number): Promise<boolean>;
  /**
   * The same for many at once, in their order; `undefined` for what is not there or cannot be seen.
   */
  statMany(paths: readonly string[]): Promise<readonly (FileFacts | undefined)[]>;
  /** Names in a folder that begin with `start` and end with `end`, unsorted. */
  list(folder: string, start: string, end: string): Promise<FileOutcome<readonly string[]>>;
  /** With parents; existing is fine. `value`: whether the folder is new. */
  makeFolder(folder: string): Promise<FileOutcome<boolean>>;
  rename(from: string, to: string): Promise<FileOutcome<void>>;
  /** Absent is fine. */
  remove(path: string): Promise<FileOutcome<void>>;
  /** SHA-256 (64 hex digits) of a regular file, read in pieces. As {@link read} it never waits. */
  hash(path: string): Promise<FileOutcome<{ readonly sha256: string; readonly bytes: number }>>;
}

/** Of one file or folder, on the file systems of Linux; others take 255 UTF-16 units. */
export const MOST_BYTES_OF_A_NAME = 255;

/** 80 letters, as many as an id may have, are up to 320 bytes. */
export const isNameTooLong = (name: string): boolean =>
  (process.platform === 'linux' ? Buffer.byteLength(name) : name.length) > MOST_BYTES_OF_A_NAME;

export const systemFiles: Files = {
  sync: systemSyncFiles,

  read: (path) =>
    outcome(async () => {
      const handle = await openRegular(path);
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    }, path),

  /*
   * Not write-file-atomic: its 7.0.1 issues one write(2) and does not look at how much of it was
   * written, so a disk that fills up in the middle would have it rename a cut file over a good
   * lock. It does not sync the folder either.
   */
  writeAtomic: (path, content) =>
    outcome(async () => {
      const temporary = temporaryName(path);
      try {
        await writeAndSync(temporary, content);
        await rename(temporary, path);
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw error;
      }
      await syncFolder(dirname(path));
    }, path),

  openAppend: (path) =>
    outcome(async () => {
      return appendFile(await openToAppend(path), path);
    }),

  openLog: (path) =>
    outcome(async () => {
      const handle = await openToAppend(path, { read: true });
      const held = heldFile(handle.fd, path);
      return {
        ...appendFile(handle, path),
        readFrom: (offset) => outcome(() => readFrom(handle, offset), path),
        inPlace: async () => handle.fd !== -1 && (await held.inPlace()),
      };
    }),

  createExclusive: (path, content) =>
    outcome(() => {
      const temporary = temporaryName(path);
      try {
        const fd = writeAndHold(temporary, content);
        try {
          linkSync(temporary, path);
        } catch (error) {
          closeSync(fd);
          // File systems without hard links (FAT, some network mounts): the name is taken first and
          // filled after.
          if (!HAS_NO_LINKS.has(codeOf(error))) throw error;
          return heldFile(writeAndHold(path, content), path);
        }
        return heldFile(fd, path);
      } finally {
        void outcome(() => unlinkSync(temporary));
      }
    }, path),

  stat: (path) => outcome(() => factsOf(statSync(path))),

  isLink: (path) =>
    lstat(path).then(
      (facts) => facts.isSymbolicLink(),
      () => false,
    ),

  isOwnFile: async (path, maxBytes) => {
    const facts = await lstat(path).catch(() => undefined);
    // Windows has no user ids; its folder of temporary files is the user's own.
    const user = process.getuid?.();
    return (
      facts !== undefined &&
      facts.isFile() &&
      facts.size <= maxBytes &&
      (user === undefined || facts.uid === user)
    );
  },

  /*
   * Synchronous calls inside: ten thousand promises and thread hops cost several times what the
   * looks themselves do. A pause now and then lets a signal or a timer through.
   */
  statMany: async (paths) => {
    const found: (FileFacts | undefined)[] = [];
    for (const path of paths) {
      if (found.length % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
      found.push(systemSyncFiles.stat(path));
    }
    return found;
  },

  list: (folder, start, end) =>
    outcome(async () =>
      (await readdir(folder)).filter((name) => name.startsWith(start) && name.endsWith(end)),
    ),

  makeFolder: (folder) => outcome(() => mkdirSync(folder, { recursive: true }) !== undefined),

  rename: (from, to) => outcome(() => renameSync(from, to)),

  remove: (path) =>
    outcome(() => {
      try {
        unlinkSync(path);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    }),

  hash: (path) =>
    outcome(async () => {
      const hash = createHash('sha256');
      let bytes = 0;
      const handle = await openRegular(path);
      for await (const chunk of handle.createReadStream()) {
        hash.update(chunk as Uint8Array);
        bytes += (chunk as Uint8Array).length;
      }
      return { sha256: hash.digest('hex'), bytes };
    }),
};

const HAS_NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'EMLINK',
]);

const temporaryName = (path: string): string =>
  `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;

const isWhole = (content: Content): content is string | Uint8Array =>
  typeof content === 'string' || content instanceof Uint8Array;

async function writeAndSync(path: string, content: Content): Promise<void> {
  const handle = await open(path, 'w');
  try {
    // Goes on where the one before ended.
    for (const piece of isWhole(content) ? [content] : content) await handle.appendFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives the descriptor. */
function writeAndHold(path: string, content: string): number {
  const fd = openSync(path, 'wx');
  try {
    writeAll(fd, Buffer.from(content));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

const appendFile = (handle: FileHandle, path: string): AppendFile => ({
  append: (text) =>
    outcome(() => {
      if (handle.fd === -1) throw Object.assign(new Error('the file is closed'), { code: 'EBADF' });
      writeAll(handle.fd, Buffer.from(text));
    }, path),
  flush: () => outcome(() => handle.datasync(), path),
  close: () => handle.close().catch(() => undefined),
});

async function readFrom(handle: FileHandle, offset: number): Promise<Uint8Array> {
  const { size } = fstatSync(handle.fd);
  const bytes = Buffer.alloc(Math.max(0, size - offset));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function heldFile(fd: number, path: string): HeldFile {
  let isOpen = true;
  const { mtimeMs } = fstatSync(fd, { bigint: true });
  return {
    madeMs: Number(mtimeMs),
    touch: (epochMs) =>
      outcome(() => {
        if (isOpen) futimesSync(fd, epochMs / 1000, epochMs / 1000);
      }),
    inPlace: async () => {
      try {
        const named = statSync(path, { bigint: true, throwIfNoEntry: false });
        // Asked each time: on a network file system the number may be another file's by now, and
        // then the open file answers with an error.
        const mine = fstatSync(fd, { bigint: true });
        return isOpen && named !== undefined && mine.ino === named.ino && mine.dev === named.dev;
      } catch {
        return false;
      }
    },
    close: async () => {
      if (!isOpen) return;
      // Before it is closed: the number may be another file's from then on.
      isOpen = false;
      await outcome(() => closeSync(fd));
    },
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'EUNKNOWN';

/** `path`: for what the system says without it, as it does of a file that is open already. */
async function outcome<T>(act: () => T | Promise<T>, path?: string): Promise<FileOutcome<T>> {
  try {
    return { ok: true, value: await act() };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const message = path === undefined || said.includes(path) ? said : `${said} '${path}'`;
    return { ok: false, problem: { code: codeOf(error), message } };
  }
}
