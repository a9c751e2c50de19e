/** Downloads wait in one line, and the clip whose link expires first goes first. */
import pLimit from 'p-limit';
import { Heap } from '../../algorithms/heap.ts';

export class DownloadQueue {
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #mayBegin: () => Promise<void>;
  /** Soonest first. */
  readonly #waiting = new Heap<() => Promise<void>>();

  /** `mayBegin`: each download waits for it before it starts. It never rejects. */
  constructor(atOnce: number, mayBegin: () => Promise<void>) {
    this.#limit = pLimit(Math.max(1, atOnce));
    this.#mayBegin = mayBegin;
  }

  /** Runs it when a place is free and no waiting link expires sooner. */
  run<T>(expiresAtMs: number, act: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ at: expiresAtMs, item: () => act().then(resolve, reject) });
      // Each place that falls free takes the soonest of those who wait then, not the one who queued
      // for it.
      void this.#limit(async () => {
        await this.#mayBegin();
        await this.#waiting.pop()?.item();
      });
    });
  }
}
