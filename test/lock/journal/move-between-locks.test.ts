/**
 * A render goes from one lock to another: in between it may be in both, and it is never in none.
 */
import { array, assert, boolean, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptId, RenderId, TaskId } from '../../../src/ids.ts';
import type { JournalEvent } from '../../../src/lock/journal/events.ts';
import {
  EMPTY_LOCK,
  encodeLock,
  keyOf,
  type Lock,
  type LockEntry,
} from '../../../src/lock/file/format.ts';
import { decodeJournal, encodeLine } from '../../../src/lock/journal/journal-line.ts';
import { rebased } from '../../../src/lock/journal/rebase.ts';
import { replay, replayer } from '../../../src/lock/journal/replay.ts';
import { carriedOf, carriedOnce } from '../../../src/lock/spent.ts';
import type { MicroUsd } from '../../../src/money.ts';
import { sized } from '../../sizes.ts';
import { anyJournal, asRecorded, attemptOf, fingerprintOf, resultsOf } from '../arbitraries.ts';

const RUNS = { seed: 20261120, numRuns: sized(60, 150) };
const AT = '2026-11-20T17:00:00Z';
const CRAB = 'crab/kling' as RenderId;
const GULL = 'gull/kling' as RenderId;

const result = (n: number, more: Partial<LockEntry> = {}): LockEntry => ({
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  status: 'completed',
  attempt: attemptOf(n),
  task: `task_${n}` as TaskId,
  cost: { usd: 0.5, source: 'estimated' },
  clip: {
    path: `../out/${n}.mp4`,
    sha256: String(n).repeat(64),
    bytes: n,
    width: 1,
    height: 1,
    seconds: 1,
    audio: false,
  },
  ...more,
});
const received = (id: RenderId, entry: LockEntry, carried?: AttemptId[]): JournalEvent => ({
  kind: 'received',
  at: AT,
  id,
  entry,
  ...(carried !== undefined && { carried }),
});
const given = (id: RenderId, ...results: string[]): JournalEvent => ({
  kind: 'given',
  at: AT,
  id,
  results,
});
const lockOf = (...entries: [RenderId, LockEntry][]): Lock => ({ renders: new Map(entries) });

/** Another run's attempts and tasks. */
const renamed = (lock: Lock, run: number): Lock => {
  const text = JSON.stringify([...lock.renders]);
  const other = text
    .replaceAll('"00000000-', `"${String(run).repeat(8)}-`)
    .replaceAll('"task_', `"task_${run}_`);
  return { renders: new Map(JSON.parse(other) as [RenderId, LockEntry][]) };
};

test('replaying a hand-over twice, or a part and then everything, changes nothing on either side, and no result is lost', () => {
  assert(
    property(
      tuple(anyJournal, anyJournal, anyJournal, array(boolean()), integer({ min: 0, max: 60 })),
      ([gave, had, lines, picks, cut]) => {
        const giving = renamed(replay(EMPTY_LOCK, gave), 1);
        const receiving = renamed(replay(EMPTY_LOCK, had), 2);
        const moves = [...giving.renders].filter((_, index) => picks[index] === true);
        const events = asRecorded(receiving, [
          ...moves.map(([id, entry]) => received(id, entry)),
          ...lines,
        ]);
        const whole = replay(receiving, events);
        expect(encodeLock(replay(whole, events))).toBe(encodeLock(whole));
        expect(encodeLock(replay(replay(receiving, events.slice(0, cut)), events))).toBe(
          encodeLock(whole),
        );

        const leaving = moves.map(([id, entry]) =>
          given(id, ...[entry, ...(entry.earlier ?? [])].map(keyOf)),
        );
        const left = replay(giving, leaving);
        expect(encodeLock(replay(left, leaving))).toBe(encodeLock(left));
        const paid = [...resultsOf(giving)]
          .flatMap(([key, { task }]) => (task === undefined ? [] : [key]))
          .sort();
        const found = [...resultsOf(left).keys(), ...resultsOf(whole).keys()]
          .filter((key) => paid.includes(key))
          .sort();
        expect(found).toEqual(paid);
      },
    ),
    RUNS,
  );
});

