/** Why a render is held for another one: continues "it ". */
import { upstreamsOf } from '../resolve/frames/link-frames.ts';
import type { Action, ResolvedRender, UpstreamTrouble } from '../plan.ts';

const TROUBLES: Readonly<Record<UpstreamTrouble, string>> = {
  ambiguous: 'whose payment is unclear',
  lost: 'whose task is lost',
  failed: 'which failed',
  missing: 'whose clip cannot be fetched any more',
  pinned: 'which is pinned and has no clip here',
  skipped: 'which is skipped and has no clip',
  mismatch: 'whose clip is not what was asked for',
  elsewhere: 'whose clip is not on this machine',
};

/** `needs a frame of hall/kling, which failed`; `waits for` where renders lie between the two. */
export function troubleWords(
  render: Pick<ResolvedRender, 'frames'>,
  { upstream, because }: Extract<Action, { readonly reason: 'upstream' }>,
): string {
  const needs = upstreamsOf(render).includes(upstream) ? 'needs a frame of' : 'waits for';
  return `${needs} ${upstream}, ${TROUBLES[because]}`;
}
