/** Downloads wait in one line, and whoever's link dies first goes first. */
import pLimit from 'p-limit';

interface Waiting {
  readonly expiresAtMs: number;
  readonly run: () => Promise<void>;
}

export class DownloadQueue {
  readonly #limit: ReturnType<typeof pLimit>;
  /** A binary heap, soonest first. */
  readonly #heap: Waiting[] = [];

  constructor(atOnce: number) {
    this.#limit = pLimit(Math.max(1, atOnce));
  }

  /**
   * Runs it when a place is free and nobody waits whose link dies sooner. `act` must not reject.
   */
  run<T>(expiresAtMs: number, act: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      push(this.#heap, { expiresAtMs, run: async () => resolve(await act()) });
      // Each place that falls free takes the soonest of those who wait then, not the one who queued
      // for it.
      void this.#limit(() => pop(this.#heap)?.run());
    });
  }
}

function push(heap: Waiting[], item: Waiting): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.expiresAtMs <= item.expiresAtMs) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const left = heap[child];
    if (left === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && right.expiresAtMs < left.expiresAtMs) child += 1;
    const below = heap[child];
    if (below === undefined || below.expiresAtMs >= last.expiresAtMs) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return first;
}
