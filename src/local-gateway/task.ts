/** A task of the local gateway: accepted once, then a pure function of time. */
import type { GatewayName } from '../ids.ts';
import type { AskedClip, Model } from '../models/model.ts';
import { type MicroUsd, multiplyMoney } from '../money.ts';
import { fromUsd, NO_MONEY } from '../money.ts';
import type { JsonObject } from '../scene.ts';
import type { Fate } from './faults/script.ts';
import type { StoredFile } from './uploads/files.ts';

export interface Task {
  readonly id: string;
  readonly gateway: GatewayName;
  readonly model: Model;
  /** Which key submitted it: another key may not read it. */
  readonly owner: string;
  readonly idempotencyKey?: string;
  readonly body: JsonObject;
  /** As sent. */
  readonly bodyText: string;
  readonly asked: AskedClip;
  /** Uploaded pictures that the body links to, in its order. */
  readonly pictures: readonly StoredFile[];
  readonly acceptedAtMs: number;
  /** Infinity: stuck. */
  readonly endsAtMs: number;
  readonly fate: Omit<Fate, 'fault'>;
  /**
   * What the gateway will charge for a clip; `undefined`: it has no price for this model and
   * reports none.
   */
  readonly price?: { readonly usd: MicroUsd; readonly credits?: number };
  /** A valid link; an expired one is replaced at the next ask. */
  link: { token: string; dead: boolean; readonly serial: number };
}

export type TaskState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled' | 'forgotten';

/** Share of its time that a task waits before it runs. */
const WAITING_SHARE = 0.1;

export function stateAt(
  task: Task,
  nowMs: number,
): { readonly state: TaskState; readonly progress: number } {
  if (nowMs >= task.endsAtMs) {
    const end = task.fate.end ?? 'completed';
    return { state: end === 'stuck' ? 'running' : end, progress: 100 };
  }
  if (task.endsAtMs === Number.POSITIVE_INFINITY) {
    return nowMs > task.acceptedAtMs
      ? { state: 'running', progress: task.fate.stuckAt ?? 40 }
      : { state: 'waiting', progress: 0 };
  }
  const done = (nowMs - task.acceptedAtMs) / Math.max(1, task.endsAtMs - task.acceptedAtMs);
  return done < WAITING_SHARE
    ? { state: 'waiting', progress: 0 }
    : { state: 'running', progress: Math.min(99, Math.floor(done * 100)) };
}

/**
 * The amounts of an ended task for the account. `charged + refunded` is what was
 * reserved, or more when the list price did not hold.
 */
export function bill(task: Task): { readonly charged: MicroUsd; readonly refunded: MicroUsd } {
  const price = task.price?.usd ?? NO_MONEY;
  const end = task.fate.end ?? 'completed';
  const refund = task.fate.refund ?? 'full';
  if (end === 'completed' || end === 'forgotten' || refund === 'none' || refund === 'silent')
    return { charged: finalPrice(task) ?? NO_MONEY, refunded: NO_MONEY };
  return { charged: NO_MONEY, refunded: price };
}

/** The price at the end; `undefined` if it is unknown. */
export function finalPrice({ fate, price }: Task): MicroUsd | undefined {
  if (fate.costUsd !== undefined) return fromUsd(fate.costUsd);
  if (price === undefined) return undefined;
  return multiplyMoney(price.usd, fate.costFactor ?? 1);
}

/** Seconds that the gateway says a task takes. */
export function estimateOf(task: Task): number | undefined {
  if (task.fate.estimate === null) return undefined;
  if (task.fate.estimate !== undefined) return task.fate.estimate;
  return task.endsAtMs === Number.POSITIVE_INFINITY
    ? 1
    : Math.max(1, Math.ceil((task.endsAtMs - task.acceptedAtMs) / 1000));
}

const LINK_SECONDS = 24 * 3600;
/** When the link of a completed task expires. */
export const linkEndsAtMs = (task: Task): number =>
  task.endsAtMs + (task.fate.linkSeconds ?? LINK_SECONDS) * 1000;
