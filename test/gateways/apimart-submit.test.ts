import { describe, expect, test } from 'vitest';
import type { SubmitOutcome } from '../../src/gateways/gateway.ts';
import { ATTEMPT, bench, KEY, openAt } from './harness.ts';
import { type Reply, refusingUrl } from './scripted-server.ts';

const t = bench('apimart');
const BODY = '{"model":"kling-v3","prompt":"물결","duration":5}';
const ID = 'task_01EXAMPLE00000000000000000';
const submit = (): Promise<SubmitOutcome> => t.gateway.submit({ body: BODY, attempt: ATTEMPT });
const html = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>';

test('2.1 the request: key, idempotency key, product, and the body byte for byte; no version header', async () => {
  t.server.answer({ json: { code: 200, data: [{ status: 'submitted', task_id: ID }] } });
  await submit();
  expect(t.server.seen).toMatchObject([
    {
      method: 'POST',
      path: '/v1/videos/generations',
      body: BODY,
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'idempotency-key': ATTEMPT,
        'user-agent': expect.stringMatching(/^rushes\/\d/),
        'content-length': String(Buffer.byteLength(BODY)),
        connection: 'close',
      },
    },
  ]);
  expect(t.server.seen[0]?.headers).not.toHaveProperty('x-apimart-response-version');
});

describe('2.2 accepted', () => {
  test.each<[string, Reply, Partial<SubmitOutcome>]>([
    [
      '(a) a list of tasks',
      { json: { code: 200, data: [{ status: 'submitted', task_id: ID }] } },
      {},
    ],
    ['(a) with id in place of task_id', { json: { code: 200, data: [{ id: ID }] } }, {}],
    [
      '(b) one task',
      {
        json: {
          code: 200,
          data: {
            created: 1700000000,
            id: ID,
            status: 'pending',
            task_info: { can_cancel: true, estimated_time: 300 },
          },
        },
      },
      { expectedSeconds: 300 },
    ],
    ['(b) with task_id', { json: { code: 200, data: { task_id: ID } } }, {}],
    [
      '(c) HTTP 202',
      {
        status: 202,
        json: {
          code: 202,
          request_id: 'req-1',
          data: { id: ID, status: 'queued', object: 'generation.task' },
        },
      },
      {},
    ],
    ['(c) HTTP 200', { json: { code: 202, data: { id: ID, status: 'queued' } } }, {}],
    ['without an envelope', { json: { id: ID, status: 'queued' } }, {}],
    [
      'an error member that is null',
      { json: { code: 200, error: null, data: [{ task_id: ID }] } },
      {},
    ],
    [
      'an id beside a complaint: the task can be asked',
      { json: { code: 500, error: { message: 'hm' }, data: [{ task_id: ID }] } },
      {},
    ],
    [
      'an older form of id',
      { json: { code: 200, data: [{ task_id: 'task-unified-1700000000-abcd1234' }] } },
      { task: 'task-unified-1700000000-abcd1234' as never },
    ],
    [
      'a replay',
      { headers: { 'Idempotency-Replayed': 'true' }, json: { code: 200, data: [{ task_id: ID }] } },
      { replayed: true },
    ],
    [
      'an absurd estimate',
      { json: { code: 200, data: { id: ID, task_info: { estimated_time: -5 } } } },
      {},
    ],
  ])('%s', async (_name, reply, more) => {
    t.server.answer(reply);
    expect(await submit()).toEqual({ kind: 'accepted', task: ID, ...more });
  });
});

