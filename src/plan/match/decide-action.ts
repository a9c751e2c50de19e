/**
 * The action for one render whose lock entry is known, and the reason. The order of the questions
 * is the order of the fears: nothing is paid twice, nothing that is paid is lost, and only then is
 * anything new asked for.
 */
import type { RenderId } from '../../ids.ts';
import { answersOf, neverHappened, unclear } from '../../lock/attempt.ts';
import type { LockEntry, Result } from '../../lock/file/format.ts';
import { linkLives } from '../../lock/link-life.ts';
import { changesOf } from './changes.ts';
import type { PlanOptions } from '../options.ts';
import { namedInFull } from '../select/filters.ts';
import type { Action, ClipPlace, HoldReason, ResolvedRender } from '../plan.ts';

export interface Decided {
  readonly action: Action;
  /** The earlier result that becomes current before anything else is done. */
  readonly restored?: Result;
}

export interface DecideContext {
  readonly options: PlanOptions;
  clipState(id: RenderId, entry: LockEntry): ClipPlace;
}

/**
 * `id`: the id that the entry has in the lock, which is another than the render's where it moves.
 */
export function decide(
  render: ResolvedRender,
  id: RenderId,
  entry: LockEntry,
  context: DecideContext,
): Decided {
  const decided = asIfFree(render, id, entry, context);
  const { action } = decided;
  if (render.skip !== undefined && !isOwed(action))
    return { action: { kind: 'hold', reason: 'skipped' } };
  if (entry.decision?.pin !== true) return decided;
  const isOwn = unclear(entry) !== undefined || isAsked(render, entry);
  if (isOwn && action.kind !== 'submit') return decided;
  // Its own clip is kept, whatever the manifest says: a clip that is still to come is fetched.
  const own = answersOf(entry).isVoid ? undefined : ofWanted(id, entry, 'accepted', context);
  return own?.kind === 'attach' || own?.kind === 'fetch'
    ? { action: own }
    : { action: { kind: 'hold', reason: 'pinned' } };
}

/**
 * Paid work in progress, or a question about money that waits for a person: `skip` does not make
 * it go away.
 */
const isOwed = (action: Action): boolean =>
  action.kind === 'attach' ||
  (action.kind === 'fetch' && action.reason === 'never-landed') ||
  (action.kind === 'hold' && (action.reason === 'ambiguous' || action.reason === 'lost'));

/** As if there were no pin and no skip. */
function asIfFree(
  render: ResolvedRender,
  id: RenderId,
  entry: LockEntry,
  context: DecideContext,
): Decided {
  const { decision } = entry;
  if (decision?.redo !== undefined && decision.redo === (entry.task ?? entry.attempt))
    return { action: { kind: 'submit', reason: 'redo' } };
  // A person must check first: whatever the manifest says now, this money may be spent.
  const why = unclear(entry);
  if (why !== undefined) return hold(why);

  const { isVoid, awaitsClip } = answersOf(entry);
  if (!isVoid && isAsked(render, entry)) {
    const reason = isAccepted(render, entry) ? 'accepted' : 'current';
    return { action: ofWanted(id, entry, reason, context) };
  }
  const restored = bestEarlier(entry, render);
  if (restored !== undefined) {
    const action = ofWanted(id, restored, 'restored', context);
    return action.kind === 'submit' || action.kind === 'hold' ? { action } : { action, restored };
  }
  if (isVoid) return { action: { kind: 'submit', reason: 'new' } };
  const changes = changesOf(render, entry);
  const outdated = awaitsClip === 'pending' ? entry.task : undefined;
  return {
    action: {
      kind: 'submit',
      reason: 'changed',
      changes,
      ...(outdated === undefined ? {} : { outdated }),
    },
  };
}

/** A person has accepted the current result for the manifest's request. */
const isAccepted = (render: ResolvedRender, { decision }: LockEntry): boolean =>
  decision?.accept !== undefined &&
  (decision.accept === render.fingerprint || decision.accept === render.planned);

/** The result is of the manifest's request, or a person has accepted it for that. */
export const isAsked = (render: ResolvedRender, entry: LockEntry): boolean =>
  isAccepted(render, entry) || entry.fingerprint === render.fingerprint;

const hold = (reason: Exclude<HoldReason, 'upstream'>): Decided => ({
  action: { kind: 'hold', reason },
});

/** A result with the fingerprint that the manifest asks for. */
function ofWanted(
  id: RenderId,
  result: Result,
  reason: 'current' | 'accepted' | 'restored',
  context: DecideContext,
): Action {
  const { options } = context;
  const { held, awaitsClip } = answersOf(result);
  if (held === 'failed')
    return options.retryFailed === true
      ? { kind: 'submit', reason: 'failed-before' }
      : { kind: 'hold', reason: 'failed' };
  if (held !== undefined) return { kind: 'hold', reason: held };
  return awaitsClip === 'pending' && result.task !== undefined
    ? { kind: 'attach', reason: 'pending', task: result.task }
    : ofCompleted(id, result, reason, context);
}

function ofCompleted(
  id: RenderId,
  result: Result,
  reason: 'current' | 'accepted' | 'restored',
  context: DecideContext,
): Action {
  const { options } = context;
  const fetchFor = (why: 'never-landed' | 'damaged' | 'restore'): Action | undefined =>
    result.task !== undefined && linkLives(result, options.now)
      ? { kind: 'fetch', reason: why, task: result.task }
      : undefined;
  // Clocks are wrong at times, and a gateway may give a fresh link: asking is free. Before it is
  // paid for again the run asks too.
  const askOnce: Action =
    result.task === undefined
      ? { kind: 'hold', reason: 'missing' }
      : { kind: 'fetch', reason: 'link-expired', task: result.task };
  const missing: Action =
    options.resubmitMissing === true ? { kind: 'submit', reason: 'missing' } : askOnce;
  // The clip was here once, so another machine or a copy may have it: only who names this very
  // render means to pay for it again.
  const mayPayAgain = options.resubmitMissing === true && namedInFull(options.filter, id);

  const elsewhere: Action = {
    kind: 'keep',
    reason: reason === 'restored' ? 'restored' : 'elsewhere',
  };

  if (result.clip === undefined) return fetchFor('never-landed') ?? missing;
  switch (context.clipState(id, result)) {
    case 'present':
    case 'unknown':
      return { kind: 'keep', reason };
    // Before its links and before any payment: a run brings it from there where it is needed.
    case 'stored':
      return { kind: 'keep', reason: reason === 'restored' ? 'restored' : 'stored' };
    case 'damaged':
      return fetchFor('damaged') ?? missing;
    case 'gone': {
      const back = fetchFor('restore');
      if (mayPayAgain) return back ?? missing;
      if (back === undefined) return askOnce;
      return options.restore === true ? back : elsewhere;
    }
    case 'absent': {
      if (options.restore === true) return fetchFor('restore') ?? elsewhere;
      return mayPayAgain ? (fetchFor('restore') ?? missing) : elsewhere;
    }
  }
}

/** Of the earlier results with that fingerprint, the one that is worth most. */
function bestEarlier(entry: LockEntry, { fingerprint }: ResolvedRender): Result | undefined {
  let best: Result | undefined;
  for (const result of entry.earlier ?? []) {
    if (result.fingerprint !== fingerprint || neverHappened(result)) continue;
    if (best === undefined || answersOf(result).worth < answersOf(best).worth) best = result;
  }
  return best;
}
