/**
 * The newcomer's first command: a draft of the quickstart, and what other programs make of its
 * clips.
 */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installed } from '../clip/installed.ts';
import { REPOSITORY, type Ran, type World, world } from './cli-project.ts';

const run = promisify(execFile);
const KEYLESS = {
  APIMART_API_KEY: undefined,
  EVOLINK_API_KEY: undefined,
  APIMART_BASE_URL: undefined,
  EVOLINK_BASE_URL: undefined,
};
const MANIFEST = 'manifests/quickstart.yaml';
const [probe, browser] = [installed('ffprobe'), installed('chromium')];

let w: World;
let first: Ran;
beforeAll(async () => {
  w = await world();
  await cp(path.join(REPOSITORY, MANIFEST), path.join(w.folder, MANIFEST));
  const pictures = 'manifests/quickstart';
  await cp(path.join(REPOSITORY, pictures), path.join(w.folder, pictures), { recursive: true });
  first = await w.rushes(['render', '--draft', MANIFEST], { env: KEYLESS });
}, 120_000);
afterAll(() => w[Symbol.asyncDispose]());

interface Clip {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly audio: boolean;
}
async function clips(): Promise<readonly Clip[]> {
  const lock = JSON.parse(await w.read('manifests/.rushes/draft/quickstart.lock.json')) as {
    renders: Record<string, { clip: Clip }>;
  };
  return Object.values(lock.renders).map(({ clip }) => ({
    ...clip,
    path: path.join(w.folder, 'manifests/.rushes/draft', clip.path),
  }));
}

test('everything is made without a key and at no cost; the end says where it is and the next step', async () => {
  expect(first).toMatchObject({ exit: 0 });
  expect(first.err).toContain('✓ 13 done');
  expect(first.err).toContain('a draft is free');
  expect(first.err).toContain('out/quickstart/.draft');
  expect(first.err).toContain('manifests/.rushes/draft/quickstart.lock.json');
  expect(first.err).toContain('rushes plan manifests/quickstart.yaml');
  expect(first.err).not.toContain('not as asked');
  expect(w.gateway.books().events).toEqual([]);
  await expect(stat(path.join(w.folder, 'manifests/quickstart.lock.json'))).rejects.toThrow(
    'ENOENT',
  );
});

test('a second run sends nothing, rewrites nothing, and says so in one line', async () => {
  const seen = async () =>
    Promise.all(
      (await readdir(w.folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(async (entry) => {
          const file = path.join(entry.parentPath, entry.name);
          return [
            file,
            (await stat(file)).mtimeMs,
            (await readFile(file)).toString('base64'),
          ] as const;
        }),
    );
  const before = await seen();
  const second = await w.rushes(['render', '--draft', MANIFEST], { env: KEYLESS });
  expect(second).toMatchObject({ exit: 0, out: 'Nothing to do: 13 clips are current.\n' });
  expect(await seen()).toEqual(before);
});

test.runIf(probe)(
  'ffprobe agrees with the lock on size, duration and sound of every clip',
  async () => {
    for (const clip of await clips()) {
      const { stdout } = await run('ffprobe', [
        '-v',
        'error',
        '-of',
        'json',
        '-show_streams',
        '-show_format',
        clip.path,
      ]);
      const { streams, format } = JSON.parse(stdout) as {
        streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
        format: { duration: string };
      };
      const video = streams.find(({ codec_type }) => codec_type === 'video');
      expect(video).toMatchObject({ codec_name: 'h264', width: clip.width, height: clip.height });
      expect(Number(format.duration)).toBeCloseTo(clip.seconds, 1);
      expect(streams.some(({ codec_type }) => codec_type === 'audio')).toBe(clip.audio);
    }
  },
);

test.runIf(browser)(
  'Chromium agrees with the lock on size, duration and sound of every clip',
  async () => {
    const made = await clips();
    const server = createServer(({ url = '/' }, response) => {
      const clip = made[Number(url.slice(1))];
      response.setHeader('content-type', clip === undefined ? 'text/html' : 'video/mp4');
      if (clip === undefined) response.end('<video id="v" muted></video>');
      else createReadStream(clip.path).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await (
      await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu'],
      })
    ).newPage();
    try {
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`);
      for (const [index, { width, height, seconds, audio }] of made.entries()) {
        // A text: the page has a DOM, this file is checked without one.
        const seen = await page.evaluate<{ seconds: number }>(`(async () => {
        const video = document.getElementById('v');
        const when = (name) => new Promise((resolve, reject) => {
          video.addEventListener(name, resolve, { once: true });
          video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
        });
        const loaded = when('canplaythrough');
        video.src = '/${index}';
        await loaded;
        const played = when('timeupdate');
        await video.play();
        await played;
        video.pause();
        return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration, audio: video.webkitAudioDecodedByteCount > 0 };
      })()`);
        expect(seen).toMatchObject({ width, height, audio });
        expect(seen.seconds).toBeCloseTo(seconds, 1);
      }
    } finally {
      await page.context().browser()?.close();
      server.close();
    }
  },
  60_000,
);

test('--faults rehearses a bad day', async () => {
  await w.write(
    'faults.yaml',
    'rules:\n  - { when: { step: task, first: 1 }, do: { fault: fate, end: failed, error: { code: internal_error, message: no GPU left } } }\n',
  );
  await w.write(
    'one.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes:\n  - { id: sun, prompt: The sun, duration: 3 }\n',
  );
  const bad = await w.rushes(['render', '--draft', '--faults', 'faults.yaml', 'one.yaml'], {
    env: KEYLESS,
  });
  expect(bad.exit).toBe(1);
  expect(bad.err).toContain('no GPU left');
  expect(bad.err).toContain('--retry-failed');
  expect(
    (await w.rushes(['render', '--draft', '--retry-failed', 'one.yaml'], { env: KEYLESS })).exit,
  ).toBe(0);
  await w.write('faults.yaml', 'rules:\n  - { when: { step: task }, do: { fault: html } }\n');
  const wrong = await w.rushes(['render', '--draft', '--faults', 'faults.yaml', 'one.yaml'], {
    env: KEYLESS,
  });
  expect([64, 65]).toContain(wrong.exit);
  expect(wrong.err).toContain('faults.yaml');
});

test.each(['status', 'verify', 'plan', 'collect', 'gallery'])(
  '%s --draft works on the draft, without a key',
  async (command) => {
    const ran = await w.rushes([command, '--draft', MANIFEST], { env: KEYLESS });
    expect(ran).toMatchObject({ exit: 0 });
    expect(`${ran.out}${ran.err}`).not.toMatch(/\$\d/);
  },
);
