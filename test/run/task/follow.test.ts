import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AskOutcome } from '../../../src/gateways/gateway.ts';
import type { AttemptId, Fingerprint, RenderId, TaskId } from '../../../src/ids.ts';
import { declareNeverHappened } from '../../../src/lock/decisions.ts';
import type { LockEntry } from '../../../src/lock/file/format.ts';
import { collect } from '../../../src/run/collect.ts';
import { candidatesFor, unclearRenders } from '../../../src/run/unclear-renders.ts';
import { entryOf, stage, status, type Stage } from '../scripted-gateway-run.ts';

const notices = (it: Stage) =>
  it.events.flatMap((event) => (event.event === 'run.notice' ? [event.message] : []));
const scenes = (it: Stage, count: number) =>
  Array.from({ length: count }, (_, index) => it.render(`s${index}`));
const run = (it: Stage, options = {}) =>
  it.clock.drive(collect([{ manifest: 'film.yaml', root: it.folder }], it.deps(options)), () =>
    it.http.busy(),
  );

describe('answers', () => {
  test('an unknown word is waited out and said once', async () => {
    await using it = await stage();
    it.apimart.onAsk = (_task, age, usual) =>
      age < 50_000 ? { kind: 'running', word: 'dreaming', unknownWord: true } : usual();
    expect(await it.run(it.plan(scenes(it, 3)))).toMatchObject({
      exit: 0,
      totals: { completed: 3 },
    });
    expect(notices(it).filter((message) => message.includes('dreaming'))).toHaveLength(1);
  });

  test('completed without a link is asked again; in the end it is reported and left for the next run', async () => {
    await using it = await stage();
    let linkless = 3;
    it.apimart.onAsk = (_task, _age, usual) => {
      const outcome = usual();
      return outcome.kind === 'completed' && linkless-- > 0
        ? { kind: 'completed', links: [] }
        : outcome;
    };
    expect(await it.run(it.plan([it.render('a')]))).toMatchObject({ exit: 0 });

    await it.reopen();
    it.apimart.onAsk = (): AskOutcome => ({ kind: 'completed', links: [] });
    const result = await it.run(it.plan([it.render('b')]));
    expect(result).toMatchObject({ exit: 6, stoppedBy: [], totals: { pending: 1 } });
    expect(entryOf(it, 'b/toy')).toMatchObject({ status: 'completed' });
  });

  test('a completed task that says something else later is still completed', async () => {
    await using it = await stage();
    let asked = 0;
    it.apimart.onAsk = (_task, _age, usual) => {
      const outcome = usual();
      if (outcome.kind !== 'completed') return outcome;
      asked += 1;
      return asked === 1
        ? { kind: 'completed', links: [] }
        : asked === 2
          ? { kind: 'running', word: 'processing', progress: 40 }
          : outcome;
    };
    expect(await it.run(it.plan([it.render('a')]))).toMatchObject({
      exit: 0,
      totals: { completed: 1 },
    });
  });

  test('a key that may no longer read stops submissions, and the task stays pending', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    it.apimart.onAsk = () => ({ kind: 'unreadable', reason: 'unauthorized', auth: true });
    const result = await it.run(it.plan(scenes(it, 2)));
    expect(result).toMatchObject({ exit: 77, totals: { pending: 1, notSubmitted: 1, failed: 0 } });
  });

  test('a moderation failure names the way out', async () => {
    await using it = await stage();
    it.apimart.onAsk = () => ({
      kind: 'failed',
      failure: 'moderation',
      message: 'sensitive content',
    });
    await it.run(it.plan([it.render('a')]));
    expect(it.events.find(({ event }) => event === 'render.failed')).toMatchObject({
      kind: 'moderation',
      hint: expect.stringContaining('words'),
    });
  });
});

test.each([
  [-3_600_000 * 25, 'behind the clock of apimart', '25 hours'],
  [125_000, 'ahead of the clock of apimart', '2 minutes'],
  [119_000, undefined, ''],
])('a clock that is %i ms off is said once', async (aheadMs, what, howMuch) => {
  await using it = await stage();
  it.apimart.clockAheadMs = () => aheadMs;
  expect(await it.run(it.plan(scenes(it, 3)))).toMatchObject({ exit: 0 });
  const said = notices(it).filter((message) => message.includes('clock'));
  expect(said).toEqual(
    what === undefined ? [] : [`The clock of this machine is ${howMuch} ${what}.`],
  );
});

