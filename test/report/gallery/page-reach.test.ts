/**
 * The review page in Chromium with large text, in small windows and in the colours of the system:
 * everything is reached and told apart.
 */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openPage } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

/** Buttons and fields that are cut off at the right, where nothing scrolls to them. */
const CUT_OFF = `[...document.querySelectorAll('button, input, select, h2')]
  .filter((one) => one.closest('.swipe, .strip, .hidden') === null && one.checkVisibility())
  .filter((one) => document.querySelector('dialog[open]') === null || one.closest('dialog[open]'))
  .filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => one.textContent || one.getAttribute('aria-label'))`;

/** Whether the middle of the element is seen, once it was scrolled to. */
const IN_SIGHT = `(one) => {
  one.scrollIntoView({ block: 'nearest' });
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return one.contains(at) && bottom - top > 20;
}`;

/** Pairs of buttons at the foot that lie over each other. */
const COVERED = `[...document.querySelectorAll('.tray button')].flatMap((one, index, all) => {
  const a = one.getBoundingClientRect();
  return all.slice(index + 1).filter((other) => {
    const b = other.getBoundingClientRect();
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }).map((other) => one.textContent + ' ' + other.textContent);
})`;

const COMPARED = 'compare=crab%2Fkling&compare=crab%2Fa-rather-long-alias';

