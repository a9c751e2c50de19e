import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import {
  answersOf,
  type Attempt,
  ATTEMPT_STATES,
  attemptOf,
  type AttemptState,
  neverHappened,
  resultOfAttempt,
  stateOf,
} from '../../src/lock/attempt.ts';
import { type AttemptEvent, intended, transition } from '../../src/lock/transition.ts';
import { encodeLock, type Result } from '../../src/lock/file/format.ts';
import { decodeLock } from '../../src/lock/file/decode.ts';
import { replay } from '../../src/lock/journal/replay.ts';
import { sized } from '../sizes.ts';
import { anyJournal, anyLock, resultsOf } from './arbitraries.ts';
import { EVENTS, EVERY_STATE, intentOf } from './attempts.ts';
import * as before from './results-before.ts';

const RUNS = { seed: 20261129, numRuns: sized(120, 400) };
const events = array(constantFrom(...EVENTS), { maxLength: 12 });
const start = constantFrom<Attempt>(intended(intentOf(1)), ...Object.values(EVERY_STATE));

/** Exactly the fields that a state may have; the types say the same. */
const ASKED = ['attempt', 'fingerprint', 'model', 'onMismatch', 'request', 'state', 'submittedAt'];
const UNANSWERED = [...ASKED, 'cost', 'error', 'target'];
const TASK = [...ASKED, 'cost', 'task'];
const FIELDS: Readonly<Record<AttemptState, readonly string[]>> = {
  intended: UNANSWERED,
  ambiguous: UNANSWERED,
  'ambiguous-paid-again': UNANSWERED,
  refused: [...ASKED, 'error', 'target'],
  'never-happened': [...ASKED, 'cost', 'error'],
  submitted: [...TASK, 'target'],
  lost: [...TASK, 'error', 'target'],
  'lost-paid-again': [...TASK, 'error', 'target'],
  'lost-never-happened': [...TASK, 'error'],
  'given-up': [...TASK, 'error'],
  failed: [...TASK, 'error', 'target'],
  unconfirmed: [...TASK, 'error', 'target'],
  'refund-pending': [...TASK, 'error', 'target'],
  completed: [...TASK, 'completedAt', 'expiresAt', 'target'],
  landed: [...TASK, 'clip', 'completedAt', 'expiresAt', 'mismatch'],
};

const taskOf = (attempt: Attempt): string | undefined =>
  'task' in attempt ? attempt.task : undefined;

test('random events: no impossible state, no step back, no paid result that vanishes', () => {
  assert(
    property(start, events, (first, story) => {
      let attempt = first;
      for (const event of story) {
        const next = transition(attempt, event);
        // Only an intent without an answer is ever taken back.
        if (next === undefined) return attempt.state === 'intended';
        expect(Object.keys(next).filter((key) => !FIELDS[next.state].includes(key))).toEqual([]);
        expect(stateOf(resultOfAttempt(next))).toBe(next.state);
        expect(ATTEMPT_STATES[next.state].progress).toBeGreaterThanOrEqual(
          ATTEMPT_STATES[attempt.state].progress,
        );
        expect('task' in attempt ? taskOf(next) : undefined).toBe(taskOf(attempt));
        attempt = next;
      }
      return true;
    }),
    RUNS,
  );
});

test('a journal that is read twice changes nothing, and no decision of a person is undone', () => {
  assert(
    property(events, (story) => {
      const journal: AttemptEvent[] = [];
      let attempt: Attempt = intended(intentOf(1));
      for (const event of story) {
        const next = transition(attempt, event);
        if (next === undefined) return;
        if (next !== attempt && 'at' in event) journal.push(event);
        attempt = next;
      }
      const again = journal.reduce<Attempt | undefined>(
        (known, event) => known && transition(known, event),
        attempt,
      );
      expect(again).toEqual(attempt);
    }),
    RUNS,
  );
});

/** What the scattered functions before said of a result that an event comes to. */
function asBefore(result: Result, event: AttemptEvent): Result | undefined {
  switch (event.kind) {
    case 'withdrawn':
      return before.isUnanswered(result) ? undefined : result;
    case 'refused':
      return before.refused(result, event);
    case 'ambiguous':
      return before.ambiguous(result, event);
    case 'accepted':
      return before.accepted(result, event);
    case 'completed':
      return result.task === undefined ? result : before.completed(result, event);
    case 'failed':
      return result.task === undefined ? result : before.failed(result, event);
    case 'lost':
      return before.lost(result, event);
    case 'landed':
      return result.task === undefined ? result : before.landed(result, event);
    case 'adopted':
    case 'gave-up':
    case 'never-happened':
    case 'paid-again': {
      const next = transition(attemptOf(result), event);
      return next && resultOfAttempt(next);
    }
  }
}

test('every event makes of a result what the functions before made of it', () => {
  assert(
    property(start, events, (first, story) => {
      let result = resultOfAttempt(first);
      for (const event of story) {
        const next = transition(attemptOf(result), event);
        const old = asBefore(result, event);
        expect(next && resultOfAttempt(next)).toEqual(old);
        if (old === undefined) return;
        result = old;
      }
    }),
    RUNS,
  );
});

test('any lock: the form of the file comes back as it was, and the answers are those of before', () => {
  assert(
    property(anyLock, (lock) => {
      for (const result of resultsOf(lock).values())
        expect(resultOfAttempt(attemptOf(result))).toEqual(result);
      const text = encodeLock(lock);
      const decoded = decodeLock(text, 'film.lock.json');
      expect(decoded.ok ? encodeLock(decoded.lock) : text).toBe(text);
    }),
    { ...RUNS, numRuns: 60 },
  );
  assert(
    property(anyJournal, (journal) => {
      for (const result of resultsOf(replay({ renders: new Map() }, journal)).values())
        expectAnswersOfBefore(result);
    }),
    { ...RUNS, numRuns: sized(50, 150) },
  );
  for (const attempt of Object.values<Attempt>(EVERY_STATE))
    expectAnswersOfBefore(resultOfAttempt(attempt));
});

function expectAnswersOfBefore(result: Result): void {
  const answers = answersOf(result);
  expect(answers.status).toBe(result.status);
  expect(answers.progress).toBe(before.rank(result));
  expect(answers.worth).toBe(before.worth(result));
  expect(answers.mayBePaid).toBe(before.mayBePaid(result));
  expect(neverHappened(result)).toBe(before.neverHappened(result));
  expect(answers.paidAgain).toBe(before.paidAgain(result));
  expect(answers.awaitsClip === 'lost').toBe(before.isLost(result));
  expect(answers.awaitsRefund).toBe(before.awaitsRefund(result));
  expect(answers.slot === 'task').toBe(result.status === 'submitted');
  expect(answers.slot === 'possible-task').toBe(result.status === 'ambiguous');
}
