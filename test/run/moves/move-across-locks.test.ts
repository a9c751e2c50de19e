/**
 * Scenes that move from one manifest to another, for real: files, locks and journals on disk, the
 * gateway's own books.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { keyOf } from '../../../src/lock/file/format.ts';
import type { Ledger } from '../../../src/lock/ledger.ts';
import { fromUsd } from '../../../src/money.ts';
import { moneyReport } from '../../../src/lock/money-report.ts';
import { type Films, films } from '../several-manifests-run.ts';

const [A, B] = ['a.yaml', 'new/b.yaml'];
const KEEP = { dune: 'A dune' };
const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
const accepted = (it: Films): number => it.gateway.books().accepted.length;
const entryIn = (it: Films, name: string, id: string) =>
  it.lockOf(name).renders.get(id as RenderId);

/** The ledgers of a process that is killed just before the giving lock lets go. */
function killedBeforeGiving(it: Films): Map<string, Ledger> {
  const record: Ledger['record'] = (event) =>
    event.kind === 'given' ? Promise.reject(new Error('killed')) : it.ledgerOf(A).record(event);
  const giving = Object.assign(Object.create(it.ledgerOf(A)) as Ledger, { record });
  return new Map([
    [A, giving],
    [B, it.ledgerOf(B)],
  ]);
}

test('moved to a manifest in another folder, renamed and under another alias in one go: clip and history go along, nothing is sent', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { ...KEEP, crab: 'A crab' }, [B]: { fog: 'Fog' } });
  await it.run();
  await it.reopen();
  const old = join(it.folder, 'out/a/crab/kling.mp4');
  const bytes = await readFile(old);
  const entry = entryIn(it, A, 'crab/kling');
  await it.write({ [A]: KEEP, [B]: { fog: 'Fog', krabbe: 'A crab' } }, 'hero');
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 3 } });
  expect(accepted(it)).toBe(3);
  expect([...it.lockOf(A).renders.keys()]).toEqual(['dune/hero']);
  expect(entryIn(it, B, 'krabbe/hero')).toEqual({
    ...entry,
    clip: { ...entry?.clip, path: '../out/b/krabbe/hero.mp4' },
  });
  expect((await readFile(join(it.folder, 'out/b/krabbe/hero.mp4'))).equals(bytes)).toBe(true);
  expect(await exists(old)).toBe(false);
  expect(it.events).toContainEqual(
    expect.objectContaining({
      event: 'render.kept',
      id: 'krabbe/hero',
      message: 'was a:crab/kling',
    }),
  );
  await it.reopen();
  expect((await it.plan()).totals.actions).toMatchObject({
    submit: 0,
    moved: 0,
    keep: 3,
    orphan: 0,
  });
});

test('edited back and moved to another folder in one go: the clip of before the edit is current there, and nothing is sent', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { ...KEEP, crab: 'A crab' } });
  await it.run();
  await it.reopen();
  const first = entryIn(it, A, 'crab/kling');
  const bytes = await readFile(join(it.folder, 'out/a/crab/kling.mp4'));
  await it.write({ [A]: { ...KEEP, crab: 'A red crab' } });
  await it.run();
  await it.reopen();
  const second = entryIn(it, A, 'crab/kling');
  await it.write({ [A]: KEEP, [B]: { krabbe: 'A crab' } });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 2 } });
  expect(accepted(it)).toBe(3);
  const entry = entryIn(it, B, 'krabbe/kling');
  expect([entry?.task, entry?.clip?.path, entry?.earlier?.map(({ task }) => task)]).toEqual([
    first?.task,
    '../out/b/krabbe/kling.mp4',
    [second?.task],
  ]);
  expect((await readFile(join(it.folder, 'out/b/krabbe/kling.mp4'))).equals(bytes)).toBe(true);
  await it.reopen();
  expect((await it.plan()).totals.actions).toMatchObject({
    submit: 0,
    moved: 0,
    keep: 2,
    orphan: 0,
  });
});

