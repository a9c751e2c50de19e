/**
 * Whether the clips of a lock are here. A look at the size is enough for ten thousand of them; a
 * clip is read again only when `rushes verify` has found it damaged and its time has changed since.
 */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { FileOutcome, Files } from '../ports/files/files.ts';
import type { Lock, LockClip, LockEntry, Result } from './file/format.ts';
import { fromLockPath, type LockPaths } from './file/paths.ts';

/** `absent` also where no clip ever landed. */
type ClipOnDisk = 'present' | 'absent' | 'damaged';

export interface ClipStates {
  /** Of any result of the lock, current or earlier. */
  of(result: Result): ClipOnDisk;
  /**
   * Remembers which of these files are not the clips of the lock, for the next time: their size
   * does not tell. Of `rushes verify`, which has read them all; the file may be deleted at any
   * time.
   */
  rememberDamage(): Promise<FileOutcome<void>>;
}

export interface ClipLook {
  /** Read every clip again, whatever is remembered: `rushes verify`. Default false. */
  readonly rehash?: boolean;
}

/** Whether it has to be known where the clip of a result is. */
export type ClipMatters = (result: Result, entry: LockEntry) => boolean;

/** The known states if not every clip was checked. */
export interface SomeClipStates {
  of(result: Result): ClipOnDisk | 'unknown';
}

/** By path relative to the lock: a file that was not the clip when it was read. */
const cacheSchema = z.object({
  version: z.literal(1),
  files: z.record(z.string(), z.tuple([z.number(), z.number(), z.string()])),
});
type Seen = readonly [bytes: number, mtimeMs: number, sha256: string];

export const readClipStates = (
  lock: Lock,
  lockPath: string,
  cachePath: string,
  files: Files,
  look: ClipLook = {},
): Promise<ClipStates> =>
  lookAt(
    clipsOf(lock, () => true),
    lockPath,
    cachePath,
    files,
    look,
  );

/** Looks at no others: each is a question to the disk. */
export async function readClipsThatMatter(
  lock: Lock,
  lockPath: string,
  cachePath: string,
  files: Files,
  matters: ClipMatters,
): Promise<SomeClipStates> {
  const clips = clipsOf(lock, matters);
  const states = await lookAt(clips, lockPath, cachePath, files, {});
  return {
    of: (result) =>
      result.clip === undefined || clips.has(result.clip.path) ? states.of(result) : 'unknown',
  };
}

/**
 * Reads the clip with this digest again and remembers if its file is another one, as
 * `rushes verify` does for all: the next plan knows it as damaged.
 */
export async function readAgain(
  sha256: string,
  lock: Lock,
  { lock: lockPath, filesCache }: Pick<LockPaths, 'lock' | 'filesCache'>,
  files: Files,
): Promise<void> {
  const clips = clipsOf(lock, ({ clip }) => clip?.sha256 === sha256);
  const states = await lookAt(clips, lockPath, filesCache, files, { rehash: true });
  // A cache: what cannot be written is found again by the next run.
  await states.rememberDamage();
}

type Clips = ReadonlyMap<string, readonly LockClip[]>;

async function lookAt(
  clips: Clips,
  lockPath: string,
  cachePath: string,
  files: Files,
  { rehash = false }: ClipLook,
): Promise<ClipStates> {
  const paths = [...clips.keys()];
  const [facts, cache] = await Promise.all([
    files.statMany(paths.map((path) => fromLockPath(lockPath, path))),
    readCache(files, cachePath),
  ]);
  /** Digest of what is there now, by path; absent if nothing is. */
  const here = new Map<string, Seen>();
  const changed: { readonly path: string; readonly bytes: number; readonly mtimeMs: number }[] = [];
  let index = 0;
  for (const path of paths) {
    const fact = facts[index++];
    if (fact?.kind !== 'file') continue;
    const { bytes, mtimeMs } = fact;
    const expected = clips.get(path) ?? [];
    const ofThisSize = expected.find((clip) => clip.bytes === bytes);
    const seen = cache.get(path);
    // A wrong size needs no reading, and a file that was never found wrong is trusted when its size
    // is right.
    if (ofThisSize === undefined) here.set(path, [bytes, mtimeMs, '']);
    else if (rehash || (seen !== undefined && (seen[0] !== bytes || seen[1] !== mtimeMs)))
      changed.push({ path, bytes, mtimeMs });
    else here.set(path, seen ?? [bytes, mtimeMs, ofThisSize.sha256]);
  }
  for (const { path, bytes, mtimeMs } of changed) {
    const hashed = await files.hash(fromLockPath(lockPath, path));
    here.set(path, [bytes, mtimeMs, hashed.ok ? hashed.value.sha256 : '']);
  }

  return {
    of: ({ clip }) => {
      const seen = clip === undefined ? undefined : here.get(clip.path);
      if (clip === undefined || seen === undefined) return 'absent';
      const isThere = (one: LockClip): boolean => seen[0] === one.bytes && seen[2] === one.sha256;
      if (isThere(clip)) return 'present';
      // A whole clip of another result that has the name by now does not damage this one, which is
      // somewhere else.
      return clips.get(clip.path)?.some(isThere) === true ? 'absent' : 'damaged';
    },
    rememberDamage: async () => {
      const isWrong = ([path, [bytes, , sha256]]: [string, Seen]): boolean => {
        const ofThisSize = clips.get(path)?.filter((clip) => clip.bytes === bytes) ?? [];
        return ofThisSize.length > 0 && ofThisSize.every((clip) => clip.sha256 !== sha256);
      };
      // Known states of other clips stay: not all clips were checked.
      const others = [...cache].filter(([path]) => !here.has(path));
      const damaged = Object.fromEntries([...others, ...[...here].filter(isWrong)]);
      return isDeepStrictEqual(damaged, Object.fromEntries(cache))
        ? { ok: true, value: undefined }
        : files.writeAtomic(cachePath, `${JSON.stringify({ version: 1, files: damaged })}\n`);
    },
  };
}

/**
 * By the paths of those that matter. Two results may name one path, as after a revert: the file is
 * there for whichever it fits.
 */
function clipsOf(lock: Lock, matters: ClipMatters): Clips {
  const clips = new Map<string, LockClip[]>();
  const each = (work: (result: Result, clip: LockClip, entry: LockEntry) => void): void => {
    for (const entry of lock.renders.values()) {
      if (entry.clip !== undefined) work(entry, entry.clip, entry);
      for (const result of entry.earlier ?? [])
        if (result.clip !== undefined) work(result, result.clip, entry);
    }
  };
  each((result, { path }, entry) => {
    if (matters(result, entry)) clips.set(path, []);
  });
  if (clips.size > 0) each((_, clip) => clips.get(clip.path)?.push(clip));
  return clips;
}

/** A cache that is missing or cannot be read is an empty one. */
async function readCache(files: Files, path: string): Promise<ReadonlyMap<string, Seen>> {
  const read = await files.read(path);
  if (!read.ok) return new Map();
  try {
    const cache = cacheSchema.safeParse(JSON.parse(new TextDecoder().decode(read.value)));
    return new Map(cache.success ? Object.entries(cache.data.files) : []);
  } catch {
    return new Map();
  }
}
