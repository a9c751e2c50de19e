import { describe, expect, test } from 'vitest';
import type { AskOutcome } from '../../src/gateways/gateway.ts';
import { isoSeconds } from '../../src/ports/clock.ts';
import { bench, KEY, openAt, taskId } from './harness.ts';
import { type Reply, refusingUrl } from './scripted-server.ts';

const t = bench('apimart');
const ID = taskId('task_01EXAMPLE00000000000000000');
const ask = (): Promise<AskOutcome> => t.gateway.ask(ID);
const LINK = 'https://upload.apimart.ai/f/video/example.mp4';
const task = (more: object): Reply => ({
  json: { code: 200, data: { id: ID, created: 1700000000, ...more } },
});
const completed = (more: object): Reply =>
  task({ status: 'completed', progress: 100, completed: 1700000155, ...more });

test('3 the request', async () => {
  t.server.answer(task({ status: 'pending' }));
  await ask();
  expect(t.server.seen).toMatchObject([
    {
      method: 'GET',
      path: `/v1/tasks/${ID}`,
      body: '',
      headers: { authorization: `Bearer ${KEY}` },
    },
  ]);
});

describe('3.2 state words', () => {
  test.each(['submitted', 'queued', 'pending'])('%s is waiting', async (word) => {
    t.server.answer(task({ status: word, progress: 0 }));
    expect(await ask()).toEqual({ kind: 'waiting', word });
  });

  test.each(['processing', 'in_progress', 'running'])('%s is running', async (word) => {
    t.server.answer(task({ status: word, progress: 91, estimated_time: 600 }));
    expect(await ask()).toEqual({ kind: 'running', word, progress: 91, expectedSeconds: 600 });
  });

  test.each(['completed', 'success', 'succeeded', 'SUCCESS'])('%s is completed', async (word) => {
    t.server.answer(task({ status: word, result: { videos: [{ url: [LINK] }] } }));
    expect(await ask()).toEqual({ kind: 'completed', links: [LINK] });
  });

  test.each([
    ['failed', 'unknown'],
    ['failure', 'unknown'],
    ['error', 'unknown'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['expired', 'timeout'],
    ['timeout', 'timeout'],
  ])('%s is failed (%s), also without an error', async (word, failure) => {
    t.server.answer(task({ status: word }));
    expect(await ask()).toEqual({
      kind: 'failed',
      failure,
      message: `the gateway says "${word}" and gives no reason`,
    });
  });

  test.each(['reviewing', 'constructor', '처리중', 'x'.repeat(2000)])(
    'an unknown word is running, and said to be unknown: %s',
    async (word) => {
      t.server.answer(task({ status: word, progress: 5 }));
      expect(await ask()).toMatchObject({ kind: 'running', unknownWord: true, progress: 5 });
    },
  );
});

describe('3.3 shapes', () => {
  test('completed, newer: url is a list; money, times and link life', async () => {
    const result = { videos: [{ url: [LINK], expires_at: 1700086555 }] };
    t.server.answer(
      completed({ estimated_time: 600, actual_time: 155, cost: 0.336, credits_cost: 3.36, result }),
    );
    expect(await ask()).toEqual({
      kind: 'completed',
      links: [LINK],
      cost: { usd: 336_000, credits: 3.36 },
      expiresAtMs: 1_700_086_555_000,
      completedAtMs: 1_700_000_155_000,
      tookSeconds: 155,
    });
  });

  test.each<[string, object, string[]]>([
    [
      'a text',
      { result: { videos: [{ url: LINK, duration: 5, width: 1280, height: 720 }] } },
      [LINK],
    ],
    ['two links', { result: { videos: [{ url: [LINK, `${LINK}?2`] }] } }, [LINK, `${LINK}?2`]],
    [
      'two videos',
      { result: { videos: [{ url: [LINK] }, { url: `${LINK}?2` }] } },
      [LINK, `${LINK}?2`],
    ],
    ['the same link twice', { result: { videos: [{ url: [LINK, LINK] }] } }, [LINK]],
    ['texts in place of objects', { result: { videos: [LINK] } }, [LINK]],
    ['an empty list', { result: { videos: [{ url: [] }] } }, []],
    ['no url', { result: { videos: [{}] } }, []],
    ['null', { result: { videos: [{ url: null }] } }, []],
    ['no video', { result: { videos: [] } }, []],
    ['videos null', { result: { videos: null } }, []],
    ['no result', {}, []],
    [
      'a picture before the video',
      { result: { images: [{ url: ['https://x.example/cover.png'] }], videos: [{ url: [LINK] }] } },
      [LINK, 'https://x.example/cover.png'],
    ],
    [
      'no web link',
      { result: { videos: [{ url: ['file:///etc/passwd', 'javascript:1', 'nonsense', '', 7] }] } },
      [],
    ],
    ['one video beside the envelope', { result: { video_url: LINK } }, [LINK]],
  ])('url: %s', async (_name, more, links) => {
    t.server.answer(completed(more));
    expect(await ask()).toMatchObject({ kind: 'completed', links });
  });

  test('a body without an envelope; the length of the video is not the time it took', async () => {
    t.server.answer({
      json: { id: ID, status: 'completed', url: LINK, duration: 5, width: 1280, height: 720 },
    });
    expect(await ask()).toEqual({ kind: 'completed', links: [LINK] });
  });

  test('data as a list', async () => {
    t.server.answer({ json: { code: 200, data: [{ id: ID, status: 'processing' }] } });
    expect(await ask()).toEqual({ kind: 'running', word: 'processing' });
  });

  test('expires_at in the past is told as it is', async () => {
    t.server.answer(completed({ result: { videos: [{ url: [LINK], expires_at: 1500000000 }] } }));
    expect(await ask()).toMatchObject({ expiresAtMs: 1_500_000_000_000 });
  });

  // The last one is how Go writes a time that was never set: the link has not expired long ago.
  test.each([0, -1, 'soon', null, 1e300, '0001-01-01T00:00:00Z'])(
    'expires_at %j is not a time',
    async (expires_at) => {
      t.server.answer(completed({ result: { videos: [{ url: [LINK], expires_at }] } }));
      expect(await ask()).not.toHaveProperty('expiresAtMs');
    },
  );

  test('expires_at "never" in a zone behind UTC is a time that the lock can hold', async () => {
    const expires_at = '9999-12-31T23:59:59-05:00';
    t.server.answer(completed({ result: { videos: [{ url: [LINK], expires_at }] } }));
    const outcome = await ask();
    const { expiresAtMs } = outcome.kind === 'completed' ? outcome : {};
    expect(isoSeconds(expiresAtMs ?? 0)).toBe('9999-12-31T23:59:59Z');
  });

  test.each<[unknown, number | undefined]>([
    [0, 0],
    [45.5, 45.5],
    ['45%', 45],
    ['45', 45],
    [-3, 0],
    [250, 100],
    [null, undefined],
    ['', undefined],
    ['many', undefined],
    [{}, undefined],
    [[7], undefined],
    [undefined, undefined],
  ])('progress %j is %j', async (progress, expected) => {
    t.server.answer(task({ status: 'processing', progress }));
    const outcome = await ask();
    expect(outcome.kind === 'running' ? outcome.progress : 'no').toBe(expected);
  });

  test.each<[object, unknown]>([
    [{ cost: 0.336 }, { usd: 336_000 }],
    [{ credits_cost: 3.36 }, { usd: 336_000, credits: 3.36 }],
    [{ cost: '0.336' }, { usd: 336_000 }],
    [
      { cost: 0, credits_cost: 0 },
      { usd: 0, credits: 0 },
    ],
    [{ cost: -1 }, undefined],
    [{ cost: 1e305, credits_cost: 1e305 }, undefined],
    [{ cost: null }, undefined],
    [{}, undefined],
  ])('cost: %j', async (more, cost) => {
    t.server.answer(completed(more));
    const outcome = await ask();
    expect(outcome.kind === 'completed' ? outcome.cost : 'no').toEqual(cost);
  });
});

describe('3.3 failed', () => {
  const failed = (error: unknown, more: object = {}): Reply =>
    task({ status: 'failed', progress: 100, error, ...more });

  test('with code, message and money', async () => {
    t.server.answer(
      failed(
        { code: 500, message: 'example reason', type: 'task_failed' },
        { cost: 0, credits_cost: 0 },
      ),
    );
    expect(await ask()).toEqual({
      kind: 'failed',
      failure: 'unknown',
      message: 'example reason',
      code: 'task_failed',
      cost: { usd: 0, credits: 0 },
    });
  });

  test.each<[string, unknown, string]>([
    ['code is a number', { code: 500, message: 'content moderation failed' }, 'moderation'],
    ['code is a word', { code: 'task_failed', message: 'Sensitive content' }, 'moderation'],
    ['code is empty', { code: '', message: 'SENSITIVE CONTENT detected' }, 'moderation'],
    ['code is missing', { message: 'Content Moderation Failed' }, 'moderation'],
    ['code names the kind', { code: 'content_policy_violation', message: 'x' }, 'moderation'],
    ['no words that are known', { code: 'task_failed', message: 'something odd' }, 'unknown'],
    ['case-sensitive is not sensitive', { message: 'names are case-sensitive' }, 'unknown'],
    ['upstream', { code: 500, message: 'upstream error' }, 'service'],
    ['timed out', { code: 500, message: 'generation timed out' }, 'timeout'],
    ['a text in place of an object', 'sensitive content', 'moderation'],
    ['null', null, 'unknown'],
    ['a list', [], 'unknown'],
  ])('%s', async (_name, error, failure) => {
    t.server.answer(failed(error));
    expect(await ask()).toMatchObject({ kind: 'failed', failure });
  });
});

const error = (code: unknown, message: string, type?: string) => ({
  error: { code, message, ...(type !== undefined && { type }) },
});

describe('4 a task that cannot be read has not failed', () => {
  test.each<[string, Reply]>([
    ['400', { status: 400, json: error(400, 'invalid task id', 'invalid_request_error') }],
    ['404', { status: 404, json: error(404, 'task not found') }],
    ['404 without a body', { status: 404, text: '' }],
    ['410', { status: 410, json: error('gone', 'gone') }],
    ['HTTP 200 and body code 404', { json: { code: 404, message: 'no such task' } }],
    [
      'HTTP 200, an error and no task',
      { json: { code: 200, error: { message: 'Task does not exist or has expired' } } },
    ],
  ])('%s: the gateway denies the task', async (_name, reply) => {
    t.server.answer(reply);
    expect(await ask()).toMatchObject({ kind: 'unknown-task' });
  });

  test('a page of a proxy with 403 says nothing about the key', async () => {
    t.server.answer({ status: 403, text: '<html>blocked</html>' });
    expect(await ask()).toEqual({
      kind: 'unreadable',
      reason: 'HTTP 403: the answer is a web page, not JSON',
    });
  });

  test.each<[string, Reply, object]>([
    [
      '401',
      { status: 401, json: error(401, 'bad key') },
      { auth: true, reason: 'HTTP 401: bad key' },
    ],
    ['403', { status: 403, json: error(403, 'not yours') }, { auth: true }],
    ['HTTP 200 and body code 401', { json: { code: 401, message: 'bad key' } }, { auth: true }],
    [
      '402',
      { status: 402, headers: { 'retry-after': '9' }, json: error(402, 'pay') },
      { retryAfterMs: 9000 },
    ],
    ['404 from a proxy', { status: 404, text: '<html><title>404</title></html>' }, {}],
    ['408', { status: 408, text: '' }, {}],
    [
      '429',
      { status: 429, headers: { 'retry-after': '4' }, json: error(429, 'slow') },
      { retryAfterMs: 4000 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Fri, 20 Nov 2026 19:00:12 GMT' }, text: '' },
      { retryAfterMs: 12_000 },
    ],
    ['500', { status: 500, json: error(500, 'x') }, {}],
    [
      '502 HTML',
      { status: 502, text: '<html></html>' },
      { reason: 'HTTP 502: the answer is a web page, not JSON' },
    ],
    ['503', { status: 503, text: '' }, {}],
    ['504', { status: 504, text: '' }, {}],
    ['302', { status: 302, headers: { location: '/' }, text: '' }, {}],
    ['empty', { text: '' }, { reason: 'the answer is empty' }],
    ['HTML', { text: '<!doctype html>' }, {}],
    ['cut JSON', { text: '{"code":200,"data":{"id":"task' }, {}],
    [
      'no state',
      { json: { code: 200, data: { id: ID } } },
      { reason: 'the answer names no state' },
    ],
    ['state of another type', { json: { code: 200, data: { id: ID, status: 3 } } }, {}],
    ['data null', { json: { code: 200, data: null } }, {}],
    [
      'another task',
      { json: { code: 200, data: { id: 'task_other', status: 'completed' } } },
      { reason: 'the answer is about another task' },
    ],
    ['cut body', { fault: 'cut-body' }, {}],
    ['close', { fault: 'close' }, {}],
    ['reset', { fault: 'reset' }, {}],
    ['cut headers', { fault: 'cut-headers' }, {}],
  ])('%s: not known yet', async (_name, reply, more) => {
    t.server.answer(reply);
    const outcome = await ask();
    expect(outcome).toMatchObject({ kind: 'unreadable', ...more });
    expect(outcome).not.toHaveProperty('auth' in more ? 'retryAfterMs' : 'auth');
  });

  test('connection refused: not known yet', async () => {
    expect(await openAt('apimart', await refusingUrl(), t.http).ask(ID)).toMatchObject({
      kind: 'unreadable',
    });
  });

  test('stopped by the caller', async () => {
    t.server.answer({ fault: 'hang' });
    const stop = new AbortController();
    const read = t.server.nextRequest();
    const outcome = t.gateway.ask(ID, stop.signal);
    await read;
    stop.abort();
    expect(await outcome).toEqual({ kind: 'unreadable', reason: 'interrupted' });
  });
});

describe('1 what APIMart does not offer', () => {
  test('no batch whose answer is known, no list: nothing is sent', async () => {
    expect(t.gateway.askManyLimit).toBe(0);
    expect(await t.gateway.askMany([ID])).toEqual({ kind: 'unsupported' });
    expect(await t.gateway.list()).toEqual({ kind: 'unsupported' });
    expect(t.server.seen).toHaveLength(0);
  });
});

describe('8.1 balance', () => {
  const balance = (remain: number, more: object = {}): Reply => ({
    json: {
      success: true,
      remain_balance: remain,
      remain_credits: remain * 10,
      used_balance: 3.1,
      used_credits: 31,
      unlimited_quota: false,
      ...more,
    },
  });
  const unlimited = balance(-1, { remain_credits: -1, unlimited_quota: true });

  test.each<[string, Reply, Reply, object]>([
    ['the key is the smaller', balance(12.5), balance(20), { usd: 12_500_000, credits: 125 }],
    ['the account is the smaller', balance(12.5), balance(2), { usd: 2_000_000, credits: 20 }],
    ['the key is unlimited', unlimited, balance(2), { usd: 2_000_000, credits: 20 }],
    ['both are unlimited', unlimited, unlimited, {}],
    [
      'the account does not answer',
      balance(12.5),
      { status: 404, text: '' },
      { usd: 12_500_000, credits: 125 },
    ],
    [
      'success is false',
      { json: { success: false, message: 'no such token' } },
      unlimited,
      { kind: 'unreadable', reason: 'no such token' },
    ],
    [
      '401',
      { status: 401, json: error(401, 'bad key') },
      unlimited,
      { kind: 'unreadable', reason: 'HTTP 401: bad key', auth: true },
    ],
    [
      '500 HTML',
      { status: 500, text: '<html>' },
      unlimited,
      { kind: 'unreadable', reason: 'HTTP 500: the answer is a web page, not JSON' },
    ],
    [
      'no figures',
      { json: { success: true } },
      unlimited,
      { kind: 'unreadable', reason: 'the answer names no balance' },
    ],
    [
      'cut',
      { fault: 'cut-body' },
      unlimited,
      { kind: 'unreadable', reason: expect.stringContaining('cut short') },
    ],
  ])('%s', async (_name, ofKey, ofAccount, expected) => {
    t.server.answer(ofKey, ofAccount);
    expect(await t.gateway.balance()).toEqual(expected);
    expect(t.server.seen.map(({ path }) => path)).toEqual(
      ['/v1/balance', '/v1/user/balance'].slice(0, t.server.seen.length),
    );
  });
});