describe('2.2 a 2xx without a usable id is ambiguous', () => {
  test.each<[string, Reply, string]>([
    ['no data', { json: { code: 200 } }, 'the answer names no task'],
    ['empty list', { json: { code: 200, data: [] } }, 'the answer names no task'],
    ['data null', { json: { code: 200, data: null } }, 'the answer names no task'],
    ['null', { json: null }, 'the answer names no task'],
    [
      'the key itself as id',
      { json: { code: 200, data: [{ task_id: KEY }] } },
      'the task id in the answer is unusable: "[redacted]"',
    ],
    ['a number as id', { json: { code: 200, data: [{ task_id: 7 }] } }, 'the answer names no task'],
    [
      'an id that is unsafe in a path',
      { json: { code: 200, data: [{ task_id: '../credits' }] } },
      'the task id in the answer is unusable: "../credits"',
    ],
    [
      'dots',
      { json: { code: 200, data: [{ task_id: '..' }] } },
      'the task id in the answer is unusable: ".."',
    ],
    [
      'an id too long',
      { json: { data: [{ task_id: 'a'.repeat(129) }] } },
      'the task id in the answer is unusable',
    ],
    ['an empty error and no task', { json: { code: 200, error: {} } }, 'the answer names no task'],
    ['error false and no task', { json: { error: false } }, 'the answer names no task'],
    [
      'a good word and no task',
      { json: { code: 'success', message: '' } },
      'the answer names no task',
    ],
    ['empty', { text: '' }, 'the answer is empty'],
    ['HTML', { text: html }, 'the answer is a web page, not JSON'],
    [
      'cut JSON',
      { text: '{"code":200,"data":[{"status":"submitted","task_i' },
      'the answer is not complete JSON',
    ],
    [
      'cut JSON after the id',
      { text: `{"code":200,"data":[{"task_id":"${ID}","sta` },
      `the answer is not complete JSON; it names ${ID}`,
    ],
    ['connection cut inside the body', { fault: 'cut-body' }, 'the answer was cut short'],
  ])('%s', async (_name, reply, reason) => {
    t.server.answer(reply);
    expect(await submit()).toEqual({ kind: 'ambiguous', reason: expect.stringContaining(reason) });
  });

  test('an answer of more than 4 MiB is not read to its end', async () => {
    t.server.answer({ text: `{"pad":"${'x'.repeat(5 * 1024 * 1024)}"}` });
    expect(await submit()).toMatchObject({
      kind: 'ambiguous',
      reason: expect.stringContaining('longer than 4194304 bytes'),
    });
  });
});

describe('2.2 HTTP 200 that carries an error', () => {
  test.each<[string, unknown, object]>([
    [
      'body code 400',
      { code: 400, message: 'duration is bad' },
      { kind: 'invalid', message: 'duration is bad' },
    ],
    ['body code as text', { code: '400', message: 'duration is bad' }, { kind: 'invalid' }],
    ['body code 401', { code: 401, error: { message: 'no key' } }, { kind: 'auth' }],
    ['body code 402', { code: 402, error: { message: 'pay' } }, { kind: 'balance' }],
    ['body code 429', { code: 429, error: { message: 'slow' } }, { kind: 'rate-limited' }],
    [
      'an error member with a code',
      { error: { code: 400, message: 'bad', type: 'invalid_request_error', param: 'mode' } },
      { kind: 'invalid', field: 'mode' },
    ],
    [
      'an error member with a type only',
      { code: 200, error: { message: 'no', type: 'authentication_error' } },
      { kind: 'auth', code: 'authentication_error' },
    ],
    [
      'an error member with words only',
      { code: 200, error: { message: 'Sensitive content detected' } },
      { kind: 'moderation' },
    ],
    [
      'an error member that is a text',
      { error: 'Something is off' },
      { kind: 'invalid', message: 'Something is off' },
    ],
    [
      'a number that is no HTTP status',
      { code: 1007, message: 'account balance is insufficient' },
      { kind: 'balance' },
    ],
  ])('%s is refused', async (_name, json, refusal) => {
    t.server.answer({ json });
    expect(await submit()).toMatchObject({ kind: 'refused', refusal });
  });

  test.each<[string, unknown]>([
    ['body code 500', { code: 500, message: 'internal' }],
    ['an error member with code 502', { code: 200, error: { code: 502, message: 'upstream' } }],
    [
      'an outcome that the gateway lost',
      { error: { code: 'idempotency_result_indeterminate', message: 'lost' } },
    ],
  ])('%s is ambiguous, as the same HTTP status would be', async (_name, json) => {
    t.server.answer({ json });
    expect(await submit()).toMatchObject({ kind: 'ambiguous' });
  });
});

