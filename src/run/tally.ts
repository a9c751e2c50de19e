/** What became of each render, and what follows from that: totals, reasons, exit code. */
import type { RenderId, TaskId } from '../ids.ts';
import type { MicroUsd } from '../money.ts';
import type { RunTotals } from './events.ts';

/** One per render in scope at the end. */
export type RenderState = 'kept' | 'held' | 'completed' | 'failed' | 'pending' | 'ambiguous' | 'lost' | 'missing' | 'not-submitted';

/** Why a run stopped short, each with its own exit code. */
export type StopReason = 'interrupted' | 'auth' | 'balance' | 'unreachable' | 'cap' | 'mismatch';

const EXIT_OF_STATE: Readonly<Partial<Record<RenderState, number>>> = {
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
  cap: 4,
  mismatch: 1,
};

export class Tally {
  readonly #states = new Map<string, RenderState>();
  readonly #reasons = new Map<StopReason, string>();
  submitted = 0;
  unpricedSubmits = 0;

  set(manifest: string, id: RenderId, state: RenderState): void {
    this.#states.set(`${manifest}\n${id}`, state);
  }

  /** A task of no render in scope (an orphan's, an outdated one) that is still pending. */
  alsoPending(manifest: string, task: TaskId): void {
    this.#states.set(`${manifest}\n\n${task}`, 'pending');
  }

  /** The first text for a reason stays. */
  because(reason: StopReason, text: string): void {
    if (!this.#reasons.has(reason)) this.#reasons.set(reason, text);
  }

  totals(spent: MicroUsd): RunTotals {
    const count = new Map<RenderState, number>();
    for (const state of this.#states.values()) count.set(state, (count.get(state) ?? 0) + 1);
    const of = (state: RenderState): number => count.get(state) ?? 0;
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
      spent,
      unpricedSubmits: this.unpricedSubmits,
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

  /** Sentences for the end of the run: what stopped it first, then what is left to do. */
  reasons(totals: RunTotals): string[] {
    const left: readonly (readonly [number, string, string])[] = [
      [totals.failed, 'failed', 'see the reasons above; rushes render --retry-failed tries again for new money'],
      [totals.ambiguous, 'ambiguous: sent, and the answer was lost', 'rushes recover lists the ways out'],
      [totals.lost, 'lost: the gateway no longer knows the task, or never finished it', 'rushes recover lists the ways out'],
      [totals.missing, 'paid but missing: the link has expired', 'rushes render --resubmit-missing pays again'],
      [totals.pending, 'still pending', 'rushes collect fetches what is finished, and sends nothing'],
      [totals.notSubmitted, 'not submitted', 'run rushes render again'],
    ];
    return [
      ...this.#reasons.values(),
      ...left
        .filter(([count]) => count > 0)
        .map(([count, what, next]) =>
          `${count} ${count === 1 ? 'render is' : 'renders are'} ${what}: ${next}`.replace(/(is|are) failed/, 'failed'),
        ),
    ];
  }
}
