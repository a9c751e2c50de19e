import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RenderId, TaskId } from '../../src/ids.ts';
import { decodeLock } from '../../src/lock/file/decode.ts';
import { pin } from '../../src/lock/decisions.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import { encodeLock, type Lock } from '../../src/lock/file/format.ts';
import { decodeJournal, encodeLine } from '../../src/lock/journal/journal-line.ts';
import { type Ledger, openLedger } from '../../src/lock/ledger.ts';
import { mayName, readLedger } from '../../src/lock/read-ledger.ts';
import type { LockPaths } from '../../src/lock/file/paths.ts';
import { type Files, systemFiles } from '../../src/ports/files/files.ts';
import { attemptOf, fingerprintOf } from './arbitraries.ts';
import { failingFiles, filmPaths, opened, options, processOf } from './lock-folder.ts';

const AT = '2026-11-20T17:00:00Z';
const ID = 'crab/kling' as RenderId;
const taskOf = (n: number): TaskId => `task_${n}` as TaskId;
const intent = (n: number, usd: number | null = 0.5, id: RenderId = ID): JournalEvent => ({
  kind: 'intent',
  at: AT,
  id,
  attempt: attemptOf(n),
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  request: { prompt: 'a' },
  target: '../out/crab/kling.mp4',
  cost: { usd, source: 'estimated' },
});
const accepted = (n: number): JournalEvent => ({
  kind: 'accepted',
  at: AT,
  attempt: attemptOf(n),
  task: taskOf(n),
});
const completed = (n: number, usd?: number): JournalEvent => ({
  kind: 'completed',
  at: AT,
  task: taskOf(n),
  completedAt: AT,
  ...(usd !== undefined && { cost: { usd, source: 'reported' } }),
});

const lockOn = async (paths: LockPaths): Promise<Lock> => {
  const decoded = decodeLock(await readFile(paths.lock, 'utf8'), 'film.lock.json');
  if (!decoded.ok) throw new Error(decoded.diagnostics[0]?.message);
  return decoded.lock;
};
/** A disk that takes nothing in the project any more as soon as `full` says so of a path. */
const fillingUp = (full: (path: string) => boolean): Files => {
  const isFull = (path: string): boolean =>
    full(path) && !path.startsWith(join(tmpdir(), 'rushes-film'));
  const problem = { ok: false, problem: { code: 'ENOSPC', message: 'ENOSPC' } } as const;
  return {
    ...systemFiles,
    writeAtomic: async (path, content) =>
      isFull(path) ? problem : systemFiles.writeAtomic(path, content),
    openAppend: async (path) => {
      const file = await systemFiles.openAppend(path);
      if (!file.ok) return file;
      // The journal fails with the first byte after the disk is full.
      const append = async (text: string) =>
        text.includes('"accepted"') ? problem : file.value.append(text);
      return { ok: true, value: { ...file.value, append } };
    },
  };
};
/**
 * What a killed run leaves: its journal and its run lock, and no lock file but the one it found.
 */
async function leave(paths: LockPaths, events: readonly JournalEvent[], tail = ''): Promise<void> {
  await systemFiles.makeFolder(paths.folder);
  await writeFile(paths.journal, events.map(encodeLine).join('') + tail);
}
const RUN: JournalEvent = { kind: 'run', at: AT, run: 'killed', carriedUsd: 0, attempts: [] };

test('a recorded event is in the lock, on disk, and saved at the end', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths);
  expect(await ledger.record(intent(1))).toEqual({ ok: true });
  expect(await ledger.record(accepted(1))).toEqual({ ok: true });
  ledger.recordSoon(completed(1, 0.4));
  expect(ledger.lock.renders.get(ID)).toMatchObject({ status: 'completed', cost: { usd: 0.4 } });
  expect(ledger.byTask(taskOf(1))).toMatchObject([{ id: ID }]);
  expect(await ledger.finish({ killed: false })).toEqual({ ok: true });
  expect((await lockOn(paths)).renders.get(ID)).toMatchObject({ status: 'completed' });
  expect((await readdir(paths.folder)).sort()).toEqual(['.gitignore']);
  expect(await readFile(join(paths.hidden, '.gitignore'), 'utf8')).toBe('*\n');
});

