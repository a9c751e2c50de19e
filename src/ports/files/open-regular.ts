import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

// Windows knows neither flag, and has no pipes among its files.
const flags: Readonly<Partial<Record<string, number>>> = constants;
const READ_AT_ONCE = constants.O_RDONLY | (flags['O_NONBLOCK'] ?? 0);
const APPEND_AT_ONCE = constants.O_APPEND | constants.O_CREAT | (flags['O_NONBLOCK'] ?? 0);
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
  const handle = await opened(path, READ_AT_ONCE | (follow ? 0 : NO_FOLLOW));
  return onlyIf((facts) => facts.isFile(), handle, path);
}

/**
 * The same for appending; created if absent. `read`: what others append can be read too. Default
 * false. A device takes what is written at once, and is let through.
 */
export async function openToAppend(
  path: string,
  { read = false }: { readonly read?: boolean } = {},
): Promise<FileHandle> {
  // A pipe without a reader cannot even be opened for writing alone; it is not a file either.
  const handle = await opened(
    path,
    APPEND_AT_ONCE | (read ? constants.O_RDWR : constants.O_WRONLY),
  );
  return onlyIf((facts) => facts.isFile() || facts.isCharacterDevice(), handle, path);
}

const opened = (path: string, how: number): Promise<FileHandle> =>
  open(path, how).catch((error: unknown) => {
    throw unopenedError(path, error) ?? error;
  });

async function onlyIf(
  isFit: (facts: Stats) => boolean,
  handle: FileHandle,
  path: string,
): Promise<FileHandle> {
  try {
    const facts = await handle.stat();
    if (!isFit(facts)) throw noFile(facts, path);
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
  const fd = openNow(path);
  try {
    const facts = fstatSync(fd);
    if (!facts.isFile()) throw noFile(facts, path);
    return { fd, size: facts.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function openNow(path: string): number {
  try {
    return openSync(path, READ_AT_ONCE);
  } catch (error) {
    throw unopenedError(path, error) ?? error;
  }
}

/** A socket, and a pipe without a reader, cannot be opened, and the system does not name them. */
function unopenedError(path: string, error: unknown): Error | undefined {
  if (!(error instanceof Error && 'code' in error && UNOPENED.has(String(error.code))))
    return undefined;
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts === undefined || facts.isFile() ? undefined : noFile(facts, path);
}

/** Linux says the first, others one of these. */
const UNOPENED: ReadonlySet<string> = new Set(['ENXIO', 'EOPNOTSUPP', 'ENOTSUP']);

const noFile = (facts: Stats, path: string): Error =>
  Object.assign(new Error(`${path} is ${kindOf(facts)}, not a file`), {
    code: facts.isDirectory() ? 'EISDIR' : 'EINVAL',
  });

function kindOf(facts: Stats): string {
  if (facts.isDirectory()) return 'a folder';
  if (facts.isFIFO()) return 'a pipe';
  return facts.isSocket() ? 'a socket' : 'a device';
}
