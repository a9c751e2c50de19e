import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { drawSlate } from '../../../src/clip/slate/slate.ts';
import { galleryHtml, type GalleryRender } from '../../../src/report/gallery/gallery.ts';
import { hostileText } from '../hostile.ts';
import { id } from '../samples.ts';

const clip = {
  path: '../../x.mp4',
  sha256: 'a'.repeat(64),
  bytes: 1_840_233,
  width: 1280,
  height: 720,
  seconds: 5.04,
  audio: true,
};
const render = (text: string, more: Partial<GalleryRender> = {}): GalleryRender => {
  const [scene = '', alias = '', take = '1'] = text.split('/');
  return {
    manifest: 'manifests/film.yaml',
    id: id(text),
    scene,
    alias,
    take: Number(take),
    model: 'apimart/kling-v3',
    state: 'planned',
    prompt: 'A crab',
    ...more,
  };
};

test('a card per render: clip, model, cost, seconds, state', () => {
  const page = galleryHtml(
    [
      render('crab/kling', {
        state: 'ready',
        clip,
        src: '../out/tide pools/crab#1.mp4',
        cost: { usd: 0.448, source: 'reported' },
      }),
      render('crab/kling/2', { state: 'failed', message: 'moderation: refused' }),
    ],
    { title: 'tide-pools' },
  );
  expect(page).toContain(
    '<video preload="metadata" src="../out/tide%20pools/crab%231.mp4#t=0.1" width="1280" height="720" controls',
  );
  expect(page).toContain('apimart/kling-v3 · 5.04 s · 1280×720 · sound · 1.8 MB · $0.45');
  expect(page).toContain('<span class="badge bad">failed</span>');
  expect(page).toContain('Failed<br>moderation: refused');
  expect(page).toContain('1 clip · 5 s · $0.45 · 1 failed');
  expect(galleryHtml([], { title: 'x' })).toContain('There are no renders yet.');
});

test('no text opens a tag or leaves an attribute, and nothing is asked of another host', () => {
  const own = galleryHtml(
    [render('crab/kling', { state: 'ready', clip, src: 'a.mp4', mismatch: ['x'] })],
    { title: 'x' },
  ).match(/<[a-z]/g)?.length;
  fc.assert(
    fc.property(hostileText, (text) => {
      const page = galleryHtml(
        [
          render('crab/kling', {
            state: 'ready',
            clip,
            src: text,
            prompt: text || 'x',
            mismatch: [text],
            model: text,
          }),
        ],
        { title: text },
      );
      expect(page.match(/<[a-z]/g)?.length).toBe(own);
      expect(page).not.toMatch(/(?:src|href)="(?:[a-z]+:|\/\/)/i);
    }),
    { seed: 20_261_120, numRuns: 200 },
  );
});

test('2,000 clips stay a small page that loads its pictures late', () => {
  const page = galleryHtml(
    Array.from({ length: 2000 }, (_, index) =>
      render(`s${index}/kling`, { state: 'ready', clip, src: `s${index}.mp4` }),
    ),
    { title: 'big' },
  );
  expect(page.length).toBeLessThan(2_000_000);
  expect(page.match(/preload="metadata"/g)).toHaveLength(12);
});

const CHROMIUM = '/usr/bin/chromium';
const absent = !existsSync(CHROMIUM) && process.env['CI'] === undefined;
if (absent)
  process.stderr.write(
    `notice: ${CHROMIUM} is not installed, so the review page is not opened in a browser\n`,
  );

test.skipIf(absent)(
  'opened from the disk in Chromium: clips play, the filter and the keys work, no script runs but ours',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rushes-gallery-'));
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'],
    });
    try {
      mkdirSync(join(folder, 'out'));
      const lines = { scene: 'crab', model: 'apimart/kling-v3', prompt: 'A crab', details: [] };
      writeFileSync(
        join(folder, 'out', 'a b#1.mp4'),
        await drawSlate({ lines, width: 1280, height: 720, seconds: 3, audio: true }),
      );
      const hostile = '"><img src=x onerror="document.title=1"><script>document.title=2</script>';
      const ready = { state: 'ready', clip, src: 'out/a b#1.mp4' } as const;
      const renders = [
        render('crab/kling', ready),
        render('crab/sora', ready),
        render('sun/kling', { ...ready, src: 'out/gone.mp4', prompt: hostile }),
        render('sun/o3', { state: 'failed' }),
      ];
      writeFileSync(join(folder, 'index.html'), galleryHtml(renders, { title: hostile }));

      const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      const problems: string[] = [];
      page.on(
        'console',
        (message) =>
          message.type() === 'error' &&
          !message.text().includes('ERR_FILE_NOT_FOUND') &&
          problems.push(message.text()),
      );
      page.on(
        'request',
        (request) => request.url().startsWith('file:') || problems.push(request.url()),
      );
      await page.goto(pathToFileURL(join(folder, 'index.html')).href);
      await expect
        .poll(
          () =>
            page.evaluate(
              '[...document.querySelectorAll("video")].slice(0, 2).every((video) => video.readyState > 0)',
            ),
          {
            timeout: 20_000,
          },
        )
        .toBe(true);
      await expect
        .poll(
          () => page.evaluate('document.querySelectorAll(".gone:not([hidden])").length === 1'),
          { timeout: 20_000 },
        )
        .toBe(true);
      expect(await page.title()).toBe(`${hostile} · rushes`);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

      await page.keyboard.press('/');
      await page.keyboard.type('crab sora');
      expect(await page.evaluate('document.querySelectorAll("article:not([hidden])").length')).toBe(
        1,
      );
      await page.keyboard.press('Escape');
      await page.selectOption('#state', 'bad');
      expect(
        await page.evaluate('document.querySelector("article:not([hidden])").dataset.words'),
      ).toContain('failed');
      await page.selectOption('#state', '');
      await page.locator('h1').click();
      await page.keyboard.press('j');
      await page.keyboard.press('p');
      await expect
        .poll(
          () =>
            page.evaluate(
              '[...document.querySelectorAll("video")].slice(0, 2).every((video) => video.currentTime > 0.1)',
            ),
          {
            timeout: 20_000,
          },
        )
        .toBe(true);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  },
);
