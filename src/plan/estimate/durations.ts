/** How long tasks took before, as the locks remember: by model and length of the clip. */
import type { Lock, Result } from '../../lock/file/format.ts';

/** Seconds from submit to the finished clip for a model and a clip of so many seconds. */
export type ExpectedSeconds = (model: string, clipSeconds: number) => number;

/**
 * Where nothing is known of a model. A guess: the pages of both gateways speak of minutes and give
 * no table.
 */
const guessed = (clipSeconds: number): number => 30 + 20 * clipSeconds;

/** The median of the same length, else of the model whatever the length, else a guess. */
export function expectedSeconds(locks: readonly Lock[]): ExpectedSeconds {
  const samples = new Map<string, number[]>();
  const add = (key: string, seconds: number): void => {
    const known = samples.get(key);
    if (known === undefined) samples.set(key, [seconds]);
    else known.push(seconds);
  };
  for (const { renders } of locks) {
    for (const entry of renders.values()) {
      for (const result of [entry, ...(entry.earlier ?? [])]) {
        const took = tookSeconds(result);
        if (took === undefined) continue;
        add(result.model, took);
        if (result.clip !== undefined)
          add(`${result.model}\n${Math.round(result.clip.seconds)}`, took);
      }
    }
  }
  const medians = new Map([...samples].map(([key, seconds]) => [key, median(seconds)]));
  return (model, clipSeconds) =>
    medians.get(`${model}\n${Math.round(clipSeconds)}`) ??
    medians.get(model) ??
    guessed(clipSeconds);
}

/**
 * A gateway need not say when a task ended; then the lock has the time of the ask that saw it, which
 * may be the next morning. What took longer than this by the lock teaches nothing: 20 minutes.
 */
const LONGEST_TELLING_SECONDS = 20 * 60;

/** How long its task took, where the lock can tell. */
export function tookSeconds({ status, submittedAt, completedAt }: Result): number | undefined {
  if (status !== 'completed' || submittedAt === undefined || completedAt === undefined)
    return undefined;
  const seconds = (Date.parse(completedAt) - Date.parse(submittedAt)) / 1000;
  return seconds > 0 && seconds <= LONGEST_TELLING_SECONDS ? seconds : undefined;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
