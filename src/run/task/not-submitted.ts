import { commandWord } from '../../command-words.ts';
import type { RunContext } from '../context.ts';
import type { SubmitJob } from '../job.ts';

/** What becomes of a render that does not leave in this run. */
export function notSubmitted(
  ctx: RunContext,
  { manifest, render, failedBefore }: SubmitJob,
  message: string,
): void {
  if (failedBefore !== undefined) {
    ctx.tally.set(manifest, render.id, 'failed');
    const { kind } = failedBefore;
    ctx.deps.emit({
      event: 'render.failed',
      manifest,
      id: render.id,
      kind,
      message: `${failedBefore.message}; not tried again: ${message}`,
    });
    return;
  }
  ctx.tally.set(manifest, render.id, 'not-submitted');
  ctx.deps.emit({
    event: 'render.held',
    manifest,
    id: render.id,
    reason: 'not-submitted',
    message,
    hint: `rushes render ${commandWord(manifest)}`,
  });
}
