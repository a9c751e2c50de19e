/**
 * The money of all runs, as the locks remember it: charged, reserved, unclear, refunded. In total,
 * by model, and result by result for accounting. Pure.
 */
import { answersOf, stateOf } from './attempt.ts';
import { keyOf, type Lock, type LockEntry, type Result } from './file/format.ts';
import type { RenderId } from '../ids.ts';
import {
  addMoney,
  addTotals,
  fromUsd,
  type MicroUsd,
  type MoneyTotals,
  NO_MONEY,
  NO_TOTALS,
} from '../money.ts';

/**
 * The cost of a result; `undefined` if it certainly cost nothing: the gateway never accepted it, or
 * a person declared it void.
 */
export function moneyOf(result: Result): MoneyTotals | undefined {
  const { cost } = result;
  const state = stateOf(result);
  if (answersOf(result).isVoid || (state === 'refused' && cost === undefined)) return undefined;
  if (cost === undefined || cost.usd === null) return { ...NO_TOTALS, unpriced: 1 };
  const amount = fromUsd(cost.usd);
  const promised = { refundPromised: cost.refund === undefined ? NO_MONEY : amount };
  if (cost.source !== 'reported') {
    const isReserved = state === 'submitted' || state === 'completed' || state === 'landed';
    return { ...NO_TOTALS, ...promised, [isReserved ? 'reserved' : 'unclear']: amount };
  }
  const setAside = fromUsd(cost.estimatedUsd ?? 0);
  const refunded = result.status === 'failed' && setAside > amount ? setAside - amount : NO_MONEY;
  return { ...NO_TOTALS, ...promised, charged: amount, refunded: refunded as MicroUsd };
}

/** One result that cost or may cost money. */
export interface PaidResult {
  readonly id: RenderId;
  readonly entry: LockEntry;
  readonly result: Result;
  readonly money: MoneyTotals;
}

/**
 * All results of a lock, earlier ones too: they were paid for. `counted`: keys of those that
 * another lock has had before; a hand-over between two manifests that was cut short leaves a result
 * in both.
 */
export function paidResults(
  { renders }: Lock,
  counted: Set<string> = new Set(),
): readonly PaidResult[] {
  const paid: PaidResult[] = [];
  for (const [id, entry] of renders) {
    for (const result of [entry, ...(entry.earlier ?? [])]) {
      const key = keyOf(result);
      const money = counted.has(key) ? undefined : moneyOf(result);
      if (money === undefined) continue;
      if (key !== '') counted.add(key);
      paid.push({ id, entry, result, money });
    }
  }
  return paid;
}

/** Money of one model, or of all. */
export interface MoneyRow {
  readonly money: MoneyTotals;
  /** Tasks that cost or may cost money. */
  readonly tasks: number;
  /** Current results whose clip has landed: the return for all the money. */
  readonly clips: number;
  /** The estimates of those whose cost is reported: charged, or refunded. */
  readonly estimated: MicroUsd;
}

export interface MoneyReport {
  readonly total: MoneyRow;
  /** In order of name. */
  readonly models: readonly { readonly model: string; readonly row: MoneyRow }[];
}

export const NO_ROW: MoneyRow = { money: NO_TOTALS, tasks: 0, clips: 0, estimated: NO_MONEY };

export function withPaid(row: MoneyRow, { entry, result, money }: PaidResult): MoneyRow {
  const { cost } = result;
  const estimatedUsd = cost?.source === 'reported' ? cost.estimatedUsd : undefined;
  return {
    money: addTotals(row.money, money),
    tasks: row.tasks + 1,
    clips: row.clips + (result === entry && result.clip !== undefined ? 1 : 0),
    estimated: addMoney(row.estimated, fromUsd(estimatedUsd ?? 0)),
  };
}

/** Over all locks; each result counts once. */
export function moneyReport(locks: readonly Lock[]): MoneyReport {
  const byModel = new Map<string, MoneyRow>();
  const counted = new Set<string>();
  let total = NO_ROW;
  for (const lock of locks) {
    for (const paid of paidResults(lock, counted)) {
      const { model } = paid.result;
      byModel.set(model, withPaid(byModel.get(model) ?? NO_ROW, paid));
      total = withPaid(total, paid);
    }
  }
  const models = [...byModel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([model, row]) => ({ model, row }));
  return { total, models };
}