const error = (code: unknown, message: string, type?: string) => ({
  error: { code, message, ...(type !== undefined && { type }) },
});

describe('4 errors that surely accepted nothing', () => {
  test.each<[string, Reply, object]>([
    [
      '400',
      { status: 400, json: error(400, 'bad mode', 'invalid_request_error') },
      { kind: 'invalid', message: 'bad mode', code: 'invalid_request_error' },
    ],
    [
      '400 moderation',
      { status: 400, json: error('x', 'Content moderation failed') },
      { kind: 'moderation' },
    ],
    [
      '400 model gone',
      { status: 400, json: error(400, 'Model sora-2 is not available') },
      { kind: 'model-gone' },
    ],
    [
      '400 that only speaks of a model',
      { status: 400, json: error(400, 'For model kling-v3 mode 8k is not supported') },
      { kind: 'invalid' },
    ],
    [
      '401',
      { status: 401, json: error(401, 'Invalid key', 'authentication_error') },
      { kind: 'auth', message: 'Invalid key' },
    ],
    [
      '401 of the live probe',
      { status: 401, json: error('', 'no token', 'apimart_error') },
      { kind: 'auth' },
    ],
    [
      '402',
      { status: 402, json: error(402, 'Insufficient balance', 'payment_required') },
      { kind: 'balance', code: 'payment_required' },
    ],
    [
      '403 for this model',
      { status: 403, json: error(403, 'no access to this model', 'permission_error') },
      { kind: 'invalid' },
    ],
    [
      '403 for the key',
      { status: 403, json: error(403, 'This API key has been disabled', 'permission_error') },
      { kind: 'auth' },
    ],
    [
      '403 for the money',
      { status: 403, json: error('insufficient_user_quota', 'quota') },
      { kind: 'balance' },
    ],
    [
      '404 path',
      { status: 404, text: '404 page not found' },
      { kind: 'wrong-address', message: expect.stringContaining('check the base URL') },
    ],
    [
      '404 model',
      { status: 404, json: error('model_not_found', 'The model `sora-2` does not exist') },
      { kind: 'model-gone' },
    ],
    [
      '409 reused',
      { status: 409, json: error('idempotency_key_reused', 'other body') },
      { kind: 'invalid', message: expect.stringContaining('fault of this program') },
    ],
    [
      '413',
      { status: 413, text: '' },
      { kind: 'invalid', message: 'HTTP 413: the answer is empty' },
    ],
    ['422', { status: 422, json: { detail: 'no' } }, { kind: 'invalid', message: 'no' }],
    [
      '429',
      { status: 429, json: error(429, 'Too many requests', 'rate_limit_error') },
      { kind: 'rate-limited', message: 'Too many requests' },
    ],
    ['429 HTML', { status: 429, text: html }, { kind: 'rate-limited' }],
    ['401 HTML', { status: 401, text: html }, { kind: 'auth' }],
    [
      '404 HTML',
      { status: 404, text: html },
      { kind: 'wrong-address', message: expect.stringContaining('check the base URL') },
    ],
    ['413 HTML', { status: 413, text: html }, { kind: 'invalid' }],
    [
      '429 with an empty balance, by code',
      { status: 429, json: error('insufficient_quota', 'quota') },
      { kind: 'balance' },
    ],
    [
      '429 with an empty balance, by type',
      { status: 429, json: error(429, 'quota', 'insufficient_quota_error') },
      { kind: 'balance' },
    ],
    [
      '429 with an empty balance, by words',
      {
        status: 429,
        json: error(429, 'Your account balance is insufficient, please top up', 'rate_limit_error'),
      },
      { kind: 'balance' },
    ],
    [
      '429 that counts requests',
      { status: 429, json: error(429, 'Request quota per minute exceeded', 'rate_limit_error') },
      { kind: 'rate-limited' },
    ],
    [
      '500 build_request_failed',
      { status: 500, json: error(500, 'build_request_failed: invalid size', 'server_error') },
      { kind: 'invalid' },
    ],
    [
      '500 build_request_failed, moderation',
      { status: 500, json: error(500, 'build_request_failed: sensitive content detected') },
      { kind: 'moderation' },
    ],
    [
      '503 idempotency_unavailable',
      { status: 503, json: error('idempotency_unavailable', 'store down') },
      { kind: 'unavailable-before-accept' },
    ],
    [
      '503 idempotency_unavailable, as a type',
      { status: 503, json: error(503, 'store down', 'idempotency_unavailable') },
      { kind: 'unavailable-before-accept' },
    ],
    [
      '409 reused, as a type',
      { status: 409, json: error(409, 'other body', 'idempotency_key_reused') },
      { kind: 'invalid' },
    ],
    [
      '503 model gone (9.3)',
      { status: 503, json: error(503, 'model not available') },
      { kind: 'model-gone' },
    ],
  ])('%s', async (_name, reply, refusal) => {
    t.server.answer(reply);
    expect(await submit()).toMatchObject({ kind: 'refused', refusal });
    expect(t.server.seen).toHaveLength(1);
  });
});