test('a run in which nothing happens makes no lock and rewrites none', async () => {
  const paths = await filmPaths();
  await (await opened(paths)).finish({ killed: false });
  expect(await systemFiles.stat(paths.lock)).toMatchObject({ ok: false });
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await ledger.finish({ killed: false });
  const before = await systemFiles.stat(paths.lock);
  await (await opened(paths)).finish({ killed: false });
  expect(await systemFiles.stat(paths.lock)).toEqual(before);
});

test('a killed run: its journal is merged, and the next run continues under its cap', async () => {
  const paths = await filmPaths();
  const other = 'sun/kling' as RenderId;
  const withdrawn: JournalEvent = {
    kind: 'withdrawn',
    at: AT,
    attempt: attemptOf(3),
    reason: '429',
  };
  await leave(
    paths,
    [
      RUN,
      intent(1),
      accepted(1),
      completed(1, 0.4),
      intent(2, 0.25, other),
      intent(3, 9, 'x/y' as RenderId),
      withdrawn,
    ],
    '{"crc32":"0000',
  );
  const ledger = await opened(paths);
  expect(ledger.carried).toEqual({ usd: 650_000, attempts: new Set([attemptOf(1), attemptOf(2)]) });
  expect(ledger.notices.map(({ code }) => code)).toEqual(['run-recovered']);
  expect((await lockOn(paths)).renders.get(other)).toMatchObject({
    status: 'ambiguous',
    error: { kind: 'no-answer' },
  });
  await ledger.record(intent(4, 0.1, 'z/z' as RenderId));
  await ledger.finish({ killed: true });

  const next = await opened(paths);
  expect(next.carried.usd).toBe(750_000);
  await next.finish({ killed: false });
  expect((await opened(paths)).carried.usd).toBe(0);
});

test('a command that spends nothing leaves the cap of a killed run to the next one that does', async () => {
  const paths = await filmPaths();
  await leave(paths, [RUN, intent(1), accepted(1)]);
  const collect = await opened(paths, { spends: false });
  await collect.record(completed(1, 0.3));
  await collect.finish({ killed: false });
  expect((await opened(paths)).carried.usd).toBe(300_000);
});

test('a run killed between writing the lock and emptying the journal is read twice, and that changes nothing', async () => {
  const paths = await filmPaths();
  await leave(paths, [RUN, intent(1), accepted(1), completed(1)]);
  await (await opened(paths)).finish({ killed: false });
  const text = await readFile(paths.lock, 'utf8');
  await leave(paths, [RUN, intent(1), accepted(1), completed(1)]);
  await (await opened(paths)).finish({ killed: false });
  expect(await readFile(paths.lock, 'utf8')).toBe(text);
});

test('the second command on one manifest is refused, with the name of the first', async () => {
  const paths = await filmPaths();
  const first = await opened(paths);
  expect(await openLedger(paths, options({ processes: processOf(2) }))).toMatchObject({
    kind: 'held',
    message: expect.stringContaining('rushes render film.yaml') as unknown,
  });
  await first.finish({ killed: false });
  expect((await opened(paths, { processes: processOf(2) })).lock.renders.size).toBe(0);
});

test('a lock that cannot be read stops everything before anything is written', async () => {
  const paths = await filmPaths();
  await writeFile(paths.lock, '<<<<<<< HEAD\n');
  await leave(paths, [RUN, intent(1)]);
  const result = await openLedger(paths, options());
  expect(result).toMatchObject({ kind: 'invalid', diagnostics: [{ code: 'lock-conflict' }] });
  expect(decodeJournal(await readFile(paths.journal, 'utf8')).events).toHaveLength(2);
  expect(await systemFiles.stat(paths.runLock)).toMatchObject({ ok: false });
});

