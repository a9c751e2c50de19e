/**
 * What was spent, as the lock remembers it: estimated against reported, by model, and for each clip
 * that is kept.
 */
import { stateOf } from './attempt.ts';
import { keyOf, type Lock, type LockCost, type Result } from './file/format.ts';
import { addMoney, fromUsd, type MicroUsd, NO_MONEY, averageMoney } from '../money.ts';

interface Spend {
  /** Tasks that cost or may cost money. */
  readonly tasks: number;
  /** Current results whose clip has landed. */
  readonly clips: number;
  /** As the gateway reported. */
  readonly reported: MicroUsd;
  /**
   * What had been estimated for exactly the reported tasks, and how many of them had an estimate.
   */
  readonly reportedHadEstimate: MicroUsd;
  readonly reportedWithEstimate: number;
  /** Reserved and not reported: the estimate stands. */
  readonly estimated: MicroUsd;
  /** Failed without a word about the cost: the reservation stands until somebody knows. */
  readonly unconfirmed: MicroUsd;
  /** Tasks whose cost nobody knows. */
  readonly unknown: number;
  /** As EvoLink counts, where it does. */
  readonly credits: number;
  /** Everything but the unknown, divided by the clips that are kept; `undefined` without a clip. */
  readonly perKeptClip?: MicroUsd;
}

export interface SpendReport {
  readonly total: Spend;
  readonly models: readonly { readonly model: string; readonly spend: Spend }[];
}

/**
 * Over all results of all locks, earlier ones too: they were paid for. Each counts once, also where
 * a hand-over from one manifest to another was cut short and both locks have it. Models in order of
 * name.
 */
export function spendOf(locks: readonly Lock[]): SpendReport {
  const total = new Tally();
  const byModel = new Map<string, Tally>();
  const counted = new Set<string>();
  for (const { renders } of locks) {
    for (const entry of renders.values()) {
      for (const result of [entry, ...(entry.earlier ?? [])]) {
        const key = keyOf(result);
        if (counted.has(key)) continue;
        if (key !== '') counted.add(key);
        let tally = byModel.get(result.model);
        if (tally === undefined) byModel.set(result.model, (tally = new Tally()));
        const kept = result === entry && result.clip !== undefined;
        for (const one of [total, tally]) one.add(result, kept);
      }
    }
  }
  const models = [...byModel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([model, tally]) => ({ model, spend: tally.done() }));
  return { total: total.done(), models };
}

class Tally {
  #tasks = 0;
  #clips = 0;
  readonly #usd: Record<LockCost['source'], MicroUsd> = {
    reported: NO_MONEY,
    estimated: NO_MONEY,
    unconfirmed: NO_MONEY,
  };
  #hadEstimate = NO_MONEY;
  #withEstimate = 0;
  #unknown = 0;
  #credits = 0;

  add(result: Result, kept: boolean): void {
    const { cost } = result;
    if (stateOf(result) === 'refused' && cost === undefined) return;
    this.#tasks += 1;
    if (kept) this.#clips += 1;
    if (cost === undefined || cost.usd === null) {
      this.#unknown += 1;
      return;
    }
    this.#usd[cost.source] = addMoney(this.#usd[cost.source], fromUsd(cost.usd));
    this.#credits += cost.credits ?? 0;
    if (cost.source === 'reported' && cost.estimatedUsd !== undefined) {
      this.#hadEstimate = addMoney(this.#hadEstimate, fromUsd(cost.estimatedUsd));
      this.#withEstimate += 1;
    }
  }

  done(): Spend {
    const { reported, estimated, unconfirmed } = this.#usd;
    const all = addMoney(reported, estimated, unconfirmed);
    return {
      tasks: this.#tasks,
      clips: this.#clips,
      reported,
      reportedHadEstimate: this.#hadEstimate,
      reportedWithEstimate: this.#withEstimate,
      estimated,
      unconfirmed,
      unknown: this.#unknown,
      // Hundredths of a credit are the finest that is ever shown; sums of binary fractions are not.
      credits: Math.round(this.#credits * 1e4) / 1e4,
      ...(this.#clips === 0 ? {} : { perKeptClip: averageMoney(all, this.#clips) }),
    };
  }
}