test.each([301, 302, 303, 307, 308])(
  '%i without words is told once, and as what it is',
  async (status) => {
    t.server.answer({ status, headers: { location: 'https://elsewhere.example/' }, text: '' });
    expect(await submit()).toEqual({
      kind: 'ambiguous',
      wrongAddress: true,
      reason: `HTTP ${status}: the answer is empty (the gateway answers with a redirect, and a key is never sent after one; check the base URL)`,
    });
  },
);

describe('4 errors that may have accepted', () => {
  test.each<[string, Reply]>([
    ['408', { status: 408, text: '' }],
    [
      '409 in progress',
      {
        status: 409,
        headers: { 'retry-after': '5' },
        json: error('idempotency_in_progress', 'still running'),
      },
    ],
    ['409 indeterminate', { status: 409, json: error('idempotency_result_indeterminate', 'lost') }],
    ['409 of another kind', { status: 409, json: error(409, 'conflict') }],
    ['500', { status: 500, json: error(500, 'internal', 'server_error') }],
    [
      '500 that only quotes build_request_failed',
      { status: 500, json: error(500, 'upstream: build_request_failed: x') },
    ],
    ['502', { status: 502, json: error(502, 'bad gateway', 'bad_gateway') }],
    ['502 HTML', { status: 502, text: html }],
    ['503', { status: 503, json: error(503, 'service unavailable') }],
    ['503 empty', { status: 503, text: '' }],
    ['504', { status: 504, text: html }],
    [
      '500 with a type that elsewhere means invalid',
      { status: 500, json: error(500, 'x', 'invalid_request_error') },
    ],
    [
      'a code that is a property of every object',
      { status: 500, json: error('constructor', 'x', '__proto__') },
    ],
    ...[400, 402, 403, 406, 418, 422, 451].flatMap((status): [string, Reply][] => [
      [`${status} as a page of a proxy`, { status, text: html }],
      [`${status} without a body`, { status, text: '' }],
    ]),
    ['403 cut short', { status: 403, text: '{"error":{"code":403,"mess' }],
    ['close after the request', { fault: 'close' }],
    ['reset after the request', { fault: 'reset' }],
    ['close inside the headers', { fault: 'cut-headers' }],
  ])('%s', async (_name, reply) => {
    t.server.answer(reply);
    expect(await submit()).toMatchObject({ kind: 'ambiguous' });
    expect(t.server.seen).toHaveLength(1);
  });

  test('a page of a proxy is said to be one', async () => {
    t.server.answer({ status: 403, text: html });
    expect(await submit()).toMatchObject({
      reason: expect.stringContaining('a proxy or firewall answered instead'),
    });
  });

  test('the reason says what is known, with the request id', async () => {
    t.server.answer({
      status: 502,
      headers: { 'X-Request-Id': 'req-77' },
      json: error('bad_gateway', 'upstream went away'),
    });
    expect(await submit()).toEqual({
      kind: 'ambiguous',
      reason: 'HTTP 502 bad_gateway: upstream went away (request id req-77)',
      requestId: 'req-77',
    });
  });

  test('stopped by the caller after it was sent', async () => {
    t.server.answer({ fault: 'hang' });
    const stop = new AbortController();
    const read = t.server.nextRequest();
    const outcome = t.gateway.submit({ body: BODY, attempt: ATTEMPT }, stop.signal);
    await read;
    stop.abort();
    expect(await outcome).toEqual({
      kind: 'ambiguous',
      reason: 'sent, but no answer came: interrupted',
    });
  });
});