test('the whole entry comes with its decision and its history; what was at the place goes among the earlier', () => {
  const entry = result(1, {
    decision: { pin: true, by: 'ana' },
    earlier: [result(2, { status: 'failed' })],
  });
  const lock = replay(lockOf([CRAB, result(3, { earlier: [result(4)] })]), [received(CRAB, entry)]);
  expect(lock.renders.get(CRAB)).toMatchObject({
    task: 'task_1',
    decision: { pin: true, by: 'ana' },
  });
  expect(lock.renders.get(CRAB)?.earlier?.map(({ task }) => task)).toEqual([
    'task_2',
    'task_3',
    'task_4',
  ]);
});

test('an attempt that exists only moves forward, from any state', () => {
  const { clip: _later, ...unfinished } = result(1, { status: 'submitted' });
  const behind = lockOf([GULL, unfinished]);
  expect(replay(behind, [received(CRAB, result(1))]).renders.get(GULL)).toMatchObject({
    status: 'completed',
    clip: { bytes: 1 },
  });
  const ahead = lockOf([GULL, result(1)]);
  expect(encodeLock(replay(ahead, [received(CRAB, unfinished)]))).toBe(encodeLock(ahead));
});

test('a refusal that cost nothing pushes no result aside', () => {
  const {
    task: _none,
    clip: _no,
    cost: _free,
    ...refused
  } = result(1, { status: 'failed', error: { kind: 'moderation', message: 'no' } });
  expect(replay(EMPTY_LOCK, [received(CRAB, refused)]).renders.get(CRAB)).toMatchObject({
    status: 'failed',
  });
  const own = lockOf([CRAB, result(2)]);
  expect(encodeLock(replay(own, [received(CRAB, refused)]))).toBe(encodeLock(own));
});

test('only what was handed over goes', () => {
  const lock = lockOf([CRAB, result(1, { earlier: [result(2)] })], [GULL, result(3)]);
  const state = replayer(lock);
  state.apply(given(CRAB, attemptOf(1)));
  expect(state.lock.renders.get(CRAB)).toMatchObject({ task: 'task_2' });
  expect(state.byTask('task_1' as TaskId)).toEqual([]);
  state.apply(given(CRAB, attemptOf(1), attemptOf(2)));
  expect([...state.lock.renders.keys()]).toEqual([GULL]);
});

test('lines are read as they were written, and one that names a place outside of the lock is damage', () => {
  const events = [
    received(CRAB, result(1, { decision: { redo: 'task_1' } }), [attemptOf(1)]),
    given(CRAB, attemptOf(1)),
  ];
  expect(decodeJournal(events.map(encodeLine).join(''))).toEqual({ events, bad: [], torn: false });
  const outside = encodeLine(
    received(CRAB, result(1, { clip: { ...result(1).clip, path: '/etc/passwd' } as never })),
  );
  expect(decodeJournal(`${outside}${encodeLine(given(CRAB))}`).bad.map(({ line }) => line)).toEqual(
    [1],
  );
});

test('paths say the same places as seen from the other lock', () => {
  const { clip: _none, ...unfinished } = result(2, {
    status: 'submitted',
    target: '../out/crab.mp4',
  });
  const entry = result(1, { earlier: [unfinished] });
  expect(rebased(entry, '/repo/manifests/a.lock.json', '/repo/manifests/b.lock.json')).toBe(entry);
  expect(
    rebased(entry, '/repo/manifests/a.lock.json', '/repo/films/new/b.lock.json'),
  ).toMatchObject({
    clip: { path: '../../out/1.mp4' },
    earlier: [{ target: '../../out/crab.mp4' }],
  });
});

test("a killed run's cap goes along, and counts once where the hand-over was cut short", () => {
  const entry = result(1);
  const [a, b] = [replayer(lockOf([CRAB, entry])), replayer(EMPTY_LOCK)];
  const line = received(GULL, entry, [attemptOf(1)]);
  b.apply(line);
  const run: JournalEvent = {
    kind: 'run',
    at: AT,
    run: 'r',
    carriedUsd: 0.5,
    attempts: [attemptOf(1)],
  };
  const carried = { a: carriedOf([run], a), b: carriedOf([line], b) };
  expect(carried.b).toEqual({ usd: 500_000, attempts: new Set([attemptOf(1)]) });
  const both = carriedOnce([
    ['a.yaml', { carried: carried.a, lock: a.lock }],
    ['b.yaml', { carried: carried.b, lock: b.lock }],
  ]);
  expect([...both]).toEqual([
    ['a.yaml', 500_000 as MicroUsd],
    ['b.yaml', 0],
  ]);
  a.apply(given(CRAB, attemptOf(1)));
  expect(carriedOf([run], a).usd).toBe(0);
});
