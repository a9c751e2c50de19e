/** Work that the system calls leave to the caller: partial writes, folders that hold a name. */
import { closeSync, fsync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const fsyncOf = promisify(fsync);

/**
 * One write may take only a part of the bytes. `position`: offset in the file; default: where the
 * last write ended. Throws what the system says.
 */
export function writeAll(fd: number, bytes: Uint8Array, position?: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(
      fd,
      bytes,
      done,
      bytes.length - done,
      position === undefined ? null : position + done,
    );
}

/**
 * One read may give only a part of the bytes. Gives how many there were: fewer only at the end of
 * the file. Throws what the system says.
 */
export function readAll(fd: number, into: Uint8Array, position: number): number {
  let done = 0;
  for (;;) {
    const bytes = readSync(fd, into, done, into.length - done, position + done);
    done += bytes;
    if (bytes === 0 || done === into.length) return done;
  }
}

/**
 * A new name lives in its folder: without this a power cut could bring the old one back. Windows
 * cannot, and need not. Rejects with what the disk says.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let fd: number | undefined;
  try {
    fd = openSync(folder, 'r');
    await fsyncOf(fd);
  } catch (error) {
    // A folder that may be written but not read, and some network and container file systems,
    // refuse: no reason to fail a write that is done.
    if (!CANNOT_SYNC.has(String((error as NodeJS.ErrnoException).code))) throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

const CANNOT_SYNC: ReadonlySet<string> = new Set([
  'EINVAL',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EPERM',
  'EBADF',
  'EACCES',
]);
