/**
 * The manifests of the API pages, as a user renders them, against the requests that the pages
 * print.
 */
import { describe, expect, test } from 'vitest';
import { page } from '../models/sheets/page-bodies.ts';
import type { JsonObject } from '../../src/scene.ts';
import { resolved } from './resolved.ts';

/**
 * Where a page contradicts itself or its successor, what is sent instead; the manifests say why.
 */
const same = (body: JsonObject): JsonObject => body;
const sizeAsRatio = ({ size, ...body }: JsonObject): JsonObject =>
  size === undefined ? body : { ...body, aspect_ratio: size };
const ratioDropped = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'aspect_ratio'));
const lastFrameAsImage = ({ last_frame_image: last, ...body }: JsonObject): JsonObject =>
  last === undefined ? body : { ...body, image_urls: [...(body['image_urls'] as string[]), last] };

const PAGES = [
  ['kling-v3', 'kling-v3', sizeAsRatio],
  ['kling-v3-legacy', 'kling-v3-older', lastFrameAsImage],
  ['kling-v2-6', 'kling-v2-6', same],
  ['sora-2', 'sora-2', ratioDropped],
  ['kling-o3', 'kling-o3-text-to-video', same],
] as const;

describe.each(PAGES)('manifests/%s.yaml', (manifest, name, sent) => {
  test('sends every request of the page, in the order of the page', async () => {
    const { renders } = await resolved(manifest);
    const requests = renders
      .filter(({ tags }) => tags.includes('page'))
      .map(({ request }) => request);
    expect(requests).toEqual(page(name).map(sent));
  });

  test('every use case is rendered, and nothing is refused', async () => {
    const { renders, problems } = await resolved(manifest);
    expect(
      problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    ).toEqual([]);
    expect(renders.length).toBeGreaterThanOrEqual(page(name).length);
  });
});

test('only facts that the pages leave open cause warnings', async () => {
  const warned = async (manifest: string) =>
    (await resolved(manifest, { unskipped: true })).problems.map(
      ({ message, renders }) => `${renders.join(' ')}: ${message}`,
    );
  expect(await warned('kling-v3')).toEqual([]);
  // Two cases of the page are one clip: one of them writes the defaults out.
  expect(await warned('kling-v3-legacy')).toEqual([
    'last-frame-image/kling two-images/kling: scene last-frame-image and scene two-images ask for the same clip on apimart/kling-v3: scene last-frame-image writes mode "std", duration 5, the default, and scene two-images leaves it out',
  ]);
  expect(await warned('kling-v2-6')).toEqual([
    'first-frame/kling: aspect_ratio may be overridden by the ratio of the image (R32)',
  ]);
  expect(await warned('kling-o3')).toEqual([]);
});