describe('asks in one request', () => {
  test('many tasks that are due together cost one request', async () => {
    await using it = await stage();
    it.apimart.askManyLimit = 50;
    it.project = {
      ...it.project,
      limits: { in_flight: 20, gateways: { apimart: { in_flight: 20 } }, models: {} },
    };
    expect(await it.run(it.plan(scenes(it, 20)))).toMatchObject({
      exit: 0,
      totals: { completed: 20 },
    });
    const most = Math.max(...it.apimart.batches.map((tasks) => tasks.length));
    expect(most).toBe(20);
    expect(it.apimart.batches.length + it.apimart.asks.length).toBeLessThan(60);
  });

  test('never more ids than the gateway takes', async () => {
    await using it = await stage();
    it.apimart.askManyLimit = 4;
    it.project = {
      ...it.project,
      limits: { in_flight: 20, gateways: { apimart: { in_flight: 20 } }, models: {} },
    };
    await it.run(it.plan(scenes(it, 10)));
    expect(Math.max(...it.apimart.batches.map((tasks) => tasks.length))).toBe(4);
  });

  test('a gateway that cannot is asked one by one from then on', async () => {
    await using it = await stage();
    it.apimart.askManyLimit = 50;
    it.apimart.batchAnswer = 'unsupported';
    expect(await it.run(it.plan(scenes(it, 3)))).toMatchObject({ exit: 0 });
    expect(it.apimart.batches).toHaveLength(1);
  });
});

describe('ends of a run', () => {
  test('detached: asks once, fetches what is done, fills the free slots, leaves', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 2, gateways: {}, models: {} } };
    const all = scenes(it, 5);
    const first = await it.run(it.plan(all), { detach: true });
    expect(first).toMatchObject({ exit: 6, totals: { submitted: 2, pending: 2, notSubmitted: 3 } });
    expect(it.apimart.asks).toHaveLength(0);
    it.clock.advance(61_000);
    await it.reopen();
    const attach = (id: number) => ({
      render: all[id]!,
      action: {
        kind: 'attach' as const,
        reason: 'pending' as const,
        task: entryOf(it, `s${id}/toy`)?.task as TaskId,
      },
    });
    const before = it.clock.now();
    const second = await it.run(it.plan([attach(0), attach(1), ...all.slice(2)]), { detach: true });
    expect(second).toMatchObject({
      exit: 6,
      totals: { completed: 2, submitted: 2, pending: 2, notSubmitted: 1 },
    });
    expect(it.apimart.asks).toHaveLength(2);
    expect(it.clock.now() - before).toBeLessThan(1_000);
  });

  test('--max-wall: no submit that could not end in time, what runs is drained, exit 6', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    const before = it.clock.now();
    const result = await it.run(it.plan(scenes(it, 10)), { maxWallMs: 5 * 60_000 });
    expect(result).toMatchObject({ exit: 6, stoppedBy: ['wall'], totals: { pending: 0 } });
    expect(result.totals.completed).toBeGreaterThanOrEqual(2);
    expect(result.totals.completed + result.totals.notSubmitted).toBe(10);
    expect(it.clock.now() - before).toBeLessThanOrEqual(5 * 60_000);
  });

  test('--max-wall: a task that takes too long stays pending, and the run ends in time', async () => {
    await using it = await stage();
    it.apimart.takesMs = 3_600_000;
    const before = it.clock.now();
    const result = await it.run(it.plan(scenes(it, 1)), { maxWallMs: 10 * 60_000 });
    expect(result).toMatchObject({ exit: 6, totals: { pending: 1 } });
    expect(it.clock.now() - before).toBeLessThanOrEqual(10 * 60_000);
  });

  test('a gateway that cannot be reached is given up, exit 69, and nothing is ambiguous', async () => {
    await using it = await stage();
    it.apimart.onSubmit = () => ({ kind: 'not-sent', reason: 'connection refused' });
    const result = await it.run(
      it.plan([...scenes(it, 3), it.render('e', { alias: 'evo', gateway: 'evolink' })]),
    );
    expect(result).toMatchObject({
      exit: 69,
      totals: { notSubmitted: 3, completed: 1, ambiguous: 0 },
    });
    expect(it.lock().renders.size).toBe(1);
  });
});

