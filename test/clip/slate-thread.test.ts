/** Slates on a thread of their own, from the file that a build makes. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSlate, type SlateSpec } from '../../src/clip/slate/slate.ts';
import { openSlateThread } from '../../src/clip/slate/slate-thread.ts';

const SPEC: SlateSpec = {
  lines: { scene: 'crab', model: 'apimart/kling-v3', prompt: 'A crab', details: ['16:9'] },
  width: 1920,
  height: 1080,
  seconds: 3,
  audio: true,
};
let folder = '';
let file: URL;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-thread-'));
  const outfile = join(folder, 'dist', 'slate-worker.mjs');
  await mkdir(join(folder, 'dist'));
  for (const name of ['node_modules', 'assets']) await symlink(resolve(name), join(folder, name));
  await build({
    entryPoints: ['src/clip/slate/slate-worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@resvg/resvg-wasm', 'h264-mp4-encoder', 'harfbuzzjs', 'mediabunny'],
    logLevel: 'error',
  });
  file = pathToFileURL(outfile);
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));

test('the same bytes, without blocking: the event loop turns while a large picture is encoded', async () => {
  const here = await drawSlate(SPEC);
  const thread = openSlateThread(file);
  try {
    await thread.draw({ ...SPEC, width: 64, height: 36, seconds: 1 });
    let turns = 0;
    let drawing = true;
    const turn = (): void => {
      turns += 1;
      if (drawing) setImmediate(turn);
    };
    turn();
    const there = await thread.draw(SPEC);
    drawing = false;
    expect(Buffer.compare(there, here)).toBe(0);
    // On this thread it is a few turns for each second of the slate.
    expect(turns).toBeGreaterThan(500);
  } finally {
    await thread.close();
  }
});

test('several at once, and one that cannot be drawn', async () => {
  const thread = openSlateThread(file);
  try {
    const small = { ...SPEC, width: 64, height: 36, seconds: 1 };
    const [one, two, none] = await Promise.allSettled([
      thread.draw(small),
      thread.draw({ ...small, seconds: 2 }),
      thread.draw({ ...small, width: 8 }),
    ]);
    expect(one).toEqual({ status: 'fulfilled', value: new Uint8Array(await drawSlate(small)) });
    expect(two.status).toBe('fulfilled');
    expect(none).toMatchObject({ status: 'rejected', reason: { message: /cannot be drawn/ } });
  } finally {
    await thread.close();
  }
});

test('a thread that cannot begin, or was ended: slates are drawn on this one', async () => {
  const small = { ...SPEC, width: 64, height: 36, seconds: 1 };
  const missing = openSlateThread(pathToFileURL(join(folder, 'nothing.mjs')));
  expect((await missing.draw(small)).length).toBeGreaterThan(0);
  const broken = join(folder, 'broken.mjs');
  await writeFile(broken, 'process.exit(3);');
  const dying = openSlateThread(pathToFileURL(broken));
  expect((await dying.draw(small)).length).toBeGreaterThan(0);
  const closed = openSlateThread(file);
  await closed.close();
  expect((await closed.draw(small)).length).toBeGreaterThan(0);
});

test('what is not drawn when the thread is closed is not wanted any longer', async () => {
  const thread = openSlateThread(file);
  const large = thread.draw({ ...SPEC, width: 3840, height: 2160, seconds: 60 });
  const [drawn] = await Promise.allSettled([large, thread.close()]);
  expect(drawn).toMatchObject({ status: 'rejected', reason: { message: /closed/ } });
});
