/**
 * The length that a task's own progress points to, for as long as the progress keeps pace with its
 * age. It serves while no task of its kind has shown yet what progress is worth. All times in
 * seconds.
 */
import type { LogNormal } from './log-normal.ts';

/**
 * The first progress that is compared, in per cent: of an early one, a single per cent is too much.
 */
const FIRST = 8;
/**
 * Two readings are compared from this ratio of their ages: readings close together agree for any
 * kind of progress.
 */
const APART = 1.5;
/** Least standard deviation of the logarithm: about the resolution of whole per cents. */
const LEAST_SIGMA = 0.02;

/** What one answer says of the length. Per cents may be cut off or rounded: one more or less. */
interface Reading {
  readonly ageSeconds: number;
  readonly atLeast: number;
  readonly atMost: number;
}

export class SteadyProgress {
  #first: Reading | undefined;
  #length: LogNormal | undefined;

  /** `undefined` unless the latest progress is in step with the first. */
  get length(): LogNormal | undefined {
    return this.#length;
  }

  /** @param progress 0 to 100. */
  take(ageSeconds: number, progress: number | undefined): void {
    this.#length = undefined;
    if (progress === undefined || progress < FIRST || progress >= 100) return;
    const whole = 100 * ageSeconds;
    const latest = { ageSeconds, atLeast: whole / (progress + 1), atMost: whole / (progress - 1) };
    this.#first ??= latest;
    const first = this.#first;
    if (ageSeconds < APART * first.ageSeconds) return;
    if (latest.atLeast > first.atMost || latest.atMost < first.atLeast) return;
    this.#length = {
      mu: Math.log(whole / (progress + 0.5)),
      sigma: Math.max(LEAST_SIGMA, 1 / progress),
    };
  }
}
