/**
 * Which of many rows or columns are visible. Their sizes are known beforehand, so nothing is
 * measured: running sums and a binary search are enough.
 */

/** `offsets[i]` is where item i begins; the last one is where all end. */
export function offsetsOf(sizes: readonly number[]): readonly number[] {
  const offsets = [0];
  let end = 0;
  for (const size of sizes) {
    end += size;
    offsets.push(end);
  }
  return offsets;
}

export interface Range {
  readonly first: number;
  /** Not part of it. */
  readonly end: number;
}

/** Items that touch `from` to `to`, with `more` on either side. */
export function rangeIn(offsets: readonly number[], from: number, to: number, more: number): Range {
  const count = offsets.length - 1;
  const first = Math.max(0, lastAtOrBefore(offsets, from) - more);
  const end = Math.min(count, lastAtOrBefore(offsets, Math.max(from, to)) + 1 + more);
  return { first: Math.min(first, count), end: Math.max(end, Math.min(first, count)) };
}

function lastAtOrBefore(offsets: readonly number[], at: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
