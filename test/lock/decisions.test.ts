import { assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { RenderId, TaskId } from '../../src/ids.ts';
import {
  accept,
  adopt,
  declareNeverHappened,
  giveUp,
  importTask,
  payAgain,
  pin,
  redo,
  undoAccept,
  unpin,
  type Decided,
} from '../../src/lock/decisions.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import {
  EMPTY_LOCK,
  encodeLock,
  type Lock,
  type LockEntry,
  type Result,
} from '../../src/lock/file/format.ts';
import { prune, pruning } from '../../src/lock/prune.ts';
import { replay } from '../../src/lock/journal/replay.ts';
import { anyJournal, attemptOf, fingerprintOf, resultsOf } from './arbitraries.ts';

const ID = 'crab/kling' as RenderId;
const clip = {
  path: '../out/crab/kling.mp4',
  sha256: 'a'.repeat(64),
  bytes: 1,
  width: 1,
  height: 1,
  seconds: 1,
  audio: false,
};
const result = (n: number, more: Partial<Result> = {}): Result => ({
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  status: 'completed',
  attempt: attemptOf(n),
  task: `task_${n}` as TaskId,
  cost: { usd: 0.5, source: 'estimated' },
  ...more,
});
const { task: _none, ...unanswered } = result(2, {
  status: 'ambiguous',
  error: { kind: 'ambiguous', message: 'reset' },
  target: 'x.mp4',
});
const lockOf = (entry: LockEntry): Lock => ({ renders: new Map([[ID, entry]]) });
const done = (decided: Decided): LockEntry | undefined => {
  if (!decided.ok) throw new Error(decided.problem);
  return decided.lock.renders.get(ID);
};
const problem = (decided: Decided): string => (decided.ok ? '' : decided.problem);
const completed = lockOf(result(1, { clip }));

test('each decision is written down, with who asked only if given, and undone by its counterpart', () => {
  const pairs: [Decided, (lock: Lock) => Decided][] = [
    [redo(completed, ID), (lock) => redo(lock, ID, { undo: true })],
    [pin(completed, ID), (lock) => unpin(lock, ID)],
    [accept(completed, ID, fingerprintOf('b')), (lock) => undoAccept(lock, ID)],
  ];
  expect(pairs.map(([decided]) => done(decided)?.decision)).toEqual([
    { redo: 'task_1' },
    { pin: true },
    { accept: fingerprintOf('b') },
  ]);
  for (const [decided, undo] of pairs) {
    if (!decided.ok) throw new Error(decided.problem);
    const undone = undo(decided.lock);
    expect(undone.ok && encodeLock(undone.lock)).toBe(encodeLock(completed));
    expect(problem(undo(completed))).not.toBe('');
  }
  expect(done(pin(completed, ID, { by: 'ana' }))?.decision).toEqual({ pin: true, by: 'ana' });
});

test('a decision that does not apply is refused with the right command', () => {
  const pinned = pin(completed, ID);
  const open = lockOf(result(1, { status: 'submitted' }));
  const cases: [Decided, string][] = [
    [redo(EMPTY_LOCK, ID), 'crab/kling is not in the lock: it was never rendered'],
    [
      redo(pinned.ok ? pinned.lock : EMPTY_LOCK, ID),
      'crab/kling is pinned: rushes unpin crab/kling first',
    ],
    [
      redo(open, ID),
      'crab/kling is pending (task task_1): rushes collect --only crab/kling asks for it; if the gateway has no record of it, rushes recover crab/kling --give-up',
    ],
    [
      redo(lockOf(unanswered), ID),
      'crab/kling is ambiguous and may be paid for: rushes recover crab/kling shows what is known and records your decision',
    ],
    [
      accept(open, ID, fingerprintOf('b')),
      'crab/kling has no clip that could be accepted: it is submitted',
    ],
    [
      accept(completed, ID, fingerprintOf('a')),
      'crab/kling is up to date: its clip was made from these inputs',
    ],
    [
      adopt(completed, ID, 'task_9' as TaskId),
      'crab/kling has no submit without an answer; rushes import crab/kling task_9 adopts a task that was made elsewhere',
    ],
    [
      adopt(lockOf({ ...unanswered, earlier: [result(1)] }), ID, 'task_1' as TaskId),
      'task task_1 is already known: it belongs to crab/kling',
    ],
    [declareNeverHappened(completed, ID), 'crab/kling has nothing that is ambiguous or lost'],
    [
      payAgain(completed, ID),
      'crab/kling is completed, neither ambiguous nor lost: rushes redo crab/kling makes it again',
    ],
    [giveUp(completed, ID), 'crab/kling has no lost task to give up'],
  ];
  for (const [decided, sentence] of cases) expect(problem(decided)).toBe(sentence);
});

