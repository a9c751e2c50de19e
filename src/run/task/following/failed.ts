/** A task that has failed at the gateway. */
import type { AskOutcome } from '../../../gateways/gateway.ts';
import { resultsOf } from '../../../lock/entry.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';
import { failureHint } from '../failure-hint.ts';
import { queueJob } from '../queue-job.ts';
import { about, now, recordPaid, reportedCost } from '../record.ts';

type Failed = Extract<AskOutcome, { kind: 'failed' }>;

export async function failed(ctx: RunContext, task: Followed, outcome: Failed): Promise<void> {
  const reserved = task.reserved;
  await recordPaid(ctx, task, {
    kind: 'failed',
    at: now(ctx),
    task: task.task,
    gateway: task.gateway.name,
    error: { kind: outcome.failure, message: outcome.message },
    ...(outcome.cost !== undefined
      ? { cost: reportedCost(outcome.cost, outcome.refundPending) }
      : reserved === undefined
        ? {}
        : {
            cost: {
              ...reserved,
              source: 'unconfirmed' as const,
              ...(outcome.refundPending === true && { refund: 'pending' as const }),
            },
          }),
  });
  ctx.cap.settle(
    task.capKey,
    outcome.cost?.usd,
    outcome.refundPending === true ? 'refund-pending' : 'failed',
  );
  ctx.throttle(task.gateway.name).ended();
  // Before its slot is free: the next submit may have the same link.
  if (outcome.failure === 'dead-link') await forgetLinks(ctx, task);
  task.release();
  if (task.from === 'out-of-scope') return;
  const again = retryOf(ctx, task, outcome);
  if (again !== undefined) {
    ctx.deps.emit({
      event: 'render.progress',
      ...about(task),
      task: task.task,
      phase: 'delayed',
      message: `the gateway failed (${outcome.message}); submitting again, as the manifest's retries: allow`,
    });
    if (task.counts) ctx.tally.set(task.manifest, task.id, 'not-submitted');
    ctx.spawn(queueJob(ctx, again));
    return;
  }
  if (task.counts) ctx.tally.set(task.manifest, task.id, 'failed');
  ctx.deps.emit({
    event: 'render.failed',
    ...about(task),
    task: task.task,
    kind: outcome.failure,
    message: outcome.message,
    ...failureHint(outcome.failure),
  });
}

/** A link that the gateway cannot read is not used again, however long it should have lived. */
async function forgetLinks(ctx: RunContext, { gateway, ledger, ...task }: Followed): Promise<void> {
  const request = resultsOf(ledger.lock, task.id).find((one) => one.task === task.task)?.request;
  const sent = task.from === 'fresh' ? task.again?.body : undefined;
  if (request !== undefined) await ctx.pictures.forget(gateway, request, sent);
}

/** The next paid attempt, where the manifest allows one for this kind of failure. */
function retryOf(
  ctx: RunContext,
  { again }: Followed,
  { failure, message }: Failed,
): Followed['again'] {
  if (again === undefined || !ctx.deps.options.submits) return undefined;
  if (failure !== 'service' && failure !== 'timeout') return undefined;
  if (again.retries[failure] <= 0) return undefined;
  return {
    ...again,
    attempt: ctx.deps.uuid(),
    retries: { ...again.retries, [failure]: again.retries[failure] - 1 },
    failedBefore: { kind: failure, message },
  };
}
