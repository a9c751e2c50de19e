/**
 * A store in a folder: a disk, or a NAS that is mounted here. Written beside the final name and
 * renamed, so that a part of a clip never has a final name.
 */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { syncFolder } from '../ports/files/descriptors.ts';
import { openRegular } from '../ports/files/open-regular.ts';
import { ProvingSink, provenBytes, UnfitClip } from './clip-bytes.ts';
import {
  type ClipKey,
  type Found,
  type Got,
  type Listed,
  objectName,
  type Put,
  sha256OfName,
  type Sink,
  type Store,
  type StoreFailure,
  type TransferOptions,
} from './store.ts';

/** A file that a killed push left behind is swept away when it is as old as this. */
const ABANDONED_MS = 24 * 60 * 60_000;
const PIECE_BYTES = 256 * 1024;

/** `root`: absolute; `now`: milliseconds since 1970. */
export function folderStore(address: string, root: string, now: () => number): Store {
  const objects = join(root, 'clips');
  const incoming = join(root, 'incoming');
  let swept = false;

  const fileOf = (sha256: string): string => join(root, ...objectName(sha256).split('/'));

  /** The folder itself is never made: a NAS that is not mounted looks like a missing folder. */
  async function reach(): ReturnType<Store['reach']> {
    const facts = await stat(root).catch((error: unknown) => failure(root, error));
    if ('kind' in facts) return facts;
    if (!facts.isDirectory())
      return { kind: 'unreachable', reason: `${root} is not a folder`, remedy: SET_FOLDER };
    const outside = await leavesRoot(root, objects);
    return outside ?? { kind: 'reached' };
  }

  async function has({ sha256 }: ClipKey): Promise<Found> {
    try {
      const facts = await lstat(fileOf(sha256));
      // A link could lead anywhere, also out of the store.
      return facts.isFile() ? { kind: 'present', bytes: facts.size } : { kind: 'absent' };
    } catch (error) {
      return isMissing(error) ? absentIfReached() : failure(fileOf(sha256), error);
    }
  }

  /** Nothing is "absent" from a folder that is not there. */
  async function absentIfReached(): Promise<{ readonly kind: 'absent' } | StoreFailure> {
    const reached = await reach();
    return reached.kind === 'reached' ? { kind: 'absent' } : reached;
  }

  async function list(atMost: number, signal?: AbortSignal): Promise<Listed> {
    const reached = await reach();
    if (reached.kind !== 'reached') return reached;
    const found = new Map<string, number>();
    try {
      const names = await readdir(objects).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const name of names) {
        if (signal?.aborted === true) return { kind: 'aborted' };
        const sha256 = sha256OfName(`clips/${name}`);
        if (sha256 === undefined) continue;
        if (found.size >= atMost) return { kind: 'listed', objects: found, complete: false };
        const facts = await lstat(join(objects, name)).catch(() => undefined);
        if (facts?.isFile() === true) found.set(sha256, facts.size);
      }
      return { kind: 'listed', objects: found, complete: true };
    } catch (error) {
      return failure(objects, error);
    }
  }

  async function put(key: ClipKey, path: string, options: TransferOptions = {}): Promise<Put> {
    const temporary = join(incoming, `${key.sha256}.${randomBytes(6).toString('hex')}.part`);
    try {
      const reached = await reach();
      if (reached.kind !== 'reached') return reached;
      for (const folder of [objects, incoming]) {
        await mkdir(folder, { recursive: true });
        const outside = await leavesRoot(root, folder);
        if (outside !== undefined) return outside;
      }
      if (!swept) await sweep(incoming, now() - ABANDONED_MS);
      swept = true;
      const section = { ...key, start: 0 };
      if (!(await write(temporary, provenBytes(path, section, options.onBytes), options.signal))) {
        await unlink(temporary);
        return { kind: 'aborted' };
      }
      await rename(temporary, fileOf(key.sha256));
      await syncFolder(objects);
      return { kind: 'stored' };
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      if (error instanceof UnfitClip) return { kind: 'unfit', reason: error.message };
      return failure(root, error);
    }
  }

  async function get(key: ClipKey, sink: Sink, options: TransferOptions = {}): Promise<Got> {
    const found = await has(key);
    if (found.kind !== 'present') return found;
    if (found.bytes !== key.bytes)
      return {
        kind: 'wrong',
        reason: `it has ${found.bytes} bytes, the clip has ${key.bytes}`,
        sameSize: false,
      };
    const proving = new ProvingSink(key, sink);
    try {
      const file = await openRegular(fileOf(key.sha256), { follow: false });
      const stream = file.createReadStream({ highWaterMark: PIECE_BYTES });
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        if (options.signal?.aborted === true) return { kind: 'aborted' };
        if (!(await proving.take(chunk, proving.taken))) break;
        options.onBytes?.(chunk.length);
      }
    } catch (error) {
      return failure(fileOf(key.sha256), error);
    }
    if (proving.diskProblem !== undefined) return { kind: 'disk', reason: proving.diskProblem };
    return proving.verdict();
  }

  return { address, whereIs: fileOf, reach, has, list, put, get };
}

const SET_FOLDER = 'Create the folder, mount it, or correct RUSHES_STORE.';

/** False: aborted before the end. */
async function write(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const file = await open(path, 'wx');
  try {
    for await (const piece of bytes) {
      if (signal?.aborted === true) return false;
      await file.writeFile(piece);
    }
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

/** A folder inside the store that is a link to somewhere else would carry clips out of it. */
async function leavesRoot(root: string, folder: string): Promise<StoreFailure | undefined> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined) return undefined;
  const rest = relative(await realpath(root), real);
  if (!isAbsolute(rest) && rest.split(sep)[0] !== '..') return undefined;
  return {
    kind: 'unreachable',
    reason: `${folder} leads out of the store`,
    remedy: 'Make it a folder inside the store.',
  };
}

async function sweep(folder: string, beforeMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.part')) continue;
    const facts = await lstat(join(folder, name)).catch(() => undefined);
    if (facts !== undefined && facts.mtimeMs < beforeMs)
      await unlink(join(folder, name)).catch(() => undefined);
  }
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

function failure(path: string, error: unknown): StoreFailure {
  const code = codeOf(error);
  if (code === 'ENOENT')
    return { kind: 'unreachable', reason: `${path} does not exist`, remedy: SET_FOLDER };
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return {
      kind: 'denied',
      reason: `${path} cannot be used (${code})`,
      remedy: 'Give this user the right to read and write the folder.',
    };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return {
      kind: 'unreachable',
      reason: `${path} is full`,
      remedy: 'Make room in the store, then run rushes store push.',
    };
  return { kind: 'unreachable', reason: error instanceof Error ? error.message : String(error) };
}
