/** Decodes the key frames of a clip where ffmpeg is on the PATH: the only proof that it plays. */
import { spawn } from 'node:child_process';
import { childEnvironment } from '../child-environment.ts';

const LONGEST_MS = 60_000;
/** ffmpeg may write a line for each damaged block. */
const MOST_TEXT = 64 * 1024;
/** Lines of decoders, and of ffmpeg about what a decoder said. Others are remarks on the file. */
const DECODER =
  /^\[(?:h264|hevc|av1|libdav1d|libaom-av1|vp9|vp8|mpeg4)\b|^Error while decoding|^Error submitting (?:a )?packet|Invalid data found when processing input/m;

/**
 * Half a sentence where the key frames cannot all be decoded. `undefined`: they can, or nothing on
 * this machine can tell. Never rejects.
 */
export async function decodeFlaw(path: string, program = 'ffmpeg'): Promise<string | undefined> {
  // The file is a stranger's: one container, no other files, no network.
  const input = ['-protocol_whitelist', 'file,pipe', '-f', 'mov', '-skip_frame', 'nokey'];
  const output = ['-map', '0:v:0', '-f', 'null', '-'];
  const args = ['-nostdin', '-v', 'error', '-threads', '1', ...input, '-i', path, ...output];
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: childEnvironment(process.env),
      // Not `timeout`: where the program is not there its timer would keep this process alive.
      signal: AbortSignal.timeout(LONGEST_MS),
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      if (text.length < MOST_TEXT) text += more;
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (code) =>
      // Killed for taking too long says nothing.
      resolve(
        code !== null && DECODER.test(text)
          ? 'ffmpeg cannot decode all of its key frames'
          : undefined,
      ),
    );
  });
}
