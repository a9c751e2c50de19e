/** Renders for which this run does nothing: each is reported once, and counted. */
import { commandWord, qualified, renderWords } from '../../command-words.ts';
import { defined } from '../../defined.ts';
import type { RenderId } from '../../ids.ts';
import type { LockEntry } from '../../lock/file/format.ts';
import { troubleWords } from '../../plan/graph/trouble-words.ts';
import type { Action, ResolvedRender } from '../../plan/plan.ts';
import type { RunContext } from '../context.ts';
import type { HeldReason } from '../events.ts';

interface About {
  readonly manifest: string;
  readonly id: RenderId;
}
type Held = Exclude<HeldReason, 'not-submitted' | 'upstream'>;

/** The manifest, and the one render of it. */
const onlyWords = ({ manifest, id }: About): string =>
  `${commandWord(manifest)} --only ${commandWord(qualified(manifest, id))}`;

export function hintFor(reason: Held, { manifest, id }: About): string | undefined {
  const only = onlyWords({ manifest, id });
  switch (reason) {
    case 'ambiguous':
    case 'lost':
      return `rushes recover ${renderWords({ manifest, id })}`;
    case 'failed':
      return `change the request, or pay for another try: rushes render ${only} --retry-failed`;
    case 'missing':
      return `pay again: rushes render ${only} --resubmit-missing`;
    case 'pending':
      return `rushes collect ${commandWord(manifest)}`;
    case 'pinned':
    case 'skipped':
      return undefined;
  }
}

export function emitHeld(
  ctx: RunContext,
  { manifest, id }: About,
  reason: Held,
  message: string,
): void {
  ctx.tally.set(manifest, id, reason === 'pinned' || reason === 'skipped' ? 'held' : reason);
  const hint = hintFor(reason, { manifest, id });
  ctx.deps.emit({
    event: 'render.held',
    manifest,
    id,
    reason,
    message,
    ...defined({ hint }),
  });
}

/** A clip whose frame it needs will not come of itself. */
export function holdForUpstream(
  ctx: RunContext,
  { manifest, id }: About,
  render: Pick<ResolvedRender, 'frames'>,
  action: Extract<Action, { readonly reason: 'upstream' }>,
): void {
  ctx.tally.set(manifest, id, 'not-submitted');
  ctx.deps.emit({
    event: 'render.held',
    manifest,
    id,
    reason: 'upstream',
    message: `it ${troubleWords(render, action)}`,
    hint: `rushes plan ${onlyWords({ manifest, id })}`,
  });
}

export function holdAmbiguous(
  ctx: RunContext,
  about: About,
  entry: Pick<LockEntry, 'error' | 'submittedAt'>,
): void {
  const when = entry.submittedAt === undefined ? '' : ` at ${entry.submittedAt}`;
  emitHeld(
    ctx,
    about,
    'ambiguous',
    `it was sent${when} and may be paid for: ${entry.error?.message ?? 'no answer was written down'}`,
  );
}
