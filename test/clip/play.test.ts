import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSlate } from '../../src/clip/slate/slate.ts';
import { installed } from './installed.ts';

const CLIPS = [
  { width: 320, height: 180, seconds: 3, audio: true },
  { width: 180, height: 320, seconds: 2, audio: false },
] as const;

const there = installed('chromium');
let server: Server;
let browser: Browser;
beforeAll(async () => {
  if (!there) return;
  const clips = await Promise.all(
    CLIPS.map((clip) =>
      drawSlate({
        ...clip,
        lines: {
          scene: 'crab/kling',
          model: 'apimart/kling-v3',
          prompt: '게 蟹 crab',
          details: [],
        },
      }),
    ),
  );
  server = createServer(({ url = '/' }, response) => {
    const clip = clips[Number(/^\/f(\d)$/.exec(url)?.[1] ?? Number.NaN)];
    response.setHeader('content-type', clip === undefined ? 'text/html' : 'video/mp4');
    response.end(clip ?? '<video id="v" muted></video>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

test.runIf(there).each(CLIPS.map((clip, index) => [index, clip] as const))(
  'Chromium plays slate %i',
  async (index, clip) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    // A text: the page has a DOM, this file is checked without one.
    const played: unknown = await page.evaluate(`(async () => {
    const video = document.getElementById('v');
    const when = (name) => new Promise((resolve, reject) => {
      video.addEventListener(name, resolve, { once: true });
      video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
    });
    const loaded = when('loadeddata');
    video.src = '/f${index}';
    await loaded;
    const ended = when('ended');
    video.currentTime = video.duration - 0.2;
    await video.play();
    await ended;
    return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration, audio: video.webkitAudioDecodedByteCount > 0 };
  })()`);
    expect(played).toEqual(clip);
    await page.close();
  },
);
