/** The lock file on disk: read it, and write it only when it would change. */
import { isUtf8 } from 'node:buffer';
import { type Diagnostic, Source } from '../../diagnostic.ts';
import type { FileOutcome, FileProblem, Files } from '../../ports/files/files.ts';
import { decodeLock, RESTORE } from './decode.ts';
import type { LockPaths } from './paths.ts';
import { EMPTY_LOCK, encodeLock, type Lock } from './format.ts';

/**
 * `text` is the file on disk, `undefined` if there is no lock yet, which reads as an empty one.
 */
export type ReadLock =
  | { readonly kind: 'lock'; readonly lock: Lock; readonly text: string | undefined }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

/** `shown`: the path as people would type it, for messages. */
export async function readLock(files: Files, path: string, shown = path): Promise<ReadLock> {
  const linked = await linkProblem(files, path, shown);
  if (linked !== undefined)
    return { kind: 'problem', problem: inItsPlace(linked, `. ${RESTORE}.`) };
  const read = await files.read(path);
  if (!read.ok) {
    return read.problem.code === 'ENOENT'
      ? { kind: 'lock', lock: EMPTY_LOCK, text: undefined }
      : { kind: 'problem', problem: inItsPlace(read.problem, `. ${RESTORE}.`) };
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(read.value);
  if (!isUtf8(read.value)) return { kind: 'invalid', diagnostics: [notUtf8(text, shown)] };
  const decoded = decodeLock(text, shown);
  return decoded.ok
    ? { kind: 'lock', lock: decoded.lock, text }
    : { kind: 'invalid', diagnostics: decoded.diagnostics };
}

/**
 * A branch may bring a link in place of a lock or a journal: what it leads to would be quoted in
 * messages, and is never read. A write replaces the link, so that none ever served.
 */
export const linkProblem = async (
  files: Files,
  path: string,
  shown: string,
): Promise<FileProblem | undefined> =>
  (await files.isLink(path))
    ? {
        code: 'ELOOP',
        message: `${shown} is a symbolic link and is not read`,
      }
    : undefined;

/** The problem if `.rushes` exists and is not a folder; `undefined` otherwise. */
export async function noHiddenFolder(
  files: Files,
  { hidden, folder }: Pick<LockPaths, 'hidden' | 'folder'>,
): Promise<FileProblem | undefined> {
  for (const path of new Set([hidden, folder])) {
    const linked = await linkProblem(files, path, path);
    const kind = files.sync.kindOf(path);
    const problem =
      linked ??
      (kind === undefined || kind === 'folder'
        ? undefined
        : { code: 'ENOTDIR', message: `${path} is not a folder` });
    if (problem !== undefined)
      return inItsPlace(problem, ', then run again: rushes makes the folder.');
  }
  return undefined;
}

/** What lies in the place of a file that rushes writes; `next`: what to do without it. */
export const inItsPlace = (problem: FileProblem, next: string): FileProblem =>
  NO_FILE.has(problem.code) ? { ...problem, remedy: `Move it away${next}` } : problem;

/** Something is there, and no file: a folder, a link, a pipe, a socket or a device. */
export const NO_FILE: ReadonlySet<string> = new Set(['EISDIR', 'EINVAL', 'ELOOP', 'ENOTDIR']);

/**
 * Whether the file has just this text, without making sense of it; `undefined`: whether there is
 * none.
 */
export async function holds(
  files: Files,
  path: string,
  text: string | undefined,
): Promise<boolean> {
  const read = await files.read(path);
  if (!read.ok) return text === undefined && read.problem.code === 'ENOENT';
  return text !== undefined && Buffer.from(text).equals(read.value);
}

function notUtf8(text: string, path: string): Diagnostic {
  const start = text.indexOf('\uFFFD');
  return {
    code: 'lock-invalid',
    severity: 'error',
    message: `the lock ${path} is not UTF-8 text`,
    place: { source: new Source(path, text), start, end: start + 1 },
    hint: RESTORE,
    renders: [],
  };
}

/**
 * Writes the lock, unless `onDisk` (its text there, `undefined` if there is none) says the same
 * already. An empty lock is not created. `value`: the text that is on disk now.
 */
export async function writeLock(
  files: Files,
  path: string,
  lock: Lock,
  onDisk: string | undefined,
): Promise<FileOutcome<string | undefined>> {
  const text = encodeLock(lock);
  if (onDisk === undefined ? lock.renders.size === 0 : withoutCarriageReturns(onDisk) === text)
    return { ok: true, value: onDisk };
  const written = await files.writeAtomic(path, text);
  return written.ok ? { ok: true, value: text } : written;
}

/** Git for Windows may check text out with CRLF: no reason to rewrite a file. */
const withoutCarriageReturns = (text: string): string => text.replaceAll('\r\n', '\n');
