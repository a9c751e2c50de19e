/** The frames of other clips that a request needs, as pictures to upload. */
import { mimeOf, usualEnding } from '../../pictures/picture.ts';
import { frameWords, readFrame } from '../../pictures/frame-text.ts';
import type { UsedFrame } from '../../plan/plan.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { RunContext } from '../context.ts';
import type { SubmitJob } from '../job.ts';
import type { UploadSource } from '../uploads/upload-once.ts';

export type FrameSources =
  | { readonly kind: 'sources'; readonly sources: readonly UploadSource[] }
  /** Why the request cannot be sent, and the command to run, if known. */
  | { readonly kind: 'problem'; readonly message: string };

/** Every frame of the job's request, each once. Never rejects. */
export async function frameSources(ctx: RunContext, job: SubmitJob): Promise<FrameSources> {
  const frames = new Map(job.render.frames?.map((used) => [used.placeholder, used]));
  const sources: UploadSource[] = [];
  for (const used of frames.values()) {
    const found = await sourceOf(ctx, job, used);
    if ('message' in found) return { kind: 'problem', message: found.message };
    sources.push(found);
  }
  return { kind: 'sources', sources };
}

async function sourceOf(
  ctx: RunContext,
  { manifest, ledger }: SubmitJob,
  { placeholder }: UsedFrame,
): Promise<UploadSource | { readonly message: string }> {
  const asked = readFrame(placeholder);
  if (asked?.of.kind !== 'sha256') return { message: `the clip for ${placeholder} is not known` };
  const { render, frame, of } = asked;
  const name = frameWords(render, frame);
  const clip = resultsOf(ledger.lock, render).find(
    (result) => result.clip?.sha256 === of.hex,
  )?.clip;
  if (clip === undefined) return { message: `the lock no longer has the clip for the ${name}` };
  const { frames } = ctx.deps;
  if (frames === undefined) return { message: `nothing here can take the ${name}` };
  const file = { path: fromLockPath(ledger.lockPath, clip.path), sha256: of.hex };
  const taken = await frames.take(manifest, file, frame);
  if (taken.kind !== 'taken') return { message: `the ${name} cannot be taken: ${taken.message}` };
  const { picture } = taken;
  return {
    placeholder,
    sha256: picture.sha256,
    mime: mimeOf(picture.type),
    ending: usualEnding(picture.type),
    read: () => Promise.resolve({ ok: true, value: picture.bytes }),
  };
}
