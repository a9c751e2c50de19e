/** The outcome of each render, and its results: totals, reasons, exit code. */
import type { RenderId } from '../ids.ts';
import type { RunCounts, StopReason } from './events.ts';
import { type RenderKey, renderKey, type ResultKey, resultKey } from '../keys.ts';

/** One per render in scope at the end. */
export type Outcome =
  | 'kept'
  | 'held'
  | 'completed'
  | 'failed'
  | 'pending'
  | 'ambiguous'
  | 'lost'
  | 'missing'
  | 'not-submitted';

const EXIT_OF_STATE: Readonly<Partial<Record<Outcome, number>>> = {
  failed: 1,
  ambiguous: 5,
  lost: 5,
  pending: 6,
  'not-submitted': 6,
  missing: 7,
};
const EXIT_OF_REASON: Readonly<Record<StopReason, number>> = {
  interrupted: 130,
  auth: 77,
  balance: 69,
  unreachable: 69,
  remote: 69,
  unclear: 5,
  cap: 4,
  unpriced: 4,
  wall: 6,
  record: 5,
  mismatch: 1,
};

export class Tally {
  readonly #states = new Map<RenderKey | ResultKey, Outcome>();
  readonly #reasons = new Map<StopReason, string>();
  submitted = 0;

  /** The current outcome of a render in scope. */
  stateOf(manifest: string, id: RenderId): Outcome | undefined {
    return this.#states.get(renderKey(manifest, id));
  }

  set(manifest: string, id: RenderId, state: Outcome): void {
    this.#states.set(renderKey(manifest, id), state);
  }

  /**
   * A task of no render in scope (an orphan's, an outdated one) that is still pending. `key`: of
   * its result.
   */
  alsoPending(manifest: string, key: string): void {
    this.#states.set(resultKey(manifest, key), 'pending');
  }

  /** The first text for a reason stays. */
  because(reason: StopReason, text: string): void {
    if (!this.#reasons.has(reason)) this.#reasons.set(reason, text);
  }

  get counts(): RunCounts {
    const count = new Map<Outcome, number>();
    for (const state of this.#states.values()) count.set(state, (count.get(state) ?? 0) + 1);
    const of = (state: Outcome): number => count.get(state) ?? 0;
    return {
      submitted: this.submitted,
      completed: of('completed'),
      failed: of('failed'),
      kept: of('kept'),
      held: of('held'),
      pending: of('pending'),
      ambiguous: of('ambiguous'),
      lost: of('lost'),
      missing: of('missing'),
      notSubmitted: of('not-submitted'),
    };
  }

  /** Every exit code that applies; the caller picks the worst. */
  exits(): number[] {
    const codes = new Set<number>();
    for (const state of this.#states.values()) {
      const code = EXIT_OF_STATE[state];
      if (code !== undefined) codes.add(code);
    }
    for (const reason of this.#reasons.keys()) codes.add(EXIT_OF_REASON[reason]);
    return [...codes];
  }

  /** Whether its render is there: made by this run, or kept. */
  isThere(manifest: string, id: RenderId): boolean {
    const state = this.#states.get(renderKey(manifest, id));
    return state === 'completed' || state === 'kept';
  }

  /** As {@link reasons}, for programs. */
  get stoppedBy(): readonly StopReason[] {
    return [...this.#reasons.keys()];
  }

  /** What stopped the run short; the totals say what that leaves. */
  get reasons(): readonly string[] {
    return [...this.#reasons.values()];
  }
}
