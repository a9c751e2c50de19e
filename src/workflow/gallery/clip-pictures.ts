/** What the page needs of each clip's file: a poster and the number of pictures a second. */
import path from 'node:path';
import pLimit from 'p-limit';
import { frameRateOf } from '../../clip/frame-rate.ts';
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import type { Lock, Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import { makePosters, type PosterFor } from './posters.ts';

export interface ClipPictures {
  /** Absolute. */
  readonly poster?: string;
  readonly fps?: number;
}

export interface ClipsOfLock {
  readonly lock: Lock;
  readonly lockPath: string;
  readonly states: ClipStates;
  /** Absolute: where the project's clips are. */
  readonly clipsFolder: string;
}

const FILES_AT_ONCE = 8;

/** By digest, of every clip that is here and whole. */
export async function readPictures(
  locks: readonly ClipsOfLock[],
  waiting?: (message: string) => void,
): Promise<ReadonlyMap<string, ClipPictures>> {
  const clips = new Map<string, PosterFor>();
  for (const { lock, lockPath, states, clipsFolder } of locks)
    for (const result of allResults(lock))
      if (result.clip !== undefined && states.of(result) === 'present')
        clips.set(result.clip.sha256, {
          sha256: result.clip.sha256,
          clip: path.resolve(fromLockPath(lockPath, result.clip.path)),
          clipsFolder,
          seconds: result.clip.seconds,
        });
  const posters = await makePosters([...clips.values()], waiting);
  const limit = pLimit(FILES_AT_ONCE);
  return new Map(
    await Promise.all(
      [...clips].map(([sha256, { clip }]) =>
        limit(async (): Promise<[string, ClipPictures]> => {
          const poster = posters.get(sha256);
          const fps = await frameRateOf(clip);
          return [
            sha256,
            { ...(poster === undefined ? {} : { poster }), ...(fps === undefined ? {} : { fps }) },
          ];
        }),
      ),
    ),
  );
}

const allResults = ({ renders }: Lock): readonly Result[] =>
  [...renders.values()].flatMap((entry) => [entry, ...(entry.earlier ?? [])]);