describe.skipIf(noBrowser)('in sight and in reach', () => {
  let browser: Browser;
  let made: PageFolder;

  const openAt = async (hash: string, more: Parameters<typeof openPage>[2] = {}): Promise<Page> => {
    const { page } = await openPage(browser, made.file, { hash, ...more });
    await page.locator('.frame, .nothing, dialog[open]').first().waitFor();
    return page;
  };
  const isInSight = (page: Page, selector: string): Promise<boolean> =>
    page.evaluate(`(${IN_SIGHT})(document.querySelector(${JSON.stringify(selector)}))`);

  beforeAll(async () => {
    browser = await launchBrowser();
    made = await pageFolder(
      pageData({
        'crab/kling': { clip: pageClip('1'), decided: { pick: { in: 1, out: 3 } } },
        'crab/kling/2': { clip: pageClip('2'), cost: { usd: 1234.5, kind: 'charged' } },
        'crab/a-rather-long-alias': { clip: pageClip('3'), cost: { usd: 12, kind: 'reserved' } },
        'crab/sora': { clip: pageClip('4'), cost: { usd: 12, kind: 'unclear', refundedUsd: 4 } },
        'crab/sora/2': { clip: pageClip('6') },
        [`${'very-long-'.repeat(8)}/kling`]: { clip: pageClip('5') },
      }),
    );
    await writeClip(made);
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test.each([
    ['the page', ''],
    ['a clip', 'open=crab%2Fkling'],
    ['compared clips', `${COMPARED}&mode=side`],
    ['the wipe', `${COMPARED}&mode=wipe`],
    ['the clips to compare', COMPARED],
    ['the help', 'panel=help'],
    ['the decisions', 'panel=decisions'],
  ])('320 pixels wide: nothing of %s is cut off', async (_, hash) => {
    const page = await openAt(hash, { width: 320, height: 700 });
    if (hash.startsWith('open')) await page.keyboard.press(']');
    expect(await page.evaluate(CUT_OFF)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await page.evaluate(COVERED)).toEqual([]);
  });

  test('a phone chooses clips to compare by the box in their corner', async () => {
    const page = await openAt('', { width: 390, height: 844 });
    const box = page.locator('.card .choose').first();
    const [one, frame] = [
      await box.boundingBox(),
      await page.locator('.frame').first().boundingBox(),
    ];
    expect(one?.y).toBeGreaterThanOrEqual(frame?.y ?? Infinity);
    expect((one?.y ?? 0) + (one?.height ?? 0)).toBeLessThan((frame?.y ?? 0) + (frame?.height ?? 0));
    expect((one?.x ?? 0) + (one?.width ?? 0)).toBeLessThan((frame?.x ?? 0) + (frame?.width ?? 0));
    expect(
      await box.evaluate((element: object) =>
        Number(
          (
            globalThis as unknown as { getComputedStyle(of: object): { opacity: string } }
          ).getComputedStyle(element).opacity,
        ),
      ),
    ).toBe(1);
    await box.click();
    await page.getByRole('button', { name: 'Do not compare crab/kling' }).waitFor();
  });

  // 1280 by 1024, enlarged four times; a phone on its side.
  test.each([
    [320, 256],
    [667, 331],
  ])(
    '%i by %i pixels: the clips and the player are reached by scrolling',
    async (width, height) => {
      const page = await openAt('', { width, height });
      expect(await isInSight(page, '.frame')).toBe(true);
      expect(await isInSight(page, '.tools button')).toBe(true);
      await page.locator('.frame').first().click();
      await page.locator('.timecode').waitFor();
      for (const one of ['.main-video', '.controls .strong', '.verdicts .last', '.thumb', '#note'])
        expect([one, await isInSight(page, one)]).toEqual([one, true]);
      const tall = await page.locator('.main-video').boundingBox();
      expect(tall?.height).toBeGreaterThan(100);
    },
  );

  test('the totals are not squeezed beside the buttons of a tablet, and no amount is broken', async () => {
    const page = await openAt('', { width: 768, height: 1024 });
    const lines = await page
      .locator('.title p')
      .evaluate((one: { getBoundingClientRect(): { height: number } }) =>
        Math.round(one.getBoundingClientRect().height / 19),
      );
    expect(lines).toBe(1);
  });

  test('a long name moves the buttons of the player to the next line, not to the left', async () => {
    const page = await openAt(`open=${'very-long-'.repeat(8)}%2Fkling`, { width: 1100 });
    const close = await page.locator('.verdicts .last').boundingBox();
    expect(1100 - ((close?.x ?? 0) + (close?.width ?? 0))).toBeLessThanOrEqual(20);
  });

  test('forced colours: what is pressed, shown, picked and marked is told apart', async () => {
    const page = await openAt('', { forcedColors: 'active' });
    const style = (selector: string, name: string): Promise<string> =>
      page.evaluate(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).getPropertyValue('${name}')`,
      );
    const back = (selector: string): Promise<string> => style(selector, 'background-color');
    expect(await back('.sizes [aria-pressed=true]')).not.toBe(
      await back('.sizes [aria-pressed=false]'),
    );
    expect(await back('.take[aria-pressed=true]')).not.toBe(
      await back('.take[aria-pressed=false]'),
    );
    expect(await style('.frame[data-decided=picked]', 'border-top-width')).toBe('3px');
    await page.locator('.frame').first().click();
    await page.locator('.timecode').waitFor();
    await page.keyboard.press(']');
    expect(await style('.thumb[aria-current=true] .thumb-frame', 'outline-style')).toBe('solid');
    expect(await back('.pick[aria-pressed=true]')).not.toBe(await back('.star'));
    for (const mark of ['.picked-part', '.loop']) {
      await page.locator(mark).waitFor({ state: 'attached' });
      expect(await style(mark, 'forced-color-adjust')).toBe('none');
    }
  });

  test('by Tab: past the filters to the clips, and through the takes of one', async () => {
    const page = await openAt('');
    const focused = (): Promise<string> =>
      page.evaluate(
        '(({ className, dataset, textContent }) => `${className} ${dataset.key ?? textContent}`)(document.activeElement)',
      );
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('skip strong To the clips');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toBe('frame crab/kling');
    const places: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press('Tab');
      places.push(await focused());
    }
    expect(places).toEqual(['choose crab/kling', 'take crab/kling', 'take crab/kling/2']);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.frame[data-key="crab/kling/2"]').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await expect.poll(focused).toBe('frame crab/a-rather-long-alias');
  });

  test('in a narrow window, Tab reaches the takes and the comparison of the scene', async () => {
    const page = await openAt('', { width: 390, height: 844 });
    for (const selector of ['.compare-scene', '.choose', '.take'])
      expect(await page.locator(selector).first().getAttribute('tabindex')).toBe('0');
  });

  test.each([
    ['an unknown token', 'q=is%3Areddy'],
    ['clips in turn', `${COMPARED}&mode=flick`],
    ['decisions', 'panel=decisions'],
  ])('axe finds nothing against WCAG 2.2, of %s', async (_, hash) => {
    const page = await openAt(hash);
    await page.evaluate(axe.source);
    expect(
      await page.evaluate(
        `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
      ),
    ).toEqual([]);
  });

  test('ids and paths of a scene in Arabic are read as they are typed', async () => {
    using arabic = await pageFolder(
      pageData({ 'البحر/kling': { clip: pageClip('1', { path: 'out/البحر/kling.mp4' }) } }),
    );
    const { page } = await openPage(browser, arabic.file, {
      hash: `open=${encodeURIComponent('البحر/kling')}`,
    });
    for (const text of ['البحر/kling', 'out/البحر/kling.mp4'])
      expect(
        await page.locator('.inspector dd bdi', { hasText: text }).first().getAttribute('dir'),
      ).toBe('ltr');
  });

  test('of many takes, the last one is reached by scrolling in the cell', async () => {
    const takes = Array.from({ length: 24 }, (_, take) => [
      `crab/kling${take === 0 ? '' : `/${take + 1}`}`,
      { clip: pageClip(String(take)) },
    ]);
    using many = await pageFolder(pageData(Object.fromEntries(takes)));
    const { page } = await openPage(browser, many.file);
    const strip = page.locator('.takes');
    await strip.waitFor();
    expect(await page.evaluate(`(${IN_SIGHT})(document.querySelector('.take:last-child'))`)).toBe(
      true,
    );
    // By a wheel or a finger too: it is no hidden overflow.
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('.takes')).overflowX"),
    ).toBe('auto');
  });

  test.each(['light', 'dark'] as const)(
    '%s: the line of a field has a contrast of three to one',
    async (colorScheme) => {
      const page = await openAt('open=crab%2Fkling', { colorScheme });
      const contrasts = await page.evaluate<readonly number[]>(`{
        const light = (color) => {
          const [r, g, b] = color.match(/[\\d.]+/g).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        };
        ['#search', '#note'].flatMap((id) => {
          const { borderTopColor, backgroundColor } = getComputedStyle(document.querySelector(id));
          const [a, b] = [light(borderTopColor), light(backgroundColor)];
          return Math.max(a, b) / Math.min(a, b);
        });
      }`);
      expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(3);
    },
  );
});
