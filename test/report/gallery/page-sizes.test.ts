/** How the page uses a window and a sheet of paper, in Chromium. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { png } from '../../pictures/sample-pictures.ts';
import { launchBrowser, noBrowser, openPage } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

const MODELS = ['kling', 'sora', 'veo', 'o3'];
const SCENES = ['crab', 'storm', 'souk'];
/** A4, landscape, within margins of 10 mm. */
const PAPER_WIDTH = 1046;

describe.skipIf(noBrowser)('four models', () => {
  let browser: Browser;
  let made: PageFolder;
  beforeAll(async () => {
    browser = await launchBrowser();
    made = await pageFolder(
      pageData(
        Object.fromEntries(
          SCENES.flatMap((scene) =>
            MODELS.map((model) => [`${scene}/${model}`, { clip: pageClip(`${scene}/${model}`) }]),
          ),
        ),
      ),
    );
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  const rightEdge = (page: Page): Promise<number> =>
    page
      .locator('.column-head')
      .last()
      .evaluate((head: { getBoundingClientRect(): { right: number } }) =>
        Math.ceil(head.getBoundingClientRect().right),
      );

  test('are all seen in a window of 1,440 pixels beside the filters, and stay as large when filtered', async () => {
    const { page, problems } = await openPage(browser, made.file);
    expect(await rightEdge(page)).toBeLessThanOrEqual(1440);
    const frame = page.locator('.frame').first();
    const before = await frame.boundingBox();
    await page.getByLabel('Search clips').fill('model:kling');
    await expect.poll(() => page.locator('.column-head').count()).toBe(1);
    expect(await frame.boundingBox()).toEqual(before);
    expect(problems).toEqual([]);
  });

  test('of more scenes than a print has, it says how many are missing', async () => {
    const all = Array.from({ length: 302 }, (_, index) => [`s${index}/kling`, {}] as const);
    using large = await pageFolder(pageData(Object.fromEntries(all)));
    const { page, problems } = await openPage(browser, large.file);
    expect(await page.getByText('not printed').count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.getByText('2 more scenes are not printed: a print has 300.').waitFor();
    expect(problems).toEqual([]);
  });

  test('one poster that is gone is replaced by its clip; the others stay', async () => {
    using made = await pageFolder(
      pageData({
        'crab/kling': { clip: pageClip('1', { poster: 'there.webp' }) },
        'crab/sora': { clip: pageClip('2', { poster: 'gone.webp' }) },
      }),
    );
    await writeClip(made);
    writeFileSync(path.join(made.folder, 'there.webp'), png(16, 9));
    const { page } = await openPage(browser, made.file);
    await page.locator('[data-key="crab/sora"] .still').waitFor();
    expect(await page.locator('[data-key="crab/kling"] .poster').count()).toBe(1);
  });

  test.each([1440, 390])('fit on paper, printed from a window %i wide', async (width) => {
    const { page, problems } = await openPage(browser, made.file, { width });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await expect.poll(() => page.locator('.row .frame').count()).toBe(12);
    expect(await rightEdge(page)).toBeLessThanOrEqual(PAPER_WIDTH);
    // The browser repeats such a head on every sheet. It has the places of the cells below it.
    expect(
      await page.evaluate(
        `getComputedStyle(document.querySelector('.head')).display + ' ' + getComputedStyle(document.querySelector('.sheet')).display`,
      ),
    ).toBe('table-header-group table');
    const lefts = (of: string): Promise<readonly number[]> =>
      page.evaluate(
        `[...document.querySelectorAll('${of}')].map((one) => Math.round(one.getBoundingClientRect().left))`,
      );
    expect(await lefts('.head > *')).toEqual(await lefts('.row:first-child > *'));
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await page.emulateMedia({ media: 'screen' });
    await expect.poll(() => page.locator('.row').count()).toBe(width < 700 ? 0 : 3);
    expect(problems).toEqual([]);
  });
});
