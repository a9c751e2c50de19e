import { array, assert, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptId, RenderId, TaskId } from '../../../src/ids.ts';
import { declareNeverHappened, adopt } from '../../../src/lock/decisions.ts';
import type { JournalEvent } from '../../../src/lock/journal/events.ts';
import { EMPTY_LOCK, encodeLock, type Lock, type LockClip } from '../../../src/lock/file/format.ts';
import { replay } from '../../../src/lock/journal/replay.ts';
import { sized } from '../../sizes.ts';
import {
  anyJournal,
  asRecorded,
  attemptOf,
  fingerprintOf,
  openingOf,
  resultsOf,
} from '../arbitraries.ts';
import { cpuMs } from '../lock-folder.ts';

const RUNS = { seed: 20261120, numRuns: sized(60, 150) };
const ID = 'crab/kling' as RenderId;
const AT = '2026-11-20T17:00:00Z';

const intent = (n: number, letter = 'a', id = ID): JournalEvent => ({
  kind: 'intent',
  at: AT,
  id,
  attempt: attemptOf(n),
  fingerprint: fingerprintOf(letter),
  model: 'apimart/kling-v3',
  request: { prompt: letter },
  target: '../out/crab/kling.mp4',
  cost: { usd: 0.5, source: 'estimated' },
});
const accepted = (n: number): JournalEvent => ({
  kind: 'accepted',
  at: AT,
  attempt: attemptOf(n),
  task: taskOf(n),
});
const completed = (n: number): JournalEvent => ({
  kind: 'completed',
  at: AT,
  task: taskOf(n),
  completedAt: AT,
});
const landed = (n: number): JournalEvent => ({
  kind: 'landed',
  at: AT,
  task: taskOf(n),
  clip: clipOf(n),
});
const clipOf = (n: number): LockClip => ({
  path: '../out/crab/kling.mp4',
  sha256: String(n).repeat(64),
  bytes: n,
  width: 1,
  height: 1,
  seconds: 1,
  audio: false,
});
const taskOf = (n: number): TaskId => `task_${n}` as TaskId;
const made = (n: number, letter: string): JournalEvent[] => [
  intent(n, letter),
  accepted(n),
  completed(n),
  landed(n),
];
const entryAfter = (events: readonly JournalEvent[], lock: Lock = EMPTY_LOCK) =>
  replay(lock, events).renders.get(ID);

test('replaying twice, or a part and then everything, changes nothing', () => {
  assert(
    property(
      tuple(
        anyJournal,
        anyJournal,
        integer({ min: 0, max: 60 }),
        array(integer({ min: 0, max: 3 })),
      ),
      ([before, lines, cut, picks]) => {
        const start = replay(EMPTY_LOCK, renumbered(before));
        const events = asRecorded(start, [...openingOf(start, picks), ...lines]);
        const whole = replay(start, events);
        expect(encodeLock(replay(whole, events))).toBe(encodeLock(whole));
        expect(encodeLock(replay(replay(start, events.slice(0, cut)), events))).toBe(
          encodeLock(whole),
        );
      },
    ),
    RUNS,
  );
});

/** Another run's attempts and tasks. */
const renumbered = (events: readonly JournalEvent[]): JournalEvent[] =>
  JSON.parse(
    JSON.stringify(events).replaceAll('"00000000-', '"11111111-').replaceAll('"task_', '"older_'),
  ) as JournalEvent[];

test('every accepted task stays in the lock, and states only move forward', () => {
  const order = ['ambiguous', 'submitted', 'lost', 'failed', 'completed'];
  assert(
    property(anyJournal, (events) => {
      const tasks = new Set<string>();
      const state = new Map<string, number>();
      let lock = EMPTY_LOCK;
      for (const event of events) {
        lock = replay(lock, [event]);
        if (event.kind === 'accepted') tasks.add(event.task);
        const results = [...resultsOf(lock).values()];
        expect(new Set(results.flatMap(({ task }) => task ?? []))).toEqual(tasks);
        for (const { task, status } of results) {
          if (task === undefined) continue;
          expect(order.indexOf(status)).toBeGreaterThanOrEqual(state.get(task) ?? 0);
          state.set(task, order.indexOf(status));
        }
      }
    }),
    RUNS,
  );
});

test('an intent without an answer reads as ambiguous, with what a person needs to know', () => {
  expect(entryAfter([intent(1)])).toMatchObject({
    status: 'ambiguous',
    attempt: attemptOf(1),
    submittedAt: AT,
    cost: { usd: 0.5, source: 'estimated' },
    error: { kind: 'no-answer' },
  });
});

