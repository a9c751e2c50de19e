/** One frame of a clip as a picture, by the ffmpeg of this machine. */
import { readFile, rm } from 'node:fs/promises';
import { firstLine, type Ran, spawnProgram } from '../spawn-program.ts';
import { oneClip, QUIET } from './arguments.ts';

const LONGEST_MS = 120_000;

export type FrameBytes =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array; readonly type: 'png' | 'jpeg' }
  /** Half a sentence. */
  | { readonly kind: 'problem'; readonly message: string };

/** A PNG beyond this is sent as JPEG: models take pictures of 10 MB at most. */
const MOST_PNG_BYTES = 8_000_000;
/** How far before the end the search for the last frame begins, in seconds; 0: at the beginning. */
const BEFORE_END = [1, 5, 0] as const;

/** Whether ffmpeg can be started. Never rejects. */
export const hasFfmpeg = (program = 'ffmpeg'): Promise<boolean> =>
  run(program, ['-hide_banner', '-version']).then(({ code }) => code === 0);

/**
 * The first frame, the last one, or the one that is shown at a second of the clip. `scratch`:
 * absolute, without an ending, for files that are gone afterwards. Never rejects.
 */
export async function ffmpegFrame(
  clip: string,
  frame: 'first' | 'last' | number,
  scratch: string,
  program = 'ffmpeg',
): Promise<FrameBytes> {
  const raw = `${scratch}.bmp`;
  try {
    let said = '';
    for (const args of searches(clip, frame)) {
      await rm(raw, { force: true });
      // Every frame of a search is written over the one before: in a form that costs no time.
      const ran = await run(program, [...QUIET, ...args, '-an', '-update', '1', '-y', raw]);
      said = ran.text;
      const found = await readFile(raw).catch(() => undefined);
      if (found !== undefined && found.length > 0) return await encoded(program, raw, scratch);
    }
    return { kind: 'problem', message: `ffmpeg finds no such frame${words(said)}` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'problem', message };
  } finally {
    for (const ending of ['bmp', 'png', 'jpg']) await rm(`${scratch}.${ending}`, { force: true });
  }
}

/** Ways to ask for it, the quickest first. */
function searches(clip: string, frame: 'first' | 'last' | number): readonly string[][] {
  if (frame === 'first' || frame === 0) return [[...input(clip), '-frames:v', '1']];
  if (frame === 'last')
    return BEFORE_END.map((seconds) => input(clip, seconds === 0 ? [] : ['-sseof', `-${seconds}`]));
  // The last one that begins before that time: a frame is shown until the next one.
  return [[...input(clip), '-t', (frame + 0.0005).toFixed(4)]];
}

async function encoded(program: string, raw: string, scratch: string): Promise<FrameBytes> {
  const png = `${scratch}.png`;
  await run(program, [...QUIET, '-i', raw, '-pix_fmt', 'rgb24', '-y', png]);
  const bytes = await readFile(png);
  if (bytes.length <= MOST_PNG_BYTES) return { kind: 'frame', bytes, type: 'png' };
  const jpg = `${scratch}.jpg`;
  await run(program, [...QUIET, '-i', raw, '-q:v', '2', '-pix_fmt', 'yuvj420p', '-y', jpg]);
  return { kind: 'frame', bytes: await readFile(jpg), type: 'jpeg' };
}

const words = (text: string): string => (text.trim() === '' ? '' : `: ${firstLine(text)}`);

const run = (program: string, args: readonly string[]): Promise<Ran> =>
  spawnProgram(program, args, { longestMs: LONGEST_MS });
const input = (clip: string, before: readonly string[] = []): string[] => [
  ...oneClip(clip, before),
  '-map',
  '0:v:0',
];
