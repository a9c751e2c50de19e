/**
 * How long tasks took: in the lock and in this run. Feeds the order of submits
 * and the time after which a slot is given back. When to ask is for `task-lengths.ts`.
 */
import type { ModelName } from '../../ids.ts';

/** Enough for a median, bounded for a lock of ten thousand renders. */
const KEPT_SAMPLES = 64;

export interface Past {
  /** From acceptance to the finished clip, in seconds. */
  readonly medianSeconds: number;
  readonly longestSeconds: number;
}

export class History {
  readonly #took = new Map<string, number[]>();

  /** `clipSeconds`: length of the video that was asked for; `undefined` if it is unknown. */
  add(model: ModelName, clipSeconds: number | undefined, tookSeconds: number): void {
    if (!(tookSeconds > 0)) return;
    for (const key of new Set([keyOf(model, clipSeconds), keyOf(model, undefined)])) {
      const samples = this.#took.get(key);
      if (samples === undefined) this.#took.set(key, [tookSeconds]);
      else {
        if (samples.length >= KEPT_SAMPLES) samples.shift();
        samples.push(tookSeconds);
      }
    }
  }

  /** For this model and length; tasks of other lengths of the model do not count. */
  past(model: ModelName, clipSeconds: number | undefined): Past | undefined {
    const samples = this.#took.get(keyOf(model, clipSeconds));
    if (samples === undefined) return undefined;
    const sorted = [...samples].sort((a, b) => a - b);
    return {
      medianSeconds: sorted[sorted.length >> 1] ?? 0,
      longestSeconds: sorted[sorted.length - 1] ?? 0,
    };
  }

  /** For this model whatever the length. */
  ofModel(model: ModelName): Past | undefined {
    return this.past(model, undefined);
  }
}

const keyOf = (model: ModelName, clipSeconds: number | undefined): string =>
  `${model}|${clipSeconds ?? '*'}`;
