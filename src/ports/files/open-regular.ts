import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a regular file for reading. A pipe without a writer, a device without an end: a lock may
 * name any path, and what is opened must not wait for ever. Checked on the open file, so that
 * nothing can change in between. Rejects with the system's error; `EISDIR` for a folder, `EINVAL`
 * for what is not a file, and without `follow` (default true) `ELOOP` for a symbolic link.
 */
export async function openRegular(
  path: string,
  { follow = true }: { readonly follow?: boolean } = {},
): Promise<FileHandle> {
  // Windows knows neither flag, and has no pipes among its files.
  const flags: Readonly<Partial<Record<string, number>>> = constants;
  const nonBlocking = flags['O_NONBLOCK'] ?? 0;
  const noFollow = follow ? 0 : (flags['O_NOFOLLOW'] ?? 0);
  const handle = await open(path, constants.O_RDONLY | nonBlocking | noFollow);
  try {
    const facts = await handle.stat();
    if (facts.isFile()) return handle;
    const code = facts.isDirectory() ? 'EISDIR' : 'EINVAL';
    throw Object.assign(new Error(`${code}: ${path} is not a regular file`), { code });
  } catch (error) {
    await handle.close();
    throw error;
  }
}
