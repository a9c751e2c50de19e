/**
 * Work that begins all at once, in portions: so many pieces in one turn of the event loop, the rest
 * in the next ones, in order. Two hundred connections that open in one turn keep everything else
 * waiting for as long.
 */
export class Turns {
  readonly #most: number;
  #begun = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when it is this one's turn: at once, unless too many have begun in this turn. */
  async next(): Promise<void> {
    if (this.#begun === 0 && this.#waiting.length === 0) setImmediate(() => this.#turn());
    if (this.#begun < this.#most && this.#waiting.length === 0) {
      this.#begun += 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #turn(): void {
    const due = this.#waiting.splice(0, this.#most);
    this.#begun = due.length;
    if (due.length > 0) setImmediate(() => this.#turn());
    for (const resume of due) resume();
  }
}
