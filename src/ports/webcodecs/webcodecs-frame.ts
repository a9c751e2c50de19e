/** One frame of a clip by the optional package `node-webcodecs`, where it is installed. */
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { FrameBytes } from '../ffmpeg/one-frame.ts';
import { firstLine, type Ran, spawnProgram } from '../spawn-program.ts';
import { WEBCODECS_CHILD } from '../webcodecs-child-file.ts';

const LONGEST_MS = 120_000;
/** A PNG beyond this is of no use: models take pictures of 10 MB at most. */
const MOST_BYTES = 8_000_000;

/**
 * `absent`: it is not installed; `problem`: it is, and says this when it is loaded. Never rejects.
 */
export type WebcodecsHere =
  | { readonly kind: 'here' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly message: string };

export async function webcodecsHere(): Promise<WebcodecsHere> {
  try {
    createRequire(WEBCODECS_CHILD).resolve('node-webcodecs/register');
  } catch {
    return { kind: 'absent' };
  }
  const { code, text } = await run([]);
  return code === 0 ? { kind: 'here' } : { kind: 'problem', message: firstLine(text) };
}

/** `scratch`: absolute, without an ending, for a file that is gone afterwards. Never rejects. */
export async function webcodecsFrame(
  clip: string,
  frame: 'first' | 'last' | number,
  scratch: string,
): Promise<FrameBytes> {
  const png = `${scratch}.png`;
  const { code, text } = await run([clip, String(frame), png]);
  try {
    if (code !== 0)
      return { kind: 'problem', message: `node-webcodecs finds no such frame: ${firstLine(text)}` };
    const bytes = await readFile(png);
    return bytes.length <= MOST_BYTES
      ? { kind: 'frame', bytes, type: 'png' }
      : {
          kind: 'problem',
          message: 'as a PNG it is larger than 8 MB; install ffmpeg, which makes a JPEG of it',
        };
  } catch (error) {
    return { kind: 'problem', message: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(png, { force: true });
  }
}

const run = (args: readonly string[]): Promise<Ran> =>
  spawnProgram(process.execPath, [...process.execArgv, fileURLToPath(WEBCODECS_CHILD), ...args], {
    longestMs: LONGEST_MS,
  });
