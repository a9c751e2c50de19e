import { expect, test } from 'vitest';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { ask, call, handClock, KLING, O3, post, type Said, start } from './helpers.ts';

type Rule = NonNullable<FaultScript['rules']>[number];
const KEY = { 'idempotency-key': '0f1e2d3c-4b5a-4678-9abc-def012345678' };
const day = (...rules: Rule[]): FaultScript => ({ rules });
const taskOf = ({ json }: Said): string => json.data?.[0]?.task_id ?? json.id;

test('an answer lost after acceptance: the task exists, is in the list, and the same key gives it again', async () => {
  await using gateway = await start({
    script: day({ when: { step: 'submit', nth: 1 }, do: { fault: 'reset', accepted: true } }),
  });
  const base = gateway.baseUrls.evolink;
  await expect(post(base, O3, KEY)).rejects.toThrow('fetch failed');
  const { accepted } = gateway.books();
  expect(accepted).toHaveLength(1);
  expect((await call(`${base}/v1/tasks`)).json.data[0].id).toBe(accepted[0]?.task);
  const again = await post(base, O3, KEY);
  expect(again.json).toMatchObject({ id: accepted[0]?.task, idempotency_replayed: true });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(gateway.books().accepted).toHaveLength(1);
  expect(
    gateway.books().events.flatMap((event) => (event.kind === 'submit' ? [event.outcome] : [])),
  ).toEqual(['accepted', 'replayed']);
});

test('a reset before acceptance leaves nothing behind', async () => {
  await using gateway = await start({
    script: day({ when: { step: 'submit', first: 1 }, do: { fault: 'reset' } }),
  });
  await expect(post(gateway.baseUrls.apimart, KLING, KEY)).rejects.toThrow('fetch failed');
  expect(gateway.books().accepted).toEqual([]);
  expect((await post(gateway.baseUrls.apimart, KLING, KEY)).status).toBe(200);
});

test('keys: another body is a conflict, and where they are ignored a second task is charged', async () => {
  await using gateway = await start();
  const { apimart, evolink } = gateway.baseUrls;
  await post(apimart, KLING, KEY);
  expect((await post(apimart, { ...KLING, duration: 6 }, KEY)).json.error.code).toBe(
    'idempotency_key_reused',
  );
  await post(evolink, O3, KEY);
  expect((await post(evolink, { ...O3, duration: 6 }, KEY)).json.error.code).toBe(
    'idempotency_conflict',
  );
  expect((await post(evolink, O3, { 'idempotency-key': 'short' })).status).toBe(400);
  gateway.setScript({ idempotency: 'ignored' });
  await post(apimart, KLING, KEY);
  expect(gateway.books().accepted).toHaveLength(3);
});

test.each([
  ['server', 500],
  ['bad-gateway', 502],
  ['unavailable', 503],
  ['gateway-timeout', 504],
] as const)('%s after acceptance is charged', async (error, status) => {
  await using gateway = await start({
    script: day({ when: { step: 'submit' }, do: { fault: 'error', error, accepted: true } }),
  });
  const said = await post(gateway.baseUrls.apimart, KLING);
  expect(said.status).toBe(status);
  expect(gateway.books().accepted).toHaveLength(1);
});

test('rate limits say when to come back: not at all, in seconds, as a date; in both generations', async () => {
  await using gateway = await start({
    clock: handClock(),
    script: day(
      { when: { step: 'submit', nth: 1 }, do: { fault: 'error', error: 'rate-limited' } },
      {
        when: { step: 'submit', nth: 2 },
        do: { fault: 'error', error: 'rate-limited', retryAfter: 7 },
      },
      {
        when: { step: 'submit', nth: 3 },
        do: { fault: 'error', error: 'rate-limited', retryAfter: { date: 30 }, generation: 'old' },
      },
    ),
  });
  const said = [];
  for (let time = 0; time < 3; time++) said.push(await post(gateway.baseUrls.evolink, O3));
  expect(said.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
    [429, null],
    [429, '7'],
    [429, 'Fri, 20 Nov 2026 17:00:30 GMT'],
  ]);
  expect(said[1]?.json.error).toMatchObject({ code: 'rate_limit_exceeded', request_id: 'req-2' });
  expect(said[2]?.json.error).toMatchObject({ code: 429, type: 'rate_limit_error' });
  expect(gateway.books().accepted).toEqual([]);
});

test('each gateway says an error in its own words', async () => {
  await using gateway = await start({
    script: day(
      {
        when: { step: 'submit', gateway: 'apimart' },
        do: { fault: 'error', error: 'build-request-failed' },
      },
      {
        when: { step: 'submit', gateway: 'evolink' },
        do: { fault: 'error', error: 'daily-budget' },
      },
    ),
  });
  const failed = await post(gateway.baseUrls.apimart, KLING);
  expect([failed.status, failed.json.error.message]).toEqual([
    500,
    'build_request_failed: sensitive content detected',
  ]);
  const budget = await post(gateway.baseUrls.evolink, O3);
  expect([budget.status, budget.json.error.code]).toEqual([402, 'token_daily_quota_exceeded']);
});

