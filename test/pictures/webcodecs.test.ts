/**
 * Frames without ffmpeg: by the optional package node-webcodecs, in the process that the built
 * command starts for it. CI installs the package for this file; elsewhere it runs where it is
 * installed.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installed } from '../clip/installed.ts';
import { smallClips, world } from '../cli/cli-project.ts';
import { hasWebcodecs } from './has-webcodecs.ts';

const run = promisify(execFile);
let bin = '';
/** Programs that the command finds: git, and no ffmpeg. */
const withoutFfmpeg = () => ({ env: { PATH: bin } });

beforeAll(async () => {
  bin = await mkdtemp(path.join(tmpdir(), 'rushes-bin-'));
  await symlink('/usr/bin/git', path.join(bin, 'git'));
});
afterAll(() => rm(bin, { recursive: true }));

const FILM = `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
defaults: { duration: 3 }
scenes:
  - { id: hall, prompt: "A dark hall with a long carpet" }
  - { id: garden, prompt: "A garden", first_frame: { scene: hall, frame: last } }
`;

describe.runIf(hasWebcodecs() && installed('ffmpeg'))('with node-webcodecs', () => {
  test('a chain is rendered without ffmpeg', async () => {
    await using w = await world({ script: { rules: [smallClips()] } });
    await w.write('film.yaml', FILM);
    const planned = await w.cli(['plan', 'film.yaml'], withoutFfmpeg());
    expect(planned).toMatchObject({ exit: 0, err: '' });
    const rendered = await w.cli(['render', 'film.yaml'], withoutFfmpeg());
    expect({ exit: rendered.exit, err: rendered.err }).toMatchObject({ exit: 0 });
    expect(w.gateway.books().accepted).toHaveLength(2);
  });

  test('its frames show what those of ffmpeg show, at every place of a clip', async () => {
    await using w = await world({ script: {} });
    await w.write('film.yaml', FILM);
    expect(await w.rushes(['render', '--only', 'hall', 'film.yaml'])).toMatchObject({ exit: 0 });
    for (const which of ['first', '1.5', 'last']) {
      for (const [name, options] of [
        ['native', withoutFfmpeg()],
        ['ffmpeg', {}],
      ] as const) {
        const argv = ['frame', 'hall/kling', which, '-o', `${name}.png`, 'film.yaml'];
        // Each takes it itself.
        await rm(path.join(w.folder, '.rushes/frames'), { recursive: true, force: true });
        expect(await w.cli(argv, options)).toMatchObject({ exit: 0, err: '' });
      }
      expect(await difference(w.folder, 'native.png', 'ffmpeg.png')).toBeLessThan(3);
    }
  });

  test('a file that is not a clip is reported, and the command continues', async () => {
    await using w = await world();
    await w.write('broken.mp4', 'no clip at all');
    const child = path.resolve('dist/ports/webcodecs/child.js');
    const file = path.join(w.folder, 'out.png');
    await expect(
      run(process.execPath, [child, path.join(w.folder, 'broken.mp4'), 'last', file]),
    ).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^\S[^\n]*\n$/) });
  });
});

/** Of the grey values of two pictures, on average; 255 at most. */
async function difference(folder: string, ...names: readonly string[]): Promise<number> {
  const [a, b] = await Promise.all(
    names.map(async (name) => {
      const args = ['-v', 'error', '-i', name, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'];
      const options = { cwd: folder, encoding: 'buffer', maxBuffer: 1e8 } as const;
      return (await run('ffmpeg', args, options)).stdout;
    }),
  );
  if (a === undefined || b === undefined || a.length !== b.length) return Infinity;
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
}