test('a damaged journal is kept, and the rest of it is read', async () => {
  const paths = await filmPaths();
  await leave(paths, [RUN, intent(1)], `noise\n${encodeLine(accepted(1))}`);
  const ledger = await opened(paths);
  expect(ledger.lock.renders.get(ID)?.task).toBe('task_1');
  expect(ledger.notices.map(({ code }) => code)).toEqual(['journal-damaged', 'run-recovered']);
  expect((await readdir(paths.folder)).filter((name) => name.endsWith('.damaged'))).toHaveLength(1);
});

test('reading only: replayed in memory, nothing is written', async () => {
  const paths = await filmPaths();
  await leave(paths, [RUN, intent(1), accepted(1)]);
  expect(await readLedger(systemFiles, paths)).toMatchObject({ kind: 'lock', unsaved: true });
  expect((await readdir(paths.folder)).sort()).toEqual(['film.journal.jsonl']);
  expect(await systemFiles.stat(paths.lock)).toMatchObject({ ok: false });
});

test('a look at the bytes knows what lock and journals may name', async () => {
  const [sought, absent] = [new Set([fingerprintOf('a')]), new Set([fingerprintOf('b')])];
  const paths = await filmPaths();
  expect(await mayName(systemFiles, paths, sought)).toBe(false);
  await leave(paths, [RUN, intent(1)]);
  expect(await mayName(systemFiles, paths, sought)).toBe(true);
  expect(await mayName(systemFiles, paths, absent)).toBe(false);
  await (await opened(paths)).finish({ killed: false });
  expect(await mayName(systemFiles, paths, sought)).toBe(true);
  expect(await mayName(systemFiles, paths, absent)).toBe(false);
  // Written by hand: the same characters, spelled otherwise.
  const text = await readFile(paths.lock, 'utf8');
  await writeFile(paths.lock, text.replace('"sha256:', '"sha\\u0032\\u00356:'));
  expect((await lockOn(paths)).renders.get(ID)?.fingerprint).toBe(fingerprintOf('a'));
  expect(await mayName(systemFiles, paths, sought)).toBe(true);
});

test('a lock that is removed during a run is written again', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await ledger.save();
  await rm(paths.lock);
  expect(await ledger.save()).toEqual({ ok: true });
  expect(ledger.notices.map(({ code }) => code)).toEqual(['lock-changed']);
  expect((await lockOn(paths)).renders.size).toBe(1);
});

test('a lock that others change during a run is merged', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await ledger.record(accepted(1));
  await ledger.save();
  const theirs = {
    fingerprint: fingerprintOf('b'),
    model: 'apimart/kling-v3',
    status: 'completed',
    task: 'task_9' as TaskId,
  } as const;
  await writeFile(
    paths.lock,
    encodeLock({
      renders: new Map([...(await lockOn(paths)).renders, ['sun/kling' as RenderId, theirs]]),
    }),
  );
  await ledger.record(completed(1));
  expect(await ledger.save()).toEqual({ ok: true });
  expect([...(await lockOn(paths)).renders].map(([id, { status }]) => [id, status])).toEqual([
    ['crab/kling', 'completed'],
    ['sun/kling', 'completed'],
  ]);
  expect(ledger.lock.renders.size).toBe(2);
});

test('an older lock that git restores during a run removes nothing that is paid for', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await ledger.record(accepted(1));
  await ledger.save();
  const committed = await readFile(paths.lock, 'utf8');
  await ledger.record({ ...intent(2), fingerprint: fingerprintOf('b') } as JournalEvent);
  await ledger.record(accepted(2));
  await ledger.record(intent(3, 3, 'sun/kling' as RenderId));
  await ledger.record(accepted(3));
  await ledger.save();
  await writeFile(paths.lock, committed);
  expect(await ledger.save()).toEqual({ ok: true });
  const { renders } = await lockOn(paths);
  expect(renders.get('crab/kling' as RenderId)).toMatchObject({
    task: 'task_2',
    earlier: [{ task: 'task_1' }],
  });
  expect(renders.get('sun/kling' as RenderId)).toMatchObject({ task: 'task_3' });
});

