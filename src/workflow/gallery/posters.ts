/**
 * A small picture of each clip and of each picture that requests use, in `posters/` beside the
 * clips: named by the digest, so that each is made once, and made by ffmpeg. Without it a draft
 * draws its own; other clips are shown with what the browser makes of them.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { PictureType } from '../../pictures/picture.ts';
import { drawPosters, type PosterJob } from '../../ports/ffmpeg/posters.ts';
import { systemFiles } from '../../ports/files/files.ts';

export interface PosterFor {
  readonly sha256: string;
  /** Absolute, of the clip or picture, which is there. */
  readonly file: string;
  /** The format of a picture. Absent: it is a clip. */
  readonly picture?: PictureType;
  /** Absolute: where the project's clips are. */
  readonly clipsFolder: string;
  /** How long a clip is. */
  readonly seconds?: number;
  /** A PNG of the clip, used without ffmpeg. */
  readonly draw?: () => Promise<Uint8Array>;
}

/** To one process of ffmpeg. */
const AT_ONCE = 12;
const PROCESSES = 2;
/** More than these take long enough to say so. */
const MANY = 40;

/** Absolute, whether it is there or not. */
const posterPath = ({ sha256, clipsFolder }: PosterFor, ending: 'webp' | 'png' = 'webp'): string =>
  path.join(clipsFolder, 'posters', `${sha256.slice(0, 32)}.${ending}`);

/**
 * The absolute path of each poster that is there afterwards, by the digest of its file. `program`:
 * default `ffmpeg` on the PATH.
 */
export async function makePosters(
  wanted: readonly PosterFor[],
  waiting?: (message: string) => void,
  program?: string,
): Promise<ReadonlyMap<string, string>> {
  const byPath = new Map(wanted.map((one) => [posterPath(one), one]));
  const absent = await absentAmong([...byPath.keys()]);
  const missing = [...byPath].flatMap(([poster, one]) => (absent(poster) ? [{ poster, one }] : []));
  if (missing.length > MANY)
    waiting?.(
      `making ${missing.length === 1 ? 'a small picture of 1 clip' : `small pictures of ${missing.length} clips`}; each is made once`,
    );
  const jobs = missing.map(({ poster, one: { file, picture, seconds = 0 } }): PosterJob => {
    // Not the very first picture, which is black where a clip fades in.
    const atSeconds = Math.min(0.5, seconds / 3);
    return { clip: file, poster, atSeconds, ...(picture === undefined ? {} : { picture }) };
  });
  const folders = new Set(missing.map(({ poster }) => path.dirname(poster)));
  // A project that cannot be written has a page too, elsewhere: the browser shows its clips.
  for (const folder of folders) await mkdir(folder, { recursive: true }).catch(() => undefined);
  const limit = pLimit(PROCESSES);
  let hasProgram = true;
  await Promise.all(
    batches(jobs).map((batch) =>
      limit(async () => {
        if (hasProgram) hasProgram = await drawPosters(batch, program);
      }),
    ),
  );
  if (!hasProgram) await drawWithoutProgram(missing.map(({ one }) => one));
  const all = wanted.flatMap((one) => [posterPath(one), posterPath(one, 'png')]);
  const stillAbsent = await absentAmong(all);
  return new Map(
    wanted.flatMap((one) => {
      const poster = [posterPath(one), posterPath(one, 'png')].find((each) => !stillAbsent(each));
      return poster === undefined ? [] : [[one.sha256, poster]];
    }),
  );
}

async function drawWithoutProgram(wanted: readonly PosterFor[]): Promise<void> {
  const absent = await absentAmong(wanted.map((one) => posterPath(one, 'png')));
  for (const one of wanted) {
    const poster = posterPath(one, 'png');
    // What cannot be written is left to the browser.
    if (one.draw !== undefined && absent(poster))
      await systemFiles.writeAtomic(poster, await one.draw());
  }
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
