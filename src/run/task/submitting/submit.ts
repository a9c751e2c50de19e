/**
 * One submit: intent on disk, then the POST at once, then what came of it on disk before anything
 * else happens. Slot, rate and money were taken by the caller and are given back here unless the
 * task may exist.
 */
import { commandWord, renderWords } from '../../../command-words.ts';
import type { SubmitOutcome } from '../../../gateways/gateway.ts';
import type { GatewayName, TaskId } from '../../../ids.ts';
import { toLockPath } from '../../../lock/file/paths.ts';
import type { LockCost } from '../../../lock/file/format.ts';
import { toUsd } from '../../../money.ts';
import type { RunContext } from '../../context.ts';
import { DEFAULT_DEADLINE_MS, follow } from '../follow.ts';
import { notSent, refused, wrongAddress } from './not-accepted.ts';
import { notSubmitted } from '../not-submitted.ts';
import { queueAgain } from '../queue-job.ts';
import { diskFailed, now, recordFailed, recordPaid, remoteRecordFailed } from '../record.ts';
import type { Release } from '../../limits/slots.ts';
import type { SubmitJob } from '../../job.ts';
import { answeredModel } from '../answered-model.ts';
import { reservation } from './reservation.ts';

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
  if (!ctx.pictures.areGood(job.links ?? [])) {
    giveBack();
    return queueAgain(ctx, job);
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
      return notSent(ctx, job, { reason: outcome.reason, sentAt }, giveBack);
    case 'refused':
      return refused(ctx, job, gateway.name, outcome.refusal, sentAt, giveBack);
  }
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