test('a withdrawn intent leaves the render as it was, and may come again', () => {
  const before = replay(EMPTY_LOCK, [
    intent(1),
    { kind: 'refused', at: AT, attempt: attemptOf(1), error: { kind: 'invalid', message: 'no' } },
  ]);
  const withdrawn: JournalEvent = {
    kind: 'withdrawn',
    at: AT,
    attempt: attemptOf(2),
    reason: '429',
  };
  expect(encodeLock(replay(before, [intent(2), withdrawn]))).toBe(encodeLock(before));
  expect(replay(EMPTY_LOCK, [intent(2), withdrawn]).renders.size).toBe(0);
  expect(entryAfter([intent(2), withdrawn, intent(2), accepted(2)])).toMatchObject({
    status: 'submitted',
    task: 'task_2',
  });
});

test('a refusal costs nothing, is shown, and goes when something definite follows', () => {
  const refused: JournalEvent = {
    kind: 'refused',
    at: AT,
    attempt: attemptOf(1),
    error: { kind: 'moderation', message: 'no' },
  };
  const entry = entryAfter([intent(1), refused]);
  expect(entry).toMatchObject({ status: 'failed', error: { kind: 'moderation' } });
  expect(entry?.cost).toBeUndefined();
  expect(entryAfter([intent(1), refused, intent(2), accepted(2)])?.earlier).toBeUndefined();
});

test('a new attempt keeps the old clip among the earlier, at the path where it was put', () => {
  const entry = entryAfter([
    ...made(1, 'a'),
    intent(2, 'b'),
    accepted(2),
    completed(2),
    {
      kind: 'moved',
      at: AT,
      from: ID,
      to: ID,
      path: '../out/crab/kling.aaaaaaaa.mp4',
      result: attemptOf(1),
    },
    landed(2),
  ]);
  expect(entry).toMatchObject({ task: 'task_2', clip: { path: '../out/crab/kling.mp4' } });
  expect(entry?.earlier).toMatchObject([
    { task: 'task_1', clip: { path: '../out/crab/kling.aaaaaaaa.mp4' } },
  ]);
});

test('an outdated task that is still pending lands among the earlier', () => {
  const entry = entryAfter([
    intent(1, 'a'),
    accepted(1),
    intent(2, 'b'),
    accepted(2),
    completed(1),
    landed(1),
  ]);
  expect(entry).toMatchObject({
    task: 'task_2',
    status: 'submitted',
    earlier: [{ task: 'task_1', status: 'completed', clip: { bytes: 1 } }],
  });
});

test('money: reservation, report, and a failure that says nothing of cost', () => {
  const reported: JournalEvent = {
    kind: 'completed',
    at: AT,
    task: taskOf(1),
    completedAt: AT,
    cost: { usd: 0.4, credits: 4, source: 'reported' },
  };
  expect(entryAfter([intent(1), accepted(1), completed(1)])?.cost).toEqual({
    usd: 0.5,
    source: 'estimated',
  });
  expect(entryAfter([intent(1), accepted(1), reported])?.cost).toEqual({
    usd: 0.4,
    credits: 4,
    source: 'reported',
    estimatedUsd: 0.5,
  });
  const failed: JournalEvent = {
    kind: 'failed',
    at: AT,
    task: taskOf(1),
    error: { kind: 'service', message: 'x' },
  };
  expect(entryAfter([intent(1), accepted(1), failed])?.cost).toEqual({
    usd: 0.5,
    source: 'unconfirmed',
  });
  expect(
    entryAfter([intent(1), accepted(1), { ...failed, cost: { usd: 0, source: 'reported' } }])?.cost,
  ).toEqual({
    usd: 0,
    source: 'reported',
    estimatedUsd: 0.5,
  });
  const revised: JournalEvent = {
    kind: 'accepted',
    at: AT,
    attempt: attemptOf(1),
    task: taskOf(1),
    reserved: { usd: 0.6, source: 'estimated' },
  };
  expect(entryAfter([intent(1), revised])?.cost).toEqual({
    usd: 0.6,
    source: 'estimated',
    estimatedUsd: 0.5,
  });
});

test('a lost task that comes back is completed; a finished one is never lost', () => {
  const lost: JournalEvent = {
    kind: 'lost',
    at: AT,
    task: taskOf(1),
    reason: 'the gateway has no record of it',
  };
  expect(entryAfter([intent(1), accepted(1), lost])).toMatchObject({
    status: 'lost',
    error: { kind: 'lost' },
  });
  const back = entryAfter([intent(1), accepted(1), lost, completed(1)]);
  expect(back?.status).toBe('completed');
  expect(back?.error).toBeUndefined();
  expect(entryAfter([intent(1), accepted(1), completed(1), lost])?.status).toBe('completed');
});