describe('4 never sent', () => {
  test('connection refused', async () => {
    const url = await refusingUrl();
    const outcome = await openAt('apimart', url, t.http).submit({ body: BODY, attempt: ATTEMPT });
    expect(outcome).toEqual({
      kind: 'not-sent',
      reason: `the connection was refused (ECONNREFUSED): nothing listens at ${url}, check APIMART_BASE_URL`,
    });
  });

  test('stopped by the caller before it was sent', async () => {
    expect(
      await t.gateway.submit({ body: BODY, attempt: ATTEMPT }, AbortSignal.abort()),
    ).toMatchObject({ kind: 'not-sent' });
    expect(t.server.seen).toHaveLength(0);
  });
});

describe('4 when to come back', () => {
  test.each<[string, Record<string, string>, string, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 'slow', 7000],
    ['a date', { 'retry-after': 'Fri, 20 Nov 2026 19:00:30 GMT' }, 'slow', 30_000],
    ['a date that is past', { 'retry-after': 'Fri, 20 Nov 2026 18:00:00 GMT' }, 'slow', 0],
    ['a negative number', { 'retry-after': '-3' }, 'slow', 0],
    ['an absurd number', { 'retry-after': '999999999' }, 'slow', 600_000],
    ['rubbish', { 'retry-after': 'soon' }, 'slow', undefined],
    ['nothing', {}, 'slow', undefined],
    ['only words', {}, 'Please retry after 60 seconds', 60_000],
    ['header before words', { 'retry-after': '2' }, 'Please retry after 60 seconds', 2000],
  ])('%s', async (_name, headers, message, retryAfterMs) => {
    t.server.answer({ status: 429, headers, json: error(429, message) });
    const outcome = await submit();
    expect(
      outcome.kind === 'refused' && 'retryAfterMs' in outcome.refusal
        ? outcome.refusal.retryAfterMs
        : undefined,
    ).toBe(retryAfterMs);
  });
});

test('a date is measured against the date of its answer, however wrong the clock of this machine is', async () => {
  const headers = {
    date: 'Sat, 21 Nov 2026 20:00:00 GMT',
    'retry-after': 'Sat, 21 Nov 2026 20:00:01 GMT',
  };
  t.server.answer({ status: 429, headers, json: error(429, 'slow') });
  expect(await submit()).toMatchObject({ refusal: { retryAfterMs: 1000 } });
  expect(t.gateway.clockAheadMs?.()).toBe(-25 * 3_600_000);
  // What a cache has kept says nothing about the time.
  t.server.answer({ status: 429, headers: { ...headers, age: '90000' }, json: error(429, 'slow') });
  expect(await submit()).toMatchObject({ refusal: { retryAfterMs: 600_000 } });
});

test('messages are without keys and links, on one line, and bounded', async () => {
  const message = `key ${KEY}\u001b[31m\nsee https://cdn.example/a.mp4?sig=1 ${'x'.repeat(9000)}`;
  t.server.answer({
    status: 400,
    headers: { 'x-request-id': KEY },
    json: { error: { message, param: KEY, code: `c ${KEY}` } },
  });
  const outcome = await submit();
  const text = JSON.stringify(outcome);
  expect(text).not.toContain(KEY);
  expect(outcome).toMatchObject({
    kind: 'refused',
    refusal: {
      message: expect.stringMatching(
        /^key \[redacted\] \[31m see https:\/\/cdn\.example\/a\.mp4\?… x+…$/,
      ),
      field: '[redacted]',
    },
  });
  expect(text.length).toBeLessThan(800);
});
