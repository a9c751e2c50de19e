/**
 * Refunds that a gateway has promised for a failed task and not made yet: asked about once per run,
 * until it says what became of them or a week has passed. Costs nothing, and only the money in the
 * lock changes.
 */
import { qualified } from '../../command-words.ts';
import { parseModelName, type RenderId } from '../../ids.ts';
import { awaitsRefund } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import { keyOf, type Result } from '../../lock/file/format.ts';
import { formatUsd, fromUsd, subtractMoney } from '../../money.ts';
import type { RunContext } from '../context.ts';
import { adoptCarried } from './follow-from-lock.ts';
import { now, recordPaid, reportedCost } from './record.ts';
import type { RunLedger } from '../job.ts';

/** Those of the lock's renders that `counts`, whether current or earlier. */
export function askRefunds(
  ctx: RunContext,
  manifest: string,
  ledger: RunLedger,
  counts: (id: RenderId) => boolean,
): void {
  for (const id of ledger.lock.renders.keys()) {
    if (!counts(id)) continue;
    for (const result of resultsOf(ledger.lock, id))
      if (awaitsRefund(result, ctx.deps.clock.now()))
        ctx.spawn(askRefund(ctx, manifest, ledger, id, result));
  }
}

async function askRefund(
  ctx: RunContext,
  manifest: string,
  ledger: RunLedger,
  id: RenderId,
  result: Result,
): Promise<void> {
  const gateway = ctx.deps.gateways.get(parseModelName(result.model)?.gateway ?? 'evolink');
  const { task } = result;
  if (gateway === undefined || task === undefined) return;
  const capKey = keyOf(result);
  // Counted under a killed run's cap: refunded money is free again.
  adoptCarried(ctx, result);
  const outcome = await ctx.asker(gateway).ask(task);
  const settled =
    outcome.kind === 'failed' && outcome.refundPending !== true ? outcome.cost : undefined;
  ctx.cap.settle(capKey, settled?.usd, settled === undefined ? 'refund-pending' : 'failed');
  if (settled === undefined || outcome.kind !== 'failed') return;
  const error = result.error ?? { kind: outcome.failure, message: outcome.message };
  const event = {
    kind: 'failed',
    at: now(ctx),
    task,
    gateway: gateway.name,
    error,
    cost: reportedCost(settled),
  } as const;
  await recordPaid(ctx, { manifest, ledger, id, task }, event);
  const back = subtractMoney(fromUsd(result.cost?.usd ?? 0), settled.usd);
  ctx.deps.emit({
    event: 'run.notice',
    severity: 'note',
    message:
      back > 0
        ? `${gateway.name} has refunded ${formatUsd(back)} for the failed ${qualified(manifest, id)}.`
        : `${gateway.name} has refunded nothing for the failed ${qualified(manifest, id)}, although it had promised to.`,
  });
}
