/**
 * What follows for renders that waited for a clip: sent on when it has landed, told what it waited
 * for when the run ends.
 */
import { answersOf } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { RenderId } from '../../ids.ts';
import { frameText, readFrame } from '../../pictures/frame-text.ts';
import { fingerprintWith, upstreamsOf, withFrames } from '../../plan/resolve/frames/link-frames.ts';
import type { ResolvedRender } from '../../plan/plan.ts';
import type { RunContext } from '../context.ts';
import type { SubmitJob } from '../job.ts';
import { holdForUpstream } from './hold.ts';
import { notSubmitted } from './not-submitted.ts';
import { queueJob } from './queue-job.ts';

/** Sends on what waited for the clip of a render. */
export function clipLanded(ctx: RunContext, manifest: string, id: RenderId): void {
  for (const job of ctx.waits.landed(manifest, id)) ctx.spawn(goOn(ctx, job));
}

async function goOn(ctx: RunContext, job: SubmitJob): Promise<void> {
  const { options } = ctx.deps;
  if (!options.submits) return notSubmitted(ctx, job, 'the clip that it needs is here now');
  const { manifest } = job;
  const refused = refusedUpstream(job);
  if (refused !== undefined)
    return holdForUpstream(ctx, { manifest, id: job.render.id }, job.render, {
      kind: 'hold',
      reason: 'upstream',
      upstream: refused,
      because: 'mismatch',
    });
  const render = withClips(job);
  if (typeof render === 'string') return notSubmitted(ctx, job, render);
  const paid = paidAlready({ ...job, render });
  if (paid !== undefined)
    return notSubmitted(ctx, job, `the same request is paid for already, as ${paid}: run again`);
  return queueJob(ctx, { ...job, render, body: JSON.stringify(render.request) });
}

/** A clip that it needs is not as asked, and `on_mismatch: fail`: a person looks at it first. */
function refusedUpstream({ render, ledger }: SubmitJob): RenderId | undefined {
  return upstreamsOf(render).find((id) => {
    const entry = ledger.lock.renders.get(id);
    return entry?.onMismatch === 'fail' && entry.mismatch !== undefined;
  });
}

/** The render with the clips that its frames come from, or why that cannot be. */
function withClips({ render, ledger }: SubmitJob): ResolvedRender | string {
  const frames = [];
  for (const used of render.frames ?? []) {
    const asked = readFrame(used.placeholder);
    if (asked === undefined) return `which clip ${used.placeholder} means is not known`;
    const entry = ledger.lock.renders.get(asked.render);
    if (entry?.clip === undefined) return `${asked.render} has no clip`;
    const of = { kind: 'sha256', hex: entry.clip.sha256 } as const;
    frames.push({ ...used, placeholder: frameText({ ...asked, of }) });
  }
  const request = withFrames(render.request, frames);
  return { ...render, frames, request, fingerprint: fingerprintWith(render, request) };
}

/** A render of the lock that is or may be paid for the very same request. */
function paidAlready({ ledger, render }: SubmitJob): RenderId | undefined {
  for (const id of ledger.lock.renders.keys())
    for (const result of resultsOf(ledger.lock, id)) {
      if (result.fingerprint !== render.fingerprint) continue;
      const { mayBePaid, isVoid, held } = answersOf(result);
      if (mayBePaid && !isVoid && held !== 'failed') return id;
    }
  return undefined;
}

/** At the end of a run: waiting renders were not sent, and each has a reason. */
export function tellWaiting(ctx: RunContext): void {
  for (const { job, open } of ctx.waits.drain()) {
    const [first] = open;
    const state = first === undefined ? undefined : ctx.tally.stateOf(job.manifest, first);
    const { manifest, render } = job;
    ctx.tally.set(manifest, render.id, 'not-submitted');
    ctx.deps.emit({
      event: 'render.held',
      manifest,
      id: render.id,
      reason: 'upstream',
      message: `it needs a frame of ${open.join(' and ')}, ${STATES[state ?? 'none']}`,
    });
  }
}

const STATES: Readonly<Record<string, string>> = {
  failed: 'which failed',
  ambiguous: 'whose payment is unclear: rushes recover',
  lost: 'whose task is lost: rushes recover',
  missing: 'whose clip cannot be fetched any more',
  pending: 'which is still being made: rushes collect, then rushes render',
  'not-submitted': 'which was not submitted',
  held: 'which is held',
  kept: 'whose clip is not here',
  completed: 'whose clip has just landed: run again',
  none: 'which this run did not make',
};
