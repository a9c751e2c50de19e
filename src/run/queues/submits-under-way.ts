/**
 * Submits that have left the queue and have no answer yet. A slot is empty until its submit is
 * sent, so other work waits a moment for them.
 */
import { Members } from '../../algorithms/members.ts';
import type { GatewayName } from '../../ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** An answer may take long: other work waits no longer than this. */
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

  /** Counts one more submit. The returned function ends it. */
  begin(gateway: GatewayName): () => void {
    this.#counts.set(gateway, this.at(gateway) + 1);
    return () => {
      this.#counts.set(gateway, this.at(gateway) - 1);
      if (this.#isNone()) for (const wake of this.#waiting) wake();
    };
  }

  /** Resolves when no submit is under way, at the latest after {@link LONGEST_WAIT_MS}. */
  async over(): Promise<void> {
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
