/** Work on one place, one piece after the other; other places go on meanwhile. */
export class OneByOne {
  /** The last piece of work of each place that has some. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** Begins when all that came before it for that place is over, however it ended. */
  run<T>(place: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(place) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(place, turn);
    const leave = (): void => {
      if (this.#last.get(place) === turn) this.#last.delete(place);
    };
    turn.then(leave, leave);
    return turn;
  }
}
