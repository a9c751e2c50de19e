/**
 * What is to be done for one render whose lock entry is known, and why. The order of the questions
 * is the order of the fears: nothing is paid twice, nothing that is paid is lost, and only then is
 * anything new asked for.
 */
import type { RenderId } from '../../ids.ts';
import { type LockEntry, neverHappened, type Result } from '../../lock/file/format.ts';
import { changesOf } from './changes.ts';
import { linkLives } from '../link.ts';
import type { PlanOptions } from '../options.ts';
import type { Action, ClipState, ResolvedRender } from '../plan.ts';

export interface Decided {
  readonly action: Action;
  /** The earlier result that becomes current before anything else is done. */
  readonly restored?: Result;
}

export interface DecideContext {
  readonly options: PlanOptions;
  clipState(id: RenderId, entry: LockEntry): ClipState;
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
  const pinned = entry.decision?.pin === true;
  if (pinned && (action.kind === 'submit' || decided.restored !== undefined))
    return { action: { kind: 'hold', reason: 'pinned' } };
  return decided;
}

/**
 * Paid work that goes on, or a question about money that waits for a person: `skip` does not make
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
  // A person must look first: whatever the manifest says by now, this money may be spent.
  if (entry.status === 'ambiguous') return hold('ambiguous');
  if (entry.status === 'lost') return hold('lost');

  const accepted = decision?.accept === render.fingerprint;
  if (!neverHappened(entry) && (accepted || entry.fingerprint === render.fingerprint)) {
    return { action: ofWanted(id, entry, accepted ? 'accepted' : 'current', context) };
  }
  const restored = bestEarlier(entry, render);
  if (restored !== undefined) {
    const action = ofWanted(id, restored, 'restored', context);
    return action.kind === 'submit' || action.kind === 'hold' ? { action } : { action, restored };
  }
  if (neverHappened(entry)) return { action: { kind: 'submit', reason: 'new' } };
  const changes = changesOf(render, entry);
  const outdated = entry.status === 'submitted' ? entry.task : undefined;
  return {
    action: {
      kind: 'submit',
      reason: 'changed',
      changes,
      ...(outdated === undefined ? {} : { outdated }),
    },
  };
}

const hold = (reason: Extract<Action, { kind: 'hold' }>['reason']): Decided => ({
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
  switch (result.status) {
    case 'ambiguous':
    case 'lost':
      return { kind: 'hold', reason: result.status };
    case 'failed':
      return options.retryFailed === true
        ? { kind: 'submit', reason: 'failed-before' }
        : { kind: 'hold', reason: 'failed' };
    case 'submitted':
      // Accepted, and the id of the task is not known: as good as an answer that was lost.
      return result.task === undefined
        ? { kind: 'hold', reason: 'ambiguous' }
        : { kind: 'attach', reason: 'pending', task: result.task };
    case 'completed':
      return ofCompleted(id, result, reason, context);
  }
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
  const missing: Action =
    options.resubmitMissing === true
      ? { kind: 'submit', reason: 'missing' }
      : { kind: 'hold', reason: 'missing' };

  if (result.clip === undefined) return fetchFor('never-landed') ?? missing;
  switch (context.clipState(id, result)) {
    case 'present':
    case 'unknown':
      return { kind: 'keep', reason };
    case 'damaged':
      return fetchFor('damaged') ?? missing;
    case 'absent': {
      const elsewhere: Action = {
        kind: 'keep',
        reason: reason === 'restored' ? 'restored' : 'elsewhere',
      };
      return options.restore === true ? (fetchFor('restore') ?? elsewhere) : elsewhere;
    }
  }
}

/** Of the earlier results with that fingerprint, the one that is worth most. */
function bestEarlier(entry: LockEntry, { fingerprint }: ResolvedRender): Result | undefined {
  let best: Result | undefined;
  for (const result of entry.earlier ?? []) {
    if (result.fingerprint !== fingerprint || neverHappened(result)) continue;
    if (best === undefined || worth(result) < worth(best)) best = result;
  }
  return best;
}

/**
 * 0 is a clip; the higher, the less is there. Also decides which of several entries with one
 * fingerprint is taken over.
 */
export function worth(result: Result): number {
  switch (result.status) {
    case 'completed':
      return result.clip === undefined ? 1 : 0;
    case 'submitted':
      return 2;
    case 'ambiguous':
      return 3;
    case 'lost':
      return 4;
    case 'failed':
      return 5;
  }
}
