/**
 * How an attempt goes from one state to the next: the arrows of the diagram in `attempt.ts`. Pure.
 */
import type { TaskId } from '../ids.ts';
import {
  type Attempt,
  ATTEMPT_STATES,
  type AttemptState,
  type Said,
  type Working,
} from './attempt.ts';
import { atLeast, costOfFailure, reconciled, settledRefund, withEstimate } from './attempt-cost.ts';
import type { JournalEvent } from './journal/events.ts';

type EventOf<Kind extends JournalEvent['kind']> = Extract<JournalEvent, { readonly kind: Kind }>;

/** Facts from the gateway are in the journal; decisions of a person are in the lock. */
export type AttemptEvent =
  | EventOf<'withdrawn' | 'refused' | 'ambiguous' | 'accepted'>
  | EventOf<'completed' | 'failed' | 'lost' | 'landed'>
  | { readonly kind: 'adopted'; readonly task: TaskId }
  | { readonly kind: 'paid-again' | 'never-happened' | 'gave-up' };

/** An attempt begins: its intent is on disk. */
export const intended = (event: EventOf<'intent'>): Attempt => ({
  state: 'intended',
  fingerprint: event.fingerprint,
  model: event.model,
  attempt: event.attempt,
  submittedAt: event.at,
  cost: event.cost,
  target: event.target,
  request: event.request,
  error: {
    kind: 'no-answer',
    message: 'the request may have been sent, and no answer to it was written down',
  },
  ...(event.onMismatch !== undefined && { onMismatch: event.onMismatch }),
});

/**
 * What an event makes of an attempt: the next state, the same object where the event says nothing
 * new, or `undefined` for an intent that was withdrawn, as if it had not been. Total; never goes
 * back.
 */
export function transition(attempt: Attempt, event: AttemptEvent): Attempt | undefined {
  switch (event.kind) {
    case 'withdrawn':
      return attempt.state === 'intended' ? undefined : attempt;
    case 'ambiguous':
      return attempt.state === 'intended'
        ? { ...attempt, state: 'ambiguous', error: { kind: 'ambiguous', message: event.reason } }
        : attempt;
    case 'refused': {
      if (!isUnanswered(attempt)) return attempt;
      const { cost: _costsNothing, ...rest } = attempt;
      return { ...rest, state: 'refused', error: event.error };
    }
    case 'accepted':
      return isUnanswered(attempt) || attempt.state === 'refused'
        ? accepted(attempt, event)
        : attempt;
    case 'adopted': {
      if (!isUnanswered(attempt)) return attempt;
      const { error: _answered, ...rest } = attempt;
      return { ...rest, state: 'submitted', task: event.task };
    }
    case 'lost':
      return attempt.state === 'submitted'
        ? { ...attempt, state: 'lost', error: { kind: 'lost', message: event.reason } }
        : attempt;
    case 'completed':
      return completed(attempt, event);
    case 'failed':
      return failed(attempt, event);
    case 'landed':
      return landed(attempt, event);
    case 'paid-again': {
      const error = {
        kind: 'paid-again',
        message: errorOf(attempt)?.message ?? 'a person had it made again',
      } as const;
      if (isUnanswered(attempt)) return { ...attempt, state: 'ambiguous-paid-again', error };
      return isLost(attempt) ? { ...attempt, state: 'lost-paid-again', error } : attempt;
    }
    case 'never-happened': {
      if (!isUnanswered(attempt) && !isLost(attempt)) return attempt;
      const { target: _nothingLands, cost: reserved, ...rest } = attempt;
      const cost = withEstimate({ usd: 0, source: 'reported' }, reserved);
      const error = {
        kind: 'never-happened',
        message: 'a person declared that it was never accepted',
      } as const;
      return 'task' in rest
        ? { ...rest, state: 'lost-never-happened', cost, error }
        : { ...rest, state: 'never-happened', cost, error };
    }
    case 'gave-up': {
      if (!isLost(attempt)) return attempt;
      const { target: _nothingLands, cost: reserved, ...rest } = attempt;
      const cost = reserved?.source === 'reported' ? reserved : costOfFailure(reserved, undefined);
      const error = { kind: 'gave-up', message: 'a person gave it up' } as const;
      return { ...rest, state: 'given-up', error, ...(cost !== undefined && { cost }) };
    }
  }
}