test('a decision in the lock beats an earlier journal line of that attempt', () => {
  const journal = [
    intent(1),
    { kind: 'ambiguous', at: AT, attempt: attemptOf(1), reason: 'reset' } as const,
  ];
  const lock = replay(EMPTY_LOCK, journal);
  for (const decided of [declareNeverHappened(lock, ID), adopt(lock, ID, 'task_9' as TaskId)]) {
    if (!decided.ok) throw new Error(decided.problem);
    expect(encodeLock(replay(decided.lock, journal))).toBe(encodeLock(decided.lock));
    expect(
      encodeLock(
        replay(decided.lock, [
          ...journal,
          { kind: 'withdrawn', at: AT, attempt: attemptOf(1), reason: 'x' },
        ]),
      ),
    ).toBe(encodeLock(decided.lock));
  }
});

test('a pin survives a new clip; what was said of the old clip does not', () => {
  const before = replay(EMPTY_LOCK, made(1, 'a'));
  const entry = before.renders.get(ID);
  if (entry === undefined) throw new Error('no entry');
  const decidedLock: Lock = {
    renders: new Map([
      [
        ID,
        {
          ...entry,
          decision: { pin: true, accept: fingerprintOf('c'), redo: 'task_1', by: 'ana' },
        },
      ],
    ]),
  };
  expect(entryAfter([intent(2)], decidedLock)?.decision).toEqual({
    pin: true,
    accept: fingerprintOf('c'),
    redo: 'task_1',
    by: 'ana',
  });
  expect(entryAfter([intent(2), accepted(2)], decidedLock)?.decision).toEqual({
    pin: true,
    by: 'ana',
  });
});

test('a moved render takes everything with it, and an occupied place loses nothing', () => {
  const to = 'krab/kling' as RenderId;
  const lock = replay(EMPTY_LOCK, [
    ...made(1, 'a'),
    intent(2, 'b', to),
    accepted(2),
    { kind: 'moved', at: AT, from: ID, to, path: '../out/krab/kling.mp4', result: attemptOf(1) },
  ]);
  expect([...lock.renders.keys()]).toEqual([to]);
  expect(lock.renders.get(to)).toMatchObject({
    task: 'task_1',
    clip: { path: '../out/krab/kling.mp4' },
    earlier: [{ task: 'task_2' }],
  });
});

test('a restored result is current again', () => {
  const restored: JournalEvent = {
    kind: 'restored',
    at: AT,
    id: ID,
    fingerprint: fingerprintOf('a'),
    path: '../out/crab/kling.mp4',
  };
  expect(entryAfter([...made(1, 'a'), ...made(2, 'b'), restored])).toMatchObject({
    task: 'task_1',
    earlier: [{ task: 'task_2' }],
  });
});

test('one task id at two gateways is two tasks', () => {
  const sun = 'sun/o3' as RenderId;
  const other: JournalEvent = {
    ...intent(2, 'b', sun),
    model: 'evolink/kling-o3-text-to-video',
  } as JournalEvent;
  const both = [intent(1), other, accepted(1), { ...accepted(2), task: taskOf(1) } as JournalEvent];
  const ends: JournalEvent[] = [
    { ...completed(1), gateway: 'apimart' } as JournalEvent,
    { ...landed(1), gateway: 'apimart' } as JournalEvent,
    {
      kind: 'failed',
      at: AT,
      task: taskOf(1),
      gateway: 'evolink',
      error: { kind: 'service', message: 'no GPU' },
    },
  ];
  const { renders } = replay(EMPTY_LOCK, [...both, ...ends]);
  expect(renders.get(ID)).toMatchObject({ status: 'completed', clip: clipOf(1) });
  expect(renders.get(sun)).toMatchObject({ status: 'failed' });
});

test('events about unknown attempts and tasks are passed over', () => {
  const unknown: JournalEvent[] = [
    accepted(7),
    completed(7),
    landed(7),
    { kind: 'withdrawn', at: AT, attempt: 'x' as AttemptId, reason: '' },
  ];
  expect(replay(EMPTY_LOCK, unknown).renders.size).toBe(0);
});

test('the cost of a replay grows in proportion', () => {
  const events = Array.from({ length: 10_000 }, (_, n) => [
    intent(n, 'a', `s-${n}/k` as RenderId),
    accepted(n),
    completed(n),
  ]).flat();
  const before = process.cpuUsage();
  expect(replay(EMPTY_LOCK, events).renders.size).toBe(10_000);
  expect(cpuMs(before)).toBeLessThan(2000);
});
