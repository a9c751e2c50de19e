import { assert, double, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_PACING,
  type Expectation,
  firstAskMs,
  nextAskMs,
  unknownTaskDelayMs,
  unreadableDelayMs,
} from '../../../src/run/limits/poll-cadence.ts';

/** Asks a task that takes so long, from its submit on: when each ask comes, in seconds. */
function asksOf(tookSeconds: number, expectation: Expectation, pacing = DEFAULT_PACING): number[] {
  const asks: number[] = [];
  for (let atMs = firstAskMs(expectation, pacing); ; atMs += nextAskMs(atMs, expectation, pacing)) {
    asks.push(atMs / 1_000);
    if (atMs >= tookSeconds * 1_000) return asks;
  }
}

const past = (earliestSeconds: number, samples = 8) => ({ earliestSeconds, samples });

describe('with history', () => {
  test('the first ask comes a little before the earliest finish seen', () => {
    expect(firstAskMs({ past: past(150) }, DEFAULT_PACING)).toBe(142_500);
  });
  test('few witnesses make it come earlier', () => {
    expect(firstAskMs({ past: past(150, 1) }, DEFAULT_PACING)).toBe(105_000);
  });
  test('a task as long as the last one is found with two or three asks', () => {
    expect(asksOf(155, { past: past(150) }).length).toBeLessThanOrEqual(4);
  });
  test('an earlier ask (of an attached task) goes back to that time', () => {
    expect(nextAskMs(20_000, { past: past(150) }, DEFAULT_PACING)).toBe(122_500);
  });
});

describe('with a history that is wrong: clips that were collected a day later', () => {
  test.each([
    ['no estimate', {}, 300_000],
    ['an estimate of the gateway', { expectedSeconds: 180 }, 180_000],
    ['an estimate far too short', { expectedSeconds: 1 }, 120_000],
  ])('the first ask is not a day away: %s', (_name, expectation: Expectation, firstMs) => {
    expect(firstAskMs({ ...expectation, past: past(86_400) }, DEFAULT_PACING)).toBe(firstMs);
    expect(
      nextAskMs(firstMs, { ...expectation, past: past(86_400) }, DEFAULT_PACING),
    ).toBeLessThanOrEqual(12_000);
  });
});

describe('without history', () => {
  test.each([
    ['nothing is said', {}],
    ['the estimate is far too long', { expectedSeconds: 3_600 }],
    ['the estimate is far too short', { expectedSeconds: 5 }],
    ['the estimate is zero', { expectedSeconds: 0 }],
    ['progress stands still', { progress: 7 }],
    ['progress lies', { progress: 99 }],
  ])(
    'the end is noticed within a tenth of the length where %s',
    (_name, expectation: Expectation) => {
      assert(
        property(integer({ min: 40, max: 3_000 }), (took) => {
          expect((asksOf(took, expectation).at(-1) ?? 0) - took).toBeLessThanOrEqual(
            Math.max(3, took * 0.1),
          );
        }),
        { seed: 8 },
      );
    },
  );
  test('and within a few per cent near the end that was said', () => {
    expect((asksOf(300, { expectedSeconds: 310 }).at(-1) ?? 0) - 300).toBeLessThanOrEqual(
      300 * 0.05,
    );
  });
  test('a lowered floor finds short tasks soon', () => {
    expect(
      asksOf(0.3, { expectedSeconds: 300 }, { floorMs: 20, ceilingMs: 30_000 }).at(-1),
    ).toBeLessThan(0.35);
  });
});

test('delays are never below the floor and never above the ceiling', () => {
  const expectation = record(
    {
      expectedSeconds: double({ min: 0, max: 1e6, noNaN: true }),
      progress: double({ min: 0, max: 100, noNaN: true }),
    },
    { requiredKeys: [] },
  );
  assert(
    property(double({ min: 0, max: 1e8, noNaN: true }), expectation, (ageMs, said) => {
      const delay = nextAskMs(ageMs, said, DEFAULT_PACING);
      expect(delay).toBeGreaterThanOrEqual(2_000);
      expect(delay).toBeLessThanOrEqual(30_000);
    }),
    { seed: 8 },
  );
});

test('unreadable answers: patient, bounded, and never sooner than the gateway asked for', () => {
  expect(
    [1, 2, 3, 9, 400].map((inARow) => unreadableDelayMs(inARow, undefined, DEFAULT_PACING)),
  ).toEqual([2_000, 4_000, 8_000, 60_000, 60_000]);
  expect(unreadableDelayMs(1, 90_000, DEFAULT_PACING)).toBe(90_000);
});

test('a gateway that does not know a new task yet is asked again soon, and with patience: 5 asks are over at once, 10 minutes are not', () => {
  const asks = (pacing: typeof DEFAULT_PACING): number[] => {
    const at = [0];
    for (let n = 1; (at.at(-1) ?? 0) < 600_000; n += 1)
      at.push((at.at(-1) ?? 0) + unknownTaskDelayMs(n, pacing));
    return at;
  };
  expect(asks(DEFAULT_PACING).slice(0, 5)).toEqual([0, 2_000, 6_000, 14_000, 30_000]);
  expect(asks(DEFAULT_PACING).length).toBeLessThanOrEqual(12);
  expect(asks({ floorMs: 20, ceilingMs: 30_000 })[3]).toBe(140);
});
