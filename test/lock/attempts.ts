/** One attempt in every state, and every event, for the tests of the state machine. */
import type { AttemptId, TaskId } from '../../src/ids.ts';
import type { Attempt, AttemptState } from '../../src/lock/attempt.ts';
import type { AttemptEvent } from '../../src/lock/transition.ts';
import type { LockClip, LockCost } from '../../src/lock/file/format.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import { attemptOf, fingerprintOf } from './arbitraries.ts';

const AT = '2026-11-20T17:00:00Z';
const TASK = 'task_1' as TaskId;
const ATTEMPT: AttemptId = attemptOf(1);
const TARGET = '../out/crab/kling.mp4';
const RESERVED: LockCost = { usd: 0.5, source: 'estimated' };
const FREE: LockCost = { usd: 0, source: 'reported', estimatedUsd: 0.5 };
const PAID: LockCost = { usd: 0.4, source: 'reported' };
const CLIP: LockClip = {
  path: TARGET,
  sha256: '0'.repeat(64),
  bytes: 1,
  width: 1,
  height: 1,
  seconds: 1,
  audio: false,
};

const asked = {
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  request: { prompt: 'a crab' },
  submittedAt: AT,
  attempt: ATTEMPT,
} as const;
const unanswered = { ...asked, cost: RESERVED, target: TARGET };
const working = { ...unanswered, task: TASK };
const said = { kind: 'service', message: 'sorry' };
const paidAgain = { kind: 'paid-again', message: 'reset' } as const;
const declaredVoid = { kind: 'never-happened', message: 'void' } as const;

type EveryState = { readonly [State in AttemptState]: Extract<Attempt, { readonly state: State }> };

export const EVERY_STATE: EveryState = {
  intended: { ...unanswered, state: 'intended', error: { kind: 'no-answer', message: 'sent' } },
  ambiguous: { ...unanswered, state: 'ambiguous', error: { kind: 'ambiguous', message: 'reset' } },
  'ambiguous-paid-again': { ...unanswered, state: 'ambiguous-paid-again', error: paidAgain },
  refused: { ...asked, state: 'refused', target: TARGET, error: said },
  'never-happened': { ...asked, state: 'never-happened', cost: FREE, error: declaredVoid },
  submitted: { ...working, state: 'submitted' },
  lost: { ...working, state: 'lost', error: { kind: 'lost', message: 'unknown' } },
  'lost-paid-again': { ...working, state: 'lost-paid-again', error: paidAgain },
  'lost-never-happened': {
    ...asked,
    task: TASK,
    state: 'lost-never-happened',
    cost: FREE,
    error: declaredVoid,
  },
  'given-up': {
    ...asked,
    task: TASK,
    state: 'given-up',
    cost: { usd: 0.5, source: 'unconfirmed' },
    error: { kind: 'gave-up', message: 'gone' },
  },
  failed: { ...working, state: 'failed', cost: FREE, error: said },
  unconfirmed: {
    ...working,
    state: 'unconfirmed',
    cost: { usd: 0.5, source: 'unconfirmed' },
    error: said,
  },
  'refund-pending': {
    ...working,
    state: 'refund-pending',
    cost: { ...PAID, refund: 'pending' },
    error: said,
  },
  completed: { ...working, state: 'completed', completedAt: AT, expiresAt: AT },
  landed: {
    ...asked,
    task: TASK,
    state: 'landed',
    cost: PAID,
    completedAt: AT,
    expiresAt: AT,
    clip: CLIP,
    mismatch: ['4 s instead of 5 s'],
  },
};

export const intentOf = (n: number): Extract<JournalEvent, { readonly kind: 'intent' }> => ({
  kind: 'intent',
  at: AT,
  id: 'crab/kling' as (JournalEvent & { readonly kind: 'intent' })['id'],
  attempt: attemptOf(n),
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  request: { prompt: 'a crab' },
  target: TARGET,
  cost: RESERVED,
});

const attempt = { at: AT, attempt: ATTEMPT } as const;
const task = { at: AT, task: TASK } as const;

/** Every kind of event, and every kind of cost that makes a difference. */
export const EVENTS: readonly AttemptEvent[] = [
  { ...attempt, kind: 'withdrawn', reason: '429' },
  { ...attempt, kind: 'refused', error: { kind: 'invalid', message: 'no' } },
  { ...attempt, kind: 'ambiguous', reason: 'reset' },
  { ...attempt, kind: 'accepted', task: TASK },
  { ...attempt, kind: 'accepted', task: TASK, reserved: { usd: 0.6, source: 'estimated' } },
  { ...task, kind: 'completed', completedAt: AT },
  { ...task, kind: 'completed', completedAt: AT, expiresAt: '2026-11-21T17:00:00Z', cost: PAID },
  { ...task, kind: 'failed', error: said },
  { ...task, kind: 'failed', error: said, cost: { usd: 0, source: 'reported' } },
  { ...task, kind: 'failed', error: said, cost: { ...PAID, refund: 'pending' } },
  { ...task, kind: 'failed', error: said, cost: { usd: 0.5, source: 'unconfirmed' } },
  { ...task, kind: 'lost', reason: 'unknown' },
  { ...task, kind: 'landed', clip: CLIP },
  { ...task, kind: 'landed', clip: CLIP, mismatch: ['no sound'] },
  { kind: 'adopted', task: TASK },
  { kind: 'paid-again' },
  { kind: 'never-happened' },
  { kind: 'gave-up' },
];
