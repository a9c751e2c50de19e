import { fromEvolinkCredits, fromUsd } from '../money.ts';
import type { Cost } from './gateway.ts';
import { asAmount, asObject, type Json } from './answers/json.ts';

/** What a submit set aside: the answer's own figure, which need not match any price list. */
export function evolinkReserved(task: Json): Cost | undefined {
  const credits = asAmount(asObject(task['usage'])?.['credits_reserved']);
  return credits === undefined ? undefined : inCredits(credits);
}

/**
 * What a task cost. `billing` is the ledger and goes before `usage`; credits that were released or
 * refunded cost nothing. `undefined` while neither has a figure: a reservation alone is no charge,
 * and a failure alone is no refund.
 */
export function evolinkCost(task: Json): Cost | undefined {
  const billing = asObject(task['billing']);
  const charged = asAmount(billing?.['charged_credits']);
  if (billing?.['charge_status'] === 'released') return inCredits(0);
  if (billing?.['refund_status'] === 'completed') {
    const refunded = asAmount(billing['refunded_credits']);
    return inCredits(
      charged === undefined || refunded === undefined ? 0 : Math.max(charged - refunded, 0),
    );
  }
  const used = costOfUsage(asObject(task['usage']));
  if (
    billing?.['charge_status'] === 'charged' &&
    charged !== undefined &&
    charged !== used?.credits
  )
    return inCredits(charged);
  return used;
}

/**
 * Observed in the official client (sheet section 3.2): `unknown`, `not_required`, `pending`,
 * `failed` and `completed`.
 */
export const evolinkOwesRefund = (task: Json): boolean =>
  asObject(task['billing'])?.['refund_status'] === 'pending';

function costOfUsage(usage: Json | undefined): Cost | undefined {
  const cost = asObject(usage?.['cost']);
  const credits = asAmount(cost?.['credits']) ?? asAmount(usage?.['credits_used']);
  const usd = asAmount(cost?.['usd']);
  if (usd !== undefined) return { usd: fromUsd(usd), ...(credits !== undefined && { credits }) };
  return credits === undefined ? undefined : inCredits(credits);
}

const inCredits = (credits: number): Cost => ({ usd: fromEvolinkCredits(credits), credits });
