/** Keys and focus on the review page in Chromium: with what has the focus, and after a filter. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openPage, pressAtOnce } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

describe.skipIf(noBrowser)('keys', () => {
  let browser: Browser;
  let made: PageFolder;

  const openAt = async (
    hash: string,
    size: { readonly width?: number; readonly height?: number } = {},
  ): Promise<Page> => {
    const { page } = await openPage(browser, made.file, { ...size, hash });
    await page.locator('.frame, dialog[open]').first().waitFor();
    return page;
  };
  const ready = (page: Page): Promise<void> =>
    expect
      .poll(() =>
        page.evaluate(
          '[...document.querySelectorAll("dialog video:not(.still)")].every(({ readyState }) => readyState > 1)',
        ),
      )
      .toBe(true);
  const playerOf = (page: Page, key: string): Promise<void> =>
    page.getByRole('dialog', { name: `Player: ${key}` }).waitFor();

  beforeAll(async () => {
    browser = await launchBrowser();
    made = await pageFolder(
      pageData(
        Object.fromEntries(
          ['crab', 'sun', 'sea', 'dune'].flatMap((scene, row) =>
            ['kling', 'sora', 'o3'].map((alias, column) => [
              `${scene}/${alias}`,
              { clip: pageClip(String(row * 3 + column + 1)) },
            ]),
          ),
        ),
      ),
    );
    await writeClip(made);
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('a sign that is typed with AltGr counts; with Ctrl alone it is for the browser', async () => {
    const page = await openAt('open=crab%2Fkling');
    await ready(page);
    await page.evaluate(pressAtOnce(['['], { ctrlKey: true }));
    expect(await page.getByRole('button', { name: 'Pick', exact: true }).count()).toBe(1);
    await page.evaluate(pressAtOnce(['['], { ctrlKey: true, altKey: true }));
    await page.getByRole('button', { name: 'Pick this part' }).waitFor();
  });

  test('Space presses the button that the keyboard went to, and plays after a click on one', async () => {
    const page = await openAt('open=crab%2Fkling');
    await ready(page);
    const star = page.locator('.verdicts .star');
    while (!(await star.evaluate((one) => one.matches(':focus')))) await page.keyboard.press('Tab');
    await page.keyboard.press(' ');
    await expect.poll(() => star.getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByRole('button', { name: 'Play', exact: true }).count()).toBe(1);
    await star.click();
    await page.keyboard.press('.');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    expect(await star.getAttribute('aria-pressed')).toBe('false');
  });

  test.each([
    ['in the player', 'open=crab%2Fkling', 'Position'],
    ['compared', 'compare=crab%2Fkling&compare=crab%2Fsora&mode=wipe', 'Position of all clips'],
  ])('%s: arrows on the slider step by frames', async (_, hash, name) => {
    const page = await openAt(hash);
    await ready(page);
    const slider = page.getByRole('slider', { name, exact: true });
    while (!(await slider.evaluate((one) => one.matches(':focus'))))
      await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('0:00:02');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toBe('0:00:01');
  });

  test('after a click on the slider, arrows go to the next clip', async () => {
    const page = await openAt('open=crab%2Fkling');
    await ready(page);
    await page.getByRole('slider', { name: 'Position' }).click();
    await page.keyboard.press('ArrowRight');
    await playerOf(page, 'crab/sora');
    expect(await page.title()).toContain('crab/sora');
  });

  test('a clip that is filtered out once it is decided about has its neighbours still', async () => {
    const page = await openAt('pick=undecided&open=sun%2Fsora');
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowRight');
    await playerOf(page, 'sun/o3');
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowLeft');
    await playerOf(page, 'sun/kling');
    await page.keyboard.press('x');
    await page.keyboard.press('ArrowDown');
    await playerOf(page, 'sea/kling');
    expect(await page.title()).toContain('sea/kling');
  });

  test('a narrow window shows the clip again that the player showed last', async () => {
    const page = await openAt('open=crab%2Fkling', { width: 390, height: 844 });
    await page.keyboard.press('ArrowDown');
    await playerOf(page, 'sun/kling');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await playerOf(page, 'sun/o3');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.key')).toBe('sun/o3');
    expect(await page.locator('.scene-name').textContent()).toBe('sun');
  });

  test('a click opens the clip again that was just closed, and that plays under the pointer', async () => {
    const page = await openAt('');
    const frame = page.locator('.frame[data-key="crab/sora"]');
    await frame.click();
    await playerOf(page, 'crab/sora');
    await page.keyboard.press('Escape');
    await expect.poll(() => frame.evaluate((one) => one.matches(':focus'))).toBe(true);
    await frame.locator('.preview').waitFor();
    await frame.click();
    await playerOf(page, 'crab/sora');
  });
});
