/**
 * When to ask a task again. Pure: ages in, delays out, all in milliseconds. History says when a
 * clip may be ready at the earliest; `expectedSeconds` and `progress` come from the gateway and may
 * be absent or wrong, so they never make the runner look away for more than a tenth of the task's
 * age.
 */
import type { Past } from './history.ts';

export interface Pacing {
  /** Shortest time between two asks of one task. Default 2 s. */
  readonly floorMs: number;
  /** Longest. Default 30 s. */
  readonly ceilingMs: number;
}
export const DEFAULT_PACING: Pacing = { floorMs: 2_000, ceilingMs: 30_000 };

export interface Expectation {
  /** Of the same model and length. */
  readonly past?: Pick<Past, 'earliestSeconds' | 'samples'>;
  /** The gateway's own estimate. */
  readonly expectedSeconds?: number;
  /** 0 to 100, the last that was read. */
  readonly progress?: number;
}

/**
 * Asking this share of a task's age later finds its end with a delay of the same share of its
 * length.
 */
const NEAR_SHARE = 0.04;
/** While the end is surely, or so they say, some way off. */
const FAR_SHARE = 0.1;

/** How far before the earliest finish seen the first ask comes: few witnesses, more caution. */
const earliestShare = (samples: number): number =>
  samples >= 5 ? 0.95 : samples >= 3 ? 0.9 : samples === 2 ? 0.8 : 0.7;

/**
 * History may be wrong too: where a gateway does not say when a task ended, a clip that was
 * collected a day later looks like a task of a day.
 */
const TRUSTED_HISTORY_MS = 120_000;
/** What such a history is trusted for where the gateway has no estimate of its own. */
const UNSURE_SECONDS = 300;

/** After how many milliseconds from acceptance the first ask is worth its while. */
export function firstAskMs({ past, expectedSeconds }: Expectation, { floorMs }: Pacing): number {
  if (past !== undefined) {
    const longestMs = Math.max(TRUSTED_HISTORY_MS, (expectedSeconds ?? UNSURE_SECONDS) * 1_000);
    return Math.max(
      floorMs,
      Math.min(longestMs, past.earliestSeconds * 1_000 * earliestShare(past.samples)),
    );
  }
  const unknown = 5 * floorMs;
  return expectedSeconds === undefined
    ? unknown
    : Math.max(floorMs, Math.min(unknown, expectedSeconds * 200));
}

/** How long to wait after an answer "not yet" at this age of the task. */
export function nextAskMs(ageMs: number, expectation: Expectation, pacing: Pacing): number {
  const { past, expectedSeconds, progress } = expectation;
  const near = clamp(ageMs * NEAR_SHARE, pacing);
  const first = past === undefined ? 0 : firstAskMs(expectation, pacing);
  // Asked before its time (an earlier run's task): back to the first ask of a fresh one.
  if (ageMs < first) return Math.max(near, first - ageMs);
  let farUntilMs = expectedSeconds === undefined ? 0 : expectedSeconds * 500;
  if (progress !== undefined && progress >= 5 && progress < 100)
    farUntilMs = Math.max(farUntilMs, (ageMs / progress) * 80);
  if (past !== undefined || ageMs >= farUntilMs) return near;
  return Math.max(near, Math.min(clamp(ageMs * FAR_SHARE, pacing), farUntilMs - ageMs));
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
