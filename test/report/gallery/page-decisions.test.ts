/** Decisions on the review page in Chromium: kept, exported, taken over, and as commands. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openPage } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

const digest = (digit: string): string => digit.padStart(64, '0');

describe.skipIf(noBrowser)('decisions', () => {
  let browser: Browser;
  let made: PageFolder;

  const openAt = async (hash: string): Promise<Page> =>
    (await openPage(browser, made.file, { hash })).page;
  const commands = async (page: Page): Promise<readonly string[]> =>
    ((await page.locator('.command-lines').textContent()) ?? '').split('\n');
  const take = (page: Page, clips: object): Promise<void> =>
    page.locator('input[type=file]').setInputFiles({
      name: 'ann.review.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ rushesReview: 1, by: 'Ann', clips })),
    });

  beforeAll(async () => {
    browser = await launchBrowser();
    made = await pageFolder(
      pageData({
        'crab/kling': { clip: pageClip('1'), earlier: [{ clip: pageClip('2') }] },
        'crab/sora': { clip: pageClip('3') },
        'sun/kling': { clip: pageClip('4'), decided: { pick: {} } },
        'sun/sora': { clip: pageClip('5'), decided: { pick: { note: '0:00:00 softer' } } },
      }),
    );
    await writeClip(made);
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('a star and a note of an earlier result are still there after a reload', async () => {
    const page = await openAt('open=crab%2Fkling~1');
    await page.keyboard.press('s');
    await page.keyboard.press('n');
    await page.keyboard.type('the old light');
    await page.keyboard.press('Enter');
    await page.reload();
    await page.getByText('the old light').waitFor();
    expect(await page.getByRole('button', { name: 'Star' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
  });

  test('stars alone are not said to be in the lock', async () => {
    const page = await openAt('open=crab%2Fkling');
    await page.keyboard.press('s');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    await page.getByText('stay in this browser and in its files').waitFor();
    expect(await page.getByText('The lock says all of this already').count()).toBe(0);
  });

  test('a note that the lock has is no command; of two picks in a scene both are kept', async () => {
    const page = await openAt('open=sun%2Fsora');
    await page.keyboard.press('n');
    await page.keyboard.type('softer');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    await page.getByText('The lock says all of this already').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.goto(`${page.url().split('#')[0]}#open=sun%2Fkling`);
    // At once: a thousand keys take a busy machine long.
    const note = page.getByLabel('A note at this frame');
    await note.fill(`${'a'.repeat(900)}${'🦀'.repeat(100)}`);
    await note.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    const [command = '', ...others] = await commands(page);
    expect(others).toEqual([]);
    expect(command).toContain('rushes pick film:sun/kling manifests/film.yaml --also --note');
    // As long as the lock takes, in UTF-16 code units.
    expect(/'(.*)'/.exec(command)?.[1]).toBe(`0:00:00 ${'a'.repeat(900)}${'🦀'.repeat(46)}`);
  });

  test('a file takes picks over from this page and leaves its notes; it says what it could not', async () => {
    const page = await openAt('open=crab%2Fkling');
    await page.keyboard.press('p');
    await page.keyboard.press('n');
    await page.keyboard.type('mine');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    await take(page, {
      [digest('1')]: { star: true, notes: [{ at: 1, text: 'hers' }] },
      [digest('2')]: { star: true },
      [digest('3')]: { pick: true, in: 4 },
      [digest('9')]: { pick: true },
    });
    await page
      .getByText('3 decisions taken over. 1 of clips that this page does not show.')
      .waitFor();
    expect(await commands(page)).toEqual(['rushes pick film:crab/sora manifests/film.yaml --in 4']);
    await page.getByRole('button', { name: 'Close' }).click();
    await page.goto(`${page.url().split('#')[0]}#open=crab%2Fkling`);
    expect(await page.locator('.notes span').allTextContents()).toEqual(['mine', 'hers']);
  });
});