test('a lock that becomes unreadable is not overwritten, and the journal stays', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await writeFile(paths.lock, '<<<<<<< HEAD\n');
  expect(await ledger.finish({ killed: false })).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining('git merge') as unknown },
  });
  expect(await readFile(paths.lock, 'utf8')).toBe('<<<<<<< HEAD\n');
  expect(decodeJournal(await readFile(paths.journal, 'utf8')).events).toContainEqual(intent(1));
});

test('a full disk: no intent is durable, no later line is claimed, and the tasks go elsewhere', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths, {
    files: failingFiles({ appends: 1, writes: (path) => path === paths.lock }),
  });
  expect(await ledger.record(intent(1))).toEqual({ ok: true });
  expect(await ledger.record(accepted(1))).toMatchObject({
    ok: false,
    problem: { code: 'ENOSPC' },
  });
  expect(await ledger.record(intent(2, 1, 'sun/kling' as RenderId))).toMatchObject({ ok: false });
  expect(ledger.lock.renders.has('sun/kling' as RenderId)).toBe(false);
  expect(ledger.lock.renders.get(ID)?.task).toBe('task_1');
  const path = (await ledger.emergency('rushes recover film:crab/kling --adopt task_1')) ?? '';
  expect(
    (await readFile(path, 'utf8')).split('\n').filter((line) => !line.startsWith('#')),
  ).toEqual(['rushes recover film:crab/kling --adopt task_1', '']);
  expect(await ledger.finish({ killed: false })).toMatchObject({ ok: false });
  // The journal stays with the attempt, the dump has the task, and the next command knows both.
  const next = await opened(paths);
  expect(next.lock.renders.get(ID)).toMatchObject({ attempt: attemptOf(1), task: 'task_1' });
  expect((await lockOn(paths)).renders.get(ID)).toMatchObject({ task: 'task_1' });
  await expect(readFile(path, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a full disk that took a part of what was never sent: the next run holds nothing for it', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths, {
    files: failingFiles({ appends: 3, writes: (path) => path === paths.lock }),
  });
  await ledger.record(intent(9, 1, 'moon/kling' as RenderId));
  await ledger.record(accepted(9));
  await ledger.record(intent(1));
  // Two lines in one write, of which the disk takes the first. Neither is sent, nor is the one
  // before.
  const two = [2, 3].map((n) => ledger.record(intent(n, 1, `sun${n}/kling` as RenderId)));
  for (const recorded of await Promise.all(two)) expect(recorded).toMatchObject({ ok: false });
  await ledger.record({ kind: 'withdrawn', at: AT, attempt: attemptOf(1), reason: 'disk' });
  expect(await ledger.finish({ killed: false })).toMatchObject({ ok: false });
  expect((await readFile(paths.journal, 'utf8')).match(/"intent"/g)).toHaveLength(3);
  const path = (await ledger.emergency('# the lock could not be written')) ?? '';
  expect([...(await opened(paths)).lock.renders.keys()]).toEqual(['moon/kling']);
  await expect(readFile(path, 'utf8')).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(['journal folder', 'folder of temporary files'])(
  'what only an emergency dump knows is taken in by the next run: from the %s',
  async (place) => {
    const paths = await filmPaths();
    const disk = { full: false };
    const late = await opened(paths, {
      files: fillingUp((path) => disk.full && (place !== 'journal folder' || path === paths.lock)),
    });
    await late.record(intent(1));
    disk.full = true;
    await late.record(accepted(1));
    const path = await late.emergency('rushes recover film:crab/kling --adopt task_1');
    expect(path?.startsWith(place === 'journal folder' ? paths.folder : tmpdir())).toBe(true);
    // With the journal gone too, the dump is all there is.
    await rm(paths.journal);
    const next = await opened(paths, { processes: processOf(2, { dead: [1] }) });
    expect(next.lock.renders.get(ID)).toMatchObject({ attempt: attemptOf(1), task: 'task_1' });
    expect((await systemFiles.stat(path ?? '')).ok).toBe(false);
  },
);

