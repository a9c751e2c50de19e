/**
 * The clips of another commit that a page compares with. Most are here, as earlier results of this
 * commit's lock; others come out of the store, into `base/` beside the clips.
 */
import path from 'node:path';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { LockClip } from '../../lock/file/format.ts';
import type { Plan } from '../../plan/plan.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { Http } from '../../ports/http/http.ts';
import type { ClipOfLock } from '../../run/store/clips-of-lock.ts';
import { staysInside } from '../../run/task/delivery/landing.ts';
import type { PushOptions } from '../../store/push-clips.ts';
import type { Surroundings } from '../open/surroundings.ts';
import { clipsOfLocks, type LockOfManifest } from '../store/clips-of-locks.ts';
import { type PulledNeeded, pullThese } from '../store/pull-needed.ts';

const SHA256 = /^[0-9a-f]{64}$/;

const basePath = (folder: string, sha256: string): string =>
  path.join(folder, 'base', `${sha256.slice(0, 32)}.mp4`);

/**
 * Brings what `base` shows and this machine lacks from the store. `folder`: absolute, of its clips.
 */
export async function pullBaseClips(
  at: Pick<Surroundings, 'env' | 'clock'>,
  http: Http,
  locks: readonly (LockOfManifest & { readonly root: string; readonly folder: string })[],
  base: Plan,
  options: PushOptions = {},
): Promise<PulledNeeded> {
  const wanted: ClipOfLock[] = [];
  for (const lock of locks) {
    const before = base.projects.find(({ project }) => project.manifest === lock.manifest);
    if (before === undefined) continue;
    const { root, folder } = lock;
    const kept = new Map(
      (await clipsOfLocks([lock])).map((clip) => [`${clip.id} ${clip.sha256}`, clip]),
    );
    const current = new Set([...kept.values()].flatMap((clip) => (clip.current ? clip.path : [])));
    for (const { render, entry } of before.renders) {
      if (entry?.clip === undefined || !SHA256.test(entry.clip.sha256)) continue;
      const { sha256, bytes } = entry.clip;
      const known = kept.get(`${render.id} ${sha256}`);
      if (known?.disk === 'present') continue;
      // An earlier result may have the name of a current clip, which stays where it is.
      if (known !== undefined && (known.current || !current.has(known.path))) {
        wanted.push(known);
        continue;
      }
      const place = { root, lockPath: lock.paths.lock, folder };
      if ((await baseClipHere(entry.clip, place)) !== undefined) continue;
      const target = basePath(folder, sha256);
      wanted.push({
        id: render.id,
        result: entry,
        sha256,
        bytes,
        path: target,
        current: false,
        ownerOf: () => undefined,
      });
    }
  }
  return pullThese(at, http, wanted, options);
}

interface BasePlace {
  /** Absolute, of the project. */
  readonly root: string;
  /** Absolute, of this commit's lock. */
  readonly lockPath: string;
  /** Absolute: where the project's clips are. */
  readonly folder: string;
}

/** Absolute: where that very clip lies, at its place of the other commit or out of the store. */
export async function baseClipHere(
  clip: LockClip,
  { root, lockPath, folder }: BasePlace,
): Promise<string | undefined> {
  if (!SHA256.test(clip.sha256)) return undefined;
  for (const one of [fromLockPath(lockPath, clip.path), basePath(folder, clip.sha256)])
    // A lock comes from git, and could name any file of this machine.
    if ((await staysInside(root, one)) && (await isThisClip(one, clip))) return one;
  return undefined;
}

async function isThisClip(file: string, { bytes, sha256 }: LockClip): Promise<boolean> {
  const facts = await systemFiles.stat(file);
  if (!facts.ok || facts.value.kind !== 'file' || facts.value.bytes !== bytes) return false;
  const hashed = await systemFiles.hash(file);
  return hashed.ok && hashed.value.sha256 === sha256;
}
