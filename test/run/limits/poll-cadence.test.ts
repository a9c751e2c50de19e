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
import type { Prediction } from '../../../src/run/limits/task-lengths.ts';

/** Asks a task that takes so long, from its submit on: when each ask comes, in seconds. */
function asksOf(tookSeconds: number, expectation: Expectation, pacing = DEFAULT_PACING): number[] {
  const asks: number[] = [];
  for (let atMs = firstAskMs(expectation, pacing); ; atMs += nextAskMs(atMs, expectation, pacing)) {
    asks.push(atMs / 1_000);
    if (atMs >= tookSeconds * 1_000) return asks;
  }
}

/** Log-normal lengths with this median; a spread of 0.1 is about ten per cent. */
const prediction = (
  medianSeconds: number,
  spread = 0.1,
  restsOn: Prediction['restsOn'] = 'tasks',
) => ({
  prediction: { length: { mu: Math.log(medianSeconds), sigma: spread }, restsOn },
});

describe('with lengths of tasks alike', () => {
  test('the first ask comes when such tasks begin to end', () => {
    const seconds = firstAskMs(prediction(150, 0.1), { ...DEFAULT_PACING }) / 1_000;
    expect(seconds).toBeGreaterThan(110);
    expect(seconds).toBeLessThan(140);
  });
  test('the wider they spread, the earlier it comes', () => {
    const first = (spread: number) => firstAskMs(prediction(100, spread), DEFAULT_PACING);
    expect(first(0.02)).toBeGreaterThan(first(0.2));
    expect(first(0.2)).toBeGreaterThan(first(0.5));
  });
  test('a task of the usual length is found with few asks, and soon', () => {
    const asks = asksOf(100, prediction(100, 0.02));
    expect(asks.length).toBeLessThanOrEqual(3);
    expect((asks.at(-1) ?? 0) - 100).toBeLessThan(2.5);
  });
  test('an earlier ask (of an attached task) goes back to that time', () => {
    const said = prediction(100, 0.1, 'few-tasks');
    const first = firstAskMs(said, DEFAULT_PACING);
    expect(nextAskMs(20_000, said, DEFAULT_PACING)).toBeCloseTo(first - 20_000);
  });
  test('a task that takes ten times as long as any other is still found within a tenth', () => {
    expect((asksOf(1_000, prediction(100, 0.1)).at(-1) ?? 0) - 1_000).toBeLessThanOrEqual(100);
  });
});

describe('with a history that is wrong: clips that were collected a day later', () => {
  test.each([
    ['no estimate', {}, 300_000],
    ['an estimate of the gateway', { expectedSeconds: 180 }, 180_000],
    ['an estimate far too short', { expectedSeconds: 1 }, 120_000],
  ])('the first ask is not a day away: %s', (_name, expectation: Expectation, firstMs) => {
    const said = { ...expectation, ...prediction(86_400, 0.1, 'few-tasks') };
    expect(firstAskMs(said, DEFAULT_PACING)).toBe(firstMs);
    expect(nextAskMs(firstMs, said, DEFAULT_PACING)).toBeLessThanOrEqual(30_000);
  });
  test('and where this run saw such lengths, no wait is longer than two minutes', () => {
    expect(nextAskMs(600_000, prediction(86_400), DEFAULT_PACING)).toBeLessThanOrEqual(120_000);
  });
});

describe('without history', () => {
  test.each([
    ['nothing is said', {}],
    ['the estimate is far too long', { expectedSeconds: 3_600 }],
    ['the estimate is far too short', { expectedSeconds: 5 }],
    ['the estimate is zero', { expectedSeconds: 0 }],
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
  test('and near the end that was said', () => {
    expect((asksOf(300, { expectedSeconds: 310 }).at(-1) ?? 0) - 300).toBeLessThanOrEqual(
      300 * 0.1,
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
    { expectedSeconds: double({ min: 0, max: 1e6, noNaN: true }) },
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