test('moved away while everything behind it is renumbered: every clip is where its scene is, and nothing is sent', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { s1: 'One', s2: 'Two', s3: 'Three' } });
  await it.run();
  await it.reopen();
  const [two, three] = [entryIn(it, A, 's2/kling'), entryIn(it, A, 's3/kling')];
  const bytes = await readFile(join(it.folder, 'out/a/s2/kling.mp4'));
  await it.write({ [A]: { s1: 'One', s2: 'Three' }, [B]: { two: 'Two' } });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 3 } });
  expect([entryIn(it, A, 's2/kling')?.task, entryIn(it, B, 'two/kling')?.task]).toEqual([
    three?.task,
    two?.task,
  ]);
  expect((await readFile(join(it.folder, 'out/b/two/kling.mp4'))).equals(bytes)).toBe(true);
  expect([...it.lockOf(A).renders.keys()].sort()).toEqual(['s1/kling', 's2/kling']);
  await it.reopen();
  expect((await it.plan()).totals.actions).toMatchObject({
    submit: 0,
    moved: 0,
    keep: 3,
    orphan: 0,
  });
  expect(accepted(it)).toBe(3);
});

test('two scenes change places between manifests: both clips go along, and nothing is sent', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { s1: 'One' }, [B]: { s1: 'Two' } });
  await it.run();
  await it.reopen();
  const [one, two] = [entryIn(it, A, 's1/kling'), entryIn(it, B, 's1/kling')];
  const [first, second] = [
    await readFile(join(it.folder, 'out/a/s1/kling.mp4')),
    await readFile(join(it.folder, 'out/b/s1/kling.mp4')),
  ];
  await it.write({ [A]: { s1: 'Two' }, [B]: { s1: 'One' } });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 2 } });
  expect([entryIn(it, A, 's1/kling')?.task, entryIn(it, B, 's1/kling')?.task]).toEqual([
    two?.task,
    one?.task,
  ]);
  expect(await readFile(join(it.folder, 'out/a/s1/kling.mp4'))).toEqual(second);
  expect(await readFile(join(it.folder, 'out/b/s1/kling.mp4'))).toEqual(first);
  await it.reopen();
  expect((await it.plan()).totals.actions).toMatchObject({
    submit: 0,
    moved: 0,
    keep: 2,
    orphan: 0,
  });
  expect(accepted(it)).toBe(2);
});

test('a pending task is followed in its new place, and lands there', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { ...KEEP, crab: 'A crab' } });
  await it.run({ detach: true });
  await it.reopen();
  await it.write({ [A]: KEEP, [B]: { crab: 'A crab' } });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, completed: 2 } });
  expect(accepted(it)).toBe(2);
  expect(entryIn(it, A, 'crab/kling')).toBeUndefined();
  expect(entryIn(it, B, 'crab/kling')).toMatchObject({
    status: 'completed',
    clip: { path: '../out/b/crab/kling.mp4' },
  });
  expect(await exists(join(it.folder, 'out/b/crab/kling.mp4'))).toBe(true);
  expect(await exists(join(it.folder, 'out/a/crab/kling.mp4'))).toBe(false);
});

test('killed between the two records: both locks have it, nothing is paid, and the next run leaves one', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { ...KEEP, crab: 'A crab' } });
  await it.run();
  await it.reopen();
  await it.write({ [A]: KEEP, [B]: { crab: 'A crab' } });
  await expect(it.run({}, { ledgers: killedBeforeGiving(it) })).rejects.toThrow('killed');
  // The lock file itself, without any journal: what is committed after the crash.
  expect(readFileSync(join(it.folder, 'new/b.lock.json'), 'utf8')).toContain('"crab/kling"');
  await it.crash();
  const [inA, inB] = [entryIn(it, A, 'crab/kling'), entryIn(it, B, 'crab/kling')];
  expect(inA && keyOf(inA)).toBe(inB && keyOf(inB));
  expect(inA).toBeDefined();
  expect(moneyReport([it.lockOf(A), it.lockOf(B)]).total.tasks).toBe(2);

  const plan = await it.plan();
  expect(plan.totals.actions).toMatchObject({ submit: 0, keep: 2, orphan: 1 });
  expect(plan.projects[0]?.orphans).toMatchObject([
    { follow: false, heldBy: { manifest: B, id: 'crab/kling' } },
  ]);
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 2 } });
  expect(entryIn(it, A, 'crab/kling')).toBeUndefined();
  expect(entryIn(it, B, 'crab/kling')).toEqual(inB);
  expect(await exists(join(it.folder, 'out/b/crab/kling.mp4'))).toBe(true);
  expect(accepted(it)).toBe(2);
  await it.reopen();
  expect((await it.plan()).totals.actions).toMatchObject({ submit: 0, keep: 2, orphan: 0 });
});

