import { describe, expect, test } from 'vitest';
import type { Said } from '../../../src/run/limits/calibration.ts';
import { gauss, type Simulated, simulateAsks } from './simulated-asks.ts';

const logNormal = (random: () => number): number => 2 * Math.exp(0.5 * gauss(random));
const percent = (value: number): Said => ({
  progress: Math.max(0, Math.min(99, Math.floor(value))),
});

/** 1,000 tasks in 50 slots, tasks of about 2 s, as with `RUSHES_POLL_MIN_MS=20`. */
const run = (
  says: (age: number, length: number, random: () => number) => Said = () => ({}),
  length = logNormal,
  seed = 1,
): Simulated =>
  simulateAsks({
    tasks: 1_000,
    slots: 50,
    length,
    says,
    pacing: { floorMs: 20, ceilingMs: 30_000 },
    seed,
  });

/** Least asks that known lengths allow at this delay: 7.5 for 1.05, 12 for 1.03. */
describe('tasks of log-normal lengths', () => {
  test.each([
    ['nothing is said', () => ({})],
    ['progress stands still', () => percent(50)],
    [
      'progress is random',
      (_age: number, _length: number, random: () => number) => percent(100 * random()),
    ],
    ['the estimate is always the same', () => ({ estimatedSeconds: 30 })],
    ['the estimate is far too short', () => ({ estimatedSeconds: 0.1 })],
  ])('at most 1.05 of the ideal at nine asks where %s', (_name, says) => {
    const { ratio, asksPerTask } = run(says);
    expect(ratio).toBeLessThanOrEqual(1.05);
    expect(asksPerTask).toBeLessThanOrEqual(9);
  });

  test.each([
    [
      'comes in quarters',
      (age: number, length: number) => percent(25 * Math.floor((4 * age) / length)),
    ],
    ['is eager', (age: number, length: number) => percent(100 * Math.sqrt(age / length))],
    ['is soon at 99', (age: number, length: number) => percent((500 * age) / length)],
    [
      'is noisy',
      (age: number, length: number, random: () => number) =>
        percent((100 * age) / length + 20 * gauss(random)),
    ],
  ])('at most 1.08 at nine asks where progress %s', (_name, says) => {
    const { ratio, asksPerTask } = run(says);
    expect(ratio).toBeLessThanOrEqual(1.08);
    expect(asksPerTask).toBeLessThanOrEqual(9);
  });

  test('noise of one reading does not put off the end of the whole batch', () => {
    const noisy = (age: number, length: number, random: () => number): Said =>
      percent((100 * age) / length + 40 * (random() - 0.5));
    for (const seed of [12, 34, 55]) {
      const { ratio, asksPerTask } = run(noisy, logNormal, seed);
      expect(ratio).toBeLessThanOrEqual(1.07);
      expect(asksPerTask).toBeLessThanOrEqual(9);
    }
  });

  test.each([
    ['progress', (age: number, length: number) => percent((100 * age) / length)],
    ['estimates', (_age: number, length: number) => ({ estimatedSeconds: length })],
  ])('at most 1.03 at four asks with honest %s', (_name, says) => {
    const { ratio, asksPerTask } = run(says);
    expect(ratio).toBeLessThanOrEqual(1.03);
    expect(asksPerTask).toBeLessThanOrEqual(4);
  });
});

test.each([2, 2.3])('tasks that all take %s s: at most 1.02 at four asks', (seconds) => {
  const { ratio, asksPerTask } = run(undefined, () => seconds);
  expect(ratio).toBeLessThanOrEqual(1.02);
  expect(asksPerTask).toBeLessThanOrEqual(4);
});

test('tasks of minutes are asked as seldom as tasks of seconds', () => {
  const { ratio, asksPerTask } = simulateAsks({
    tasks: 1_000,
    slots: 50,
    length: (random) => 75 * logNormal(random),
    pacing: { floorMs: 2_000, ceilingMs: 30_000 },
    seed: 1,
  });
  expect(ratio).toBeLessThanOrEqual(1.05);
  expect(asksPerTask).toBeLessThanOrEqual(9);
});
