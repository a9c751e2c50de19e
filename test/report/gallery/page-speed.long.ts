/**
 * How fast the review page is, in Chromium, with 5, 200 and 2,000 renders: the best of three, as
 * other work of the machine is not the page's.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawSlate } from '../../../src/clip/slate/slate.ts';
import { drawPosters } from '../../../src/ports/ffmpeg/posters.ts';
import { launchBrowser, noBrowser, openPage } from './open-page.ts';
import {
  pageClip,
  pageData,
  type PageFolder,
  pageFolder,
  type RenderSample,
} from './page-samples.ts';

const MODELS = ['kling', 'sora', 'veo', 'seedance', 'o3'];
const TRIES = 3;

/** Six models would be more columns than a window shows; five are as most films have them. */
async function folderOf(renders: number): Promise<PageFolder> {
  const samples: Record<string, RenderSample> = {};
  for (let index = 0; index < renders; index += 1) {
    const scene = Math.floor(index / MODELS.length);
    samples[`scene-${scene}/${MODELS[index % MODELS.length]}`] = {
      clip: pageClip(String(index), { seconds: 12, poster: 'posters/a.webp' }),
      cost: { usd: 0.4, kind: 'charged' },
      tags: [`act-${scene % 5}`],
      state: index % 7 === 0 ? 'changed' : 'ready',
    };
  }
  const made = await pageFolder(pageData(samples));
  for (const name of ['out', 'posters']) mkdirSync(path.join(made.folder, name));
  const lines = { scene: 'crab', model: 'apimart/kling-v3', prompt: 'A crab', details: [] };
  const clip = path.join(made.folder, 'out/clip.mp4');
  writeFileSync(
    clip,
    await drawSlate({ lines, width: 640, height: 360, seconds: 12, audio: false }),
  );
  await drawPosters([{ clip, poster: path.join(made.folder, 'posters/a.webp'), atSeconds: 0.5 }]);
  return made;
}

interface Measured {
  readonly paintMs: number;
  /** The longest task after the first paint. */
  readonly longestTaskMs: number;
  readonly filterMs: number;
  readonly nodes: number;
}

async function measure(browser: Browser, file: string): Promise<Measured> {
  const { page, problems } = await openPage(browser, file, { hash: 'size=s' });
  await page.locator('.frame').first().waitFor();
  const measured = await page.evaluate(`(async () => {
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask', buffered: true });
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const settled = () => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); });
    await new Promise((resolve) => requestIdleCallback(resolve));
    const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    const input = document.querySelector('#search');
    let filterMs = 0;
    for (const text of ['s', 'sc', 'model:kling', 'is:changed tag:act-1', '']) {
      const begin = performance.now();
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await settled();
      filterMs = Math.max(filterMs, performance.now() - begin);
      await frame();
    }
    const box = document.querySelector('.matrix');
    let nodes = 0;
    for (let step = 0; step < 100; step += 1) {
      box.scrollTop += 60;
      await frame();
      nodes = Math.max(nodes, document.querySelectorAll('*').length);
    }
    const after = tasks.filter(({ startTime }) => startTime > paint);
    return { paintMs: paint, filterMs, nodes, longestTaskMs: Math.max(0, ...after.map(({ duration }) => duration)) };
  })()`);
  expect(problems).toEqual([]);
  await page.close();
  return measured as Measured;
}

describe.skipIf(noBrowser)('the review page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test.each([5, 200, 2000])(
    '%i renders: painted, filtered and scrolled in time',
    async (renders) => {
      using made = await folderOf(renders);
      const tries: Measured[] = [];
      for (let run = 0; run < TRIES; run += 1) tries.push(await measure(browser, made.file));
      const best = (of: keyof Measured): number => Math.min(...tries.map((one) => one[of]));
      process.stdout.write(`${renders} renders: ${JSON.stringify(tries)}\n`);
      expect(best('paintMs')).toBeLessThanOrEqual(500);
      expect(best('longestTaskMs')).toBeLessThanOrEqual(100);
      expect(best('filterMs')).toBeLessThanOrEqual(50);
      expect(Math.max(...tries.map(({ nodes }) => nodes))).toBeLessThanOrEqual(1500);
    },
  );

  test('six clips stay within one frame of each other for ten seconds', async () => {
    using made = await folderOf(10);
    const keys = MODELS.map((model) => `scene-0/${model}`).concat('scene-1/kling');
    const hash = `${keys.map((key) => `compare=${encodeURIComponent(key)}`).join('&')}&mode=side`;
    const { page } = await openPage(browser, made.file, { hash });
    await page.locator('.compared video').nth(5).waitFor();
    await page.keyboard.press(' ');
    const apart = await page.evaluate(`(async () => {
      const videos = [...document.querySelectorAll('.compared video')];
      const apart = [];
      while (videos[0].currentTime < 10) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const times = videos.map((one) => one.currentTime);
        if (times[0] > 0.5) apart.push(Math.max(...times) - Math.min(...times));
      }
      apart.sort((a, b) => a - b);
      return apart[Math.floor(apart.length * 0.95)];
    })()`);
    expect(apart).toBeLessThanOrEqual(1 / 24);
    await page.close();
  });
});