test('errors inside a success, pages, half answers, answers without an id, foreign shapes', async () => {
  await using gateway = await start({
    script: day(
      {
        when: { step: 'submit', nth: 1 },
        do: { fault: 'error', error: 'balance', status: 200, generation: 'old' },
      },
      { when: { step: 'submit', nth: 2 }, do: { fault: 'html' } },
      { when: { step: 'submit', nth: 3 }, do: { fault: 'truncated-json' } },
      { when: { step: 'submit', nth: 4 }, do: { fault: 'no-id' } },
      { when: { step: 'submit', nth: 5 }, do: { fault: 'odd-id', id: '../../etc' } },
      { when: { step: 'submit', nth: 6 }, do: { fault: 'submit-shape', shape: 'object' } },
      { when: { step: 'submit', nth: 7 }, do: { fault: 'submit-shape', shape: 'generation-task' } },
      {
        when: { step: 'submit', nth: 8 },
        do: { fault: 'answer', status: 418, text: 'teapot', headers: { 'x-odd': '1' } },
      },
      { when: { step: 'submit', nth: 9 }, do: { fault: 'truncated-json', cut: 'connection' } },
    ),
  });
  const base = gateway.baseUrls.apimart;
  const said: Said[] = [];
  for (let time = 0; time < 8; time++) said.push(await post(base, KLING));
  expect(said[0]?.json).toEqual({ code: 402, message: 'the balance of the account is too low' });
  expect(said[1]).toMatchObject({ status: 502, text: expect.stringMatching(/^<!DOCTYPE html>/) });
  expect([said[2]?.status, said[2]?.json]).toEqual([200, undefined]);
  expect(said[3]?.json).toEqual({ code: 200, data: [{ status: 'submitted' }] });
  expect(said[4]?.json.data[0].task_id).toBe('../../etc');
  expect(said[5]?.json.data).toMatchObject({
    id: expect.stringMatching(/^task_/),
    object: 'video.generation.task',
  });
  expect([said[6]?.status, said[6]?.json.data.status]).toEqual([202, 'queued']);
  expect([said[7]?.status, said[7]?.text, said[7]?.headers.get('x-odd')]).toEqual([
    418,
    'teapot',
    '1',
  ]);
  await expect(post(base, KLING)).rejects.toThrow('terminated');
  // Accepted: all but the error, the page and the teapot.
  expect(gateway.books().accepted).toHaveLength(6);
});

test('a task that is slow to be known, says odd words, falls back, and is denied', async () => {
  const clock = handClock();
  await using gateway = await start({
    clock,
    taskSeconds: 100,
    script: day(
      { when: { step: 'ask', first: 2 }, do: { fault: 'forgotten' } },
      {
        when: { step: 'ask', nth: 3 },
        do: { fault: 'edit', set: { status: 'dreaming', progress: 3 }, omit: ['estimated_time'] },
      },
      { when: { step: 'ask', nth: 4 }, do: { fault: 'forgotten', status: 400 } },
      {
        when: { step: 'ask', nth: 6 },
        do: { fault: 'edit', unwrap: true, omit: ['cost', 'credits_cost', 'expires_at'] },
      },
    ),
  });
  const base = gateway.baseUrls.apimart;
  const task = taskOf(await post(base, KLING));
  expect([(await ask(base, task)).status, (await ask(base, task)).status]).toEqual([404, 404]);
  const odd = (await ask(base, task)).json.data;
  expect(odd).toEqual({ id: task, status: 'dreaming', progress: 3, created: expect.any(Number) });
  expect((await ask(base, task)).status).toBe(400);
  clock.advance(100_000);
  expect((await ask(base, task)).json.data.status).toBe('completed');
  const bare = (await ask(base, task)).json;
  expect(bare).toMatchObject({ id: task, status: 'completed' });
  expect(bare).not.toHaveProperty('cost');
  expect(bare.result.videos[0]).not.toHaveProperty('expires_at');
});

test.each([
  ['full', 0, { reserved: 0, charged: 0, refunded: 336_000 }],
  ['none', 0.336, { reserved: 0, charged: 336_000, refunded: 0 }],
  ['unreported', undefined, { reserved: 0, charged: 0, refunded: 336_000 }],
  ['silent', undefined, { reserved: 0, charged: 336_000, refunded: 0 }],
] as const)('a failed task with refund %s', async (refund, cost, money) => {
  await using gateway = await start({
    taskSeconds: 0,
    script: day({
      when: { step: 'task' },
      do: {
        fault: 'fate',
        end: 'failed',
        refund,
        error: { code: 'content_policy_violation', message: 'refused' },
      },
    }),
  });
  const task = taskOf(await post(gateway.baseUrls.apimart, KLING));
  const { data } = (await ask(gateway.baseUrls.apimart, task)).json;
  expect(data).toMatchObject({
    status: 'failed',
    error: { code: 'content_policy_violation', message: 'refused' },
  });
  expect(data.cost).toBe(cost);
  expect(gateway.books().money.apimart).toEqual(money);
});

