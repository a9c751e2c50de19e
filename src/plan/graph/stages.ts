/**
 * The order of actions in a plan with edges: a render that needs a clip which is still to come
 * waits, one that needs a clip which will not come is held, and what a selection needs comes into
 * the plan. Pure.
 */
import type { RenderId } from '../../ids.ts';
import type { PlannedRender, SubmitAction, WaitAction } from '../plan.ts';
import { type ClipLook, standingOf } from './clips.ts';
import { upstreamsOf } from '../resolve/frames/link-frames.ts';

export interface Staged {
  /** In manifest order: those in scope, and those that they wait for. */
  readonly renders: readonly PlannedRender[];
  /** Outside of the scope, and needed first. */
  readonly included: readonly RenderId[];
}

/** `all`: every render of the manifest with its action, as if there were no edges. */
export function inStages(
  all: readonly PlannedRender[],
  scope: readonly PlannedRender[],
  look: ClipLook,
): Staged {
  if (!scope.some(({ render }) => render.frames !== undefined))
    return { renders: scope, included: [] };
  const byId = new Map(all.map((planned) => [planned.render.id, planned]));
  const settled = new Map<RenderId, PlannedRender>();
  const fetched = new Map<RenderId, PlannedRender>();
  for (const planned of scope) settle(planned, { byId, settled, fetched, look });
  const chosen = new Set(scope.map(({ render }) => render.id));
  const included = new Set<RenderId>();
  const open = [...chosen];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const action = settled.get(id)?.action;
    for (const upstream of action?.kind === 'wait' ? action.upstream : []) {
      if (chosen.has(upstream) || included.has(upstream)) continue;
      included.add(upstream);
      open.push(upstream);
    }
  }
  const needed = new Set(
    [...chosen, ...included].flatMap((id) => {
      const action = settled.get(id)?.action;
      return action?.kind === 'wait' ? action.upstream : [];
    }),
  );
  return {
    renders: all.flatMap((planned) => {
      const { id } = planned.render;
      if (!chosen.has(id) && !included.has(id)) return [];
      const now = settled.get(id) ?? planned;
      // A clip of another machine is fetched only for a frame that is needed.
      return [needed.has(id) ? (fetched.get(id) ?? now) : now];
    }),
    included: [...included].sort(),
  };
}

interface Settling {
  readonly byId: ReadonlyMap<RenderId, PlannedRender>;
  readonly settled: Map<RenderId, PlannedRender>;
  /** The action for a clip elsewhere if its frame is needed. */
  readonly fetched: Map<RenderId, PlannedRender>;
  readonly look: ClipLook;
}

/** Upstream first, without recursion: chains may be long. */
function settle(root: PlannedRender, settling: Settling): void {
  const { byId, settled } = settling;
  const stack = [root];
  for (let planned = stack.at(-1); planned !== undefined; planned = stack.at(-1)) {
    const { render, action } = planned;
    const upstreams =
      action.kind === 'submit' ? upstreamsOf(render).flatMap((id) => byId.get(id) ?? []) : [];
    const open = upstreams.filter((one) => !settled.has(one.render.id));
    if (!settled.has(render.id) && open.length > 0) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    if (!settled.has(render.id)) settled.set(render.id, staged(planned, settling));
  }
}

function staged(planned: PlannedRender, { settled, fetched, look }: Settling): PlannedRender {
  const { render, action } = planned;
  if (action.kind !== 'submit' || render.frames === undefined) return planned;
  const waits: RenderId[] = [];
  for (const id of upstreamsOf(render)) {
    const upstream = settled.get(id);
    if (upstream === undefined) continue;
    const standing = standingOf(upstream, look);
    switch (standing.kind) {
      case 'here':
        break;
      case 'coming':
        waits.push(id);
        break;
      case 'fetch':
        fetched.set(id, { ...upstream, action: standing.action });
        waits.push(id);
        break;
      case 'stuck': {
        const { because, blocker = id } = standing;
        return {
          ...planned,
          action: { kind: 'hold', reason: 'upstream', upstream: blocker, because },
        };
      }
    }
  }
  return waits.length === 0 ? planned : { ...planned, action: waiting(action, waits) };
}

const waiting = (action: SubmitAction, upstream: readonly RenderId[]): WaitAction => ({
  ...action,
  kind: 'wait',
  upstream,
});
