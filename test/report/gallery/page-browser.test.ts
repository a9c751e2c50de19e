/** The review page in Chromium, opened from the disk. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  launchBrowser,
  noBrowser,
  openPage,
  type OpenPage,
  pressAtOnce,
  repeated,
} from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

const HOSTILE = '"><img src=x onerror="document.title=1"><script>document.title=2</script>';

/** Counts the seeks that begin while the clip still seeks. */
const COUNT_SEEKS = `{
  globalThis.seeksOnTop = 0;
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
  Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', {
    get,
    set(to) {
      if (this.seeking) globalThis.seeksOnTop += 1;
      set.call(this, to);
    },
  });
}`;

const WAYS = { wide: { width: 1440 }, phone: { width: 390, height: 844 } } as const;

describe.skipIf(noBrowser)('opened from the disk', () => {
  let browser: Browser;
  let made: PageFolder;
  const opened: OpenPage[] = [];

  const open = async (
    ...args: Parameters<typeof openPage> extends [Browser, string, ...infer Rest] ? Rest : never
  ): Promise<Page> => {
    const one = await openPage(browser, made.file, ...args);
    opened.push(one);
    return one.page;
  };

  beforeAll(async () => {
    browser = await launchBrowser();
    made = await pageFolder(
      pageData(
        {
          'crab/kling': {
            clip: pageClip('1'),
            cost: { usd: 0.42, kind: 'charged' },
            tags: ['act-1'],
          },
          'crab/kling/2': { clip: pageClip('2'), marks: ['mismatch'], mismatch: ['4 s, not 5 s'] },
          'crab/sora': { clip: pageClip('3') },
          'sun/kling': {
            clip: pageClip('4', { src: 'out/gone.mp4', path: 'out/film/gone.mp4' }),
            prompt: HOSTILE,
          },
          'sun/sora': {
            state: 'failed',
            error: { kind: 'moderation', message: 'refused by a filter' },
          },
          'souk/kling': {
            state: 'changed',
            because: 'The manifest has changed',
            clip: pageClip('5'),
            prompt: 'سوق قديم',
          },
        },
        { title: HOSTILE },
      ),
    );
    await writeClip(made);
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });
  // No script failed, no policy was broken, and no request left the folder.
  afterEach(() => {
    const problems = opened.flatMap((one) => one.problems);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });

  test('scenes by models; hostile texts stay text; a clip that is gone says where it was', async () => {
    const page = await open();
    await page.getByText('Not beside this page: out/film/gone.mp4').waitFor();
    expect(await page.locator('[role=columnheader]').allTextContents()).toEqual([
      'Scene',
      'klingapimart/kling',
      'soraapimart/sora',
    ]);
    expect(await page.locator('.scene-name').allTextContents()).toEqual(['crab', 'sun', 'souk']);
    expect(await page.title()).toBe(`${HOSTILE} · rushes`);
    expect(await page.locator('img, script[src]').count()).toBe(0);
  });

  test('search and facets show what fits and are in the address; a reload shows the same', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('model:kling is:ready');
    await expect.poll(() => page.locator('.frame').count()).toBe(2);
    await page.getByLabel('act-1').check();
    await expect.poll(() => page.locator('.frame').count()).toBe(1);
    await page.reload();
    expect(await page.locator('.frame').count()).toBe(1);
    expect(await page.getByLabel('Search clips').inputValue()).toBe('model:kling is:ready');
    expect(await page.getByRole('status').first().textContent()).toContain('2 of 6 renders');
    await page.getByLabel('Search clips').press('Escape');
    await page.getByText('Clear filters').click();
    await expect.poll(() => page.locator('.frame').count()).toBe(5);
  });

  test('a token that is not known is told, with those that there are', async () => {
    const page = await open({ hash: 'q=is%3Areddy+modle%3Akling' });
    expect(await page.locator('.search-notes li').allTextContents()).toEqual([
      'is:reddy is not known. Known here: ready, changed, failed, not-as-asked, picked, rejected, starred, noted, undecided',
      'modle: is not a filter. Filters: is: model: tag: scene: take: ratio: sound: cost: length:',
    ]);
    await page.getByLabel('Search clips').fill('is:ready');
    await expect.poll(() => page.locator('.search-notes li').count()).toBe(0);
  });

  test('? lists the keys, over the page and over a clip; Escape goes back one step, to where one was', async () => {
    const page = await open();
    await page.locator('.frame').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.timecode').waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys and search' });
    await help.waitFor();
    await page.keyboard.press(' ');
    await page.reload();
    await help.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => help.count()).toBe(0);
    expect(await page.locator('.timecode').textContent()).toContain('frame 1 of 120');
    await page.keyboard.press('.');
    await expect.poll(() => page.locator('.timecode').textContent()).toContain('frame 2 of 120');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('crab/kling');
  });

  test.each(Object.entries({ ...WAYS, tablet: { width: 1024, height: 768 } }))(
    '%s: the buttons below a clip are in sight, in one row or two',
    async (_, way) => {
      const page = await open({ ...way, hash: 'open=crab%2Fkling' });
      await page.locator('.timecode').waitFor();
      await page.keyboard.press(']');
      const rows = await page
        .locator('.controls > *:not(.gap)')
        .evaluateAll((all) =>
          all.map((one) =>
            (
              one as unknown as { getBoundingClientRect(): { top: number; bottom: number } }
            ).getBoundingClientRect(),
          ),
        );
      const strip = await page.locator('.neighbours').boundingBox();
      expect(Math.max(...rows.map(({ bottom }) => bottom))).toBeLessThan(strip?.y ?? 0);
      const middles = new Set(rows.map(({ top, bottom }) => Math.round((top + bottom) / 2 / 4)));
      expect(middles.size).toBeLessThanOrEqual(way.width < 700 ? 2 : 1);
    },
  );

  test('by keyboard alone: to a clip, play it, frame by frame, pick it, back to where one was', async () => {
    const page = await open();
    await page.locator('.frame').first().waitFor();
    // The first one only goes to the clips: nothing has the focus yet.
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('crab/kling');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('souk/kling');
    await page.keyboard.press('Enter');
    const video = page.locator('.main-video');
    await expect
      .poll(() => video.evaluate((one: { readyState: number }) => one.readyState))
      .toBeGreaterThan(1);
    expect(await page.getByText('The prompt of souk').count()).toBeGreaterThan(0);
    for (let frame = 1; frame <= 30; frame += 1) await page.keyboard.press('.');
    expect(await page.locator('.timecode').textContent()).toContain('0:01:06');
    await page.keyboard.press(',');
    expect(await page.locator('.timecode').textContent()).toContain('frame 30 of 120');
    await page.keyboard.press(' ');
    await expect
      .poll(() => video.evaluate((one: { currentTime: number }) => one.currentTime))
      .toBeGreaterThan(1.5);
    await page.keyboard.press('k');
    await page.keyboard.press('n');
    await page.keyboard.type('the light is good');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('p');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('souk/kling');
    await page.reload();
    expect(await page.locator('[data-decided=picked]').getAttribute('data-key')).toBe('souk/kling');
  });

  test.each(Object.entries(WAYS))(
    '%s: axe finds nothing, on the page and in the player',
    async (_, way) => {
      const page = await open({ ...way, colorScheme: way.width < 700 ? 'dark' : 'light' });
      const violations = async (): Promise<unknown> => {
        await page.evaluate(axe.source);
        return page.evaluate(
          `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
        );
      };
      await page.locator('.frame').first().waitFor();
      expect(await violations()).toEqual([]);
      await page.locator('.frame').first().click();
      await page.locator('.timecode').waitFor();
      expect(await violations()).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    },
  );

  test('a narrow window shows one scene, and steps to the next', async () => {
    const page = await open(WAYS.phone);
    expect(await page.locator('.scene-name').allTextContents()).toEqual(['crab']);
    await page.getByRole('button', { name: 'Next' }).click();
    await expect.poll(() => page.locator('.scene-name').allTextContents()).toEqual(['sun']);
    await page.reload();
    expect(await page.locator('.scene-name').allTextContents()).toEqual(['sun']);
  });

  test('clips are chosen by key and compared on one clock; the address brings the view back', async () => {
    const page = await open();
    await page.locator('.frame').first().focus();
    await page.keyboard.press('c');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('crab/sora');
    await page.keyboard.press('c');
    await page.getByRole('button', { name: 'Compare 2', exact: true }).last().click();
    const times = () =>
      page
        .locator('.compared video')
        .evaluateAll((all) =>
          all.map((one) =>
            Math.floor((one as unknown as { currentTime: number }).currentTime * 24),
          ),
        );
    for (let frame = 0; frame < 12; frame += 1) await page.keyboard.press('.');
    await expect.poll(times).toEqual([12, 12]);
    await page.keyboard.press('2');
    expect(await page.locator('.compared-clip[data-hidden]').count()).toBe(1);
    await page.keyboard.press('v');
    await page.reload();
    expect(await page.locator('.compared.wipe video').count()).toBe(2);
    await page.evaluate(axe.source);
    expect(
      await page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id }) => id))`),
    ).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
  });

  test('from the search to the clips by key; what lies over a clip has the keys, and gives them back', async () => {
    const page = await open();
    const focused = 'document.activeElement.dataset.key';
    await page.keyboard.press('/');
    await page.keyboard.type('souk');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(focused)).toBe('souk/kling');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => page.evaluate(focused)).toBe('crab/kling');
    await page.goto(
      `${page.url().split('#')[0]}#open=crab%2Fkling&compare=crab%2Fkling&compare=crab%2Fsora&mode=side`,
    );
    await page.reload();
    await page.getByRole('dialog', { name: 'Compare' }).waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(1);
    await page.keyboard.press('.');
    await expect.poll(() => page.locator('.timecode').textContent()).toContain('frame 2 of 120');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(focused)).toBe('crab/kling');
  });

  test.each([
    ['in the player', 'open=crab%2Fkling', '.main-video'],
    [
      'compared',
      'open=crab%2Fkling&compare=crab%2Fkling&compare=crab%2Fsora&mode=side',
      '.compared video',
    ],
  ])(
    '%s: no seek is sent while one is under way, and the last one counts',
    async (_, hash, clip) => {
      const page = await open({ hash });
      const video = page.locator(clip).first();
      await expect
        .poll(() => video.evaluate((one: { readyState: number }) => one.readyState))
        .toBeGreaterThan(1);
      await page.evaluate(COUNT_SEEKS);
      await page.evaluate(pressAtOnce(repeated(30, '.')));
      await expect
        .poll(() =>
          video.evaluate(
            (one: { currentTime: number; seeking: boolean }) =>
              !one.seeking && Math.floor(one.currentTime * 24),
          ),
        )
        .toBe(30);
      expect(await page.evaluate('seeksOnTop')).toBe(0);
    },
  );

  test('decisions are commands to copy, a file to send, and a file to take over', async () => {
    const page = await open({ hash: 'open=crab%2Fkling' });
    await page.locator('.timecode').waitFor();
    for (let frame = 0; frame < 12; frame += 1) await page.keyboard.press('.');
    await page.keyboard.press('[');
    await page.keyboard.press('p');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    await page.getByLabel('Your name').fill('Ann');
    const lines = page.locator('.command-lines');
    await expect
      .poll(() => lines.textContent())
      .toContain('rushes pick film:crab/kling manifests/film.yaml --in 0.52 --by Ann');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await (await downloading).path();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('1 decision taken over.').waitFor();
    await page.evaluate(axe.source);
    expect(
      await page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id }) => id))`),
    ).toEqual([]);
  });
});
