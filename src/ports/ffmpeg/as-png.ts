/** A still picture of a type that a renderer cannot read, as PNG, by the ffmpeg of this machine. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnProgram } from '../spawn-program.ts';
import { QUIET } from './arguments.ts';

const LONGEST_MS = 30_000;

/** `undefined`: ffmpeg is missing or cannot read the picture. Rejects if no file can be written. */
export async function webpAsPng(
  bytes: Uint8Array,
  program = 'ffmpeg',
): Promise<Uint8Array | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-picture-'));
  try {
    const [from, to] = [path.join(folder, 'in.webp'), path.join(folder, 'out.png')];
    await writeFile(from, bytes);
    const input = ['-protocol_whitelist', 'file,pipe', '-f', 'webp_pipe', '-i', from];
    const args = [...QUIET, ...input, '-frames:v', '1', '-y', to];
    const { code } = await spawnProgram(program, args, { longestMs: LONGEST_MS });
    return code === 0 ? await readFile(to) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
