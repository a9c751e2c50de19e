/**
 * What a result became of and what it meant before there was one state machine, kept word by word:
 * the new answers are compared with these.
 */
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import type { LockCost, Result } from '../../src/lock/file/format.ts';

type EventOf<Kind extends JournalEvent['kind']> = Extract<JournalEvent, { readonly kind: Kind }>;

/** What a result says while its intent is on disk and no answer is. */
const NO_ANSWER = { kind: 'no-answer' };

/** A gateway task or a file exists, or may exist: such a result is never dropped. */
export const mayBePaid = (result: Result): boolean =>
  result.task !== undefined ||
  result.clip !== undefined ||
  result.status === 'ambiguous' ||
  neverHappened(result);

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

/** What the gateway reported once stays: a line that is read again changes no money. */
const reconciled = (
  known: LockCost | undefined,
  reported: LockCost | undefined,
): LockCost | undefined =>
  reported === undefined || known?.source === 'reported' ? known : withEstimate(reported, known);

function withEstimate(cost: LockCost, known: LockCost | undefined): LockCost {
  const estimatedUsd = known?.estimatedUsd ?? known?.usd ?? undefined;
  const priceRange = known?.priceRange;
  return {
    ...cost,
    ...(estimatedUsd !== undefined && { estimatedUsd }),
    ...(priceRange !== undefined && { priceRange }),
  };
}

const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

export const neverHappened = (result: Result): boolean => result.error?.kind === 'never-happened';

export const paidAgain = (result: Result): boolean => result.error?.kind === 'paid-again';

export function rank(result: Result): number {
  if (result.clip !== undefined) return 8;
  if (result.status === 'completed') return 7;
  if (result.task !== undefined)
    return result.status === 'failed' ? 6 : result.status === 'lost' ? 5 : 4;
  if (neverHappened(result)) return 3;
  return result.status === 'failed' ? 2 : result.error?.kind === 'no-answer' ? 0 : 1;
}

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

export const isLost = ({ status, task }: Result): boolean =>
  status === 'lost' && task !== undefined;

export const awaitsRefund = ({ status, task, cost }: Result): boolean =>
  status === 'failed' && task !== undefined && cost?.refund === 'pending';
