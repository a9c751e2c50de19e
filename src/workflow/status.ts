/** What locks and disk say together. Works from the locks alone, and changes nothing. */
import path from 'node:path';
import { answersOf } from '../lock/attempt.ts';
import { readClipStates } from '../lock/clips-on-disk.ts';
import { fromLockPath } from '../lock/file/paths.ts';
import type { Filter } from '../plan/options.ts';
import type { ClipState } from '../plan/plan.ts';
import { systemFiles } from '../ports/files.ts';
import type { StatusPart } from '../report/lock/status-json.ts';
import type { Verified } from '../report/lock/verify-terminal.ts';
import { type LockFileOfManifest, lockInScope } from './manifests-of-locks.ts';
import type { ReadLock } from './open-ledgers.ts';
import { shown, type Surroundings } from './surroundings.ts';

export interface StatusRequest {
  readonly filter: Filter;
  /** Do not look for clips on the disk. Default false. */
  readonly blind?: boolean;
  /** Read and hash every clip again, whatever the cache of digests says. Default false. */
  readonly rehash?: boolean;
}

/** One part for each lock, of the renders that the filter names. */
export async function statusParts(
  locks: ReadonlyMap<string, ReadLock>,
  files: readonly LockFileOfManifest[],
  { filter, blind = false, rehash = false }: StatusRequest,
): Promise<readonly (StatusPart & Pick<ReadLock, 'paths'>)[]> {
  const parts = [];
  for (const [manifest, { lock: whole, paths }] of locks) {
    const file = files.find((one) => one.manifest === manifest) ?? { manifest };
    const lock = lockInScope(whole, file, filter);
    const clips = blind
      ? undefined
      : await readClipStates(lock, paths.lock, paths.filesCache, systemFiles, { rehash });
    parts.push({
      manifest,
      lock,
      paths,
      clipState: (_: unknown, entry: Parameters<StatusPart['clipState']>[1]): ClipState =>
        clips?.of(entry) ?? 'unknown',
    });
  }
  return parts;
}

export interface VerifiedLocks {
  readonly parts: readonly StatusPart[];
  /** Every clip that the locks have, those of earlier results too where they are here. */
  readonly clips: readonly Verified[];
  /**
   * 0, or 7 where a clip is changed or cannot be read; with `complete` also where one is absent, and
   * 6 where a task is pending.
   */
  readonly exit: 0 | 6 | 7;
}

const STATES = { present: 'whole', absent: 'absent', damaged: 'changed' } as const;

/** Every clip that the locks have, read again and hashed. */
export async function verifyClips(
  at: Pick<Surroundings, 'cwd'>,
  locks: ReadonlyMap<string, ReadLock>,
  files: readonly LockFileOfManifest[],
  { filter, complete = false }: { readonly filter: Filter; readonly complete?: boolean },
): Promise<VerifiedLocks> {
  const clips: Verified[] = [];
  let pending = false;
  const parts = await statusParts(locks, files, { filter, rehash: true });
  for (const { manifest, lock, paths, clipState } of parts) {
    for (const [id, entry] of lock.renders) {
      for (const result of [entry, ...(entry.earlier ?? [])]) {
        if (result.clip === undefined) {
          if (result === entry && answersOf(result).awaitsClip === 'pending') pending = true;
          continue;
        }
        const disk = clipState(id, result);
        const state = disk === 'unknown' ? 'unreadable' : STATES[disk];
        // An earlier clip that is not here was often cleared away on purpose.
        if (result !== entry && state === 'absent') continue;
        const file = path.resolve(fromLockPath(paths.lock, result.clip.path));
        clips.push({ manifest, id, path: shown(at, file), state });
      }
    }
  }
  const missing = clips.some(
    ({ state }) =>
      state === 'changed' || state === 'unreadable' || (complete && state === 'absent'),
  );
  return { parts, clips, exit: missing ? 7 : complete && pending ? 6 : 0 };
}
