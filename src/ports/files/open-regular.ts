import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

// Windows knows neither flag, and has no pipes among its files.
const flags: Readonly<Partial<Record<string, number>>> = constants;
const READ_AT_ONCE = constants.O_RDONLY | (flags['O_NONBLOCK'] ?? 0);
const NO_FOLLOW = flags['O_NOFOLLOW'] ?? 0;

/**
 * Opens a regular file for reading. A pipe without a writer, a device without an end: a lock may
 * name any path, and opening must not wait forever. Checked on the open file, so that
 * nothing can change in between. Rejects with the system's error; `EISDIR` for a folder, `EINVAL`
 * for what is not a file, and without `follow` (default true) `ELOOP` for a symbolic link.
 */
export async function openRegular(
  path: string,
  { follow = true }: { readonly follow?: boolean } = {},
): Promise<FileHandle> {
  const handle = await open(path, READ_AT_ONCE | (follow ? 0 : NO_FOLLOW));
  try {
    assertFile(await handle.stat(), path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The same at once: a descriptor that the caller closes, and the size. Throws what the other
 * rejects with.
 */
export function openRegularNow(path: string): { readonly fd: number; readonly size: number } {
  const fd = openSync(path, READ_AT_ONCE);
  try {
    const facts = fstatSync(fd);
    assertFile(facts, path);
    return { fd, size: facts.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function assertFile(facts: Stats, path: string): void {
  if (facts.isFile()) return;
  const code = facts.isDirectory() ? 'EISDIR' : 'EINVAL';
  throw Object.assign(new Error(`${code}: ${path} is not a regular file`), { code });
}
