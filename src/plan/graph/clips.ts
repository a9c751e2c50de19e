/** The clip of a render in a plan: which clip it will be, and whether it is here. Pure. */
import type { RenderId } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import type { LockEntry, Result } from '../../lock/file/format.ts';
import { linkLives } from '../../lock/link-life.ts';
import { isAsked } from '../match/decide-action.ts';
import type {
  Action,
  ClipPlace,
  HoldReason,
  PlannedRender,
  ResolvedRender,
  UpstreamTrouble,
} from '../plan.ts';

/**
 * The clip that the render has once everything is done that costs nothing; `undefined` if it is
 * still to be made, or is not known before it lands.
 */
export function settledClip({
  action,
  entry,
  render,
  restored,
}: PlannedRender): Result | undefined {
  const result = restored ?? entry;
  if (result?.clip === undefined) return undefined;
  const heldClip = (reason: HoldReason): Result | undefined =>
    keepsClip(reason) || (entry !== undefined && isAsked(render, entry)) ? result : undefined;
  switch (action.kind) {
    case 'hold':
      return heldClip(action.reason);
    case 'moved':
      if (action.then === 'attach') return undefined;
      return action.then === 'hold' ? heldClip(reasonOfHold(render, entry)) : result;
    case 'keep':
    case 'fetch':
      return result;
    case 'submit':
    case 'wait':
    case 'attach':
      return undefined;
  }
}

/**
 * Such a render has the clip that it has. Any other one is held for the request of the manifest,
 * and its clip may be of an earlier request.
 */
const keepsClip = (reason: HoldReason): boolean => reason === 'pinned' || reason === 'skipped';

export type Standing =
  /** Here, or in the store, from where a run brings it. */
  | { readonly kind: 'here' }
  /** Made or fetched by this plan. */
  | { readonly kind: 'coming' }
  /** Not on this machine, and its link still lives: this fetches it. */
  | { readonly kind: 'fetch'; readonly action: Extract<Action, { readonly kind: 'fetch' }> }
  /** `blocker`: the render that it is held for, where the trouble is not its own. */
  | {
      readonly kind: 'stuck';
      readonly because: UpstreamTrouble;
      readonly blocker?: RenderId;
    };

export interface ClipLook {
  clipState(id: RenderId, entry: LockEntry): ClipPlace;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Whether the clip of an upstream render can give a frame, and if not, what that waits for. */
export function standingOf(planned: PlannedRender, look: ClipLook): Standing {
  const { action, entry } = planned;
  switch (action.kind) {
    case 'submit':
    case 'wait':
    case 'attach':
    case 'fetch':
      return { kind: 'coming' };
    case 'moved':
      if (action.then === 'attach' || action.then === 'fetch') return { kind: 'coming' };
      if (action.then === 'hold')
        return hasHeldClip(planned, action.from, look)
          ? { kind: 'here' }
          : { kind: 'stuck', because: reasonOfHold(planned.render, entry) };
      return kept(planned, action.from, look);
    case 'keep':
      return kept(planned, planned.render.id, look);
    case 'hold': {
      if (hasHeldClip(planned, planned.render.id, look)) return { kind: 'here' };
      return action.reason === 'upstream'
        ? { kind: 'stuck', because: action.because, blocker: action.upstream }
        : { kind: 'stuck', because: action.reason };
    }
  }
}

/** `id`: under which its clip is in the lock. */
function hasHeldClip(planned: PlannedRender, id: RenderId, look: ClipLook): boolean {
  const { entry } = planned;
  return (
    entry !== undefined && settledClip(planned) !== undefined && isThere(look.clipState(id, entry))
  );
}

/** Of a render that moves: the plan says only that it is held. */
export function reasonOfHold(
  { skip }: Pick<ResolvedRender, 'skip'>,
  entry: LockEntry | undefined,
): Exclude<HoldReason, 'upstream'> {
  const held = entry === undefined ? undefined : answersOf(entry).held;
  if (held !== undefined) return held;
  if (skip !== undefined) return 'skipped';
  return entry?.decision?.pin === true ? 'pinned' : 'missing';
}

const isThere = (place: ClipPlace): boolean =>
  place === 'present' || place === 'unknown' || place === 'stored';

/** Until a person picks it, or accepts it, it is not what was asked for. */
const isRefused = ({ entry, action }: PlannedRender, result: Result): boolean =>
  result.onMismatch === 'fail' &&
  (result.mismatch ?? []).length > 0 &&
  action.reason !== 'accepted' &&
  entry?.decision?.pick?.of !== (result.task ?? result.attempt);

function kept(planned: PlannedRender, id: RenderId, look: ClipLook): Standing {
  const result = planned.restored ?? planned.entry;
  if (result === undefined) return { kind: 'stuck', because: 'missing' };
  if (isRefused(planned, result)) return { kind: 'stuck', because: 'mismatch' };
  if (isThere(look.clipState(id, result))) return { kind: 'here' };
  return planned.action.kind === 'keep' && result.task !== undefined && linkLives(result, look.now)
    ? { kind: 'fetch', action: { kind: 'fetch', reason: 'restore', task: result.task } }
    : { kind: 'stuck', because: 'elsewhere' };
}