test('a dump of another lock, and one that another user could have put there, is left alone', async () => {
  const paths = await filmPaths();
  const forged = join(paths.folder, 'rushes-film-00000000.txt');
  await systemFiles.makeFolder(paths.folder);
  const entry = { fingerprint: fingerprintOf('a'), model: 'apimart/kling-v3', status: 'submitted' };
  const line = encodeLine({
    kind: 'received',
    at: AT,
    id: ID,
    entry: { ...entry, attempt: attemptOf(1), task: taskOf(1) },
  } as JournalEvent);
  await writeFile(forged, `# lock "/elsewhere/film.lock.json"\n# ${line}`);
  const other = join(paths.folder, 'rushes-film-00000001.txt');
  await writeFile(
    join(paths.folder, 'real.txt'),
    `# lock ${JSON.stringify(paths.lock)}\n# ${line}`,
  );
  await symlink(join(paths.folder, 'real.txt'), other);
  expect((await opened(paths)).lock.renders.size).toBe(0);
  expect((await systemFiles.stat(forged)).ok).toBe(true);
});

test('when another has taken over, no intent is durable and the lock is left alone', async () => {
  const paths = await filmPaths();
  const asleep = await opened(paths);
  await asleep.record(intent(1));
  const owner = await opened(paths, { processes: processOf(2, { dead: [1] }) });
  expect(await asleep.record(intent(2))).toMatchObject({ ok: false, problem: { code: 'ESTALE' } });
  expect(await asleep.save()).toMatchObject({ ok: false, problem: { code: 'ESTALE' } });
  expect(await owner.record(intent(2))).toEqual({ ok: true });
});

test('another host that takes over while the intent is being flushed has not read it: nothing may leave', async () => {
  const paths = await filmPaths();
  let takeOver = async (): Promise<void> => undefined;
  const files: Files = {
    ...systemFiles,
    openAppend: async (path) => {
      const file = await systemFiles.openAppend(path);
      if (!file.ok) return file;
      const flush = async () => {
        const flushed = await file.value.flush();
        await takeOver();
        return flushed;
      };
      return { ok: true, value: { ...file.value, flush } };
    },
  };
  const slow = await opened(paths, { files });
  let owner: Ledger | undefined;
  takeOver = async () => {
    takeOver = async () => undefined;
    await rm(paths.journal);
    owner = await opened(paths, { processes: processOf(2, { dead: [1] }) });
  };
  expect(await slow.record(intent(1))).toMatchObject({ ok: false, problem: { code: 'ESTALE' } });
  expect(slow.lock.renders.size).toBe(0);
  expect(await owner?.record(intent(2))).toEqual({ ok: true });
});

