/** The way back through the review page in Chromium: what was closed does not come back with it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openAt } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

describe.skipIf(noBrowser)('the way back', () => {
  let browser: Browser;
  let made: PageFolder;

  const openedAt = (hash: string): Promise<Page> => openAt(browser, made.file, hash);
  const addressOf = (page: Page): string => decodeURIComponent(new URL(page.url()).hash);
  const openClip = async (page: Page, key: string): Promise<void> => {
    await page.locator(`.frame[data-key="${key}"]`).click();
    await page.locator('.timecode').waitFor();
  };
  const nothingOpen = (page: Page): Promise<void> =>
    expect.poll(() => page.locator('dialog').count()).toBe(0);
  /** The page before the review page is the next one back. */
  const leaves = async (page: Page): Promise<void> => {
    await page.goBack();
    expect(page.url()).toBe('about:blank');
  };

  beforeAll(async () => {
    browser = await launchBrowser();
    made = await pageFolder(
      pageData({ 'crab/kling': { clip: pageClip('1') }, 'crab/sora': { clip: pageClip('2') } }),
    );
    await writeClip(made);
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('a closed clip, and the help over it, leave no step: one back leads to the page before', async () => {
    const page = await openedAt('');
    await openClip(page, 'crab/kling');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys and search' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => addressOf(page)).toBe('#open=crab/kling');
    await page.keyboard.press('Escape');
    await nothingOpen(page);
    await expect.poll(() => addressOf(page)).toBe('');
    await page.getByRole('button', { name: /^Compare 2/ }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    await nothingOpen(page);
    await expect.poll(() => addressOf(page)).toBe('#compare=crab/kling&compare=crab/sora');
    await leaves(page);
  });

  test('Escape twice at once closes both, and the next clip opens with one step', async () => {
    const page = await openedAt('');
    await openClip(page, 'crab/kling');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys and search' }).waitFor();
    await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('Escape')]);
    await nothingOpen(page);
    await openClip(page, 'crab/sora');
    await expect.poll(() => addressOf(page)).toBe('#open=crab/sora');
    await page.goBack();
    await nothingOpen(page);
    await leaves(page);
  });

  test('what was chosen in the player is kept; forward opens the clip again', async () => {
    const page = await openedAt('');
    await openClip(page, 'crab/kling');
    await page.keyboard.press('c');
    await page.keyboard.press('Escape');
    await nothingOpen(page);
    await expect.poll(() => addressOf(page)).toBe('#compare=crab/kling');
    await page.goForward();
    await page.locator('.timecode').waitFor();
    await page.keyboard.press('Escape');
    await nothingOpen(page);
    await leaves(page);
  });

  test('a clip that is opened while the one before is being closed has its own step', async () => {
    const page = await openedAt('');
    await openClip(page, 'crab/kling');
    await page.evaluate(`{
      [...document.querySelectorAll('.verdicts .last')].at(-1).click();
      document.querySelector('.frame[data-key="crab/sora"]').click();
    }`);
    await expect.poll(() => addressOf(page)).toBe('#open=crab/sora');
    await page.keyboard.press('Escape');
    await nothingOpen(page);
    await leaves(page);
  });

  test.each(['by a link', 'after a reload'])('opened %s', async (way) => {
    const page = await openedAt(way === 'by a link' ? 'open=crab%2Fkling' : '');
    if (way !== 'by a link') await openClip(page, 'crab/kling');
    await page.reload();
    await page.locator('.timecode').waitFor();
    await page.keyboard.press('Escape');
    await nothingOpen(page);
    await expect.poll(() => addressOf(page)).toBe('');
    await page.reload();
    await nothingOpen(page);
    await leaves(page);
  });
});
