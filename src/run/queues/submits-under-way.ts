/**
 * Submits that have left the queue and are not answered yet. A slot is empty until its submit
 * is sent, so whatever can wait a moment lets them go first.
 */
import { Members } from '../../algorithms/members.ts';
import type { GatewayName } from '../../ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** An answer may take long, and nothing waits longer for it. */
const LONGEST_WAIT_MS = 250;

export class SubmitsUnderWay {
  readonly #clock: Clock;
  readonly #counts = new Map<GatewayName, number>();
  readonly #waiting = new Members<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  at(gateway: GatewayName): number {
    return this.#counts.get(gateway) ?? 0;
  }

  /** One more, until what comes back is called. */
  begin(gateway: GatewayName): () => void {
    this.#counts.set(gateway, this.at(gateway) + 1);
    return () => {
      this.#counts.set(gateway, this.at(gateway) - 1);
      if (this.#isNone()) for (const wake of this.#waiting) wake();
    };
  }

  /** Resolves when there is none, or a quarter of a second later. */
  async goFirst(): Promise<void> {
    if (this.#isNone()) return;
    const over = new AbortController();
    const remove = this.#waiting.add(() => over.abort('none is under way'));
    await this.#clock.sleep(LONGEST_WAIT_MS, over.signal);
    remove();
  }

  #isNone(): boolean {
    for (const count of this.#counts.values()) if (count > 0) return false;
    return true;
  }
}
