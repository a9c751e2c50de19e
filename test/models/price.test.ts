import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { JsonObject } from '../../src/scene.ts';

const price = (name: string, body: JsonObject) => catalogue.get(name)?.price(body);

test.each([
  [{}, 'exact', 0.336],
  [{ mode: 'pro', duration: 10 }, 'exact', 0.896],
  [{ audio: true }, 'exact', 0.504],
  [{ mode: 'pro', audio: true, duration: 15 }, 'exact', 2.016],
  [{ mode: '4k', duration: 3 }, 'exact', 1.28568],
] as const)('kling-v3 %j', (body, kind, usd) => {
  expect(price('apimart/kling-v3', { model: 'kling-v3', ...body })).toMatchObject({
    kind,
    usd: Math.round(usd * 1e6),
  });
});

test('list prices carry the date of the list', () => {
  expect(price('apimart/kling-v3', {})).toMatchObject({ asOf: '2026-10-03' });
});

test.each([
  [{}, 27],
  [{ duration: 3 }, 16.2],
  [{ duration: 5, quality: '1080p', sound: 'on' }, 45.009],
  [{ duration: 5, quality: '1080p' }, 36.018],
  [{ duration: 15, quality: '4k', sound: 'on' }, 405],
] as const)('kling-o3 %j is %d credits, kept beside the dollars', (body, credits) => {
  expect(price('evolink/kling-o3-text-to-video', body)).toMatchObject({
    kind: 'estimated',
    credits,
    usd: Math.round((credits / 68) * 1e6),
    asOf: '2026-10-10',
  });
});

test.each([
  ['evolink/seedance-2.0-text-to-video', { model_params: { web_search: true } }],
  ['evolink/seedance-2.0-fast-text-to-video', { model_params: { web_search: true } }],
  ['apimart/seedance-2.0', { tools: [{ type: 'web_search' }] }],
] as const)(
  '%s: how many searches are billed is not known before, so no price is exact',
  (name, body) => {
    const without = price(name, { prompt: 'x' });
    expect(without).toMatchObject({ kind: 'exact' });
    expect(price(name, { prompt: 'x', ...body })).toEqual({ ...without, kind: 'estimated' });
  },
);

test('sora-2 is estimated; an unpublished price is unknown, with the reason', () => {
  expect(price('apimart/sora-2', { duration: 20 })).toMatchObject({
    kind: 'estimated',
    usd: 1_600_000,
  });
  expect(price('apimart/kling-v2-6', {})).toEqual({
    kind: 'unknown',
    why: 'no price of kling-v2-6 is published',
  });
  expect(price('apimart/sora-2-pro', {})).toMatchObject({ kind: 'unknown' });
});

const LINK = 'https://example.com/a';

test.each([
  ['apimart/kling-3.0-turbo', { resolution: '1080p' }, 0.716],
  ['apimart/veo3.1-fast', { resolution: '1080p' }, 0.14],
  ['apimart/veo3.1-lite', { resolution: '4k' }, 0.57],
  ['apimart/veo3.1-quality-official', { resolution: '4K', generate_audio: true }, 3.84],
  ['apimart/MiniMax-H3', { resolution: '768P', duration: 6 }, 0.34272],
  ['apimart/MiniMax-H3', { duration: 10, image_urls: Array<string>(7).fill(LINK) }, 0.96016],
] as const)('%s %j is exact', (name, body, usd) => {
  expect(price(name, body)).toMatchObject({ kind: 'exact', usd: Math.round(usd * 1e6) });
});

test.each([
  // Tokens decide: a tenth more is held ready.
  ['apimart/seedance-2.5', { duration: 8 }, 1.728, 1.9008],
  // The model chooses from 4 to 30 seconds.
  ['apimart/seedance-2.5', { duration: -1, resolution: '480p' }, 0.38432, 3.17064],
  // 2 to 15 seconds of reference videos are billed beside the clip.
  ['apimart/MiniMax-H3', { duration: 10, video_urls: [LINK] }, 1.09728, 2.286],
  ['evolink/wan3.0-text-to-video', { duration: -1, quality: '480p' }, 0.075, 1.125],
] as const)('%s %j is a range', (name, body, from, to) => {
  expect(price(name, body)).toMatchObject({
    kind: 'estimated',
    from: Math.round(from * 1e6),
    usd: Math.round(to * 1e6),
  });
});
