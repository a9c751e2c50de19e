/** Compared clips of the review page in Chromium: of different lengths, gone, many and few. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openPage, pressAtOnce, repeated } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

describe.skipIf(noBrowser)('compared clips', () => {
  let browser: Browser;
  let made: PageFolder;

  const compare = async (
    keys: readonly string[],
    mode: 'side' | 'flick' | 'wipe',
    size: { readonly width?: number } = {},
  ): Promise<Page> => {
    const hash = new URLSearchParams({ mode });
    for (const key of keys) hash.append('compare', key);
    const { page } = await openPage(browser, made.file, { ...size, hash: String(hash) });
    await page.getByRole('dialog', { name: 'Compare' }).waitFor();
    return page;
  };
  const ready = (page: Page): Promise<void> =>
    expect
      .poll(() =>
        page.evaluate(
          '[...document.querySelectorAll(".compared video")].every(({ readyState, seeking }) => readyState > 1 && !seeking)',
        ),
      )
      .toBe(true);
  const pictureTimes = (page: Page): Promise<unknown> =>
    page.evaluate(
      '[...document.querySelectorAll(".compared video")].map(({ currentTime }) => Math.round(currentTime * 10) / 10)',
    );
  const seen = (page: Page): Promise<readonly string[]> =>
    page.locator('.compared-clip:not([data-hidden]) .alias').allTextContents();

  beforeAll(async () => {
    browser = await launchBrowser();
    const long = { src: 'out/long.mp4', seconds: 8 };
    made = await pageFolder(
      pageData({
        'crab/kling': { clip: pageClip('1') },
        'crab/sora': { clip: pageClip('2', long) },
        // The file is shorter than the lock says.
        'crab/o3': { clip: pageClip('3', { seconds: 6 }) },
        'crab/veo': { clip: pageClip('4', { src: 'out/gone.mp4' }) },
        'sun/kling': { clip: pageClip('5') },
        'sun/sora': { state: 'failed', error: { kind: 'service', message: 'it broke' } },
      }),
    );
    await writeClip(made);
    await writeClip(made, { file: long.src, seconds: long.seconds });
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('a clip that is gone does not hold up the others', async () => {
    const page = await compare(['crab/kling', 'crab/veo'], 'side');
    await page.locator('.compared').getByText('missing').waitFor();
    await page.keyboard.press(' ');
    await expect
      .poll(() => page.evaluate('document.querySelector(".compared video").currentTime'))
      .toBeGreaterThan(0.5);
  });

  test('a file that ends earlier than the lock says holds its last picture', async () => {
    const page = await compare(['crab/o3', 'crab/sora'], 'side');
    await ready(page);
    await page.evaluate(pressAtOnce(repeated(125, '.')));
    await ready(page);
    await page.evaluate(`{
      globalThis.earliest = Infinity;
      const look = () => {
        globalThis.earliest = Math.min(globalThis.earliest, document.querySelector('.compared video').currentTime);
        requestAnimationFrame(look);
      };
      look();
    }`);
    await page.keyboard.press(' ');
    await expect
      .poll(() => page.evaluate('document.querySelectorAll(".compared video")[1].currentTime'))
      .toBeGreaterThan(6.2);
    expect(await page.evaluate('earliest')).toBeGreaterThan(4.5);
  });

  test('at the end no clip begins again, and each step back is a frame', async () => {
    const page = await compare(['crab/kling', 'crab/sora'], 'side');
    await ready(page);
    await page.getByRole('button', { name: 'Shorter clips hold' }).click();
    await page.evaluate(pressAtOnce(repeated(220, '.')));
    await ready(page);
    expect(await pictureTimes(page)).toEqual([3, 8]);
    await page.getByRole('button', { name: 'Shorter clips loop' }).click();
    await expect.poll(() => pictureTimes(page)).toEqual([5, 8]);
    const shown = page.locator('.compare .timecode');
    expect(await shown.textContent()).toContain('0:07:23');
    await page.keyboard.press(',');
    await expect.poll(() => shown.textContent()).toContain('0:07:22');
  });

  test('in a wipe each side of the line has one clip, also beside a tall one', async () => {
    const page = await compare(['crab/kling', 'crab/sora'], 'wipe');
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight');
    expect(
      await page.evaluate(
        '[...document.querySelectorAll(".compared-picture")].map((one) => getComputedStyle(one).clipPath)',
      ),
    ).toEqual(['inset(0px 30% 0px 0px)', 'inset(0px 0px 0px 70%)']);
  });

  test('fewer clips than before: one of them is shown', async () => {
    const page = await compare(['crab/kling', 'crab/sora', 'crab/o3'], 'flick');
    await page.keyboard.press('3');
    await expect.poll(() => seen(page)).toEqual(['o3']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Do not compare crab/o3' }).click();
    await page.getByRole('button', { name: 'Compare 2', exact: true }).click();
    await page.keyboard.press('V');
    await expect.poll(() => page.locator('.compared.flick').count()).toBe(1);
    expect(await seen(page)).toEqual(['sora']);
  });

  test('without keys: a button for each clip', async () => {
    const page = await compare(['crab/kling', 'crab/sora', 'crab/o3'], 'flick', { width: 390 });
    await page.getByRole('button', { name: 'Show crab/o3' }).click();
    expect(await seen(page)).toEqual(['o3']);
    await page.getByRole('button', { name: 'Wipe' }).click();
    expect(await seen(page)).toEqual(['kling', 'o3']);
    await page.getByRole('button', { name: 'Show crab/sora' }).click();
    expect(await seen(page)).toEqual(['kling', 'sora']);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test('clips of several scenes are named with their scene; a render without a clip is not decided about', async () => {
    const page = await compare(['crab/kling', 'sun/kling', 'sun/sora'], 'side');
    expect(await page.locator('.compared-scene').allTextContents()).toEqual(['crab', 'sun', 'sun']);
    expect(await page.getByRole('button', { name: 'Pick sun/sora' }).isDisabled()).toBe(true);
  });

  test('an address of clips that are gone does not open by itself once there are two', async () => {
    const hash = 'compare=crab%2Fgone&compare=crab%2Fkling&mode=wipe';
    const { page } = await openPage(browser, made.file, { hash });
    await page.locator('.frame[data-key="crab/sora"]').focus();
    await page.keyboard.press('C');
    await page.getByRole('button', { name: 'Compare 2', exact: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});
