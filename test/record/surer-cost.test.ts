/** Two branches followed one task: one heard what it cost, the other did not. */
import { expect, test } from 'vitest';
import type { AttemptId, Fingerprint, RenderId, TaskId } from '../../src/ids.ts';
import type { RecordedAttempt } from '../../src/record/attempt-line.ts';
import { Attempts } from '../../src/record/attempts.ts';

const known: RecordedAttempt = {
  attempt: '00000000-0000-4000-8000-000000000001' as AttemptId,
  fingerprint: `sha256:${'1'.repeat(64)}` as Fingerprint,
  model: 'apimart/kling-v3',
  status: 'completed',
  task: 'task_1' as TaskId,
  cost: { usd: 0.2, source: 'reported', estimatedUsd: 0.34 },
  lock: 'film.lock.json',
  id: 's1/kling' as RenderId,
  branch: 'main',
  at: '2026-11-20T17:00:00Z',
};
const clip = {
  path: 'out/s1.mp4',
  bytes: 1,
  sha256: '2'.repeat(64),
  width: 64,
  height: 64,
  seconds: 1,
  audio: false,
};

test.each<[string, Partial<RecordedAttempt>]>([
  ['later', {}],
  ['further', { clip }],
])('the reported cost stays, also when the branch that did not hear it is %s', (_, more) => {
  const without: RecordedAttempt = {
    ...known,
    ...more,
    cost: { usd: 0.34, source: 'estimated' },
    branch: 'rain',
    at: '2026-11-20T18:00:00Z',
  };
  for (const lines of [
    [known, without],
    [without, known],
  ]) {
    const attempts = new Attempts();
    for (const line of lines) attempts.add(line);
    expect(attempts.all()).toMatchObject([{ ...more, cost: known.cost }]);
    // Else each branch would write it anew at its every command.
    expect(attempts.isNews(without)).toBe(false);
  }
});

test('never happened on one branch, found on another: it costs what the task costs', () => {
  const { task: _task, ...sent } = known;
  const declared: RecordedAttempt = {
    ...sent,
    status: 'failed',
    error: 'never-happened',
    cost: { usd: 0, source: 'reported', estimatedUsd: 0.34 },
    branch: 'rain',
    at: '2026-11-20T18:00:00Z',
  };
  const found: RecordedAttempt = { ...known, cost: { usd: 0.34, source: 'estimated' } };
  for (const lines of [
    [found, declared],
    [declared, found],
  ]) {
    const attempts = new Attempts();
    for (const line of lines) attempts.add(line);
    expect(attempts.all()).toMatchObject([{ status: 'completed', cost: found.cost }]);
  }
});
