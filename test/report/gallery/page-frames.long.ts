/**
 * What the player and the comparison show, in Chromium: each step of a frame is looked at as
 * pixels, and six clips are held against each other while they play. Needs ffmpeg, which writes the
 * number of each frame into its picture.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installed } from '../../clip/installed.ts';
import { launchBrowser, noBrowser, openPage } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder } from './page-samples.ts';

const MODELS = ['kling', 'sora', 'veo', 'seedance', 'o3', 'wan'];
const FPS = 24;
const SECONDS = 12;
/** Bands of a picture, black or white: its number in binary, the lowest digit on the left. */
const BITS = 9;

/** Six models with one clip, H.264 with frames that need later ones, as services deliver. */
async function numberedFrames(): Promise<PageFolder> {
  const samples = Object.fromEntries(
    MODELS.map((model, index) => [
      `crab/${model}`,
      { clip: pageClip(String(index), { seconds: SECONDS, fps: FPS }) },
    ]),
  );
  const made = await pageFolder(pageData(samples));
  mkdirSync(path.join(made.folder, 'out'));
  const band = `floor(X*${BITS}/W)`;
  const picture = `geq=lum='16+219*mod(floor(N/pow(2,${band})),2)':cb=128:cr=128`;
  const args = [
    `-v error -f lavfi -i color=black:s=576x324:r=${FPS}:d=${SECONDS} -vf ${picture}`,
    '-c:v libx264 -preset veryfast -bf 2 -g 48 -pix_fmt yuv420p -movflags +faststart',
  ];
  execFileSync('ffmpeg', [...args.join(' ').split(' '), path.join(made.folder, 'out/clip.mp4')]);
  return made;
}

/** The number in the picture that the page shows. */
async function frameShown(page: Page, reader: Page): Promise<number> {
  const png = await page.locator('.main-video').screenshot();
  const number = await reader.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const wide = Math.min(image.width, image.height * 16 / 9);
    let number = 0;
    for (let bit = 0; bit < ${BITS}; bit += 1) {
      const x = (image.width - wide) / 2 + (bit + 0.5) * wide / ${BITS};
      if (context.getImageData(x, image.height / 2, 1, 1).data[0] > 128) number += 2 ** bit;
    }
    return number;
  })()`);
  return Number(number);
}

/** The seek is over and its picture is drawn. */
const settled = (page: Page): Promise<unknown> =>
  page.evaluate(`(async () => {
    const video = document.querySelector('.main-video');
    while (video.seeking || video.readyState < 2) await new Promise((resolve) => requestAnimationFrame(resolve));
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  })()`);

describe.skipIf(noBrowser || !installed('ffmpeg'))('what the review page plays', () => {
  let browser: Browser;
  let made: PageFolder;
  beforeAll(async () => {
    browser = await launchBrowser();
    made = await numberedFrames();
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('a step of a frame shows exactly the next one, 100 times of 100, and back', async () => {
    const { page, problems } = await openPage(browser, made.file, {
      hash: 'open=crab%2Fkling',
      width: 720,
      height: 540,
    });
    const reader = await browser.newPage();
    await page.locator('.timecode').waitFor();
    await settled(page);
    const shown: number[] = [];
    for (let step = 1; step <= 100; step += 1) {
      await page.keyboard.press('.');
      await settled(page);
      shown.push(await frameShown(page, reader));
    }
    expect(shown).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    const back: number[] = [];
    for (let step = 1; step <= 10; step += 1) {
      await page.keyboard.press(',');
      await settled(page);
      back.push(await frameShown(page, reader));
    }
    expect(back).toEqual(Array.from({ length: 10 }, (_, index) => 99 - index));
    expect(problems).toEqual([]);
    await Promise.all([page.close(), reader.close()]);
  });

  test('six clips stay within one frame of each other for ten seconds', async () => {
    const compared = MODELS.map((model) => `compare=${encodeURIComponent(`crab/${model}`)}`);
    const hash = `${compared.join('&')}&mode=side`;
    const tries: number[] = [];
    // The best of three: other work of the machine is not the page's.
    while (tries.length < 3 && !tries.some((most) => most <= 1 / FPS)) {
      const { page } = await openPage(browser, made.file, { hash });
      await page.locator('.compared video').nth(5).waitFor();
      await page.keyboard.press(' ');
      const most = await page.evaluate(`(async () => {
        const videos = [...document.querySelectorAll('.compared video')];
        let most = 0;
        while (videos[0].currentTime < 10.5) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const times = videos.map((one) => one.currentTime);
          if (Math.min(...times) > 0.5) most = Math.max(most, Math.max(...times) - Math.min(...times));
        }
        return most;
      })()`);
      tries.push(most as number);
      await page.close();
    }
    process.stdout.write(
      `six clips: at most ${tries.map((most) => (most * FPS).toFixed(2)).join(', ')} frames apart\n`,
    );
    expect(Math.min(...tries)).toBeLessThanOrEqual(1 / FPS);
  });
});