test('adopt: the attempt has its task from now on', () => {
  const entry = done(adopt(lockOf(unanswered), ID, 'task_9' as TaskId));
  expect(entry).toMatchObject({
    status: 'submitted',
    task: 'task_9',
    attempt: attemptOf(2),
    target: 'x.mp4',
  });
  expect(entry?.error).toBeUndefined();
});

test('never happened: the reservation is released, what was before is current, and a tombstone stays', () => {
  const entry = done(
    declareNeverHappened(lockOf({ ...unanswered, earlier: [result(1, { clip })] }), ID),
  );
  expect(entry).toMatchObject({
    task: 'task_1',
    earlier: [
      {
        attempt: attemptOf(2),
        status: 'failed',
        error: { kind: 'never-happened' },
        cost: { usd: 0, source: 'reported', estimatedUsd: 0.5 },
      },
    ],
  });
  expect(done(declareNeverHappened(lockOf(unanswered), ID))).toMatchObject({
    status: 'failed',
    error: { kind: 'never-happened' },
  });
});

test('pay again: the render is asked for anew, the old attempt keeps its reservation', () => {
  const entry = done(payAgain(lockOf(unanswered), ID));
  expect(entry).toMatchObject({
    status: 'ambiguous',
    cost: { usd: 0.5 },
    decision: { redo: attemptOf(2) },
    error: { kind: 'paid-again' },
  });
});

test('give up: failed, unconfirmed, never asked for again', () => {
  const entry = done(giveUp(lockOf(result(1, { status: 'lost', target: 'x.mp4' })), ID));
  expect(entry).toMatchObject({
    status: 'failed',
    error: { kind: 'gave-up' },
    cost: { usd: 0.5, source: 'unconfirmed' },
  });
  expect(entry?.target).toBeUndefined();
});

test('import: the task is followed as if it were ours, and what was current is kept', () => {
  const task = {
    id: ID,
    task: 'task_7' as TaskId,
    fingerprint: fingerprintOf('c'),
    model: 'apimart/kling-v3',
    request: {},
    target: 'x.mp4',
    submittedAt: '2026-11-20T17:00:00Z',
  } as const;
  expect(done(importTask(completed, task))).toMatchObject({
    status: 'submitted',
    task: 'task_7',
    earlier: [{ task: 'task_1' }],
  });
  expect(done(importTask(EMPTY_LOCK, task))?.attempt).toBeUndefined();
  expect(problem(importTask(completed, { ...task, task: 'task_1' as TaskId }))).toContain(
    'already known',
  );
});

test('prune lists first, takes exactly what it listed, and never what is or may be paid and not here', () => {
  const lock: Lock = {
    renders: new Map<RenderId, LockEntry>([
      [
        ID,
        {
          ...result(1, { clip }),
          earlier: [result(2, { clip }), result(3, { status: 'submitted' })],
        },
      ],
      [
        'gone/kling' as RenderId,
        { ...result(4, { clip }), earlier: [result(5, { status: 'failed' })] },
      ],
      [
        'open/kling' as RenderId,
        { ...result(6, { clip }), earlier: [result(7, { status: 'ambiguous' })] },
      ],
      ['pinned/kling' as RenderId, { ...result(8, { clip }), decision: { pin: true } }],
      ['dead/kling' as RenderId, result(9, { expiresAt: '2026-11-19T00:00:00Z' })],
    ]),
  };
  const { goes, stays } = pruning(lock, new Set([ID]), '2026-11-20T17:00:00Z');
  expect(goes.map(({ id, what, result: { task } }) => [id, what, task])).toEqual([
    [ID, 'earlier', 'task_2'],
    ['gone/kling', 'orphan', 'task_4'],
    ['gone/kling', 'orphan', 'task_5'],
    ['dead/kling', 'orphan', 'task_9'],
  ]);
  expect(stays.map(({ id, result: { task }, why }) => [id, task, why])).toEqual([
    [ID, 'task_3', 'is pending: rushes collect --only crab/kling asks for it'],
    ['open/kling', 'task_6', 'has an earlier result that is still needed'],
    ['open/kling', 'task_7', 'is ambiguous: rushes recover open/kling records your decision'],
    ['pinned/kling', 'task_8', 'is pinned'],
  ]);
  const pruned = prune(lock, goes);
  expect([...resultsOf(pruned).values()].map(({ task }) => task)).toEqual([
    'task_1',
    'task_3',
    'task_6',
    'task_7',
    'task_8',
  ]);
});