test("a killed run's money is counted once under the cap, wherever its task is by now", async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { ...KEEP, crab: 'A crab' } });
  await it.run({ detach: true });
  await it.crash();
  const before = it.ledgerOf(A).carried;
  expect(before.attempts.size).toBe(2);
  await it.write({ [A]: KEEP, [B]: { crab: 'A crab' } });
  await expect(it.run({}, { ledgers: killedBeforeGiving(it) })).rejects.toThrow('killed');
  await it.crash();
  expect([it.ledgerOf(A).carried.attempts.size, it.ledgerOf(B).carried.attempts.size]).toEqual([
    2, 1,
  ]);
  const { totals } = await it.run({ capUsd: fromUsd(5) });
  const { charged } = it.gateway.books().money.apimart;
  expect([totals.submitted, totals.completed, totals.underCap]).toEqual([0, 2, charged]);
});

test('no file is overwritten: the clip keeps its place, and the lock says where', async () => {
  await using it = await films([A, B]);
  await it.write({ [A]: { ...KEEP, crab: 'A crab' }, [B]: { fog: 'Fog' } });
  await it.run();
  await it.reopen();
  await mkdir(join(it.folder, 'out/b/crab'), { recursive: true });
  await writeFile(join(it.folder, 'out/b/crab/kling.mp4'), 'mine');
  await it.write({ [A]: KEEP, [B]: { fog: 'Fog', crab: 'A crab' } });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0 } });
  expect(await readFile(join(it.folder, 'out/b/crab/kling.mp4'), 'utf8')).toBe('mine');
  expect(entryIn(it, B, 'crab/kling')?.clip?.path).toBe('../out/a/crab/kling.mp4');
  expect(it.events).toContainEqual(
    expect.objectContaining({
      event: 'run.notice',
      message:
        'The clip of a:crab/kling, which is b:crab/kling now, keeps its old name: another file has the new one',
    }),
  );
});

test('scenes that wander among three manifests are made once, and every clip is where its scene is', async () => {
  const names = [A, B, 'c.yaml'];
  await using it = await films(names);
  /** Scene n is in the manifest of its digit, under a name of that commit. */
  const scenesOf = (digits: string, commit: number) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        Object.fromEntries(
          [...digits].flatMap((digit, n) =>
            Number(digit) === index ? [[`s${n}-${n % 2 === 0 ? 0 : commit}`, `Scene ${n}`]] : [],
          ),
        ),
      ]),
    );
  for (const [commit, digits] of ['01201', '12012', '00000', '22210', '22211'].entries()) {
    await it.write({ ...scenesOf(digits, commit) });
    expect(await it.run()).toMatchObject({ exit: 0 });
    expect(accepted(it)).toBe(5);
    for (const [n, digit] of [...digits].entries()) {
      const name = names[Number(digit)] as string;
      const project = name.replace(/^.*\//, '').replace('.yaml', '');
      expect(
        await exists(
          join(it.folder, 'out', project, `s${n}-${n % 2 === 0 ? 0 : commit}`, 'kling.mp4'),
        ),
      ).toBe(true);
    }
    expect(names.reduce((sum, name) => sum + it.lockOf(name).renders.size, 0)).toBe(5);
    await it.reopen();
  }
});
