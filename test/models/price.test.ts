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

test('sora-2 is estimated; what nobody publishes is unknown and says so', () => {
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
