/**
 * What the page needs of files: a small picture of each clip and picture, and the frame rate of
 * clips.
 */
import path from 'node:path';
import pLimit from 'p-limit';
import { frameRateOf } from '../../clip/frame-rate.ts';
import type { ClipStates } from '../../lock/clips-on-disk.ts';
import type { Lock, Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { Picture } from '../../pictures/picture.ts';
import { makePosters, type PosterFor } from './posters.ts';
import { slatePicture } from './slate-picture.ts';

export interface ClipPictures {
  /** Absolute. */
  readonly poster?: string;
  /** Of a clip. */
  readonly fps?: number;
}

export interface ClipsOfProject {
  readonly lock: Lock;
  readonly lockPath: string;
  readonly states: ClipStates;
  /** Absolute: where the project's clips are. */
  readonly clipsFolder: string;
  /** Those that scenes and cast name. */
  readonly pictures: readonly Picture[];
  readonly draft: boolean;
  /** Clips of the other commit: absolute, by digest. */
  readonly baseClips: ReadonlyMap<string, string>;
}

const FILES_AT_ONCE = 8;

/** By digest, of every clip that is here and whole, and of every picture. */
export async function readPictures(
  projects: readonly ClipsOfProject[],
  waiting?: (message: string) => void,
): Promise<ReadonlyMap<string, ClipPictures>> {
  const clips = new Map(projects.flatMap(clipsIn).map((clip) => [clip.sha256, clip]));
  const stills = projects.flatMap(({ pictures, clipsFolder }) =>
    pictures.map(({ sha256, file, type }): PosterFor => ({
      sha256,
      file,
      picture: type,
      clipsFolder,
    })),
  );
  const posters = await makePosters([...stills, ...clips.values()], waiting);
  const limit = pLimit(FILES_AT_ONCE);
  const rates = await Promise.all(
    [...clips].map(([sha256, { file }]) =>
      limit(async () => [sha256, await frameRateOf(file)] as const),
    ),
  );
  const found = new Map<string, ClipPictures>(
    [...posters].map(([sha256, poster]) => [sha256, { poster }]),
  );
  for (const [sha256, fps] of rates)
    if (fps !== undefined) found.set(sha256, { ...found.get(sha256), fps });
  return found;
}

function clipsIn({
  lock,
  lockPath,
  states,
  clipsFolder,
  draft,
  baseClips,
}: ClipsOfProject): readonly PosterFor[] {
  const own = [...lock.renders].flatMap(([id, entry]) =>
    [entry, ...(entry.earlier ?? [])].flatMap((result: Result): PosterFor[] => {
      const { clip } = result;
      if (clip === undefined || states.of(result) !== 'present') return [];
      return [
        {
          sha256: clip.sha256,
          file: path.resolve(fromLockPath(lockPath, clip.path)),
          clipsFolder,
          seconds: clip.seconds,
          ...(draft ? { draw: () => slatePicture(id, result, clip) } : {}),
        },
      ];
    }),
  );
  const ofBase = [...baseClips].map(([sha256, file]): PosterFor => ({ sha256, file, clipsFolder }));
  return [...own, ...ofBase];
}
