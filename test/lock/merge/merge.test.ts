import { assert, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import type { RenderId, TaskId } from '../../../src/ids.ts';
import { mergeConflict, splitConflict } from '../../../src/lock/merge/conflict.ts';
import { declareNeverHappened, redo, pin } from '../../../src/lock/decisions.ts';
import {
  EMPTY_LOCK,
  encodeLock,
  type Lock,
  type LockEntry,
  type Result,
} from '../../../src/lock/file/format.ts';
import { mergeLocks } from '../../../src/lock/merge/merge.ts';
import { prune } from '../../../src/lock/prune.ts';
import { replay } from '../../../src/lock/journal/replay.ts';
import type { JournalEvent } from '../../../src/lock/journal/events.ts';
import { anyJournal, attemptOf, fingerprintOf, resultsOf } from '../arbitraries.ts';

const RUNS = { seed: 20261120, numRuns: 100 };
const ID = 'crab/kling' as RenderId;

const result = (n: number, letter: string, submittedAt = `2026-11-20T17:00:0${n}Z`): Result => ({
  fingerprint: fingerprintOf(letter),
  model: 'apimart/kling-v3',
  status: 'submitted',
  attempt: attemptOf(n),
  task: `task_${n}` as TaskId,
  submittedAt,
});
const lockOf = (entry: LockEntry, id: RenderId = ID): Lock => ({ renders: new Map([[id, entry]]) });
const both = (base: Lock | undefined, ours: Lock, theirs: Lock): Lock => {
  const merged = mergeLocks(base, ours, theirs);
  expect(encodeLock(mergeLocks(base, theirs, ours))).toBe(encodeLock(merged));
  return merged;
};
const other = (events: readonly JournalEvent[], mark: string): JournalEvent[] =>
  JSON.parse(
    JSON.stringify(events)
      .replaceAll('"00000000-', `"${mark.repeat(8)}-`)
      .replaceAll('"task_', `"${mark}_`),
  ) as JournalEvent[];

test('merging is commutative and loses nothing that is or may be paid', () => {
  assert(
    property(tuple(anyJournal, anyJournal, anyJournal), ([before, left, right]) => {
      const base = replay(EMPTY_LOCK, other(before, 'b'));
      const ours = replay(base, left);
      const theirs = replay(base, other(right, 'c'));
      for (const ancestor of [base, undefined]) {
        const merged = both(ancestor, ours, theirs);
        const found = new Set(resultsOf(merged).keys());
        const paid = [...resultsOf(ours), ...resultsOf(theirs)].filter(
          ([, one]) => one.task !== undefined || one.status === 'ambiguous',
        );
        expect(paid.filter(([key]) => !found.has(key))).toEqual([]);
        expect(
          [...merged.renders.values()].flatMap((entry) => [entry, ...(entry.earlier ?? [])]),
        ).toHaveLength(found.size);
      }
    }),
    RUNS,
  );
});

test('both sides followed the same journal, one further: the further one wins', () => {
  assert(
    property(tuple(anyJournal), ([events]) => {
      const half = replay(EMPTY_LOCK, events.slice(0, events.length / 2));
      const whole = replay(EMPTY_LOCK, events);
      expect(encodeLock(both(half, half, whole))).toBe(encodeLock(whole));
      expect(encodeLock(both(whole, whole, whole))).toBe(encodeLock(whole));
    }),
    RUNS,
  );
});

/** Of a journal, what is about these renders. */
function about(events: readonly JournalEvent[], wanted: (id: RenderId) => boolean): JournalEvent[] {
  const ids = new Map<string, RenderId>();
  for (const event of events)
    if (event.kind === 'intent') ids.set(event.attempt.slice(-12), event.id);
  const idOf = (event: JournalEvent): RenderId | undefined =>
    'attempt' in event
      ? ids.get(event.attempt.slice(-12))
      : 'task' in event
        ? ids.get((event.task.match(/\d+$/)?.[0] ?? '').padStart(12, '0'))
        : undefined;
  return events.filter((event) => {
    const id = idOf(event);
    return id !== undefined && wanted(id);
  });
}

test('disjoint work, whatever it was: merged, it is as if one machine had done the one and then the other', () => {
  let disjoint = 0;
  assert(
    property(
      tuple(anyJournal, anyJournal, anyJournal, integer({ min: 0, max: 14 })),
      ([before, left, right, mask]) => {
        const known = ['crab/kling', 'crab/kling/2', '해변/sora', 'moved-crab/kling'];
        const isLeft = (id: RenderId): boolean => (mask & (1 << known.indexOf(id))) !== 0;
        const base = replay(EMPTY_LOCK, other(before, 'b'));
        const mine = about(left, isLeft);
        const yours = about(other(right, 'c'), (id) => !isLeft(id));
        const ours = replay(base, mine);
        const theirs = replay(base, yours);
        if (encodeLock(ours) !== encodeLock(base) && encodeLock(theirs) !== encodeLock(base))
          disjoint += 1;
        expect(encodeLock(both(base, ours, theirs))).toBe(encodeLock(replay(ours, yours)));
        expect(encodeLock(replay(ours, yours))).toBe(encodeLock(replay(theirs, mine)));
      },
    ),
    { ...RUNS, numRuns: 300 },
  );
  // The property says something only where both sides did something.
  expect(disjoint).toBeGreaterThan(100);
});

test('different scenes on two branches: both are there', () => {
  const merged = both(
    EMPTY_LOCK,
    lockOf(result(1, 'a')),
    lockOf(result(2, 'b'), 'sunrise/kling' as RenderId),
  );
  expect([...merged.renders.keys()].sort()).toEqual(['crab/kling', 'sunrise/kling']);
});

test('the same render on both sides: the later is current, the other an earlier result', () => {
  expect(
    both(undefined, lockOf(result(1, 'a')), lockOf(result(2, 'a'))).renders.get(ID),
  ).toMatchObject({
    task: 'task_2',
    earlier: [{ task: 'task_1' }],
  });
  const tie = both(undefined, lockOf(result(1, 'a', 'T')), lockOf(result(2, 'a', 'T')));
  expect(tie.renders.get(ID)).toMatchObject({ task: 'task_1', earlier: [{ task: 'task_2' }] });
});

test('the result whose fingerprint the other side lacks is current, though it is older', () => {
  const ours = lockOf({ ...result(3, 'a'), earlier: [] });
  const theirs = lockOf({ ...result(1, 'b'), earlier: [result(2, 'a')] });
  expect(both(undefined, ours, theirs).renders.get(ID)).toMatchObject({
    task: 'task_1',
    earlier: [{ task: 'task_3' }, { task: 'task_2' }],
  });
});

test('never happened on one side, found on the other: it costs what the task costs', () => {
  const { task: _task, ...sent } = result(1, 'a');
  const cost = { usd: 0.34, source: 'estimated' } as const;
  const unclear = lockOf({ ...sent, status: 'ambiguous', cost });
  const declared = declareNeverHappened(unclear, ID);
  if (!declared.ok) throw new Error(declared.problem);
  const found = lockOf({ ...result(1, 'a'), cost });
  expect(both(unclear, declared.lock, found).renders.get(ID)).toMatchObject({
    status: 'submitted',
    task: 'task_1',
    cost,
  });
});

test('a deletion against an unchanged side is a deletion; against a changed one it is not', () => {
  const base = lockOf(result(1, 'a'));
  expect(both(base, EMPTY_LOCK, base).renders.size).toBe(0);
  expect(
    both(base, EMPTY_LOCK, lockOf({ ...result(1, 'a'), status: 'completed' })).renders.get(ID)
      ?.status,
  ).toBe('completed');
  expect(both(undefined, EMPTY_LOCK, base).renders.size).toBe(1);
});

test('a pruned earlier result stays pruned', () => {
  const base = lockOf({ ...result(2, 'b'), earlier: [result(1, 'a')] });
  const pruned = prune(base, [{ id: ID, what: 'earlier', result: result(1, 'a') }]);
  const theirs = lockOf({ ...result(2, 'b'), status: 'completed', earlier: [result(1, 'a')] });
  expect(both(base, pruned, theirs).renders.get(ID)).toEqual({
    ...result(2, 'b'),
    status: 'completed',
  });
});

test('decisions of both sides come together', () => {
  const base = lockOf({ ...result(1, 'a'), status: 'completed' });
  const [ours, theirs] = [redo(base, ID, { by: 'ana' }), pin(base, ID, { by: 'ben' })];
  if (!ours.ok || !theirs.ok) throw new Error('no decision');
  expect(both(base, ours.lock, theirs.lock).renders.get(ID)?.decision).toEqual({
    pin: true,
    redo: 'task_1',
    by: 'ana',
  });
  expect(both(theirs.lock, theirs.lock, base).renders.get(ID)?.decision).toBeUndefined();
});

test('an accepted clip stands for other inputs, the clip that another branch made does not', () => {
  const base = lockOf({ ...result(1, 'a'), status: 'completed' });
  const ours = lockOf({
    ...result(1, 'a'),
    status: 'completed',
    decision: { accept: fingerprintOf('c') },
  });
  const theirs = lockOf({
    ...result(2, 'b'),
    earlier: [{ ...result(1, 'a'), status: 'completed' }],
  });
  expect(both(base, ours, theirs).renders.get(ID)).toEqual({
    ...result(2, 'b'),
    earlier: [{ ...result(1, 'a'), status: 'completed' }],
  });
  expect(both(base, ours, base).renders.get(ID)?.decision).toEqual({ accept: fingerprintOf('c') });
});

test('a rename on one side and a result on the other: the result is under the new name, once', () => {
  const base = lockOf(result(1, 'a'));
  const ours = lockOf(result(1, 'a'), 'krab/kling' as RenderId);
  const theirs = lockOf({ ...result(1, 'a'), status: 'completed' });
  expect([...both(base, ours, theirs).renders]).toEqual([
    ['krab/kling', { ...result(1, 'a'), status: 'completed' }],
  ]);
});

const conflict = (base: Lock, ours: Lock, theirs: Lock, style: 'merge' | 'diff3'): string => {
  const [b, o, t] = [base, ours, theirs].map((lock) =>
    encodeLock(lock)
      .split('\n')
      .slice(3, -3)
      .map((line) => `${line}\n`)
      .join(''),
  );
  return `{\n  "lockVersion": 1,\n  "renders": {\n<<<<<<< HEAD\n${o}${style === 'diff3' ? `||||||| 1234567\n${b}` : ''}=======\n${t}>>>>>>> feature\n  }\n}\n`;
};

test('a file with the markers of git is split and merged', () => {
  const [base, ours, theirs] = [
    lockOf(result(1, 'a')),
    lockOf({ ...result(1, 'a'), status: 'lost' }),
    lockOf(result(2, 'b'), 'sun/kling' as RenderId),
  ];
  const plain = mergeConflict(conflict(base, ours, theirs, 'merge'), 'film.lock.json');
  expect(plain.ok && [...plain.lock.renders.keys()]).toEqual(['crab/kling', 'sun/kling']);
  const withBase = mergeConflict(conflict(base, base, theirs, 'diff3'), 'film.lock.json');
  expect(withBase.ok && [...withBase.lock.renders.keys()]).toEqual(['sun/kling']);
});

test('markers that do not fit together are no conflict that could be merged', () => {
  expect(splitConflict('<<<<<<< a\n<<<<<<< b\n')).toBeUndefined();
  expect(splitConflict('no markers\n')).toBeUndefined();
  const decoded = mergeConflict('<<<<<<< a\n{}\n', 'film.lock.json');
  expect(decoded.ok ? undefined : decoded.diagnostics[0]?.code).toBe('lock-conflict');
});