describe('collect', () => {
  test('from the lock alone: pending, never landed, outdated; nothing is submitted', async () => {
    await using it = await stage();
    await it.run(it.plan(scenes(it, 3)), { detach: true });
    await it.reopen();
    it.clock.advance(120_000);
    const result = await run(it);
    expect(result).toMatchObject({ exit: 0, totals: { completed: 3, submitted: 0 } });
    expect(it.apimart.submits).toHaveLength(3);
    expect(entryOf(it, 's1/toy')?.clip?.path).toBe('out/film/s1/toy.mp4');
    await it.reopen();
    expect(await run(it)).toMatchObject({ exit: 0, totals: { completed: 0 } });
  });

  test('a submit that a person declared void is not a failure', async () => {
    await using it = await stage();
    it.apimart.onSubmit = () => ({ kind: 'ambiguous', reason: 'the answer was lost' });
    expect(await it.run(it.plan([it.render('a')]))).toMatchObject({ exit: 5 });
    const declared = declareNeverHappened(it.lock(), 'a/toy' as RenderId);
    if (declared.ok) it.ledger().decide(declared.lock);
    await it.reopen();
    expect(await run(it)).toMatchObject({ exit: 0, totals: { failed: 0, ambiguous: 0 } });
  });

  test('a lock that names a place outside of the project writes nothing there', async () => {
    await using it = await stage();
    const render = it.render('a');
    await it.run(it.plan([{ ...render, target: join(it.folder, '..', 'escaped', 'toy.mp4') }]), {
      detach: true,
    });
    await it.reopen();
    it.clock.advance(120_000);
    const result = await it.clock.drive(
      collect([{ manifest: 'film.yaml', root: it.folder }], it.deps()),
      () => it.http.busy(),
    );
    expect(result).toMatchObject({ exit: 6, totals: { completed: 0 } });
    expect(it.media.requests).toHaveLength(0);
  });
});

describe('a lock from a stranger', () => {
  test('a file of the project that a lock calls a clip is neither moved nor restored', async () => {
    await using it = await stage();
    await it.run(it.plan([it.render('old'), it.render('again')]));
    const secret = join(it.folder, 'family.mp4');
    await writeFile(secret, 'mine');
    const entry = (id: string) => {
      const found = entryOf(it, id);
      if (found?.clip === undefined) throw new Error(`${id} has no clip`);
      return { ...found, clip: { ...found.clip, path: 'family.mp4' } };
    };
    const [old, again] = [entry('old/toy'), entry('again/toy')];
    const { fingerprint: _old, clip: _none, ...rest } = again;
    const other = {
      ...rest,
      fingerprint: `sha256:${'e'.repeat(64)}` as Fingerprint,
      attempt: '00000000-0000-4000-8000-00000000000f' as AttemptId,
      task: 'task_other' as TaskId,
    };
    it.ledger().decide({
      renders: new Map<RenderId, LockEntry>([
        ['old/toy' as RenderId, old],
        ['again/toy' as RenderId, { ...other, earlier: [again] }],
      ]),
    });
    await it.reopen();
    await it.run(
      it.plan([
        {
          render: it.render('new', { prompt: 'old' }),
          // oxlint-disable-next-line unicorn/no-thenable
          action: { kind: 'moved', reason: 'moved', from: 'old/toy' as RenderId, then: 'keep' },
        },
        {
          render: it.render('again'),
          action: { kind: 'keep', reason: 'restored' },
          restored: again,
        },
      ]),
    );
    expect(await readFile(secret, 'utf8')).toBe('mine');
  });
});

describe('tasks outside of the plan', () => {
  test('behind a filter they take their slots and are noted, but not fetched; in a shard they are left alone', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 2, gateways: {}, models: {} } };
    await it.run(it.plan(scenes(it, 2)), { detach: true });
    await it.reopen();
    const sharded = await it.run(it.plan([it.render('mine')]), { shard: true, detach: true });
    expect(sharded.totals).toMatchObject({ submitted: 1 });
    expect(it.apimart.asks).toHaveLength(0);
    await it.reopen();
    const full = await it.run(it.plan([it.render('more')]), { detach: true });
    expect(full.totals).toMatchObject({ submitted: 0, notSubmitted: 1 });
    await it.reopen();
    const filtered = await it.run(it.plan([it.render('more')]));
    expect(filtered).toMatchObject({ exit: 0, totals: { completed: 1 } });
    expect(it.apimart.mostInFlight).toBe(3);
    expect(it.media.requests).toHaveLength(1);
    expect(entryOf(it, 's0/toy')).toMatchObject({
      status: 'completed',
      target: 'out/film/s0/toy.mp4',
    });
  });
});

