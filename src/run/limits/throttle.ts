/**
 * How fast new tasks may be submitted: submits a minute, and what a gateway's 429 and `Retry-After`
 * teach. Pure but for its own counts.
 */

/**
 * A minute with a second to spare: a POST leaves a little after it is counted (its intent is
 * written first), and the lock remembers whole seconds.
 */
export const SUBMIT_WINDOW_MS = 61_000;

/**
 * At most `perMinute` submits in any 60 seconds. A burst is allowed: that is how a limit a minute
 * is counted.
 */
export class SubmitRate {
  readonly #perMinute: number | undefined;
  /**
   * Times of the submits of the last minute, oldest first; milliseconds of a clock that never goes
   * back.
   */
  #sent: number[] = [];

  /**
   * `recent`: times of submits of earlier runs, which count as long as they are younger than a
   * minute.
   */
  constructor(perMinute: number | undefined, recent: readonly number[] = []) {
    this.#perMinute = perMinute;
    if (perMinute !== undefined) this.#sent = [...recent].sort((a, b) => a - b);
  }

  /** Milliseconds until the next submit may leave; 0 is now. */
  waitMs(now: number): number {
    if (this.#perMinute === undefined) return 0;
    while (this.#sent[0] !== undefined && this.#sent[0] <= now - SUBMIT_WINDOW_MS)
      this.#sent.shift();
    const inTheWay = this.#sent[this.#sent.length - Math.max(1, this.#perMinute)];
    return inTheWay === undefined ? 0 : Math.max(0, inTheWay + SUBMIT_WINDOW_MS - now);
  }

  sent(now: number): void {
    if (this.#perMinute !== undefined) this.#sent.push(now);
  }
}

const LONGEST_PAUSE_MS = 60_000;

/**
 * What one gateway allows right now. 429 halves the limit, and every `limit` acceptances in a row
 * raise it by one, up to the configured one. `Retry-After` is obeyed; without it the pause doubles,
 * up to a minute.
 */
export class Throttle {
  readonly #most: number;
  readonly #firstPauseMs: number;
  #limit: number;
  #acceptedInARow = 0;
  #refusedInARow = 0;
  #unclearInARow = 0;
  #halvedAt = Number.NEGATIVE_INFINITY;
  #pushedBackAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  /**
   * `firstPauseMs`: default 1 s. `pausedUntil`: what an earlier run was asked to wait for, on the
   * clock of `now`; default: not at all.
   */
  constructor(
    most: number,
    {
      firstPauseMs = 1_000,
      pausedUntil = Number.NEGATIVE_INFINITY,
    }: { readonly firstPauseMs?: number; readonly pausedUntil?: number } = {},
  ) {
    this.#most = most;
    this.#firstPauseMs = firstPauseMs;
    this.#pausedUntil = pausedUntil;
    this.#limit = most;
  }

  /** Tasks in flight that are allowed now. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Bursts that were pushed back since the last acceptance or finished task: what gives up in the
   * end.
   */
  get refusedInARow(): number {
    return this.#refusedInARow;
  }

  /** Submits since the last acceptance whose outcome is unknown. */
  get unclearInARow(): number {
    return this.#unclearInARow;
  }

  waitMs(now: number): number {
    return Math.max(0, this.#pausedUntil - now);
  }

  /** Sent, and the answer was lost or could not be read. */
  unclear(): void {
    this.#unclearInARow += 1;
  }

  accepted(): void {
    this.#refusedInARow = 0;
    this.#unclearInARow = 0;
    this.#acceptedInARow += 1;
    if (this.#limit < this.#most && this.#acceptedInARow >= this.#limit) {
      this.#limit += 1;
      this.#acceptedInARow = 0;
    }
  }

  /** A task of this gateway ended: room for the next try, whatever was refused before. */
  ended(): void {
    this.#refusedInARow = 0;
  }

  /**
   * Surely not accepted, may be sent again later. `sentAt`: when that POST left; answers to a burst
   * that left before the last halving do not halve again.
   */
  pushedBack(parts: {
    readonly now: number;
    readonly sentAt: number;
    readonly inFlight: number;
    readonly halve: boolean;
    readonly retryAfterMs?: number;
  }): void {
    if (parts.sentAt >= this.#pushedBackAt) this.#refusedInARow += 1;
    this.#pushedBackAt = parts.now;
    this.#acceptedInARow = 0;
    if (parts.halve && parts.sentAt > this.#halvedAt) {
      this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, Math.max(1, parts.inFlight)) / 2));
      this.#halvedAt = parts.now;
    }
    const pauseMs =
      parts.retryAfterMs ??
      Math.min(LONGEST_PAUSE_MS, this.#firstPauseMs * 2 ** (this.#refusedInARow - 1));
    this.#pausedUntil = Math.max(this.#pausedUntil, parts.now + pauseMs);
  }
}
