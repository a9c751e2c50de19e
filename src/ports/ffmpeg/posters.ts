/**
 * Small copies of pictures and single pictures of clips, as WebP or JPEG, where ffmpeg is on the
 * PATH.
 */
import { rename, rm, stat } from 'node:fs/promises';
import { spawnProgram } from '../spawn-program.ts';
import { oneClip, onePicture, type PictureFormat, QUIET } from './arguments.ts';

export interface PosterJob {
  /** Absolute: a clip, or a picture. */
  readonly clip: string;
  /** The format of a picture. Absent: it is a clip. */
  readonly picture?: PictureFormat;
  /** Absolute; its folder exists. `.jpg` is a JPEG, anything else a WebP. */
  readonly poster: string;
  /** Which picture of a clip: seconds into it. */
  readonly atSeconds: number;
}

/** Longer or wider sides are made as short as this. Pixels. */
const LONGEST_SIDE = 480;
/** By the ratio that is shown: pixels of a clip need not be square, those of a poster are. */
const side = (share: string): string => `2*max(1\\,round(${LONGEST_SIDE / 2}*min(1\\,${share})))`;
const SIZE = `scale=${side('dar')}:${side('1/dar')},setsar=1`;
const ONE_PICTURE = ['-frames:v', '1', '-map_metadata', '-1', '-vf', SIZE];
const WEBP = ['-c:v', 'libwebp', '-quality', '72', '-f', 'webp'];
const JPEG = ['-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg'];
/** For all clips of one call. */
const LONGEST_MS = 120_000;

/**
 * Writes a poster for each clip that can be decoded; the others have none afterwards. All in one
 * process: its start costs more than drawing a picture. `false`: ffmpeg is missing. Never
 * rejects.
 */
export async function drawPosters(
  jobs: readonly PosterJob[],
  program = 'ffmpeg',
): Promise<boolean> {
  const inputs = jobs.flatMap(({ clip, picture, atSeconds }) =>
    picture === undefined ? oneClip(clip, ['-ss', String(atSeconds)]) : onePicture(clip, picture),
  );
  const outputs = jobs.flatMap(({ poster }, index) => [
    '-map',
    `${index}:v:0`,
    ...ONE_PICTURE,
    ...(poster.endsWith('.jpg') ? JPEG : WEBP),
    partOf(poster),
  ]);
  const { code } = await spawnProgram(program, [...QUIET, '-y', ...inputs, ...outputs], {
    longestMs: LONGEST_MS,
  });
  if (code === undefined) return false;
  if (code !== 0 && jobs.length > 1) {
    // One that cannot be decoded keeps the others from being drawn.
    await Promise.all(jobs.map(({ poster }) => rm(partOf(poster), { force: true })));
    for (const job of jobs) await drawPosters([job], program);
    return true;
  }
  const drawn = await Promise.all(jobs.map(({ poster }) => settle(poster, code === 0)));
  // ffmpeg drops a picture that began before the time: the last one, or the only one.
  const again = jobs.filter(({ atSeconds }, at) => code === 0 && !drawn[at] && atSeconds > 0);
  if (again.length > 0)
    await drawPosters(
      again.map((job) => ({ ...job, atSeconds: 0 })),
      program,
    );
  return true;
}

const partOf = (poster: string): string => `${poster}.part`;

/** Where it finds no picture, ffmpeg leaves an empty file, or a header of some bytes. */
const LEAST_BYTES = 32;

/** Whether there is a poster. */
async function settle(poster: string, isGood: boolean): Promise<boolean> {
  const part = partOf(poster);
  try {
    if (isGood && (await stat(part)).size >= LEAST_BYTES) {
      await rename(part, poster);
      return true;
    }
    await rm(part, { force: true });
  } catch {
    // No poster, then: the page shows the clip's own picture.
  }
  return false;
}
