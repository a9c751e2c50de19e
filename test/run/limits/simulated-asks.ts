/**
 * Tasks in slots on a clock of its own, asked as the run asks them. No sockets: counts and times.
 */
import type { ModelName } from '../../../src/ids.ts';
import type { Said } from '../../../src/run/limits/calibration.ts';
import {
  type Expectation,
  firstAskMs,
  nextAskMs,
  type Pacing,
} from '../../../src/run/limits/poll-cadence.ts';
import { TaskLengths, type WatchedTask } from '../../../src/run/limits/task-lengths.ts';

export interface Simulated {
  /** Time until the last end is seen, over that of a run that sees every end at once. */
  readonly ratio: number;
  readonly asksPerTask: number;
}

export interface Situation {
  readonly tasks: number;
  readonly slots: number;
  /** Seconds. */
  readonly length: (random: () => number) => number;
  /** What the gateway says of a task of this age and length. */
  readonly says?: (ageSeconds: number, lengthSeconds: number, random: () => number) => Said;
  readonly pacing: Pacing;
  readonly seed: number;
}

const MODEL = 'apimart/kling-v3' as ModelName;

interface Running {
  readonly length: number;
  readonly startedAt: number;
  readonly watch: WatchedTask;
  askAt: number;
}

export function simulateAsks(situation: Situation): Simulated {
  const { tasks, slots, pacing, says = () => ({}) } = situation;
  const random = seeded(situation.seed);
  const lengths = Array.from({ length: tasks }, () => situation.length(random));
  const known = new TaskLengths();
  const running: Running[] = [];
  let [now, begun, asks] = [0, 0, 0];
  const start = (): void => {
    const length = lengths[begun++] ?? 0;
    const said = says(0, length, random);
    const watch = known.watch(MODEL, 5, said);
    const askAt = now + firstAskMs(expectation(watch, said), pacing) / 1_000;
    running.push({ length, startedAt: now, watch, askAt });
  };
  while (begun < Math.min(slots, tasks)) start();
  while (running.length > 0) {
    const next = running.reduce((a, b) => (b.askAt < a.askAt ? b : a));
    now = next.askAt;
    asks += 1;
    const age = now - next.startedAt;
    if (age >= next.length) {
      running.splice(running.indexOf(next), 1);
      next.watch.ended(age);
      if (begun < tasks) start();
    } else {
      const said = says(age, next.length, random);
      next.watch.unfinished(age, said);
      next.askAt = now + nextAskMs(age * 1_000, expectation(next.watch, said), pacing) / 1_000;
    }
  }
  return { ratio: now / greedy(lengths, slots), asksPerTask: asks / tasks };
}

function expectation(watch: WatchedTask, said: Said): Expectation {
  const prediction = watch.predict();
  return {
    ...(prediction !== undefined && { prediction }),
    ...(said.estimatedSeconds !== undefined && { expectedSeconds: said.estimatedSeconds }),
  };
}

/** The next task begins the moment that a slot is free. */
function greedy(lengths: readonly number[], slots: number): number {
  const free = Array.from({ length: slots }, () => 0);
  for (const length of lengths) {
    const first = free.indexOf(Math.min(...free));
    free[first] = (free[first] ?? 0) + length;
  }
  return Math.max(...free);
}

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const gauss = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
