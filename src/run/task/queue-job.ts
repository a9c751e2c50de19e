/**
 * From a job to the queue of submits: the pictures of its request are uploaded first, and its body
 * gets their links. Uploads cost nothing and come before the intent.
 */
import { mimeOf, usualEnding } from '../../pictures/picture.ts';
import { pictureWords, withPlaceholders } from '../../pictures/placeholder.ts';
import type { ResolvedRender, UsedPicture } from '../../plan/plan.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { RunContext } from '../context.ts';
import type { SubmitJob } from '../job.ts';
import { frameSources } from '../frames/frame-sources.ts';
import type { LinkOutcome, UploadSource } from '../uploads/upload-once.ts';
import { keyRefused } from './key-refused.ts';
import { notSubmitted } from './not-submitted.ts';

/** The pictures of a render, each once. */
export const pictureSources = ({ pictures = [] }: ResolvedRender): UploadSource[] => [
  ...new Map(pictures.map((used) => [used.placeholder, sourceOf(used)])).values(),
];

const sourceOf = ({ placeholder, picture }: UsedPicture): UploadSource => ({
  placeholder,
  sha256: picture.sha256,
  mime: mimeOf(picture.type),
  ending: usualEnding(picture.type),
  read: () => systemFiles.read(picture.file),
});

/**
 * Puts the job into the queue once every picture of its request has a link. A picture without one
 * holds the render: nothing is sent for it. Never rejects.
 */
export async function queueJob(ctx: RunContext, job: SubmitJob): Promise<void> {
  const { render } = job;
  const used = [...(render.pictures ?? []), ...(render.frames ?? [])];
  const gateway = ctx.deps.gateways.get(render.model.gateway);
  // Without a key nothing is uploaded; the submit says so.
  if (used.length === 0 || gateway === undefined) return queue(ctx, job);
  const frames = await frameSources(ctx, job);
  if (frames.kind === 'problem') return notSubmitted(ctx, job, frames.message);
  const found = await Promise.all(
    [...pictureSources(render), ...frames.sources].map(
      async (source) => [source.placeholder, await ctx.pictures.link(gateway, source)] as const,
    ),
  );
  const links = new Map<string, string>();
  for (const [placeholder, outcome] of found) {
    if (outcome.kind === 'link') links.set(placeholder, outcome.link);
    else return hold(ctx, job, placeholder, outcome);
  }
  const at = new Set(used.map((one) => one.at.join('\0')));
  const body = withPlaceholders(render.request, (placeholder, path) =>
    at.has(path.join('\0')) ? (links.get(placeholder) ?? placeholder) : placeholder,
  );
  return queue(ctx, { ...job, body: JSON.stringify(body), links: [...links.values()] });
}

/**
 * For a job that waited in the queue until one of its links was too old, or refused. Its body
 * changes, and a gateway may know the attempt by the bytes of an earlier try.
 */
export const queueAgain = (ctx: RunContext, job: SubmitJob): void =>
  ctx.spawn(queueJob(ctx, { ...job, attempt: ctx.deps.uuid() }));

function queue(ctx: RunContext, job: SubmitJob): void {
  ctx.queue.addAll([job]);
  ctx.bell.ring();
}

function hold(
  ctx: RunContext,
  job: SubmitJob,
  placeholder: string,
  outcome: Exclude<LinkOutcome, { kind: 'link' }>,
): void {
  const { manifest, render } = job;
  const { gateway } = render.model;
  const path = pictureWords(placeholder);
  const { message } = outcome;
  switch (outcome.kind) {
    case 'refused':
      ctx.tally.set(manifest, render.id, 'failed');
      return ctx.deps.emit({
        event: 'render.failed',
        manifest,
        id: render.id,
        kind: 'picture',
        message: `${gateway} does not take ${path} (${placeIn(render, placeholder)}): ${message}`,
      });
    case 'changed':
      return notSubmitted(ctx, job, `${path} has changed since the plan: ${message}`);
    case 'unknown':
      return notSubmitted(
        ctx,
        job,
        `whether ${gateway} has ${path} is unknown: ${message}; the next run uploads it again`,
      );
    case 'stopped':
      stop(ctx, gateway, outcome);
      return notSubmitted(ctx, job, `${path} was not uploaded: ${message}`);
  }
}

/** Reported for the whole run; each render names the picture that it is held for. */
function stop(
  ctx: RunContext,
  gateway: ResolvedRender['model']['gateway'],
  { why, message }: Extract<LinkOutcome, { kind: 'stopped' }>,
): void {
  // The reason of a closed gateway was already reported.
  if (ctx.stops.closed(gateway) !== undefined) return;
  switch (why) {
    case 'auth':
      return keyRefused(ctx, gateway, ctx.deps.gateways.get(gateway)?.keyVariable ?? '', message);
    case 'balance':
      ctx.stops.closeGateway(gateway, `the balance at ${gateway} is empty`);
      return ctx.tally.because('balance', `the balance at ${gateway} is empty: ${message}`);
    case 'unreachable':
    case 'wrong-address':
      return ctx.tally.because(
        'unreachable',
        `pictures cannot be uploaded to ${gateway}: ${message}`,
      );
    case 'quota':
    case 'rate-limited':
      return;
  }
}

/** `manifests/film.yaml:5:18`: where the picture is named. */
function placeIn(render: ResolvedRender, placeholder: string): string {
  const used = [...(render.pictures ?? []), ...(render.frames ?? [])].find(
    (one) => one.placeholder === placeholder,
  );
  const { source, start } = render.placeOf(used?.at ?? []);
  const { line, column } = source.position(start);
  return `${source.path}:${line}:${column}`;
}
