/** Tells what holds the next submit of each alias back, once per change. */
import { defined } from '../../defined.ts';
import { type AliasKey, aliasKey } from '../../keys.ts';
import type { Emit, HeldBack } from '../events.ts';
import type { SubmitJob } from '../job.ts';

export class HeldBackTeller {
  readonly #emit: Emit;
  readonly #told = new Map<AliasKey, { readonly head: SubmitJob; readonly words: string }>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** `heads`: the next job of every alias that has one. */
  tell(heads: readonly SubmitJob[], whyNot: (job: SubmitJob) => HeldBack | undefined): void {
    const waiting = new Set<AliasKey>();
    for (const head of heads) {
      const held = whyNot(head);
      const key = keyOf(head);
      if (held === undefined) continue;
      waiting.add(key);
      const words = JSON.stringify(held);
      if (this.#told.get(key)?.words === words) continue;
      this.#told.set(key, { head, words });
      this.#say(head, held);
    }
    for (const [key, { head }] of this.#told) {
      if (waiting.has(key)) continue;
      this.#told.delete(key);
      this.#say(head);
    }
  }

  #say({ manifest, render }: SubmitJob, held?: HeldBack): void {
    this.#emit({
      event: 'run.held-back',
      manifest,
      alias: render.alias,
      ...defined({ limit: held }),
    });
  }
}

const keyOf = ({ manifest, render }: SubmitJob): AliasKey => aliasKey(manifest, render.alias);
