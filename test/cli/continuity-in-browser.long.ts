/**
 * The example of scenes that continue each other, as a person sees its draft: in Chromium each clip
 * begins with the picture that the one before ended with.
 */
import { createReadStream } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { launchBrowser, noBrowser } from '../report/gallery/open-page.ts';
import { REPOSITORY, world } from './cli-project.ts';

const SCENES = ['hall', 'kitchen', 'garden'] as const;
const MANIFEST = 'manifests/continuity.yaml';

/** Mean difference of two pictures, of 255: what no eye tells apart, and what every eye does. */
const SAME = 3;
const OTHER = 6;

test.skipIf(noBrowser)(
  'the draft of continuity.yaml: the pictures at the joints are the same',
  async () => {
    await using w = await world({ script: {} });
    await cp(path.join(REPOSITORY, 'manifests'), path.join(w.folder, 'manifests'), {
      recursive: true,
      filter: (file) => !file.includes('.rushes'),
    });
    expect(await w.rushes(['render', '--draft', MANIFEST])).toMatchObject({ exit: 0 });
    const clipOf = (scene: string): string =>
      path.join(w.folder, 'out/three-rooms/.draft', scene, 'kling.mp4');
    const server = createServer(({ url = '/' }, response) => {
      const scene = SCENES.find((one) => url === `/${one}`);
      response.setHeader('content-type', scene === undefined ? 'text/html' : 'video/mp4');
      if (scene === undefined) response.end('<body></body>');
      else createReadStream(clipOf(scene)).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`);
      /** Grey values at 64 x 36. `from`: seconds from the beginning, negative from the end. */
      const seen = (scene: string, from: number): Promise<readonly number[]> =>
        // A text: the page has a DOM, this file is checked without one.
        page.evaluate(`(async () => {
        const video = document.body.appendChild(document.createElement('video'));
        const when = (name) => new Promise((resolve, reject) => {
          video.addEventListener(name, resolve, { once: true });
          video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
        });
        const loaded = when('canplaythrough');
        // As a whole: the server knows no ranges, and without them there is no seeking.
        video.src = URL.createObjectURL(await (await fetch('/${scene}')).blob());
        await loaded;
        const to = ${from} < 0 ? video.duration + ${from} : ${from};
        // Until the picture of that second is on the screen: "seeked" comes before it.
        const shown = new Promise((resolve) => {
          const look = (_, { mediaTime }) =>
            mediaTime <= to && to < mediaTime + 1 ? resolve() : video.requestVideoFrameCallback(look);
          video.requestVideoFrameCallback(look);
        });
        video.currentTime = to;
        await shown;
        const canvas = new OffscreenCanvas(64, 36);
        const context = canvas.getContext('2d');
        context.filter = 'grayscale(1)';
        context.drawImage(video, 0, 0, 64, 36);
        video.remove();
        return [...context.getImageData(0, 0, 64, 36).data].filter((_, at) => at % 4 === 0);
      })()`);
      for (const [index, scene] of SCENES.slice(0, -1).entries()) {
        const next = SCENES[index + 1] ?? scene;
        const [end, beginning, later] = [
          await seen(scene, -0.05),
          await seen(next, 0.05),
          await seen(next, -0.05),
        ];
        expect(difference(end, beginning)).toBeLessThan(SAME);
        expect(difference(end, later)).toBeGreaterThan(OTHER);
      }
      // And the first one begins with the picture of the repository, which is none of these.
      expect(difference(await seen('hall', 0.05), await seen('hall', -0.05))).toBeGreaterThan(
        OTHER,
      );
    } finally {
      await browser.close();
      server.close();
    }
  },
  600_000,
);

const difference = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