test('whatever is pruned, no open task goes', () => {
  assert(
    property(anyJournal, (events) => {
      const lock = replay(EMPTY_LOCK, events);
      const left = resultsOf(
        prune(lock, pruning(lock, new Set([ID]), '2026-11-20T18:00:00Z').goes),
      );
      const open = [...resultsOf(lock)].filter(([, one]) =>
        ['submitted', 'ambiguous', 'lost'].includes(one.status),
      );
      expect(open.filter(([key]) => !left.has(key))).toEqual([]);
    }),
    { seed: 20261120, numRuns: 100 },
  );
});

test('a task id names a task of its gateway only: adopted and imported although the other one has the same', () => {
  const evolink = 'evolink/kling-o3-text-to-video';
  const other = 'sea/o3' as RenderId;
  const same = { ...result(3, { status: 'ambiguous', model: evolink }), task: undefined };
  const { task: _absent, ...open } = same;
  const lock: Lock = {
    renders: new Map<RenderId, LockEntry>([...completed.renders, [other, open]]),
  };
  const task = 'task_1' as TaskId;
  expect(problem(adopt(lockOf({ ...unanswered, earlier: [result(1)] }), ID, task))).toContain(
    'already known',
  );
  const adopted = adopt(lock, other, task);
  expect(adopted.ok && adopted.lock.renders.get(other)).toMatchObject({
    status: 'submitted',
    task,
    model: evolink,
  });

  const given = {
    id: ID,
    task,
    fingerprint: fingerprintOf('b'),
    request: {},
    target: 'x.mp4',
    submittedAt: '2026-11-20T17:00:00Z',
  };
  expect(problem(importTask(completed, { ...given, model: 'apimart/kling-v3' }))).toContain(
    'already known',
  );
  const once = importTask(lockOf(result(2)), { ...given, model: 'apimart/kling-v3' });
  if (!once.ok) throw new Error(once.problem);
  const twice = importTask(once.lock, { ...given, model: evolink });
  if (!twice.ok) throw new Error(twice.problem);
  // Two results without an attempt, told apart by their gateways: what one of them comes to is not
  // said of the other.
  const landed = replay(twice.lock, [
    {
      kind: 'failed',
      at: given.submittedAt,
      task,
      gateway: 'apimart',
      error: { kind: 'service', message: 'x' },
    },
  ]);
  const entry = landed.renders.get(ID);
  expect([entry, ...(entry?.earlier ?? [])].map((one) => [one?.model, one?.status])).toEqual([
    [evolink, 'submitted'],
    ['apimart/kling-v3', 'failed'],
    ['apimart/kling-v3', 'completed'],
  ]);
});

test('a redo that a killed attempt has left behind is done once that attempt has a task, and still asked for where it never happened', () => {
  const asked = payAgain(lockOf(unanswered), ID);
  if (!asked.ok) throw new Error(asked.problem);
  const intent: JournalEvent = {
    kind: 'intent',
    at: '2026-11-20T18:00:00Z',
    id: ID,
    attempt: attemptOf(9),
    fingerprint: fingerprintOf('a'),
    model: 'apimart/kling-v3',
    request: {},
    target: 'x.mp4',
    cost: { usd: 0.5, source: 'estimated' },
  };
  const killed = replay(asked.lock, [intent]);
  expect(killed.renders.get(ID)).toMatchObject({
    attempt: attemptOf(9),
    decision: { redo: attemptOf(2) },
  });
  expect(done(adopt(killed, ID, 'task_9' as TaskId))).not.toHaveProperty('decision');
  expect(done(declareNeverHappened(killed, ID))).toMatchObject({
    attempt: attemptOf(2),
    decision: { redo: attemptOf(2) },
  });
  // The task of the first attempt is found after all: nobody needs to pay again.
  expect(done(adopt(asked.lock, ID, 'task_2' as TaskId))).not.toHaveProperty('decision');
  // What else was decided stays.
  const pinned = replay(asked.lock, [intent]);
  const entry = pinned.renders.get(ID) as LockEntry;
  const kept = adopt(
    lockOf({ ...entry, decision: { ...entry.decision, pin: true, by: 'ana' } }),
    ID,
    'task_9' as TaskId,
  );
  expect(done(kept)?.decision).toEqual({ pin: true, by: 'ana' });
});
