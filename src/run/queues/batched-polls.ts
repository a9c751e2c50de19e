/**
 * Asks of one gateway: many that are due at once go in one request where the gateway can, and one
 * by one where it cannot or says that it cannot. Never more than a few requests at a time.
 */
import pLimit from 'p-limit';
import type { AskOutcome, Gateway } from '../../gateways/gateway.ts';
import type { TaskId } from '../../ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** Requests at a time and gateway. */
const ASKS_AT_ONCE = 8;
/** A batch endpoint that only answers rubbish is not used any longer. */
const UNREADABLE_BATCHES = 3;

interface Waiting {
  readonly task: TaskId;
  readonly resolve: (outcome: AskOutcome) => void;
  readonly reject: (bug: unknown) => void;
}

export class Asker {
  readonly #gateway: Gateway;
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #signal: AbortSignal;
  readonly #limit = pLimit(ASKS_AT_ONCE);
  #batches: boolean;
  #unreadableBatches = 0;
  #waiting: Waiting[] = [];

  /** `gatherMs`: how long the first due ask waits for company. */
  constructor(
    gateway: Gateway,
    parts: { readonly clock: Clock; readonly gatherMs: number; readonly signal: AbortSignal },
  ) {
    this.#gateway = gateway;
    this.#clock = parts.clock;
    this.#gatherMs = parts.gatherMs;
    this.#signal = parts.signal;
    this.#batches = gateway.askManyLimit > 1;
  }

  /**
   * Whether asks that are due together cost one request: then it pays to let them fall due
   * together.
   */
  get batches(): boolean {
    return this.#batches;
  }

  ask(task: TaskId): Promise<AskOutcome> {
    if (!this.#batches) return this.#one(task);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      if (this.#waiting.length === 1) void this.#gather();
    });
  }

  #one(task: TaskId): Promise<AskOutcome> {
    return this.#limit(() => this.#gateway.ask(task, this.#signal));
  }

  async #gather(): Promise<void> {
    await this.#clock.sleep(this.#gatherMs, this.#signal);
    const waiting = this.#waiting;
    this.#waiting = [];
    const size = this.#gateway.askManyLimit;
    for (let at = 0; at < waiting.length; at += size) {
      const together = waiting.slice(at, at + size);
      this.#many(together).catch((bug: unknown) => {
        for (const { reject } of together) reject(bug);
      });
    }
  }

  async #many(waiting: readonly Waiting[]): Promise<void> {
    if (waiting.length === 1 || !this.#batches) return this.#singly(waiting);
    const answers = await this.#limit(() =>
      this.#gateway.askMany(
        waiting.map(({ task }) => task),
        this.#signal,
      ),
    );
    if (answers instanceof Map) {
      this.#unreadableBatches = 0;
      const rest = waiting.filter(({ task, resolve }) => {
        const outcome = (answers as ReadonlyMap<TaskId, AskOutcome>).get(task);
        if (outcome !== undefined) resolve(outcome);
        return outcome === undefined;
      });
      return this.#singly(rest);
    }
    const trouble = answers as Exclude<typeof answers, ReadonlyMap<TaskId, AskOutcome>>;
    if (trouble.kind === 'unsupported') {
      this.#batches = false;
      return this.#singly(waiting);
    }
    this.#unreadableBatches += 1;
    if (this.#unreadableBatches >= UNREADABLE_BATCHES) this.#batches = false;
    for (const { resolve } of waiting) resolve(trouble);
  }

  #singly(waiting: readonly Waiting[]): void {
    for (const { task, resolve, reject } of waiting) this.#one(task).then(resolve, reject);
  }
}
