/**
 * The eleven money rules (docs/architecture.md) in their order. Each test fails when its rule is
 * broken.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Source } from '../../src/diagnostic.ts';
import type { Alias, AttemptId, TaskId } from '../../src/ids.ts';
import { decodeLock } from '../../src/lock/file/decode.ts';
import { encodeLock, type LockCost } from '../../src/lock/file/format.ts';
import type { JournalEvent } from '../../src/lock/journal/events.ts';
import { fromUsd } from '../../src/money.ts';
import type { ResolvedRender } from '../../src/plan/plan.ts';
import { isoSeconds } from '../../src/ports/clock.ts';
import { runPlan } from '../../src/run/run.ts';
import { mortal } from './killable-process.ts';
import {
  clipBytes,
  entryOf,
  stage,
  status,
  type Stage,
  wholeClip,
} from './scripted-gateway-run.ts';

const attempts = (it: Stage): readonly AttemptId[] =>
  it.apimart.submits.map(({ attempt }) => attempt);
const held = (it: Stage) => it.events.filter((event) => event.event === 'render.held');
const clipPath = (it: Stage, scene: string): string =>
  join(it.folder, 'out/film', scene, 'toy.mp4');

describe('rule 1: intent before POST, task id before the first ask', () => {
  test('the journal on disk names the attempt when the POST leaves, and the task when it is asked for', async () => {
    await using it = await stage();
    const seen: string[] = [];
    it.apimart.beforeSubmit = (attempt) => {
      const line = it
        .journal()
        .find((event) => event.kind === 'intent' && event.attempt === attempt);
      seen.push(line?.kind ?? 'no intent');
    };
    it.apimart.beforeAsk = (task) => {
      const line = it.journal().find((event) => event.kind === 'accepted' && event.task === task);
      seen.push(line?.kind ?? 'no task');
    };
    await it.run(it.plan([it.render('a'), it.render('b')]));
    expect(new Set(seen)).toEqual(new Set(['intent', 'accepted']));
  });

  test('an intent is written only for a POST that is sent at once: a render that waits for a slot has none', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    const intents: number[] = [];
    it.apimart.beforeSubmit = () =>
      intents.push(it.journal().filter(({ kind }) => kind === 'intent').length);
    await it.run(it.plan([it.render('a'), it.render('b'), it.render('c')]));
    expect(intents).toEqual([1, 2, 3]);
  });

  test('a journal that cannot be written stops every submission', async () => {
    await using it = await stage();
    const ledger = it.ledger();
    const failing = Object.create(ledger, {
      record: {
        value: async () => ({
          ok: false,
          problem: { code: 'ENOSPC', message: 'no space left on device' },
        }),
      },
    }) as typeof ledger;
    const result = await it.run(
      it.plan([it.render('a'), it.render('b')]),
      {},
      { ledgers: new Map([['film.yaml', failing]]) },
    );
    expect(it.apimart.submits).toEqual([]);
    expect(result).toMatchObject({ exit: 6, totals: { notSubmitted: 2 } });
    expect(it.events.filter(({ event }) => event === 'run.notice')).toMatchObject([
      { message: expect.stringContaining('no space left') },
    ]);
  });
});

test('rule 1: a disk that fails after the POST stops submissions, follows what is paid, and shows a line to copy', async () => {
  await using it = await stage();
  it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
  const ledger = it.ledger();
  const lines: string[] = [];
  const failing: typeof ledger = Object.create(ledger, {
    lock: { get: () => ledger.lock },
    record: {
      value: async (event: JournalEvent) => {
        const recorded = await ledger.record(event);
        return event.kind === 'intent'
          ? recorded
          : { ok: false, problem: { code: 'ENOSPC', message: 'no space left on device' } };
      },
    },
    emergency: {
      value: async (line: string) => {
        lines.push(line);
        return '/elsewhere/rushes-film.txt';
      },
    },
  }) as typeof ledger;
  const result = await it.run(
    it.plan([it.render('a'), it.render('b')]),
    {},
    { ledgers: new Map([['film.yaml', failing]]) },
  );
  expect(result).toMatchObject({ exit: 6, totals: { completed: 1, notSubmitted: 1 } });
  expect(new Set(lines)).toEqual(
    new Set(['rushes recover film:a/toy --adopt task_apimart_1 film.yaml']),
  );
  const said = it.events.flatMap((event) => (event.event === 'run.notice' ? [event.message] : []));
  expect(said.join('\n')).toContain(
    'rushes recover film:a/toy --adopt task_apimart_1 film.yaml (also in /elsewhere/rushes-film.txt)',
  );
});

describe('rule 2: an ambiguous submit is never sent again by itself', () => {
  test('it holds that render alone, exits 5, and the next run does not send it either', async () => {
    await using it = await stage();
    it.apimart.onSubmit = (nth, accept) => {
      const outcome = accept();
      return nth === 1
        ? { kind: 'ambiguous', reason: 'the connection broke before an answer came' }
        : outcome;
    };
    const renders = [it.render('a'), it.render('b')];
    const result = await it.run(it.plan(renders));
    expect(result).toMatchObject({
      exit: 5,
      totals: { submitted: 1, completed: 1, ambiguous: 1, underCap: 200_000 },
    });
    expect(it.apimart.submits).toHaveLength(2);
    expect(entryOf(it, 'a/toy')).toMatchObject({
      status: 'ambiguous',
      attempt: attempts(it)[0],
      cost: { usd: 0.1 },
    });
    expect(held(it)).toMatchObject([
      { id: 'a/toy', reason: 'ambiguous', hint: 'rushes recover film:a/toy film.yaml' },
    ]);

    await it.reopen();
    const [first] = renders;
    if (first === undefined) return;
    const again = await it.run(
      it.plan([{ render: first, action: { kind: 'hold', reason: 'ambiguous' } }]),
    );
    expect(again.exit).toBe(5);
    expect(it.apimart.submits).toHaveLength(2);
  });

  test('three in a row close their gateway for the run; one that is accepted begins the count anew', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    it.apimart.onSubmit = (nth, accept) =>
      nth === 3 ? accept() : { kind: 'ambiguous', reason: 'HTTP 502' };
    const scenes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const result = await it.run(
      it.plan([
        ...scenes.map((scene) => it.render(scene)),
        it.render('other', { gateway: 'evolink' }),
      ]),
    );
    expect(it.apimart.submits).toHaveLength(6);
    expect(it.evolink.submits).toHaveLength(1);
    expect(result).toMatchObject({
      exit: 5,
      totals: { submitted: 2, ambiguous: 5, notSubmitted: 3 },
      reasons: [
        expect.stringMatching(
          /^3 submits to apimart in a row may or may not have been accepted.*HTTP 502/,
        ),
      ],
    });
    // What was not submitted has no trace: the next run simply submits it.
    expect(it.lock().renders.size).toBe(7);
  });

  test.each([0, 30])(
    'by another clock it was sent in %i minutes: its slot is kept no longer than if it was just now',
    async (minutes) => {
      await using it = await stage();
      it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
      await it.ledger().record({
        kind: 'intent',
        at: isoSeconds(it.clock.now() + minutes * 60_000),
        id: it.render('a').id,
        attempt: '00000000-0000-4000-8000-00000000aaaa' as AttemptId,
        fingerprint: it.render('a').fingerprint,
        model: 'apimart/toy',
        request: {},
        target: 'out/film/a/toy.mp4',
        cost: { usd: 0.1, source: 'estimated' },
      });
      const plan = it.plan([
        { render: it.render('a'), action: { kind: 'hold', reason: 'ambiguous' } },
        it.render('b'),
      ]);
      expect(await it.run(plan)).toMatchObject({ exit: 5, totals: { completed: 1 } });
      expect(it.apimart.submits).toHaveLength(1);
      expect(it.clock.monotonic()).toBeLessThan(10 * 60_000);
    },
  );

  test('a kill between intent and answer reads as ambiguous', async () => {
    await using it = await stage();
    const { deps, killed } = mortal(it.deps(), (effect) => effect === 'before submit');
    void runPlan(it.plan([it.render('a')]), deps);
    await it.clock.drive(killed);
    await it.crash();
    expect(entryOf(it, 'a/toy')).toMatchObject({ status: 'ambiguous' });
  });
});

describe('rule 3: three retry domains that never leak', () => {
  test('never connected, 429 and unavailable are sent again with the same key and the same bytes', async () => {
    await using it = await stage();
    it.apimart.onSubmit = (nth, accept) => {
      if (nth === 1) return { kind: 'not-sent', reason: 'connection refused' };
      if (nth === 2)
        return {
          kind: 'refused',
          refusal: { kind: 'rate-limited', message: 'slow down', retryAfterMs: 7_000 },
        };
      if (nth === 3)
        return {
          kind: 'refused',
          refusal: { kind: 'unavailable-before-accept', message: 'no channel' },
        };
      return accept();
    };
    const result = await it.run(it.plan([it.render('a')]));
    expect(result).toMatchObject({ exit: 0, totals: { submitted: 1, underCap: 100_000 } });
    expect(it.apimart.submits).toHaveLength(4);
    expect(new Set(attempts(it)).size).toBe(1);
    expect(new Set(it.apimart.submits.map(({ body }) => body)).size).toBe(1);
    expect(
      it.journal().filter(({ kind }) => kind === 'intent' || kind === 'withdrawn'),
    ).toHaveLength(7);
    // Between two submits it is in the queue, and no view counts it as running.
    const steps = it.events.flatMap((event) =>
      event.event === 'render.submitting'
        ? ['submitting']
        : event.event === 'render.progress' && event.phase === 'queued'
          ? ['queued']
          : [],
    );
    const sent = 'submitting';
    expect(steps).toEqual([sent, 'queued', sent, 'queued', sent, 'queued', sent]);
  });

  test('an answer to an ask that cannot be read never leads to a submit, and the clip arrives', async () => {
    await using it = await stage();
    let unreadable = 0;
    it.apimart.onAsk = (_task, _age, usual) =>
      unreadable++ < 9 ? { kind: 'unreadable', reason: 'an HTML page' } : usual();
    const result = await it.run(it.plan([it.render('a')]));
    expect(result.exit).toBe(0);
    expect(it.apimart.submits).toHaveLength(1);
  });

  test('a download that fails is tried again, its link refreshed, and nothing is submitted', async () => {
    await using it = await stage();
    it.media.answers = [status(500), status(404), wholeClip];
    const result = await it.run(it.plan([it.render('a')]));
    expect(result.exit).toBe(0);
    expect(it.apimart.submits).toHaveLength(1);
    expect(it.media.requests).toHaveLength(3);
  });
});

describe('rule 4: no end that the gateway did not state', () => {
  test('a local deadline leaves the task pending, exit 6', async () => {
    await using it = await stage();
    it.apimart.takesMs = Number.POSITIVE_INFINITY;
    it.project = { ...it.project, limits: { ...it.project.limits, deadlineMs: 5 * 60_000 } };
    const result = await it.run(it.plan([it.render('a')]));
    expect(result).toMatchObject({ exit: 6, totals: { pending: 1, failed: 0 } });
    expect(entryOf(it, 'a/toy')).toMatchObject({ status: 'submitted' });
  });

  test('a failed download ends as pending while the link lives, and as missing when it has died', async () => {
    await using it = await stage();
    it.media.answers = [status(404)];
    const result = await it.run(it.plan([it.render('a')]));
    expect(result).toMatchObject({ exit: 6, totals: { pending: 1, submitted: 1 } });
    const entry = entryOf(it, 'a/toy');
    expect(entry).toMatchObject({ status: 'completed' });
    expect(entry).not.toHaveProperty('clip');

    // Nobody said until when: the longest life that any document promises is three days.
    it.clock.advance(73 * 3_600_000);
    await it.reopen();
    const later = await it.run(
      it.plan([
        {
          render: it.render('a'),
          action: { kind: 'fetch', reason: 'never-landed', task: entry?.task as TaskId },
        },
      ]),
    );
    expect(later).toMatchObject({ exit: 7, totals: { missing: 1, submitted: 0 } });
  });

  test('a task that the gateway denies 5 times over 10 minutes is lost, not failed, and frees its slot', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    it.apimart.onAsk = (task, _age, usual) =>
      task.endsWith('_1') ? { kind: 'unknown-task', message: 'no such task' } : usual();
    const result = await it.run(it.plan([it.render('a'), it.render('b')]));
    expect(result).toMatchObject({ exit: 5, totals: { lost: 1, completed: 1, failed: 0 } });
    const asks = it.apimart.asks.filter(({ task }) => task.endsWith('_1')).map(({ atMs }) => atMs);
    expect(asks.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...asks) - Math.min(...asks)).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test('a denial right after the submit is only slowness', async () => {
    await using it = await stage();
    it.apimart.onAsk = (_task, age, usual) =>
      age < 40_000 ? { kind: 'unknown-task', message: 'no such task' } : usual();
    expect(await it.run(it.plan([it.render('a')]))).toMatchObject({ exit: 0 });
  });

  test('no end after 24 hours is lost, and later runs ask once', async () => {
    await using it = await stage();
    it.apimart.takesMs = Number.POSITIVE_INFINITY;
    await it.run(it.plan([it.render('a')]), { detach: true });
    it.clock.advance(25 * 3_600_000);
    await it.reopen();
    const task = entryOf(it, 'a/toy')?.task as TaskId;
    const result = await it.run(
      it.plan([{ render: it.render('a'), action: { kind: 'attach', reason: 'pending', task } }]),
    );
    expect(result).toMatchObject({ exit: 5, totals: { lost: 1 } });
    await it.reopen();
    const before = it.apimart.asks.length;
    const held = await it.run(
      it.plan([{ render: it.render('a'), action: { kind: 'hold', reason: 'lost' } }]),
    );
    expect(held.exit).toBe(5);
    expect(it.apimart.asks.length - before).toBe(1);

    await it.reopen();
    it.apimart.takesMs = 0;
    const found = await it.run(
      it.plan([{ render: it.render('a'), action: { kind: 'hold', reason: 'lost' } }]),
    );
    expect(found).toMatchObject({ exit: 0, totals: { completed: 1 } });
  });
});

describe('rule 5: nothing new without key, balance or budget; what is paid is followed', () => {
  test('an empty balance stops that gateway, not the other one', async () => {
    await using it = await stage();
    it.apimart.onSubmit = (nth, accept) =>
      nth > 1 ? { kind: 'refused', refusal: { kind: 'balance', message: 'top up' } } : accept();
    it.project = { ...it.project, limits: { gateways: { apimart: { in_flight: 1 } }, models: {} } };
    const renders = ['a', 'b', 'c', 'd'].map((scene) => it.render(scene));
    const result = await it.run(
      it.plan([...renders, it.render('e', { alias: 'evo', gateway: 'evolink' })]),
    );
    expect(result).toMatchObject({
      exit: 69,
      totals: { completed: 2, notSubmitted: 3, failed: 0 },
    });
    expect(it.apimart.submits).toHaveLength(2);
    expect(entryOf(it, 'b/toy')).toBeUndefined();
  });

  test('a refused key stops every further submission at once, exit 77', async () => {
    await using it = await stage();
    it.apimart.onSubmit = () => ({
      kind: 'refused',
      refusal: { kind: 'auth', message: 'bad key' },
    });
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    const result = await it.run(it.plan(['a', 'b', 'c'].map((scene) => it.render(scene))));
    expect(result.exit).toBe(77);
    expect(it.apimart.submits).toHaveLength(1);
    expect(result.reasons[0]).toContain('APIMART_API_KEY');
  });

  test('the cap holds when the gateway charges more than was estimated, and the figures add up', async () => {
    await using it = await stage();
    it.apimart.cost = { usd: fromUsd(0.25) };
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    const result = await it.run(it.plan(['a', 'b', 'c', 'd'].map((scene) => it.render(scene))), {
      capUsd: fromUsd(0.4),
    });
    expect(result).toMatchObject({
      exit: 4,
      totals: { completed: 2, notSubmitted: 2, underCap: 500_000, thisRun: { charged: 500_000 } },
    });
    expect(result.reasons).toEqual([
      'the budget of this run, $0.40, is reached with $0.50 charged or reserved, for what was estimated at $0.20; nothing more was submitted, and what is paid was followed to its end',
    ]);
    expect(entryOf(it, 'a/toy')?.cost).toEqual({
      usd: 0.25,
      source: 'reported',
      estimatedUsd: 0.1,
    });
  });

  test('reservations hold the cap while tasks are under way, and cheaper tasks make room again', async () => {
    await using it = await stage();
    it.apimart.cost = { usd: fromUsd(0.05) };
    const result = await it.run(it.plan(['a', 'b', 'c', 'd'].map((scene) => it.render(scene))), {
      capUsd: fromUsd(0.2),
    });
    expect(result).toMatchObject({
      exit: 4,
      totals: { completed: 3, notSubmitted: 1, underCap: 150_000 },
    });
    expect(result.reasons[0]).toMatch(
      /^the budget of this run, \$0\.20, is reached with \$0\.15 charged or reserved; nothing more/,
    );
    expect(it.apimart.mostInFlight).toBe(2);
  });

  test("a killed run's successor continues its cap", async () => {
    await using it = await stage();
    const { deps, killed } = mortal(it.deps(), (effect) => effect === 'before ask');
    void runPlan(it.plan([it.render('a')]), deps);
    await it.clock.drive(killed);
    await it.crash();
    const task = entryOf(it, 'a/toy')?.task as TaskId;
    const result = await it.run(
      it.plan([
        { render: it.render('a'), action: { kind: 'attach', reason: 'pending', task } },
        it.render('b'),
        it.render('c'),
      ]),
      { capUsd: fromUsd(0.2) },
    );
    expect(result).toMatchObject({
      exit: 4,
      totals: { completed: 2, notSubmitted: 1, underCap: 200_000 },
    });
    expect(result.reasons[0]).toContain(
      '$0.20 charged or reserved, some of it by a run that was cut short;',
    );
  });

  test('a render with an unknown price is not submitted under a cap that does not accept it', async () => {
    await using it = await stage();
    const result = await it.run(it.plan([it.render('a', { usd: 'unknown' })]), {
      capUsd: fromUsd(5),
    });
    expect(result).toMatchObject({
      exit: 4,
      stoppedBy: ['unpriced'],
      totals: { notSubmitted: 1 },
    });
    expect(it.apimart.submits).toEqual([]);
    await it.reopen();
    const free = await it.run(it.plan([it.render('a', { usd: 'unknown' })]));
    expect(free).toMatchObject({ exit: 0, totals: { thisRun: { unpriced: 1 }, underCap: 0 } });
  });
});

test('rule 5: a used-up budget also stops renders with an unknown price, even if the manifest accepts them', async () => {
  await using it = await stage();
  it.project = {
    ...it.project,
    budget: {
      unpriced: ['sora' as Alias],
      place: { source: new Source('film.yaml', ''), start: 0, end: 0 },
    },
    limits: { in_flight: 1, gateways: {}, models: {} },
  };
  const renders = [
    it.render('a', { seconds: 9 }),
    it.render('b', { alias: 'sora', usd: 'unknown' }),
  ];
  expect(await it.run(it.plan(renders), { capUsd: fromUsd(0.1) })).toMatchObject({
    exit: 4,
    totals: { submitted: 1, notSubmitted: 1 },
  });
  await it.reopen();
  expect(await it.run(it.plan(renders.slice(1)), { capUsd: fromUsd(0) })).toMatchObject({
    exit: 4,
    totals: { submitted: 0 },
  });
});

test('a cost that the gateway reports only with the link is in the lock and under the cap', async () => {
  await using it = await stage();
  let asks = 0;
  it.apimart.onAsk = (_task, age, usual) => {
    const answer = usual();
    if (answer.kind !== 'completed' || age < it.apimart.takesMs) return answer;
    asks += 1;
    return asks === 1
      ? { kind: 'completed', links: [] }
      : { ...answer, cost: { usd: fromUsd(0.07) } };
  };
  expect(await it.run(it.plan([it.render('a')]))).toMatchObject({
    exit: 0,
    totals: { underCap: 70_000 },
  });
  expect(entryOf(it, 'a/toy')?.cost).toEqual({ usd: 0.07, source: 'reported', estimatedUsd: 0.1 });
});

test('of a price that was a range the lock keeps both ends and their sources; of one figure nothing more', async () => {
  await using it = await stage();
  const range = {
    fromUsd: 0.08,
    toUsd: 0.1,
    source: 'list of October',
    asOf: '2026-10-03',
    fromSource: 'list of August',
  };
  const render: ResolvedRender = {
    ...it.render('a'),
    price: {
      kind: 'estimated',
      from: fromUsd(range.fromUsd),
      usd: fromUsd(range.toUsd),
      source: range.source,
      asOf: range.asOf,
      fromSource: range.fromSource,
    },
  };
  const whilePending: (LockCost | undefined)[] = [];
  it.apimart.onAsk = (_task, _age, usual) => {
    const answer = usual();
    if (answer.kind === 'completed') return { ...answer, cost: { usd: fromUsd(0.08) } };
    whilePending.push(...[...it.ledger().lock.renders.values()].map(({ cost }) => cost));
    return answer;
  };
  expect(await it.run(it.plan([render]))).toMatchObject({ exit: 0 });
  // Reserved with the dearer end, while it is being made.
  expect(whilePending[0]).toEqual({ usd: 0.1, source: 'estimated', priceRange: range });
  expect(entryOf(it, 'a/toy')?.cost).toEqual({
    usd: 0.08,
    source: 'reported',
    estimatedUsd: 0.1,
    priceRange: range,
  });
  const text = encodeLock(it.ledger().lock);
  expect(decodeLock(text, 'film.lock.json')).toMatchObject({ ok: true });
  expect(text).toContain('"fromSource": "list of August"');
});

describe('rule 6: refusals and failures', () => {
  test('a moderation refusal is reported with its field and never sent again', async () => {
    await using it = await stage();
    it.project = { ...it.project, retries: { service: 3, timeout: 3 } };
    it.apimart.onSubmit = () => ({
      kind: 'refused',
      refusal: { kind: 'moderation', message: 'not allowed', field: 'prompt' },
    });
    const result = await it.run(it.plan([it.render('a')]));
    expect(result).toMatchObject({ exit: 1, totals: { failed: 1, underCap: 0 } });
    expect(it.apimart.submits).toHaveLength(1);
    expect(it.events.find(({ event }) => event === 'render.failed')).toMatchObject({
      kind: 'moderation',
      message: 'prompt: not allowed',
    });
  });

  test.each([
    ['service', 0, 1],
    ['service', 2, 3],
    ['moderation', 2, 1],
    ['unknown', 2, 1],
  ] as const)(
    'a task that fails with %s and retries %i is submitted %i times, each a new paid attempt',
    async (failure, retries, times) => {
      await using it = await stage();
      it.project = { ...it.project, retries: { service: retries, timeout: 0 } };
      it.apimart.onAsk = () => ({ kind: 'failed', failure, message: 'it broke' });
      const result = await it.run(it.plan([it.render('a')]));
      expect(result).toMatchObject({
        exit: 1,
        totals: { failed: 1, submitted: times, underCap: times * 100_000 },
      });
      expect(new Set(attempts(it)).size).toBe(times);
      expect(entryOf(it, 'a/toy')?.cost?.source).toBe('unconfirmed');
    },
  );

  test('a retry that the budget does not allow leaves the render failed, as the lock says', async () => {
    await using it = await stage();
    it.project = { ...it.project, retries: { service: 1, timeout: 0 } };
    it.apimart.onAsk = () => ({ kind: 'failed', failure: 'service', message: 'no GPU' });
    const result = await it.run(it.plan([it.render('a')]), { capUsd: fromUsd(0.1) });
    expect(result).toMatchObject({ exit: 4, totals: { submitted: 1, failed: 1, notSubmitted: 0 } });
    expect(entryOf(it, 'a/toy')).toMatchObject({ status: 'failed' });
    expect(it.events).toContainEqual(
      expect.objectContaining({
        event: 'render.failed',
        message: 'no GPU; not tried again: the budget is reached',
      }),
    );
  });

  test('a reported zero gives the money back', async () => {
    await using it = await stage();
    it.apimart.onAsk = () => ({
      kind: 'failed',
      failure: 'service',
      message: 'it broke',
      cost: { usd: fromUsd(0) },
    });
    expect(await it.run(it.plan([it.render('a')]))).toMatchObject({ totals: { underCap: 0 } });
  });
});

describe('rule 7: limits', () => {
  test('tasks of earlier runs count', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { gateways: { apimart: { in_flight: 2 } }, models: {} } };
    await it.run(it.plan([it.render('old')]), { detach: true });
    await it.reopen();
    const task = entryOf(it, 'old/toy')?.task as TaskId;
    await it.run(
      it.plan([
        ...['a', 'b', 'c', 'd'].map((scene) => it.render(scene)),
        { render: it.render('old'), action: { kind: 'attach', reason: 'pending', task } },
      ]),
    );
    expect(it.apimart.mostInFlight).toBe(2);
    expect(it.apimart.submits).toHaveLength(5);
  });

  test('longest expected first, and a full gateway does not hold the other one up', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 2, gateways: {}, models: {} } };
    it.apimart.takesMs = 600_000;
    it.evolink.takesMs = 30_000;
    const slow = ['a', 'b', 'c'].map((scene, index) => it.render(scene, { seconds: index + 5 }));
    const fast = ['d', 'e', 'f'].map((scene) =>
      it.render(scene, { alias: 'evo', gateway: 'evolink' }),
    );
    await it.run(it.plan([...slow, ...fast]));
    expect(
      it.apimart.submits.map(({ body }) => (JSON.parse(body) as { duration: number }).duration),
    ).toEqual([7, 6, 5]);
    const firstSlow = it.apimart.tasks.get('task_apimart_1' as TaskId);
    for (const { atMs } of it.evolink.submits)
      expect(atMs).toBeLessThan((firstSlow?.startedMs ?? 0) + 600_000);
  });

  test('Retry-After is obeyed, and 429 halves what is in flight', async () => {
    await using it = await stage();
    it.project = {
      ...it.project,
      limits: { in_flight: 8, gateways: { apimart: { in_flight: 8 } }, models: {} },
    };
    it.apimart.onSubmit = (nth, accept) =>
      nth === 5
        ? {
            kind: 'refused',
            refusal: { kind: 'rate-limited', message: 'too many', retryAfterMs: 20_000 },
          }
        : accept();
    it.apimart.takesMs = 40_000;
    await it.run(it.plan(Array.from({ length: 8 }, (_, index) => it.render(`s${index}`))));
    const [fifth, ...after] = it.apimart.submits.slice(4).toSorted((a, b) => a.atMs - b.atMs);
    expect(it.apimart.submits.length).toBe(9);
    const later = after.filter(({ atMs }) => atMs > (fifth?.atMs ?? 0));
    for (const { atMs } of later) expect(atMs - (fifth?.atMs ?? 0)).toBeGreaterThanOrEqual(20_000);
  });

  test('Retry-After survives a killed run: the next one waits for what is left of it', async () => {
    await using it = await stage();
    it.apimart.onSubmit = (nth, accept) =>
      nth === 1
        ? {
            kind: 'refused',
            refusal: { kind: 'rate-limited', message: 'too many', retryAfterMs: 1_800_000 },
          }
        : accept();
    const plan = () => it.plan([it.render('a')]);
    expect(await it.run(plan())).toMatchObject({ exit: 6, totals: { notSubmitted: 1 } });
    await it.crash();
    expect(await it.run(plan())).toMatchObject({ exit: 6, totals: { notSubmitted: 1 } });
    expect(it.apimart.submits).toHaveLength(1);
    it.clock.advance(1_800_000);
    expect(await it.run(plan())).toMatchObject({ exit: 0 });
    expect(it.apimart.submits).toHaveLength(2);
  });

  test('submits a minute, counting those of the run before', async () => {
    await using it = await stage();
    it.apimart.takesMs = 1_000;
    it.project = {
      ...it.project,
      limits: { gateways: { apimart: { submits_per_minute: 2 } }, models: {} },
    };
    await it.run(it.plan([it.render('z')]), { detach: true });
    await it.reopen();
    await it.run(it.plan(['a', 'b', 'c', 'd'].map((scene) => it.render(scene))));
    const times = it.apimart.submits.map(({ atMs }) => atMs);
    const apart = times.slice(2).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(60_000);
  });
});

test('rule 7: a submit recorded by a machine whose clock is an hour ahead does not delay others for an hour', async () => {
  await using it = await stage();
  it.project = {
    ...it.project,
    limits: { gateways: { apimart: { submits_per_minute: 1 } }, models: {} },
  };
  await it.run(it.plan([it.render('z')]));
  const ahead = new Date(it.clock.now() + 3_600_000).toISOString();
  it.ledger().decide({
    renders: new Map(
      [...it.lock().renders].map(([id, entry]) => [id, { ...entry, submittedAt: ahead }]),
    ),
  });
  await it.reopen();
  const before = it.clock.now();
  expect(await it.run(it.plan([it.render('a')]))).toMatchObject({ exit: 0 });
  expect((it.apimart.submits[1]?.atMs ?? 0) - before).toBe(61_000);
});

describe('rule 8: asking is paced', () => {
  test('with history the first ask comes a little before the earliest finish, and the end is noticed within a few per cent', async () => {
    await using it = await stage();
    it.apimart.takesMs = 200_000;
    it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
    await it.run(it.plan(Array.from({ length: 8 }, (_, index) => it.render(`s${index}`))));
    const last = [...it.apimart.tasks.entries()].at(-1);
    const asks = it.apimart.asks
      .filter(({ task }) => task === last?.[0])
      .map(({ atMs }) => (atMs - (last?.[1].startedMs ?? 0)) / 1_000);
    expect(asks.length).toBeLessThanOrEqual(4);
    expect(asks[0]).toBeGreaterThan(150);
    expect(asks[0]).toBeLessThanOrEqual(200);
    expect(asks.at(-1)).toBeLessThan(210);
  });
});

describe('rule 9: downloads', () => {
  test('a temporary file, then the name; a replaced clip keeps a name of its own', async () => {
    await using it = await stage();
    const old = it.render('a', { prompt: 'old words' });
    await it.run(it.plan([old]));
    const first = await readFile(clipPath(it, 'a'));
    await it.reopen();
    const other = Buffer.concat([
      await clipBytes(),
      Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]),
    ]);
    it.media.answers = [
      (_request, response) => {
        response.writeHead(200, {
          'content-type': 'video/mp4',
          'content-length': other.byteLength,
        });
        response.end(other);
      },
    ];
    const result = await it.run(
      it.plan([
        {
          render: it.render('a', { prompt: 'new words' }),
          action: { kind: 'submit', reason: 'redo' },
        },
      ]),
    );
    expect(result.exit).toBe(0);
    const aside = `toy.${old.fingerprint.slice(7, 15)}.mp4`;
    expect(readdirSync(join(it.folder, 'out/film/a')).sort()).toEqual([aside, 'toy.mp4']);
    expect(readFileSync(clipPath(it, 'a'))).toEqual(other);
    expect(readFileSync(join(it.folder, 'out/film/a', aside))).toEqual(first);
    const entry = entryOf(it, 'a/toy');
    expect(entry?.clip?.path).toBe('out/film/a/toy.mp4');
    expect(entry?.earlier?.[0]?.clip?.path).toBe(`out/film/a/${aside}`);
  });

  test('an outdated task that ends later does not take the place of the new clip', async () => {
    await using it = await stage();
    const old = it.render('a', { prompt: 'old words' });
    it.apimart.takesMs = 500_000;
    await it.run(it.plan([old]), { detach: true });
    await it.reopen();
    it.apimart.onAsk = (task, age, usual) =>
      task.endsWith('_2') && age > 60_000
        ? { kind: 'completed', links: [`${it.media.url}/${task}.mp4`] }
        : usual();
    const result = await it.run(
      it.plan([
        {
          render: it.render('a', { prompt: 'new words' }),
          action: { kind: 'submit', reason: 'changed', changes: [] },
        },
      ]),
    );
    expect(result.exit).toBe(0);
    const entry = entryOf(it, 'a/toy');
    expect(entry).toMatchObject({ task: 'task_apimart_2', clip: { path: 'out/film/a/toy.mp4' } });
    expect(entry?.earlier).toMatchObject([
      {
        task: 'task_apimart_1',
        clip: { path: `out/film/a/toy.${old.fingerprint.slice(7, 15)}.mp4` },
      },
    ]);
  });

  test('a clip that is not as asked is kept, recorded, and fails only if the manifest says so', async () => {
    await using it = await stage();
    it.project = { ...it.project, onMismatch: 'fail' };
    const result = await it.run(it.plan([it.render('a', { seconds: 8 })]));
    expect(result).toMatchObject({ exit: 1, totals: { completed: 1, failed: 0 } });
    expect(entryOf(it, 'a/toy')?.mismatch).toEqual(['asked for 8 s, the clip is 1 s long']);
    expect(readFileSync(clipPath(it, 'a')).byteLength).toBeGreaterThan(0);
  });
});

describe('rule 10: stopping', () => {
  test('a polite stop lets a POST answer, keeps its task id, and is over within 5 s', async () => {
    await using it = await stage();
    it.project = { ...it.project, limits: { in_flight: 2, gateways: {}, models: {} } };
    const stop = new AbortController();
    it.apimart.onSubmit = async (nth, accept) => {
      if (nth === 2) {
        stop.abort();
        await it.clock.sleep(3_000);
      }
      return accept();
    };
    const before = it.clock.now();
    const result = await it.run(
      it.plan(['a', 'b', 'c'].map((scene) => it.render(scene))),
      {},
      { signal: stop.signal },
    );
    expect(result).toMatchObject({
      exit: 130,
      totals: { pending: 2, notSubmitted: 1, ambiguous: 0 },
    });
    expect(it.clock.now() - before).toBeLessThan(5_000);
    expect(await readFile(it.ledger().lockPath, 'utf8')).toContain('task_apimart_2');
  });

  test('a POST that does not answer stays ambiguous', async () => {
    await using it = await stage();
    const stop = new AbortController();
    it.apimart.onSubmit = () => {
      stop.abort();
      return new Promise(() => {});
    };
    const before = it.clock.now();
    const result = await it.run(it.plan([it.render('a')]), {}, { signal: stop.signal });
    expect(result.exit).toBe(130);
    expect(it.clock.now() - before).toBeLessThan(5_000);
    expect(await readFile(it.ledger().lockPath, 'utf8')).toContain('"ambiguous"');
  });
});

test('rule 11: the books of one manifest belong to one command at a time', async () => {
  await using it = await stage();
  await expect(it.reopenHeld()).resolves.toBe('held');
});
