import { expect, test } from 'vitest';
import type { RenderId, TaskId } from '../../src/ids.ts';
import type { Decided } from '../../src/lock/decisions.ts';
import { encodeLock, type Lock, type LockEntry } from '../../src/lock/file/format.ts';
import { mergeLocks } from '../../src/lock/merge/merge.ts';
import { pick, pickConflicts, pickOf, picksOfScene, reject, unpick } from '../../src/lock/picks.ts';
import { replay } from '../../src/lock/journal/replay.ts';
import type { SceneId } from '../../src/ids.ts';
import { attemptOf, fingerprintOf } from './arbitraries.ts';

const IDS = ['crab/kling', 'crab/kling/2', 'crab/sora'] as RenderId[];
const [FIRST, SECOND, THIRD] = IDS as [RenderId, RenderId, RenderId];
const CRAB = 'crab' as SceneId;

const entry = (n: number, more: Partial<LockEntry> = {}): LockEntry => ({
  fingerprint: fingerprintOf(String(n)),
  model: 'apimart/kling-v3',
  status: 'completed',
  attempt: attemptOf(n),
  task: `task_${n}` as TaskId,
  clip: {
    path: `../out/${n}.mp4`,
    sha256: String(n).repeat(64),
    bytes: 1,
    width: 1,
    height: 1,
    seconds: 5.04,
    audio: false,
  },
  ...more,
});
const base: Lock = { renders: new Map(IDS.map((id, index) => [id, entry(index + 1)])) };
const done = (decided: Decided): Lock => {
  if (!decided.ok) throw new Error(decided.problem);
  return decided.lock;
};
const problem = (decided: Decided): string => (decided.ok ? '' : decided.problem);
const picked = (lock: Lock): readonly string[] => picksOfScene(lock, CRAB).map(({ id }) => id);
const merged = (ours: Lock, theirs: Lock, ancestor: Lock | undefined = base): Lock => {
  const lock = mergeLocks(ancestor, ours, theirs);
  expect(encodeLock(mergeLocks(ancestor, theirs, ours))).toBe(encodeLock(lock));
  return lock;
};

test('a scene has one pick: a second replaces it, --also keeps both, unpick takes it back', () => {
  const first = done(pick(base, FIRST, { in: 0.5, out: 4, note: 'good light' }));
  expect(first.renders.get(FIRST)?.decision).toEqual({
    pick: { of: 'task_1', in: 0.5, out: 4, note: 'good light' },
  });
  const second = pick(first, SECOND, { by: 'ana' });
  expect(second).toMatchObject({ ok: true, note: 'in place of crab/kling' });
  expect(picked(done(second))).toEqual([SECOND]);
  const both = done(pick(done(second), THIRD, { also: true }));
  expect(picked(both)).toEqual([SECOND, THIRD]);
  expect(pickOf(picksOfScene(both, CRAB))?.id).toBe(SECOND);
  expect(pickConflicts(both)).toEqual([]);
  expect(picked(done(pick(both, FIRST)))).toEqual([FIRST]);
  const left = done(unpick(done(unpick(both, SECOND)), THIRD));
  expect(encodeLock(left)).toBe(encodeLock(base));
});

test('reject takes a pick back, a pick takes a rejection back, and a new clip is not rejected', () => {
  const rejected = done(reject(done(pick(base, FIRST)), FIRST, { note: 'no' }));
  expect(rejected.renders.get(FIRST)?.decision).toEqual({ reject: { of: 'task_1', note: 'no' } });
  expect(done(pick(rejected, FIRST)).renders.get(FIRST)?.decision).toEqual({
    pick: { of: 'task_1' },
  });
  const kept = done(pick(rejected, SECOND));
  const intent = (id: RenderId, n: number) => [
    {
      kind: 'intent' as const,
      at: '2026-11-20T17:00:00Z',
      id,
      attempt: attemptOf(n),
      fingerprint: fingerprintOf('e'),
      model: 'apimart/kling-v3' as const,
      request: {},
      target: '../out/new.mp4',
      cost: { usd: 0.5, source: 'estimated' as const },
    },
    {
      kind: 'accepted' as const,
      at: '2026-11-20T17:00:00Z',
      attempt: attemptOf(n),
      task: `task_${n}` as TaskId,
    },
  ];
  const again = replay(kept, [...intent(FIRST, 7), ...intent(SECOND, 8)]);
  expect(again.renders.get(FIRST)?.decision).toBeUndefined();
  expect(again.renders.get(SECOND)?.decision).toEqual({ pick: { of: 'task_2' } });
});

test('a decision that does not apply is refused, and changes nothing', () => {
  const pending: Lock = {
    renders: new Map([[FIRST, { ...entry(1, { status: 'submitted' }), clip: undefined }]]),
  } as never;
  expect(problem(pick(pending, FIRST))).toBe(
    'crab/kling is still being made: rushes collect --only crab/kling fetches it',
  );
  expect(problem(pick(base, 'crab/veo' as RenderId))).toContain('never rendered');
  expect(problem(pick(base, FIRST, { in: 6 }))).toContain('has 5.04 seconds');
  expect(problem(pick(base, FIRST, { out: 6 }))).toContain('has 5.04 seconds');
  expect(problem(pick(base, FIRST, { in: 3, out: 2 }))).toBe('--in 3 must be before --out 2');
  expect(problem(pick(base, FIRST, { note: 'x'.repeat(1001) }))).toContain('at most 1000');
  expect(problem(unpick(base, FIRST))).toBe('crab/kling is neither picked nor rejected');
});

test('two branches pick differently: both stay, and it is a conflict until a person chooses', () => {
  const before = done(pick(base, FIRST));
  const both = merged(done(pick(before, SECOND)), done(pick(before, THIRD)), before);
  expect(pickConflicts(both)).toEqual([{ scene: 'crab', kind: 'two-picks', ids: [SECOND, THIRD] }]);
  expect(pickOf(picksOfScene(both, CRAB))).toBeUndefined();
  expect(pickConflicts(merged(done(pick(base, SECOND)), done(pick(base, THIRD))))).toHaveLength(1);
  const solved = done(pick(both, THIRD));
  expect(pickConflicts(solved)).toEqual([]);
  expect(picked(solved)).toEqual([THIRD]);
  expect(pickConflicts(done(pick(both, THIRD, { also: true })))).toEqual([]);
});

test('one branch picks what the other rejects: a conflict; what one side alone did is merged', () => {
  const both = merged(done(pick(base, FIRST)), done(reject(base, FIRST)));
  expect(pickConflicts(both)).toEqual([
    { scene: 'crab', kind: 'picked-and-rejected', ids: [FIRST] },
  ]);
  expect(pickConflicts(done(reject(both, FIRST)))).toEqual([]);
  const before = done(pick(base, FIRST));
  expect(picked(merged(done(pick(before, SECOND)), before, before))).toEqual([SECOND]);
  expect(picked(merged(done(unpick(before, FIRST)), before, before))).toEqual([]);
  expect(picked(merged(done(pick(base, FIRST)), done(pick(base, FIRST))))).toEqual([FIRST]);
});
