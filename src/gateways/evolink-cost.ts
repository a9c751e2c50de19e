import { fromEvolinkCredits, fromUsd } from '../money.ts';
import type { Cost } from './gateway.ts';
import { asAmount, asEpochMs, asObject, asText, type Json } from './answers/json.ts';
import type { Ending } from './answers/task.ts';

/** The amount that a submit reserved: the answer's own figure, which may match no price list. */
export function evolinkReserved(task: Json): Cost | undefined {
  const credits = asAmount(asObject(task['usage'])?.['credits_reserved']);
  return credits === undefined ? undefined : inCredits(credits);
}

/**
 * The cost of a task. `billing` is the ledger and counts before `usage`. A reservation alone is no
 * charge, and a failure alone is not a refund: money counts as given back only with the whole proof
 * ({@link isRefunded}). `undefined` while nothing certain is said; then the reservation stays,
 * unconfirmed.
 */
export function evolinkCost(task: Json, ending: Ending): Cost | undefined {
  const billing = asObject(task['billing']);
  if (isRefunded(billing)) return inCredits(0);
  const charged =
    billing?.['charge_status'] === 'charged' ? asAmount(billing['charged_credits']) : undefined;
  const used = costOfUsage(asObject(task['usage']));
  if (ending === 'failed') {
    if (charged === undefined || billing?.['refund_status'] === 'completed') return undefined;
    return charged === used?.credits ? used : inCredits(charged);
  }
  return charged === undefined || charged === used?.credits ? used : inCredits(charged);
}

/** Scopes of a refund that mean the whole task. */
const WHOLE_TASK: ReadonlySet<unknown> = new Set(['account_balance', 'task']);

/**
 * Checks sheet section 5.3: the charge is released, the refund is completed, it says when, its
 * amount is the amount reserved, and it is about the whole task. Anything less is a promise.
 */
function isRefunded(billing: Json | undefined): boolean {
  if (billing?.['charge_status'] !== 'released' || billing['refund_status'] !== 'completed')
    return false;
  const reserved = asAmount(billing['reserved_credits']);
  return (
    asEpochMs(billing['refunded_at']) !== undefined &&
    reserved !== undefined &&
    reserved === asAmount(billing['refunded_credits']) &&
    WHOLE_TASK.has(asText(billing['refund_scope']))
  );
}

/**
 * Whether a failed task's money is promised back but not proven to be back. The words are those of
 * the official client (sheet section 3.2): `unknown`, `not_required`, `pending`, `failed` and
 * `completed`.
 */
export function evolinkOwesRefund(task: Json): boolean {
  const billing = asObject(task['billing']);
  if (isRefunded(billing)) return false;
  const status = billing?.['refund_status'];
  return (
    status === 'pending' ||
    status === 'completed' ||
    (billing?.['charge_status'] === 'released' && status !== 'failed')
  );
}

function costOfUsage(usage: Json | undefined): Cost | undefined {
  const cost = asObject(usage?.['cost']);
  const credits = asAmount(cost?.['credits']) ?? asAmount(usage?.['credits_used']);
  const usd = asAmount(cost?.['usd']);
  if (usd !== undefined) return { usd: fromUsd(usd), ...(credits !== undefined && { credits }) };
  return credits === undefined ? undefined : inCredits(credits);
}

const inCredits = (credits: number): Cost => ({ usd: fromEvolinkCredits(credits), credits });
