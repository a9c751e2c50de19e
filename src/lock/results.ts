/**
 * How one result changes, step by step: every function gives a new result, and the same one when
 * there is nothing to do. Pure.
 */
import type { JournalEvent } from './journal/events.ts';
import {
  type Decision,
  type LockCost,
  type LockEntry,
  neverHappened,
  type Result,
} from './file/format.ts';

type EventOf<Kind extends JournalEvent['kind']> = Extract<JournalEvent, { readonly kind: Kind }>;

/** What a result says while its intent is on disk and no answer is. */
const NO_ANSWER = {
  kind: 'no-answer',
  message: 'the request may have been sent, and no answer to it was written down',
};

/** A gateway task or a file exists, or may exist: such a result is never dropped. */
export const mayBePaid = (result: Result): boolean =>
  result.task !== undefined ||
  result.clip !== undefined ||
  result.status === 'ambiguous' ||
  neverHappened(result);

/** The entry without what belongs to the render as a whole. */
export function resultOf(entry: LockEntry): Result {
  const { decision: _decision, earlier: _earlier, ...result } = entry;
  return result;
}

export function entryOf(
  current: Result,
  decision: Decision | undefined,
  earlier: readonly Result[],
): LockEntry {
  const said = withoutDoneRedo(current, decision);
  return {
    ...current,
    ...(said !== undefined && { decision: said }),
    ...(earlier.length > 0 && { earlier }),
  };
}

/**
 * A `redo` is done when another result than the one it names is current and has a task, whichever
 * way it came by it: an attempt that was killed before its answer is adopted later. Until then it
 * stands, because the attempt may be withdrawn.
 */
function withoutDoneRedo({ task }: Result, decision: Decision | undefined): Decision | undefined {
  if (decision?.redo === undefined || task === undefined || decision.redo === task) return decision;
  const { redo: _done, ...rest } = decision;
  return rest.pin === undefined && rest.accept === undefined ? undefined : rest;
}

/** The decision once another result is current: a pin stays, what was said of one clip is done. */
export function decisionAfterReplacement(decision: Decision | undefined): Decision | undefined {
  if (decision?.pin === undefined) return undefined;
  return { pin: decision.pin, ...(decision.by !== undefined && { by: decision.by }) };
}

export const intended = (event: EventOf<'intent'>): Result => ({
  fingerprint: event.fingerprint,
  model: event.model,
  status: 'ambiguous',
  attempt: event.attempt,
  submittedAt: event.at,
  cost: event.cost,
  target: event.target,
  request: event.request,
  error: NO_ANSWER,
  ...(event.onMismatch !== undefined && { onMismatch: event.onMismatch }),
});

export const isUnanswered = (result: Result): boolean =>
  result.status === 'ambiguous' && result.error?.kind === NO_ANSWER.kind;

export const ambiguous = (result: Result, event: EventOf<'ambiguous'>): Result =>
  isUnanswered(result)
    ? { ...result, error: { kind: 'ambiguous', message: event.reason } }
    : result;

export function refused(result: Result, event: EventOf<'refused'>): Result {
  if (result.status !== 'ambiguous') return result;
  const { cost: _costsNothing, ...rest } = result;
  return { ...rest, status: 'failed', error: event.error };
}

export function accepted(result: Result, event: EventOf<'accepted'>): Result {
  if (result.task !== undefined || neverHappened(result)) return result;
  const { error: _answered, ...rest } = result;
  const cost =
    event.reserved === undefined ? result.cost : withEstimate(event.reserved, result.cost);
  return {
    ...rest,
    status: 'submitted',
    task: event.task,
    submittedAt: event.at,
    ...(cost !== undefined && { cost }),
  };
}

export function completed(result: Result, event: EventOf<'completed'>): Result {
  if (result.status === 'failed') return result;
  const { error: _overcome, ...rest } = result;
  const cost = reconciled(result.cost, event.cost);
  const expiresAt = later(result.expiresAt, event.expiresAt);
  return {
    ...rest,
    status: 'completed',
    completedAt: result.completedAt ?? event.completedAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(cost !== undefined && { cost }),
  };
}

export function failed(result: Result, event: EventOf<'failed'>): Result {
  if (result.status === 'completed') return result;
  if (result.status === 'failed') return refunded(result, event);
  const cost: LockCost | undefined =
    event.cost !== undefined
      ? reconciled(result.cost, event.cost)
      : result.cost && { ...result.cost, source: 'unconfirmed' };
  return { ...result, status: 'failed', error: event.error, ...(cost !== undefined && { cost }) };
}

/** A failure is final; only what became of a promised refund is still to be said. */
function refunded(result: Result, { cost }: EventOf<'failed'>): Result {
  if (result.cost?.refund === undefined || cost === undefined || cost.refund !== undefined)
    return result;
  return { ...result, cost: withEstimate(cost, result.cost) };
}

export const lost = (result: Result, event: EventOf<'lost'>): Result =>
  result.status === 'submitted'
    ? { ...result, status: 'lost', error: { kind: 'lost', message: event.reason } }
    : result;

export function landed(result: Result, event: EventOf<'landed'>): Result {
  if (result.status === 'failed') return result;
  const { target: _reached, error: _overcome, mismatch: _old, ...rest } = result;
  return {
    ...rest,
    status: 'completed',
    clip: event.clip,
    ...(event.mismatch !== undefined && { mismatch: event.mismatch }),
  };
}

/** The result with its clip, or the place where its clip will land, at another path. */
export const atPath = (result: Result, path: string): Result =>
  result.clip !== undefined
    ? { ...result, clip: { ...result.clip, path } }
    : result.target !== undefined
      ? { ...result, target: path }
      : result;

/** What the gateway reported once stays: a line that is read again changes no money. */
const reconciled = (
  known: LockCost | undefined,
  reported: LockCost | undefined,
): LockCost | undefined =>
  reported === undefined || known?.source === 'reported' ? known : withEstimate(reported, known);

function withEstimate(cost: LockCost, known: LockCost | undefined): LockCost {
  const estimatedUsd = known?.estimatedUsd ?? known?.usd ?? undefined;
  return estimatedUsd === undefined ? cost : { ...cost, estimatedUsd };
}

const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
