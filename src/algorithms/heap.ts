/** A binary heap: whatever has the smallest number comes out first. Equal ones in any order. */
export interface Ranked<Item> {
  /** Usually a time: the smallest comes first. */
  readonly at: number;
  readonly item: Item;
}

export class Heap<Item> {
  readonly #heap: Ranked<Item>[] = [];

  get next(): Ranked<Item> | undefined {
    return this.#heap[0];
  }

  push(ranked: Ranked<Item>): void {
    const heap = this.#heap;
    let at = heap.push(ranked) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#at(parent) <= ranked.at) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Ranked<Item> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const least = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(least) >= last.at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
