/** "Something changed, look again": the signal that the submit loop waits for, beside the clock. */
import type { Clock } from '../../ports/clock.ts';

export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  /** Wakes the one waiter; rung while nothing waits, it wakes the next wait at once. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /**
   * Resolves when the bell is rung, or after `ms` by the clock; without `ms` only the bell wakes.
   */
  async heard(clock: Clock, ms?: number): Promise<void> {
    if (!this.#rung) {
      if (ms === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else {
        const wake = new AbortController();
        this.#wake = () => wake.abort();
        await clock.sleep(ms, wake.signal);
      }
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
