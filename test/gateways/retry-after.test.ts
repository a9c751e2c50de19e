import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRetryAfter, retryAfterOfBody } from '../../src/gateways/answers/retry-after.ts';
import { NOW_MS } from './harness.ts';

describe('Retry-After', () => {
  test.each<[string | undefined, number | undefined]>([
    ['0', 0],
    ['30', 30_000],
    [' 30 ', 30_000],
    ['1.5', 1500],
    ['+5', 5000],
    ['-5', 0],
    ['601', 600_000],
    ['9'.repeat(400), 600_000],
    ['Fri, 20 Nov 2026 19:00:30 GMT', 30_000],
    ['Friday, 20-Nov-26 19:00:30 GMT', 30_000],
    ['Fri Nov 20 19:00:30 2026', 30_000],
    ['Fri, 20 Nov 2026 18:59:30 GMT', 0],
    ['Wed, 20 Nov 2999 19:00:00 GMT', 600_000],
    ['Fri, 99 Nov 2026 19:00:00 GMT', undefined],
    ['2026-11-20T19:00:30Z', undefined],
    ['30s', undefined],
    ['soon', undefined],
    ['NaN', undefined],
    ['1e3', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW_MS)).toBe(expected);
  });

  test('whatever it says, the pause is between nothing and ten minutes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (value) => {
          const pause = parseRetryAfter(value, NOW_MS) ?? 0;
          expect(pause).toBeGreaterThanOrEqual(0);
          expect(pause).toBeLessThanOrEqual(600_000);
        },
      ),
      { seed: 20261120 },
    );
  });
});

describe('in the body', () => {
  test.each<[unknown, number | undefined]>([
    [{ error: { retry_after: 5 } }, 5000],
    [{ error: { retry_after_seconds: '5' } }, 5000],
    [{ retry_after: 5 }, 5000],
    [{ error: { message: 'Please retry after 60 seconds.' } }, 60_000],
    [{ message: 'Try again in 30s' }, 30_000],
    [{ error: { message: 'retry with fewer than 5 images' } }, undefined],
    [{ error: { message: 'limit is 60 seconds' } }, undefined],
    [{ error: null }, undefined],
    [null, undefined],
  ])('%j is %j ms', (json, expected) => {
    expect(retryAfterOfBody(json)).toBe(expected);
  });
});