type In<State extends AttemptState> = Extract<Attempt, { readonly state: State }>;

const isUnanswered = (
  attempt: Attempt,
): attempt is In<'intended' | 'ambiguous' | 'ambiguous-paid-again'> =>
  ATTEMPT_STATES[attempt.state].held === 'ambiguous';

const isLost = (attempt: Attempt): attempt is In<'lost' | 'lost-paid-again'> =>
  ATTEMPT_STATES[attempt.state].held === 'lost';

const errorOf = (attempt: Attempt): Said | undefined =>
  'error' in attempt ? attempt.error : undefined;

function accepted(
  attempt: In<'intended' | 'ambiguous' | 'ambiguous-paid-again' | 'refused'>,
  { task, at, reserved, answeredModel }: EventOf<'accepted'>,
): Attempt {
  const { error: _answered, ...rest } = attempt;
  const known = 'cost' in attempt ? attempt.cost : undefined;
  const cost = reserved === undefined ? known : withEstimate(reserved, known);
  return {
    ...rest,
    state: 'submitted',
    task,
    submittedAt: at,
    ...(answeredModel !== undefined && { answeredModel }),
    ...(cost !== undefined && { cost }),
  };
}

function completed(attempt: Attempt, event: EventOf<'completed'>): Attempt {
  const isMade = attempt.state === 'completed' || attempt.state === 'landed';
  if (!isMade && attempt.state !== 'submitted' && !isLost(attempt)) return attempt;
  const cost = reconciled(attempt.cost, event.cost);
  const expiresAt = atLeast(isMade ? attempt.expiresAt : undefined, event.expiresAt);
  const news = {
    completedAt: (isMade ? attempt.completedAt : undefined) ?? event.completedAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(event.answeredModel !== undefined && { answeredModel: event.answeredModel }),
    ...(cost !== undefined && { cost }),
  };
  if (isMade) return { ...attempt, ...news };
  if (attempt.state === 'submitted') return { ...attempt, ...news, state: 'completed' };
  const { error: _overcome, ...rest } = attempt;
  return { ...rest, ...news, state: 'completed' };
}

function failed(attempt: Attempt, event: EventOf<'failed'>): Attempt {
  // A failure is final; only the outcome of a promised refund is still open.
  if (attempt.state === 'refund-pending') {
    const cost = settledRefund(attempt.cost, event.cost);
    return cost === undefined ? attempt : failedWith({ ...attempt, cost });
  }
  if (attempt.state !== 'submitted' && !isLost(attempt)) return attempt;
  const cost = costOfFailure(attempt.cost, event.cost);
  return failedWith({ ...attempt, error: event.error, ...(cost !== undefined && { cost }) });
}

function failedWith({
  state: _before,
  ...rest
}: Working & { readonly error?: Said; readonly state: string }): Attempt {
  const { cost } = rest;
  if (cost?.refund !== undefined) return { ...rest, cost, state: 'refund-pending' };
  if (cost?.source === 'unconfirmed') return { ...rest, cost, state: 'unconfirmed' };
  return { ...rest, state: 'failed' };
}

function landed(attempt: Attempt, { clip, mismatch }: EventOf<'landed'>): Attempt {
  const news = { state: 'landed', clip, ...(mismatch !== undefined && { mismatch }) } as const;
  if (attempt.state === 'landed') {
    const { mismatch: _old, ...rest } = attempt;
    return { ...rest, ...news };
  }
  if (attempt.state === 'submitted' || attempt.state === 'completed') {
    const { target: _reached, ...rest } = attempt;
    return { ...rest, ...news };
  }
  if (!isLost(attempt)) return attempt;
  const { target: _reached, error: _overcome, ...rest } = attempt;
  return { ...rest, ...news };
}
