/**
 * How long tasks take: from what earlier runs noted, from the tasks of this run, and from what the
 * gateway says about each of them. Feeds the times of asks. All times in seconds.
 */
import { Members } from '../../algorithms/members.ts';
import type { ModelName } from '../../ids.ts';
import { Lengths, type Promised, type Said, Sources } from './calibration.ts';
import type { Bounds, LogNormal } from './log-normal.ts';
import { SteadyProgress } from './steady-progress.ts';

/** Ends seen before the lengths of this run say anything. */
const FEW = 3;
/** Ends seen after which they are relied on, whatever an earlier run noted. */
const RELIABLE = 5;
/**
 * Running tasks that a fit rests on: with ten thousand of them it would take as long as their asks.
 */
const MOST_RUNNING = 1_000;

/** Promises of one source about one task from which it is judged. */
const MOST_NOTED = 3;

/** How long a task takes from its submit. */
export interface Prediction {
  readonly length: LogNormal;
  readonly restsOn: PredictionBasis;
}

/**
 * `tasks`: enough that this run saw to their end. `few-tasks`: fewer, or those of earlier runs.
 * `gateway`: what the gateway says of this task, as far as it was right about others.
 * `own-progress`: nothing but the steady progress of the task itself.
 */
type PredictionBasis = 'tasks' | 'few-tasks' | 'gateway' | 'own-progress';

/** Tasks of one model and one length of clips. */
interface Alike {
  readonly ended: Lengths;
  readonly running: Members<WatchedTask>;
  readonly sources: Sources;
  /** Ends that this run saw. */
  seen: number;
}

export class TaskLengths {
  readonly #alike = new Map<string, Alike>();
  readonly #sources = new Map<ModelName, Sources>();

  /** A task of an earlier run. The lock has whole seconds. */
  remember(model: ModelName, clipSeconds: number | undefined, tookSeconds: number): void {
    if (tookSeconds > 0)
      this.#of(model, clipSeconds).ended.add({
        atLeast: Math.max(0, tookSeconds - 1),
        atMost: tookSeconds + 1,
      });
  }

  /** A task of this run. */
  watch(model: ModelName, clipSeconds: number | undefined, said: Said = {}): WatchedTask {
    return new WatchedTask(this.#of(model, clipSeconds), said);
  }

  #of(model: ModelName, clipSeconds: number | undefined): Alike {
    const key = `${model}|${clipSeconds ?? '*'}`;
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      const sources = this.#sources.get(model) ?? new Sources();
      this.#sources.set(model, sources);
      alike = { ended: new Lengths(), running: new Members(), sources, seen: 0 };
      this.#alike.set(key, alike);
    }
    return alike;
  }
}

/**
 * One task that is followed. Tell it every answer; it predicts the end from what is known so far.
 */
export class WatchedTask {
  readonly #alike: Alike;
  #said: Said;
  #latest: readonly Promised[];
  /** Of each source at most {@link MOST_NOTED}: the first ones and the latest. */
  readonly #promised: Promised[] = [];
  #unfinishedAt = 0;
  readonly #progress = new SteadyProgress();
  /** False if it had left before. */
  readonly #leave: () => boolean;

  constructor(alike: Alike, said: Said) {
    this.#alike = alike;
    this.#said = said;
    this.#latest = alike.sources.promised(0, said);
    this.#note();
    this.#leave = alike.running.add(this);
  }

  /** Still at work at this age. An estimate lasts until the next one, a progress does not. */
  unfinished(ageSeconds: number, said: Said): void {
    this.#unfinishedAt = ageSeconds;
    const { estimatedSeconds } = this.#said;
    this.#said = { ...(estimatedSeconds !== undefined && { estimatedSeconds }), ...said };
    this.#latest = this.#alike.sources.promised(ageSeconds, this.#said);
    this.#progress.take(ageSeconds, said.progress);
    this.#note();
  }

  /** Seen to have ended at this age; `tookSeconds` where the gateway says so, in whole seconds. */
  ended(ageSeconds: number, tookSeconds?: number): void {
    if (!this.#leave()) return;
    const end = within({ atLeast: this.#unfinishedAt, atMost: ageSeconds }, tookSeconds);
    const alone = this.#alone();
    for (const promised of this.#promised) promised.source.learn(promised, end, alone);
    this.#alike.ended.add(end);
    this.#alike.seen += 1;
  }

  /** No longer followed: how long it takes stays unknown. */
  left(): void {
    this.#leave();
  }

  /** `undefined` while too little is known. */
  predict(): Prediction | undefined {
    const useful = this.#latest.findLast(({ source }) => source.isUseful);
    if (useful !== undefined)
      return { length: useful.source.predict(useful.seconds), restsOn: 'gateway' };
    const steady = this.#progress.length;
    if (steady !== undefined && this.#latest.at(-1)?.source.isJudged !== true)
      return { length: steady, restsOn: 'own-progress' };
    const length = this.#alone();
    if (length === undefined) return undefined;
    return { length, restsOn: this.#alike.seen >= RELIABLE ? 'tasks' : 'few-tasks' };
  }

  /** From lengths of tasks alone. */
  #alone(): LogNormal | undefined {
    const { ended, running, seen } = this.#alike;
    const remembered = ended.count > seen;
    if (!remembered && seen < FEW) return undefined;
    return ended.fit(() => sampleOf(running).flatMap((task) => task.#bounds()));
  }

  #note(): void {
    for (const latest of this.#latest) {
      const { source, seconds } = latest;
      const noted = this.#promised.filter((one) => one.source === source);
      // The same promise again says nothing new.
      if (noted.some((one) => one.seconds === seconds)) continue;
      // A long task, which is asked about most, would count most.
      const last = noted[MOST_NOTED - 1];
      if (last === undefined) this.#promised.push(latest);
      else this.#promised[this.#promised.indexOf(last)] = latest;
    }
  }

  #bounds(): readonly Bounds[] {
    return this.#unfinishedAt > 0
      ? [{ atLeast: this.#unfinishedAt, atMost: Number.POSITIVE_INFINITY }]
      : [];
  }
}

/** Evenly over all of them. */
function sampleOf(running: Members<WatchedTask>): readonly WatchedTask[] {
  const step = Math.ceil(running.size / MOST_RUNNING);
  const all = [...running];
  return step <= 1 ? all : all.filter((_, index) => index % step === 0);
}

/** What a gateway says, as far as what was seen allows it. */
function within(seen: Bounds, tookSeconds: number | undefined): Bounds {
  if (tookSeconds === undefined) return seen;
  const atLeast = Math.max(seen.atLeast, tookSeconds - 1);
  const atMost = Math.min(seen.atMost, tookSeconds + 1);
  return atLeast < atMost ? { atLeast, atMost } : seen;
}
