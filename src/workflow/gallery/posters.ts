/**
 * A small picture of each clip, in `posters/` beside the clips: named by the clip's digest, so that
 * each is made once, and made by ffmpeg. Without it the page shows the clips' own first pictures.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { drawPosters, type PosterJob } from '../../ports/ffmpeg/posters.ts';
import { systemFiles } from '../../ports/files/files.ts';

export interface PosterFor {
  readonly sha256: string;
  /** Absolute, of the clip, which is there. */
  readonly clip: string;
  /** Absolute: where the project's clips are. */
  readonly clipsFolder: string;
  readonly seconds: number;
}

/** To one process of ffmpeg. */
const AT_ONCE = 12;
const PROCESSES = 2;
/** More than these take long enough to say so. */
const MANY = 40;

/** Absolute, whether it is there or not. */
const posterPath = ({ sha256, clipsFolder }: PosterFor): string =>
  path.join(clipsFolder, 'posters', `${sha256.slice(0, 32)}.webp`);

/** The absolute path of each poster that is there afterwards, by the digest of its clip. */
export async function makePosters(
  clips: readonly PosterFor[],
  waiting?: (message: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const byPath = new Map(clips.map((clip) => [posterPath(clip), clip]));
  const missing = [...byPath.keys()].filter(await absentAmong([...byPath.keys()]));
  if (missing.length > MANY)
    waiting?.(`making small pictures of ${missing.length} clips; each is made once`);
  const jobs = missing.map((poster): PosterJob => {
    const { clip = '', seconds = 0 } = byPath.get(poster) ?? {};
    // Not the very first picture, which is black where a clip fades in.
    return { clip, poster, atSeconds: Math.min(0.5, seconds / 3) };
  });
  const folders = new Set(missing.map((poster) => path.dirname(poster)));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const limit = pLimit(PROCESSES);
  let hasProgram = true;
  await Promise.all(
    batches(jobs).map((batch) =>
      limit(async () => {
        if (hasProgram) hasProgram = await drawPosters(batch);
      }),
    ),
  );
  const absent = await absentAmong([...byPath.keys()]);
  return new Map(
    [...byPath].flatMap(([poster, { sha256 }]) => (absent(poster) ? [] : [[sha256, poster]])),
  );
}

async function absentAmong(paths: readonly string[]): Promise<(path: string) => boolean> {
  const facts = await systemFiles.statMany(paths);
  const there = new Set(paths.filter((_, index) => facts[index]?.kind === 'file'));
  return (one) => !there.has(one);
}

const batches = (jobs: readonly PosterJob[]): readonly (readonly PosterJob[])[] =>
  Array.from({ length: Math.ceil(jobs.length / AT_ONCE) }, (_, index) =>
    jobs.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );
