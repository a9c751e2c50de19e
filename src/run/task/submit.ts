/**
 * One submit: intent on disk, then the POST at once, then what came of it on disk before anything
 * else happens. Slot, rate and money were taken by the caller and are given back here unless the
 * task may exist.
 */
import { commandWord, renderWords } from '../../command-words.ts';
import type { Refusal, SubmitOutcome } from '../../gateways/gateway.ts';
import { saysDeadLink } from '../../gateways/answers/dead-link.ts';
import type { GatewayName, TaskId } from '../../ids.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { toLockPath } from '../../lock/file/paths.ts';
import type { LockCost } from '../../lock/file/format.ts';
import { toUsd } from '../../money.ts';
import type { RunContext } from '../context.ts';
import { failureHint } from './failure-hint.ts';
import { DEFAULT_DEADLINE_MS, follow } from './follow.ts';
import { keyRefused } from './key-refused.ts';
import { notSubmitted } from './not-submitted.ts';
import { diskFailed, now, recordFailed, recordPaid, remoteRecordFailed } from './record.ts';
import type { Release } from '../limits/slots.ts';
import type { SubmitJob } from '../job.ts';
import { answeredModel } from './answered-model.ts';

/**
 * Bursts in a row, without an acceptance or a finished task in between: then the gateway is left
 * alone for this run.
 */
const GIVE_UP_AFTER = { unreachable: 6, busy: 10, detached: 3 } as const;

/**
 * Submits in a row, without an accepted one in between, whose outcome is unknown: each is a
 * question for a person, so no more are raised.
 */
const MOST_UNCLEAR = 3;

type Ambiguous = Extract<SubmitOutcome, { kind: 'ambiguous' }>;

/** Never rejects: every ending is in the journal, the tally and the events. */
export async function submit(ctx: RunContext, job: SubmitJob, release: Release): Promise<void> {
  const { manifest, ledger, render, attempt } = job;
  const gateway = ctx.deps.gateways.get(render.model.gateway);
  const giveBack = (): void => {
    ctx.cap.release(attempt);
    release();
  };
  if (gateway === undefined) {
    giveBack();
    ctx.tally.because('auth', `${render.model.gateway} cannot be reached without a key`);
    return notSubmitted(ctx, job, `the key of ${render.model.gateway} is missing`);
  }
  const line = {
    kind: 'intent',
    at: now(ctx),
    id: render.id,
    attempt,
    fingerprint: render.fingerprint,
    model: render.model.name,
    request: render.request,
    target: toLockPath(ledger.lockPath, render.target),
    cost: reservation(job),
    ...(job.project.onMismatch === 'fail' ? { onMismatch: 'fail' as const } : {}),
  } as const;
  const claim = (await ctx.deps.claims?.claim(manifest, line)) ?? { kind: 'claimed' };
  if (claim.kind === 'paid-already') {
    giveBack();
    return notSubmitted(ctx, job, claim.message);
  }
  if (claim.kind === 'problem' || claim.kind === 'remote-problem') {
    giveBack();
    if (claim.kind === 'problem') recordFailed(ctx, claim.message);
    else remoteRecordFailed(ctx, claim.message);
    return notSubmitted(ctx, job, 'it could not be written to the spend record');
  }
  const intent = await ledger.record(line);
  if (!intent.ok) {
    ctx.deps.claims?.unclaim(manifest, line);
    giveBack();
    diskFailed(ctx, intent.problem.message);
    return notSubmitted(ctx, job, 'its intent could not be written to the journal');
  }
  const closed = ctx.stops.closed(gateway.name);
  if (closed !== undefined) {
    await ledger.record({ kind: 'withdrawn', at: now(ctx), attempt, reason: closed });
    giveBack();
    return notSubmitted(ctx, job, closed);
  }
  // Until there is an answer: its state if the run is interrupted here.
  ctx.tally.set(manifest, render.id, 'ambiguous');
  ctx.deps.emit({ event: 'render.submitting', manifest, id: render.id, model: render.model.name });
  const sentAt = ctx.deps.clock.monotonic();
  const outcome = await gateway.submit({ body: job.body, attempt }, ctx.stops.posts);
  switch (outcome.kind) {
    case 'accepted':
      return accepted(ctx, job, gateway.name, outcome, release);
    case 'ambiguous':
      return ambiguous(ctx, job, outcome, release);
    case 'not-sent':
      await withdraw(ctx, job, outcome.reason, { sentAt, halve: false });
      giveBack();
      return again(ctx, job, 'unreachable', `${gateway.name} cannot be reached: ${outcome.reason}`);
    case 'refused':
      return refused(ctx, job, gateway.name, outcome.refusal, sentAt, giveBack);
  }
}

function reservation({ render: { price } }: SubmitJob): LockCost {
  if (price.kind === 'unknown') return { usd: null, source: 'estimated' };
  const { usd, from, credits, source, asOf, fromSource } = price;
  return {
    usd: toUsd(usd),
    ...(credits === undefined ? {} : { credits }),
    source: 'estimated',
    ...(from === undefined
      ? {}
      : {
          priceRange: {
            fromUsd: toUsd(from),
            toUsd: toUsd(usd),
            source,
            ...(asOf === undefined ? {} : { asOf }),
            ...(fromSource === undefined ? {} : { fromSource }),
          },
        }),
  };
}

