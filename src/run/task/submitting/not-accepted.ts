/**
 * A submit that the gateway did not accept, for certain: nothing is paid. It is sent again, left to
 * the next run, or it has failed.
 */
import type { Refusal } from '../../../gateways/gateway.ts';
import { saysDeadLink } from '../../../gateways/answers/dead-link.ts';
import type { GatewayName } from '../../../ids.ts';
import { isoSeconds } from '../../../ports/clock.ts';
import type { RunContext } from '../../context.ts';
import type { SubmitJob } from '../../job.ts';
import { failureHint } from '../failure-hint.ts';
import { keyRefused } from '../key-refused.ts';
import { notSubmitted } from '../not-submitted.ts';
import { diskFailed, now } from '../record.ts';

/**
 * Bursts in a row, without an acceptance or a finished task in between: then the gateway is left
 * alone for this run.
 */
const GIVE_UP_AFTER = { unreachable: 6, busy: 10, detached: 3 } as const;

/** The gateway said no. `giveBack`: of slot and money. */
export async function refused(
  ctx: RunContext,
  job: SubmitJob,
  gateway: GatewayName,
  refusal: Refusal,
  sentAt: number,
  giveBack: () => void,
): Promise<void> {
  switch (refusal.kind) {
    case 'rate-limited':
    case 'unavailable-before-accept': {
      const retryAfter =
        refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs };
      await withdraw(ctx, job, refusal.message, {
        sentAt,
        halve: refusal.kind === 'rate-limited',
        ...retryAfter,
      });
      giveBack();
      return refusal.kind === 'rate-limited'
        ? again(ctx, job, 'busy', `${gateway} has too many requests: ${refusal.message}`)
        : again(ctx, job, 'unreachable', `${gateway} is not available: ${refusal.message}`);
    }
    case 'auth':
    case 'balance':
    case 'wrong-address': {
      // Not the render's fault: it is as if it had never been tried, so the next run simply submits
      // it.
      await withdraw(ctx, job, refusal.message, undefined);
      if (refusal.kind === 'auth')
        keyRefused(
          ctx,
          gateway,
          ctx.deps.gateways.get(gateway)?.keyVariable ?? '',
          refusal.message,
        );
      else if (refusal.kind === 'wrong-address')
        wrongAddress(ctx, gateway, `does not answer as a gateway (${refusal.message})`);
      else {
        ctx.stops.closeGateway(gateway, `the balance at ${gateway} is empty`);
        ctx.tally.because('balance', `the balance at ${gateway} is empty: ${refusal.message}`);
      }
      giveBack();
      return notSubmitted(ctx, job, refusal.message);
    }
    case 'invalid':
    case 'moderation':
    case 'model-gone': {
      const message =
        refusal.field === undefined ? refusal.message : `${refusal.field}: ${refusal.message}`;
      const isDeadLink = refusal.kind === 'invalid' && saysDeadLink(refusal.code, refusal.message);
      const kind = isDeadLink ? 'dead-link' : refusal.kind;
      const recorded = await job.ledger.record({
        kind: 'refused',
        at: now(ctx),
        attempt: job.attempt,
        error: { kind, message },
      });
      if (!recorded.ok) diskFailed(ctx, recorded.problem.message);
      const by = ctx.deps.gateways.get(gateway);
      // Before its slot is free: the next submit may have the same link.
      if (isDeadLink && by !== undefined)
        await ctx.pictures.forget(by, job.render.request, job.body);
      giveBack();
      ctx.tally.set(job.manifest, job.render.id, 'failed');
      ctx.deps.emit({
        event: 'render.failed',
        manifest: job.manifest,
        id: job.render.id,
        kind,
        message,
        ...failureHint(kind),
      });
    }
  }
}

/** The request never left this machine. `giveBack`: of slot and money. */
export async function notSent(
  ctx: RunContext,
  job: SubmitJob,
  { reason, sentAt }: { readonly reason: string; readonly sentAt: number },
  giveBack: () => void,
): Promise<void> {
  const { gateway } = job.render.model;
  await withdraw(ctx, job, reason, { sentAt, halve: false });
  giveBack();
  again(ctx, job, 'unreachable', `${gateway} cannot be reached: ${reason}`);
}

async function withdraw(
  ctx: RunContext,
  job: SubmitJob,
  reason: string,
  pushedBack:
    | { readonly sentAt: number; readonly halve: boolean; readonly retryAfterMs?: number }
    | undefined,
): Promise<void> {
  const gateway = job.render.model.gateway;
  if (pushedBack !== undefined) {
    ctx.throttle(gateway).pushedBack({
      ...pushedBack,
      now: ctx.deps.clock.monotonic(),
      inFlight: ctx.slots.inFlight(gateway),
    });
  }
  const waitMs = pushedBack?.retryAfterMs;
  const recorded = await job.ledger.record({
    kind: 'withdrawn',
    at: now(ctx),
    attempt: job.attempt,
    reason,
    // A run that is killed while it waits leaves the wait to the next one.
    ...(waitMs !== undefined && {
      wait: {
        gateway,
        until: isoSeconds(Math.ceil((ctx.deps.clock.now() + waitMs) / 1_000) * 1_000),
      },
    }),
  });
  if (!recorded.ok) diskFailed(ctx, recorded.problem.message);
}

/**
 * Safe to send again: back to the head of its line, until the gateway has said no too often in a
 * row.
 */
function again(ctx: RunContext, job: SubmitJob, why: 'unreachable' | 'busy', reason: string): void {
  const { gateway } = job.render.model;
  const limit = ctx.deps.options.detach === true ? GIVE_UP_AFTER.detached : GIVE_UP_AFTER[why];
  if (ctx.throttle(gateway).refusedInARow >= limit) {
    ctx.stops.closeGateway(gateway, reason);
    if (why === 'unreachable') ctx.tally.because('unreachable', reason);
  } else {
    const message = `${reason}; nothing was accepted, it is tried again`;
    ctx.once(`${gateway} ${why}`, () =>
      ctx.deps.emit({ event: 'run.notice', severity: 'warning', message }),
    );
  }
  ctx.tally.set(job.manifest, job.render.id, 'not-submitted');
  ctx.deps.emit({
    event: 'render.progress',
    manifest: job.manifest,
    id: job.render.id,
    phase: 'queued',
  });
  ctx.queue.putBack(job);
  ctx.bell.ring();
}

/** Nothing more is sent there in this run. */
export function wrongAddress(ctx: RunContext, gateway: GatewayName, what: string): void {
  const reason = `${gateway} ${what}: check the base URL, ${gateway.toUpperCase()}_BASE_URL`;
  ctx.stops.closeGateway(gateway, reason);
  ctx.tally.because('unreachable', reason);
}
