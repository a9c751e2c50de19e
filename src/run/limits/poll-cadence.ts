/**
 * When to ask a task again. Pure: ages in, delays out, all in milliseconds. An ask costs something,
 * and so does a clip that waits to be seen: asks come where tasks of this age tend to end, as far
 * apart as that likelihood makes it worth while. While nothing is known of such tasks, asks are a
 * share of the age apart.
 */
import { hazardAt, type LogNormal, meanOf } from './log-normal.ts';
import type { Prediction } from './task-lengths.ts';

export interface Pacing {
  /** Shortest time between two asks of one task. Default 2 s. */
  readonly floorMs: number;
  /** Longest, while what is known of such tasks is not reliable. Default 30 s. */
  readonly ceilingMs: number;
}
export const DEFAULT_PACING: Pacing = { floorMs: 2_000, ceilingMs: 30_000 };

export interface Expectation {
  /** From tasks alike. */
  readonly prediction?: Prediction;
  /** The gateway's own estimate; it may be wrong. */
  readonly expectedSeconds?: number;
}

/**
 * One ask costs as much as this share of a task's mean length that its clip waits. About nine asks
 * for a task, and five per cent of its length: `npm run bench -- --only makespan`.
 */
const ASK_COST = 0.0065;

/** While little is known: a delay of at most this share of the task's length. */
const BLIND_SHARE = 0.1;
/**
 * What a gateway says of a task may be off by chance, if it was no better than this with others
 * (standard deviation of the logarithm): then no wait is longer than this share of the age.
 */
const SHARP_SIGMA = 0.08;
const UNSHARP_SHARE = 0.5;
/** While the steady progress of the task says that its end is not near: it may end early. */
const STEADY_SHARE = 0.35;

/**
 * The longest wait based on known lengths: if a gateway does not say when a task ended, the
 * lock counts a clip that was collected a day later as a task of one day.
 */
const LONGEST_WAIT_MS = 120_000;
/** Longest first wait based on history alone, if the gateway gives no estimate. */
const UNSURE_SECONDS = 300;

/** Milliseconds from acceptance after which the first ask is useful. */
export function firstAskMs({ prediction, expectedSeconds }: Expectation, pacing: Pacing): number {
  const { floorMs } = pacing;
  if (prediction !== undefined) {
    const longestMs = Math.max(LONGEST_WAIT_MS, (expectedSeconds ?? UNSURE_SECONDS) * 1_000);
    return Math.max(floorMs, Math.min(longestMs, worthAskingMs(prediction.length, 0)));
  }
  const unknown = 5 * floorMs;
  return expectedSeconds === undefined
    ? unknown
    : Math.max(floorMs, Math.min(unknown, expectedSeconds * 200));
}

/** How long to wait after an answer "not yet" at this age of the task. */
export function nextAskMs(ageMs: number, expectation: Expectation, pacing: Pacing): number {
  const { prediction } = expectation;
  const blind = clamp(ageMs * BLIND_SHARE, pacing);
  if (prediction === undefined) return blind;
  const worth = Math.max(pacing.floorMs, worthAskingMs(prediction.length, ageMs));
  if (prediction.restsOn === 'own-progress')
    return Math.min(worth, clamp(ageMs * STEADY_SHARE, pacing));
  const longest = Math.min(LONGEST_WAIT_MS, Math.max(pacing.ceilingMs, ageMs));
  if (prediction.restsOn === 'tasks') return Math.min(worth, longest);
  if (prediction.restsOn === 'gateway') {
    const isSharp = prediction.length.sigma <= SHARP_SIGMA;
    const trusted = isSharp ? longest : Math.max(pacing.floorMs, ageMs * UNSHARP_SHARE);
    return Math.min(worth, longest, trusted);
  }
  // Asked before its time (an earlier run's task): back to the first ask of a fresh one.
  const first = firstAskMs(expectation, pacing);
  if (ageMs < first) return Math.max(pacing.floorMs, first - ageMs);
  return Math.min(worth, blind);
}

/** Steps of the sum below: a share of the spread of the lengths, and of their mean. */
const SPREAD_STEP = 0.1;
const MEAN_STEP = 0.01;
/** Below this many standard deviations no task ends. */
const SOONEST = 4;

/**
 * How long after `ageMs` an ask is worth its cost. With asks `d` apart and ends at a rate `h`, asks
 * cost `ASK_COST / d` and waiting clips `h × d / 2` a second: the least sum is at
 * `d = sqrt(2 × ASK_COST / h)`. So an ask is due when the sum of `1 / d` over the time reaches 1.
 */
function worthAskingMs(length: LogNormal, ageMs: number): number {
  const mean = meanOf(length);
  const step = Math.min(MEAN_STEP, SPREAD_STEP * length.sigma) * mean;
  const soonest = Math.exp(length.mu - SOONEST * length.sigma);
  let at = Math.max(ageMs / 1_000, soonest);
  let due = 0;
  for (;;) {
    const asks = step * Math.sqrt(hazardAt(length, at + step / 2) / (2 * ASK_COST * mean));
    if (due + asks >= 1) return (at + (step * (1 - due)) / asks) * 1_000 - ageMs;
    due += asks;
    at += step;
  }
}

/**
 * After the n-th unreadable answer in a row (from 1): patient, and never shorter than the gateway
 * asked for.
 */
export function unreadableDelayMs(
  inARow: number,
  retryAfterMs: number | undefined,
  { floorMs, ceilingMs }: Pacing,
): number {
  return Math.max(
    retryAfterMs ?? 0,
    Math.min(2 * ceilingMs, floorMs * 2 ** Math.min(inARow - 1, 16)),
  );
}

/**
 * After the n-th "no such task" in a row (from 1): soon at first, as a gateway may need a moment to
 * know a new task, then ever more patient.
 */
export function unknownTaskDelayMs(inARow: number, { floorMs, ceilingMs }: Pacing): number {
  return Math.min(4 * ceilingMs, floorMs * 2 ** Math.min(inARow - 1, 16));
}

const clamp = (ms: number, { floorMs, ceilingMs }: Pacing): number =>
  Math.min(Math.max(ms, floorMs), Math.max(floorMs, ceilingMs));
