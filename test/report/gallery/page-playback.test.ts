/** The player of the review page in Chromium: ends, loops, backwards, and from clip to clip. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser, openPage, pressAtOnce, repeated } from './open-page.ts';
import { pageClip, pageData, type PageFolder, pageFolder, writeClip } from './page-samples.ts';

/** After what a key began has failed, where it fails at once. */
const TWO_FRAMES =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

describe.skipIf(noBrowser)('the player', () => {
  let browser: Browser;
  let made: PageFolder;

  const openClip = async (key: string): Promise<Page> => {
    const { page } = await openPage(browser, made.file, {
      hash: `open=${encodeURIComponent(key)}`,
    });
    await page.locator('dialog.player').waitFor();
    await expect
      .poll(() => page.evaluate('document.querySelector(".main-video")?.readyState ?? 4'))
      .toBeGreaterThan(1);
    return page;
  };
  const frame = async (page: Page): Promise<string | undefined> =>
    /frame \d+ of \d+/.exec((await page.locator('.timecode').textContent()) ?? '')?.[0];

  beforeAll(async () => {
    browser = await launchBrowser();
    const { src: _src, ...notHere } = pageClip('3');
    made = await pageFolder(
      pageData({
        'crab/kling': { clip: pageClip('1') },
        'crab/sora': { state: 'failed', error: { kind: 'service', message: 'it broke' } },
        'sun/kling': { clip: pageClip('2') },
        'long-sound/kling': { clip: pageClip('4', { seconds: 4.5 }) },
        'sun/sora': { state: 'elsewhere', clip: notHere },
        'sea/kling': { clip: pageClip('5'), decided: { pick: { in: 1.004, out: 2.5 } } },
        'sea/sora': { clip: pageClip('6') },
      }),
    );
    await writeClip(made);
  });
  afterAll(async () => {
    made[Symbol.dispose]();
    await browser.close();
  });

  test('at its end it is on its last frame, and a step back shows the one before', async () => {
    const page = await openClip('crab/kling');
    await page.evaluate(pressAtOnce(repeated(115, '.')));
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    expect(await frame(page)).toBe('frame 120 of 120');
    await page.keyboard.press(',');
    await expect.poll(() => frame(page)).toBe('frame 119 of 120');
  });

  test('a range marked at an end of the clip has one frame', async () => {
    const page = await openClip('crab/kling');
    await page.keyboard.press(']');
    await page.keyboard.press('p');
    await page.evaluate(pressAtOnce(repeated(115, '.')));
    await page.keyboard.press('\\');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('[');
    // A pick with another range than it has is changed, not taken back.
    await page.keyboard.press('p');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    expect(await page.locator('.command-lines').textContent()).toBe(
      'rushes pick film:crab/kling manifests/film.yaml --in 4.98',
    );
  });

  test('a range ends with the picture, where the file goes on with sound alone', async () => {
    const page = await openClip('long-sound/kling');
    await page.evaluate(pressAtOnce(repeated(115, '.')));
    await page.keyboard.press(']');
    await page.keyboard.press('p');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    expect(await page.locator('.command-lines').textContent()).toContain('--out 4.5');
  });

  test('backwards: to the first frame, in a range without a beginning, and from where a seek leads', async () => {
    const page = await openClip('crab/kling');
    await page.evaluate(pressAtOnce(repeated(6, '.')));
    await page.keyboard.press('j');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await expect
      .poll(() => page.evaluate('document.querySelector(".main-video").currentTime'))
      .toBe(0);
    await page.evaluate(pressAtOnce([...repeated(48, '.'), ']', 'j']));
    await page.evaluate(pressAtOnce(repeated(40, ',')));
    await page.evaluate(`{
      globalThis.sawJump = false;
      let last = 0;
      const look = () => {
        const now = document.querySelector('.main-video').currentTime;
        if (now > last + 1) globalThis.sawJump = true;
        last = now;
        requestAnimationFrame(look);
      };
      look();
    }`);
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate('sawJump')).toBe(true);
  });

  test('backwards goes on from a note that is clicked', async () => {
    const page = await openClip('crab/kling');
    await page.evaluate(pressAtOnce(repeated(110, '.')));
    await page.keyboard.press('n');
    await page.keyboard.type('here');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.evaluate(pressAtOnce(repeated(90, ',')));
    await expect.poll(() => frame(page)).toBe('frame 21 of 120');
    await page.evaluate(`${pressAtOnce(['j'])}; document.querySelector('.note-mark').click();`);
    await page.evaluate(TWO_FRAMES);
    await page.keyboard.press('k');
    expect(Number(/\d+/.exec((await frame(page)) ?? '')?.[0])).toBeGreaterThan(21);
  });

  test('backwards at once after forwards is still shown as playing', async () => {
    const page = await openClip('crab/kling');
    await page.evaluate(pressAtOnce([...repeated(110, '.'), 'l', 'j']));
    await page.evaluate(TWO_FRAMES);
    expect(await page.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(1);
  });

  test('every speed has its turn by the pointer', async () => {
    const page = await openClip('crab/kling');
    const speeds: (string | null)[] = [];
    for (let press = 0; press < 7; press += 1) {
      await page.getByTitle('Speed').click();
      speeds.push(await page.getByTitle('Speed').textContent());
    }
    expect(speeds).toEqual(['1.5×', '2×', '4×', '8×', '0.25×', '0.5×', '1×']);
  });

  test('the part of a pick is seen on the scrubber, and played again and again', async () => {
    const page = await openClip('sea/kling');
    const time = () =>
      page
        .locator('.main-video')
        .evaluate(({ currentTime }: { currentTime: number }) => currentTime);
    const places = await page.evaluate<readonly (readonly number[])[]>(
      `[document.querySelector('.scrubber'), document.querySelector('.picked-part')].map((one) => { const { left, right } = one.getBoundingClientRect(); return [left, right]; })`,
    );
    const [[left = 0, right = 1] = [], [from = 0, to = 1] = []] = places;
    expect((from - left) / (right - left)).toBeCloseTo(0.2, 2);
    expect((to - left) / (right - left)).toBeCloseTo(0.5, 2);
    const part = page.getByRole('button', { name: 'Play the picked part: 1 s to 2.5 s' });
    await page.evaluate(`{
      globalThis.times = [];
      const look = () => {
        times.push(document.querySelector('.main-video').currentTime);
        requestAnimationFrame(look);
      };
      document.querySelector('.main-video').addEventListener('playing', look, { once: true });
    }`);
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    expect(await part.getAttribute('aria-pressed')).toBe('true');
    // Once around.
    await expect
      .poll(() => page.evaluate('times.some((at, index) => at < times[index - 1] - 1)'), {
        timeout: 15_000,
      })
      .toBe(true);
    const [first = 0, last = 9] = await page.evaluate<readonly number[]>(
      '[Math.min(...times), Math.max(...times)]',
    );
    expect(first).toBeGreaterThanOrEqual(1);
    expect(last).toBeLessThan(2.7);
    await page.keyboard.press('r');
    await expect.poll(() => part.getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('k');
    expect(await time()).toBeGreaterThan(1);
    // Its own part, to the hundredth of a second: the pick is taken back, not changed.
    await part.click();
    await page.keyboard.press('p');
    await expect.poll(() => page.locator('.picked-part').count()).toBe(0);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'Player: sea/sora' }).waitFor();
    await page.keyboard.press('r');
    expect(await page.getByRole('button', { name: 'Play', exact: true }).count()).toBe(1);
    await page.evaluate(pressAtOnce([...repeated(24, '.'), '[', 'p']));
    await page.getByRole('button', { name: 'Play the picked part: from 1.02 s' }).waitFor();
  });

  test('the range of a clip is not that of the next one, which has no file here', async () => {
    const page = await openClip('sun/kling');
    await page.evaluate(pressAtOnce(['.', '.', '.', '[']));
    await page.getByRole('button', { name: 'Pick this part' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'Player: sun/sora' }).waitFor();
    await page.getByRole('button', { name: 'Pick', exact: true }).waitFor();
    await page.keyboard.press('p');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Decisions/ }).click();
    expect(await page.locator('.command-lines').textContent()).toBe(
      'rushes pick film:sun/sora manifests/film.yaml',
    );
  });

  test('a render without a clip cannot be picked, and takes no pick away', async () => {
    const page = await openClip('crab/kling');
    await page.keyboard.press('p');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: 'Player: crab/sora' }).waitFor();
    await page.keyboard.press('p');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('dialog', { name: 'Player: crab/kling' }).waitFor();
    expect(
      await page.getByRole('button', { name: 'Pick', exact: true }).getAttribute('aria-pressed'),
    ).toBe('true');
  });
});
