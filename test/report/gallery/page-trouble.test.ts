/** What the review page says of clips that are not shown, and where it has no script. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openAt, openPage } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

describe.skipIf(noBrowser)('a clip that is not shown', () => {
  let browser: Browser;
  let made: PageFolder;

  const openedAt = (hash: string): Promise<Page> => openAt(browser, made.file, hash);
  const wordsIn = (page: Page, key: string): Promise<string | null> =>
    page.locator(`.frame[data-key="${key}"]`).textContent();

  beforeAll(async () => {
    browser = await launchBrowser();
    const { src: _src, ...notHere } = pageClip('2', { path: 'out/film/away.mp4' });
    made = await pageFolder(
      pageData({
        'crab/kling': { clip: pageClip('1') },
        'crab/sora': {
          state: 'changed',
          because: 'The manifest has changed since this clip was rendered',
          clip: notHere,
        },
        'sun/kling': {
          clip: pageClip('3', { src: 'out/odd.mp4', path: 'out/film/odd.mp4' }),
        },
      }),
    );
    await writeClip(made);
    writeFileSync(path.join(made.folder, 'out/odd.mp4'), 'no video, but a file that is here');
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('a file that is here and does not play is not said to be missing alone', async () => {
    const page = await openedAt('');
    await expect
      .poll(() => wordsIn(page, 'sun/kling'))
      .toContain('not a video that this browser plays: out/film/odd.mp4');
    // Heard too, not only seen.
    expect(
      await page.getByRole('button', { name: 'sun, kling, ready, clip missing' }).count(),
    ).toBe(1);
    expect(await page.getByRole('status').allTextContents()).toContainEqual(
      expect.stringContaining('or this browser cannot play them, such as out/film/odd.mp4'),
    );
    expect(await page.locator('.main-video').count()).toBe(0);
  });

  test('a clip of an older request that is not here says so, beside the change', async () => {
    const page = await openedAt('open=crab%2Fsora');
    expect(await page.locator('.no-video').textContent()).toContain(
      'Its clip was not on the machine that wrote this page: out/film/away.mp4',
    );
    expect(await page.locator('.inspector').textContent()).toContain('The manifest has changed');
  });

  test('where scripts are forbidden, it says what to do', async () => {
    using other = await pageFolder(pageData({ 'crab/kling': { clip: pageClip('1') } }));
    const text = readFileSync(other.file, 'utf8');
    writeFileSync(other.file, text.replace(/script-src 'sha256-[^']*'/, "script-src 'none'"));
    const { page } = await openPage(browser, other.file);
    await page.getByText('Download the page together with its folder').waitFor();
    await openPage(browser, made.file);
    await page.locator('.frame').first().waitFor();
    expect(await page.locator('.no-script').count()).toBe(0);
  });

  test('where every render has failed, the first steps are not offered', async () => {
    using failed = await pageFolder(
      pageData({
        'crab/kling': { state: 'failed', error: { kind: 'service', message: 'it broke' } },
        'sun/kling': { state: 'waiting' },
      }),
    );
    const { page } = await openPage(browser, failed.file);
    await page.locator('.frame').first().waitFor();
    expect(await page.locator('.notice').allTextContents()).toEqual([
      'No clips yet. Open a render to read what happened, and for the next command.',
    ]);
    using fresh = await pageFolder(
      pageData({ 'crab/kling': { state: 'waiting' }, 'sun/kling': { state: 'skipped' } }),
    );
    const { page: first } = await openPage(browser, fresh.file);
    await first.getByText('rushes render manifests/film.yaml --draft').waitFor();
  });

  test('a link to a clip that the page does not have says so, until it is closed', async () => {
    const page = await openedAt('open=crab%2Fveo');
    const notice = page.getByText('This page has no crab/veo');
    await notice.waitFor();
    await notice.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => notice.count()).toBe(0);
    expect(new URL(page.url()).hash).toBe('');
  });
});