test('a task outside of the filter whose gateway has no key ends nothing', async () => {
  await using it = await stage();
  await it.run(it.plan([it.render('far', { gateway: 'evolink' })]), { detach: true });
  await it.reopen();
  const result = await it.run(
    it.plan([it.render('near')]),
    {},
    { gateways: new Map([['apimart', it.apimart]]) },
  );
  expect(result).toMatchObject({ exit: 0, totals: { completed: 1 } });
});

describe('names', () => {
  test('a render that moves takes its clip along, and nothing is sent', async () => {
    await using it = await stage();
    await it.run(it.plan([it.render('old'), it.render('chain')]));
    await it.reopen();
    const moved = (from: string, to: string) => ({
      render: it.render(to, { prompt: from }),
      action: {
        kind: 'moved' as const,
        reason: 'moved' as const,
        from: `${from}/toy` as RenderId,
        // A text, not a function: an action is never awaited.
        // oxlint-disable-next-line unicorn/no-thenable
        then: 'keep' as const,
      },
    });
    const bytes = readFileSync(join(it.folder, 'out/film/old/toy.mp4'));
    const result = await it.run(it.plan([moved('old', 'chain'), moved('chain', 'new')]));
    expect(result).toMatchObject({ exit: 0, totals: { kept: 2, submitted: 0 } });
    expect([...it.lock().renders.keys()].sort()).toEqual(['chain/toy', 'new/toy']);
    expect(entryOf(it, 'chain/toy')).toMatchObject({
      task: 'task_apimart_1',
      clip: { path: 'out/film/chain/toy.mp4' },
    });
    expect(entryOf(it, 'new/toy')).toMatchObject({
      task: 'task_apimart_2',
      clip: { path: 'out/film/new/toy.mp4' },
    });
    expect(readFileSync(join(it.folder, 'out/film/chain/toy.mp4')).equals(bytes)).toBe(true);
    expect(it.apimart.submits).toHaveLength(2);
  });
});

describe('recover', () => {
  test('lists what is unclear with the tasks that may be its own', async () => {
    await using it = await stage();
    it.evolink.onSubmit = (_nth, accept) => {
      accept();
      return { kind: 'ambiguous', reason: 'reset' };
    };
    await it.run(it.plan([it.render('a', { alias: 'evo', gateway: 'evolink' })]));
    const at = it.clock.now();
    const tasks = [
      { task: 'far' as TaskId, model: 'toy', createdAtMs: at - 3_600_000 },
      { task: 'other' as TaskId, model: 'another', createdAtMs: at },
      { task: 'mine' as TaskId, model: 'toy', createdAtMs: at - 60_000 },
    ];
    it.evolink.list = async () => ({ tasks, isWhole: true });
    const unclear = await unclearRenders(
      [{ manifest: 'film.yaml', lock: it.lock() }],
      it.deps().gateways,
    );
    expect(unclear).toMatchObject([
      {
        id: 'a/evo',
        entry: { status: 'ambiguous' },
        bodyDigest: expect.stringMatching(/^sha256:/),
        candidates: [{ task: 'mine' }],
      },
    ]);
  });

  test('fields that the list does not have exclude no task, and the nearest task comes first', () => {
    const submittedAt = '2026-11-20T17:00:00Z';
    const at = Date.parse(submittedAt);
    const list = [
      { task: 'a' as TaskId },
      { task: 'b' as TaskId, createdAtMs: at + 9_000 },
      { task: 'c' as TaskId, createdAtMs: at + 1_000 },
    ];
    expect(candidatesFor({ submittedAt }, 'toy', list).map(({ task }) => task)).toEqual([
      'c',
      'b',
      'a',
    ]);
  });
});

test('a link that dies is asked for anew, and a dead one ends without a submit', async () => {
  await using it = await stage();
  it.media.answers = [status(403)];
  expect(await it.run(it.plan([it.render('a')]))).toMatchObject({
    exit: 6,
    totals: { pending: 1, submitted: 1 },
  });
  expect(it.media.requests.length).toBeLessThanOrEqual(6);
});
