import { describe, expect, test } from 'vitest';
import {
  DEFAULT_PACING,
  type Expectation,
  firstAskMs,
  nextAskMs,
} from '../../../src/run/limits/poll-cadence.ts';
import { TaskLengths } from '../../../src/run/limits/task-lengths.ts';

type Progress = (ageSeconds: number, tookSeconds: number) => number;

/**
 * The first task of its kind, asked from its submit to its end: when each ask comes, in seconds.
 */
function asksOf(tookSeconds: number, progress: Progress): number[] {
  const watch = new TaskLengths().watch('apimart/kling-v3', 5);
  const expectation = (): Expectation => {
    const prediction = watch.predict();
    return prediction === undefined ? {} : { prediction };
  };
  const asks: number[] = [];
  for (let at = firstAskMs(expectation(), DEFAULT_PACING) / 1_000; ;) {
    asks.push(at);
    if (at >= tookSeconds) return asks;
    watch.unfinished(at, { progress: Math.floor(progress(at, tookSeconds)) });
    at += nextAskMs(at * 1_000, expectation(), DEFAULT_PACING) / 1_000;
  }
}

const honest: Progress = (age, took) => (100 * age) / took;
/** Of tasks of 40 s to 50 minutes: the largest share of its length that an end is seen late. */
const latest = (progress: Progress): number =>
  Math.max(
    ...Array.from({ length: 300 }, (_, step) => {
      const took = 40 + 10 * step;
      return ((asksOf(took, progress).at(-1) ?? Infinity) - took) / took;
    }),
  );

describe('the first task of its kind', () => {
  test.each([
    ['stands still', () => 7],
    ['lies', () => 99],
    ['is eager', (age, took) => 100 * Math.sqrt(age / took)],
    ['stops a third of the way', (age, took) => Math.min(33, honest(age, took))],
  ] satisfies [string, Progress][])(
    'its end is seen within a tenth where progress %s',
    (_, says) => {
      expect(latest(says)).toBeLessThanOrEqual(0.1);
    },
  );

  test('sooner, and with half the asks, where progress keeps pace', () => {
    const asks = (progress: Progress): number => asksOf(150, progress).length;
    expect(asks(honest)).toBeLessThanOrEqual(asks(() => 0) / 2);
    expect(latest(honest)).toBeLessThanOrEqual(0.04);
  });

  test('a task that ends long before its steady progress says so is seen within 35 %', () => {
    expect(latest((age, took) => (40 * age) / took)).toBeLessThanOrEqual(0.35);
  });
});
