/** Files of reviewers: written by one page, read by another, and by people with other ideas. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeDecision,
  decodeReview,
  encodeReview,
} from '../../../src/report/gallery/review-file.ts';
import { hostileText } from '../hostile.ts';

const digest = 'ab'.repeat(32);

test('a review is read as it was written', () => {
  const review = {
    by: 'Ann',
    clips: {
      [digest]: { pick: true, in: 0.5, out: 2, star: true, notes: [{ at: 1.25, text: 'soft' }] },
      ['cd'.repeat(32)]: { reject: true },
      ['ef'.repeat(32)]: {},
    },
  } as const;
  expect(decodeReview(encodeReview(review))).toEqual(review);
});

test('unknown parts are left out, and a file that is not a review is refused', () => {
  const text = JSON.stringify({
    rushesReview: 1,
    by: 7,
    clips: {
      [digest]: { pick: true, reject: true, in: -1, out: 'x', notes: [{ at: 1 }, null, 'x'] },
      __proto__: { pick: true },
      'not a digest': { pick: true },
    },
  });
  expect(decodeReview(text)).toEqual({ by: '', clips: { [digest]: { pick: true } } });
  for (const wrong of [
    '',
    '[]',
    '{}',
    'null',
    '{"rushesReview":2,"clips":{}}',
    '{"rushesReview":1}',
  ])
    expect(decodeReview(wrong)).toBeUndefined();
  expect(decodeDecision('{}')).toEqual({});
});

test('times that are not numbers, and parts that end before they begin, are left out', () => {
  const text = `{ "rushesReview": 1, "clips": {
    "${digest}": { "pick": true, "in": 1e999, "out": 2, "notes": [{ "at": 1e999, "text": "x" }] },
    "${'cd'.repeat(32)}": { "pick": true, "in": 3, "out": 3 }
  } }`;
  expect(decodeReview(text)?.clips).toEqual({
    [digest]: { pick: true, out: 2 },
    ['cd'.repeat(32)]: { pick: true },
  });
});

test('any text and any JSON can be read', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.json()), (text) => {
      expect(() => [decodeReview(text), decodeDecision(text)]).not.toThrow();
    }),
    { seed: 4 },
  );
});
