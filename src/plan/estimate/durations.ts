/** How long tasks took before, as the locks remember: by model and length of the clip. */
import type { Lock, Result } from '../../lock/file/format.ts';

/** Seconds from submit to the finished clip for a model and a clip of so many seconds. */
export type ExpectedSeconds = (model: string, clipSeconds: number) => number;

/**
 * If nothing is known about a model. A guess: the pages of both gateways speak of minutes and give
 * no table.
 */
const guessed = (clipSeconds: number): number => 30 + 20 * clipSeconds;

/** Seconds that tasks of a model took, whatever the length of the clip and by it. */
interface Samples {
  readonly all: number[];
  readonly byLength: Map<number, number[]>;
}

/** The median of the same length, else of the model whatever the length, else a guess. */
export function expectedSeconds(locks: readonly Lock[]): ExpectedSeconds {
  const samples = new Map<string, Samples>();
  for (const { renders } of locks) {
    for (const entry of renders.values()) {
      add(samples, entry);
      for (const result of entry.earlier ?? []) add(samples, result);
    }
  }
  const medians = new Map(
    [...samples].map(([model, { all, byLength }]) => [
      model,
      {
        all: median(all),
        byLength: new Map([...byLength].map(([length, seconds]) => [length, median(seconds)])),
      },
    ]),
  );
  return (model, clipSeconds) => {
    const known = medians.get(model);
    return known === undefined
      ? guessed(clipSeconds)
      : (known.byLength.get(Math.round(clipSeconds)) ?? known.all);
  };
}

function add(samples: Map<string, Samples>, result: Result): void {
  const took = tookSeconds(result);
  if (took === undefined) return;
  let known = samples.get(result.model);
  if (known === undefined)
    samples.set(result.model, (known = { all: [], byLength: new Map<number, number[]>() }));
  known.all.push(took);
  if (result.clip === undefined) return;
  const length = Math.round(result.clip.seconds);
  const alike = known.byLength.get(length);
  if (alike === undefined) known.byLength.set(length, [took]);
  else alike.push(took);
}

/**
 * A gateway need not say when a task ended; then the lock has the time of the ask that saw it,
 * which may be the next morning. What took longer than this by the lock teaches nothing: 20
 * minutes.
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