test('fates: cancelled, stuck, forgotten, without a reason, dearer than the list, with a lie for an estimate', async () => {
  const clock = handClock();
  const fate = (
    prompt: string,
    more: Omit<Extract<Rule['do'], { fault: 'fate' }>, 'fault'>,
  ): Rule => ({
    when: { step: 'task', prompt },
    do: { fault: 'fate', ...more },
  });
  await using gateway = await start({
    clock,
    taskSeconds: 10,
    script: day(
      fate('one', { end: 'cancelled' }),
      fate('two', { end: 'stuck', stuckAt: 91 }),
      fate('three', { end: 'forgotten' }),
      fate('four', { end: 'failed', error: null }),
      fate('five', { costFactor: 1.5, estimate: 600 }),
      fate('six', { costUsd: 9, estimate: null }),
    ),
  });
  const base = gateway.baseUrls.evolink;
  const ids = new Map<string, string>();
  const estimates: unknown[] = [];
  for (const prompt of ['one', 'two', 'three', 'four', 'five', 'six']) {
    const { json } = await post(base, { ...O3, prompt });
    ids.set(prompt, json.id);
    estimates.push(json.task_info.estimated_time);
  }
  expect(estimates).toEqual([10, 1, 10, 10, 600, undefined]);
  clock.advance(20_000);
  const said = async (prompt: string) => ask(base, ids.get(prompt) ?? '');
  expect((await said('one')).json).toMatchObject({
    status: 'cancelled',
    error: { code: 'request_cancelled' },
    billing: { charge_status: 'released' },
  });
  expect((await said('two')).json).toMatchObject({ status: 'processing', progress: 91 });
  expect((await said('three')).json.error.code).toBe('task_not_found');
  expect((await said('four')).json).not.toHaveProperty('error');
  expect((await said('five')).json.usage.cost).toEqual({ credits: 40.5, usd: 0.595589 });
  expect((await said('six')).json.usage.cost.usd).toBe(9);
  expect(gateway.books().open).toBe(1);
});

test('the batch endpoint can be missing, and links come in every shape', async () => {
  await using gateway = await start({ taskSeconds: 0, script: { batch: false, list: false } });
  const base = gateway.baseUrls.evolink;
  const { id } = (await post(base, O3)).json;
  expect(
    (
      await call(`${base}/v1/tasks/batch`, {
        method: 'POST',
        body: JSON.stringify({ task_ids: [id] }),
      })
    ).status,
  ).toBe(404);
  expect((await call(`${base}/v1/tasks`)).status).toBe(404);
  const shown = async (shape: Extract<Rule['do'], { fault: 'links' }>['shape']) => {
    gateway.setScript(day({ when: { step: 'ask' }, do: { fault: 'links', shape } }));
    return (await ask(base, id)).json;
  };
  const link = expect.stringContaining('.mp4?signature=');
  expect((await shown('object')).results).toEqual([{ url: link }]);
  expect((await shown('two')).results).toEqual([link, link]);
  expect((await shown('null')).results).toBeNull();
  expect((await shown('empty')).results).toEqual([]);
  expect(await shown('none')).not.toHaveProperty('results');
  expect((await shown('result_data')).result_data[0].video_url).toEqual(link);
  expect((await shown('result_data_object')).result_data.video_url).toEqual(link);
  expect((await shown('output')).output.video_url).toEqual(link);
});

test('the balance falls, refuses, and is free again after a refund', async () => {
  const clock = handClock();
  await using gateway = await start({
    clock,
    taskSeconds: 10,
    script: {
      balanceUsd: 0.7,
      rules: [{ when: { step: 'task', nth: 1 }, do: { fault: 'fate', end: 'failed' } }],
    },
  });
  const base = gateway.baseUrls.apimart;
  await post(base, KLING);
  await post(base, KLING);
  expect((await post(base, KLING)).json.error.type).toBe('payment_required');
  expect((await call(`${base}/v1/balance`)).json).toMatchObject({
    remain_balance: 0.028,
    used_balance: 0.672,
    unlimited_quota: false,
  });
  clock.advance(10_000);
  expect((await post(base, KLING)).status).toBe(200);
});

test('a hang ends when the gateway closes, and a slow answer is the right one', async () => {
  const gateway = await start({
    script: day(
      { when: { step: 'ask', nth: 1 }, do: { fault: 'slow', seconds: 0.01 } },
      { when: { step: 'ask', nth: 2 }, do: { fault: 'hang' } },
    ),
  });
  const base = gateway.baseUrls.apimart;
  const task = taskOf(await post(base, KLING));
  expect((await ask(base, task)).json.data.id).toBe(task);
  const hanging = ask(base, task);
  const [ended] = await Promise.allSettled([hanging, gateway.close()]);
  expect(ended.status).toBe('rejected');
});
