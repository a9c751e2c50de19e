/** Decodes the key frames of a clip where ffmpeg is on the PATH: the only proof that it plays. */
import { spawnProgram } from '../spawn-program.ts';
import { oneClip, QUIET } from './arguments.ts';

const LONGEST_MS = 60_000;
/** ffmpeg may write a line for each damaged block. */
const MOST_TEXT = 64 * 1024;
/** Lines of decoders, and of ffmpeg about a decoder's messages. Others are remarks on the file. */
const DECODER =
  /^\[(?:h264|hevc|av1|libdav1d|libaom-av1|vp9|vp8|mpeg4)\b|^Error while decoding|^Error submitting (?:a )?packet|Invalid data found when processing input/m;

/**
 * Half a sentence where the key frames cannot all be decoded. `undefined`: they can, or nothing on
 * this machine can tell. Never rejects.
 */
export async function decodeFlaw(path: string, program = 'ffmpeg'): Promise<string | undefined> {
  const input = oneClip(path, ['-skip_frame', 'nokey']);
  const output = ['-map', '0:v:0', '-f', 'null', '-'];
  const { code, text } = await spawnProgram(program, [...QUIET, ...input, ...output], {
    longestMs: LONGEST_MS,
    mostText: MOST_TEXT,
  });
  // Killed for taking too long says nothing.
  const isKnown = code !== undefined && code !== null;
  return isKnown && DECODER.test(text) ? 'ffmpeg cannot decode all of its key frames' : undefined;
}