test('a journal of another branch is set aside under its name, and taken in back on that branch', async () => {
  const paths = await filmPaths();
  const rain = await opened(paths, { branch: 'feature/rain' });
  await rain.record(intent(1));
  const main = await opened(paths, {
    branch: 'main',
    processes: processOf(2, { dead: [1] }),
  });
  expect(main.lock.renders.size).toBe(0);
  expect(main.foreign).toMatchObject({ branch: 'feature/rain', events: [{}, { kind: 'intent' }] });
  expect(main.notices).toMatchObject([
    {
      code: 'run-recovered',
      message:
        'a run on branch feature/rain did not shut down cleanly; its journal is kept as film.journal.feature%2Frain.jsonl',
    },
  ]);
  await main.record(intent(2));
  // Killed too, and another branch with a like name: three journals, each of its own branch.
  const third = await opened(paths, {
    branch: 'feature/rain.2',
    processes: processOf(3, { dead: [1, 2] }),
  });
  await third.finish({ killed: false });
  const read = await readLedger(systemFiles, paths, { branch: 'feature/rain' });
  expect(read.kind === 'lock' && read.lock.renders.get(ID)?.attempt).toBe(attemptOf(1));
  const back = await opened(paths, {
    branch: 'feature/rain',
    processes: processOf(4, { dead: [1, 2, 3] }),
  });
  expect(back.lock.renders.get(ID)).toMatchObject({ status: 'ambiguous', attempt: attemptOf(1) });
  expect(back.lock.renders.get(ID)?.earlier).toBeUndefined();
  expect((await readdir(paths.folder)).filter((name) => name.includes('journal')).sort()).toEqual([
    'film.journal.jsonl',
    'film.journal.main.jsonl',
  ]);
});

test('a journal set aside for a branch is not taken in on one whose name is its beginning', async () => {
  const paths = await filmPaths();
  const numbered = await opened(paths, { branch: 'v1.2' });
  await numbered.record(intent(1));
  const main = await opened(paths, { branch: 'main', processes: processOf(2, { dead: [1] }) });
  await main.finish({ killed: false });
  const short = await opened(paths, { branch: 'v1', processes: processOf(3, { dead: [1, 2] }) });
  expect(short.lock.renders.size).toBe(0);
  await short.finish({ killed: false });
  const back = await opened(paths, {
    branch: 'v1.2',
    processes: processOf(4, { dead: [1, 2, 3] }),
  });
  expect(back.lock.renders.get(ID)?.attempt).toBe(attemptOf(1));
});

test('git pull after a kill: the branch is the same, and the journal is taken in', async () => {
  const paths = await filmPaths();
  const killed = await opened(paths, { branch: 'main' });
  await killed.record(intent(1));
  // Pull brought another version of the lock.
  await writeFile(paths.lock, encodeLock({ renders: new Map() }));
  const next = await opened(paths, { branch: 'main', processes: processOf(2, { dead: [1] }) });
  expect(next.lock.renders.get(ID)?.attempt).toBe(attemptOf(1));
});

test('when .rushes is removed, no intent is durable, but what is known is saved', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await rm(paths.hidden, { recursive: true });
  expect(await ledger.record(intent(2))).toMatchObject({ ok: false, problem: { code: 'ENOENT' } });
  // The journal has lost its name: whoever records a paid task must hear that it is nowhere yet.
  expect(await ledger.record(accepted(1))).toMatchObject({
    ok: false,
    problem: { code: 'ENOENT' },
  });
  await ledger.save();
  expect((await lockOn(paths)).renders.get(ID)).toMatchObject({
    attempt: attemptOf(1),
    task: 'task_1',
  });
});

test('decisions are saved with the lock', async () => {
  const paths = await filmPaths();
  const ledger = await opened(paths, { spends: false });
  await ledger.record(intent(1));
  const pinned = pin(ledger.lock, ID, { by: 'ana' });
  if (!pinned.ok) throw new Error(pinned.problem);
  ledger.decide(pinned.lock);
  await ledger.record(accepted(1));
  await ledger.finish({ killed: false });
  expect((await lockOn(paths)).renders.get(ID)).toMatchObject({
    status: 'submitted',
    decision: { pin: true, by: 'ana' },
  });
});

test('a draft has books of its own', async () => {
  const paths = await filmPaths(true);
  const ledger = await opened(paths);
  await ledger.record(intent(1));
  await ledger.finish({ killed: false });
  expect((await readdir(paths.folder)).sort()).toEqual(['film.lock.json']);
  expect(await readFile(join(paths.hidden, '.gitignore'), 'utf8')).toBe('*\n');
});