async function accepted(
  ctx: RunContext,
  job: SubmitJob,
  gateway: GatewayName,
  outcome: Extract<SubmitOutcome, { kind: 'accepted' }>,
  release: Release,
): Promise<void> {
  const { manifest, ledger, render, attempt } = job;
  const estimated = reservation(job);
  const reserved: LockCost | undefined =
    outcome.reserved === undefined
      ? undefined
      : {
          usd: toUsd(outcome.reserved.usd),
          ...(outcome.reserved.credits === undefined ? {} : { credits: outcome.reserved.credits }),
          source: 'estimated',
        };
  const submittedAtMs = ctx.deps.clock.now();
  await recordPaid(
    ctx,
    { manifest, ledger, id: render.id, task: outcome.task },
    {
      kind: 'accepted',
      at: now(ctx),
      attempt,
      task: outcome.task,
      ...(outcome.expectedSeconds === undefined
        ? {}
        : { expectedSeconds: outcome.expectedSeconds }),
      ...(reserved === undefined ? {} : { reserved }),
      ...answeredModel(ctx, { manifest, id: render.id, model: render.model.name }, outcome.model),
    },
  );
  if (outcome.reserved !== undefined) ctx.cap.revise(attempt, outcome.reserved.usd);
  ctx.throttle(gateway).accepted();
  ctx.tally.submitted += 1;
  ctx.tally.set(manifest, render.id, 'pending');
  ctx.deps.emit({
    event: 'render.accepted',
    manifest,
    id: render.id,
    task: outcome.task,
    model: render.model.name,
    ...(outcome.expectedSeconds === undefined ? {} : { expectedSeconds: outcome.expectedSeconds }),
  });
  if (ctx.deps.options.detach === true) return left(ctx, job, outcome.task);
  const followed = followedOf(ctx, job, outcome.task, {
    submittedAtMs,
    reserved: reserved ?? estimated,
    release,
  });
  if (followed === undefined) return;
  ctx.spawn(
    follow(ctx, {
      ...followed,
      ...(outcome.expectedSeconds === undefined
        ? {}
        : { expectedSeconds: outcome.expectedSeconds }),
    }),
  );
}

/** A detached run leaves what it has just submitted. */
function left(ctx: RunContext, { manifest, render }: SubmitJob, task: TaskId): void {
  ctx.deps.emit({
    event: 'render.held',
    manifest,
    id: render.id,
    task,
    reason: 'pending',
    message: 'submitted; a later run fetches it',
    hint: `rushes collect ${commandWord(manifest)}`,
  });
}

function followedOf(
  ctx: RunContext,
  job: SubmitJob,
  task: TaskId,
  parts: { readonly submittedAtMs: number; readonly reserved: LockCost; readonly release: Release },
): Parameters<typeof follow>[1] | undefined {
  const { render, project } = job;
  const gateway = ctx.deps.gateways.get(render.model.gateway);
  if (gateway === undefined) return undefined;
  return {
    manifest: job.manifest,
    ledger: job.ledger,
    id: render.id,
    gateway,
    model: render.model.name,
    task,
    capKey: job.attempt,
    fingerprint: render.fingerprint,
    asked: render.asked,
    targetPath: render.target,
    root: project.root,
    ...(project.onMismatch === 'fail' ? { onMismatch: 'fail' as const } : {}),
    deadlineMs: project.limits.deadlineMs ?? DEFAULT_DEADLINE_MS,
    from: 'fresh',
    counts: true,
    again: job,
    ...parts,
  };
}

/**
 * Never resent automatically. Its money stays reserved, and its slot stays taken for as long as
 * such a task would take.
 */
async function ambiguous(
  ctx: RunContext,
  job: SubmitJob,
  outcome: Ambiguous,
  release: Release,
): Promise<void> {
  const { manifest, ledger, render, attempt } = job;
  // Without this line the intent alone says the same: a failing disk loses only the reason.
  await ledger.record({ kind: 'ambiguous', at: now(ctx), attempt, reason: outcome.reason });
  ctx.cap.settle(attempt, undefined, 'unclear');
  ctx.tally.set(manifest, render.id, 'ambiguous');
  ctx.deps.emit({
    event: 'render.held',
    manifest,
    id: render.id,
    reason: 'ambiguous',
    message: `it may have been accepted and paid for: ${outcome.reason}`,
    hint: `rushes recover ${renderWords({ manifest, id: render.id })}`,
  });
  ctx.releaseLater(release, { model: render.model.name, ageMs: 0 });
  // One such render is a question for a person; hundreds would be hundreds of questions.
  const { gateway } = render.model;
  if (outcome.wrongAddress === true) return wrongAddress(ctx, gateway, 'answers with a redirect');
  ctx.throttle(gateway).unclear();
  if (ctx.throttle(gateway).unclearInARow >= MOST_UNCLEAR && !ctx.stops.interrupted) {
    const reason = `${MOST_UNCLEAR} submits to ${gateway} in a row may or may not have been accepted, the last with: ${outcome.reason}`;
    ctx.stops.closeGateway(gateway, reason);
    ctx.tally.because('unclear', `${reason}; nothing more is submitted there in this run`);
  }
}

/** Nothing more is sent there in this run. */
function wrongAddress(ctx: RunContext, gateway: GatewayName, what: string): void {
  const reason = `${gateway} ${what}: check the base URL, ${gateway.toUpperCase()}_BASE_URL`;
  ctx.stops.closeGateway(gateway, reason);
  ctx.tally.because('unreachable', reason);
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

async function refused(
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
      giveBack();
      const by = ctx.deps.gateways.get(gateway);
      if (isDeadLink && by !== undefined)
        await ctx.pictures.forget(by, job.render.request, job.body);
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
