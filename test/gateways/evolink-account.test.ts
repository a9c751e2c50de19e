import { describe, expect, test } from 'vitest';
import { bench, taskId } from './harness.ts';
import type { Reply } from './scripted-server.ts';

const t = bench('evolink');
const [ONE, TWO, THREE] = [
  'task-unified-1-aaaaaaaa',
  'task-unified-2-bbbbbbbb',
  'task-unified-3-cccccccc',
].map(taskId) as [ReturnType<typeof taskId>, ReturnType<typeof taskId>, ReturnType<typeof taskId>];
const items = [
  { id: TWO, status: 'completed', results: ['https://media.example/2.mp4'] },
  { id: ONE, status: 'processing', progress: 5 },
];

describe('5 the batch query', () => {
  test.each<[string, unknown]>([
    ['a list', items],
    ['a list in data', { data: items }],
    [
      'foreign, odd and unreadable items are left out',
      {
        data: [
          ...items,
          { id: 'task-unified-9-99999999', status: 'failed' },
          { id: THREE },
          null,
          7,
          { id: 7 },
        ],
      },
    ],
    [
      'task_id in place of id',
      { data: items.map(({ id, ...rest }) => ({ task_id: id, ...rest })) },
    ],
  ])('%s', async (_name, json) => {
    t.server.answer({ json });
    expect(t.gateway.askManyLimit).toBe(50);
    const outcomes = await t.gateway.askMany([ONE, TWO, THREE]);
    expect(outcomes).toEqual(
      new Map<unknown, unknown>([
        [TWO, { kind: 'completed', links: ['https://media.example/2.mp4'] }],
        [ONE, { kind: 'running', word: 'processing', progress: 5 }],
      ]),
    );
    expect(t.server.seen).toMatchObject([
      {
        method: 'POST',
        path: '/v1/tasks/batch',
        body: JSON.stringify({ task_ids: [ONE, TWO, THREE] }),
      },
    ]);
    expect(t.server.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test.each<[string, Reply, object]>([
    ['404', { status: 404, text: '404 page not found' }, { kind: 'unsupported' }],
    ['405', { status: 405, text: '' }, { kind: 'unsupported' }],
    [
      '400',
      { status: 400, json: { error: { code: 'invalid_task_id', message: 'm' } } },
      { kind: 'unsupported' },
    ],
    ['an unknown shape', { json: { tasks_by_id: {} } }, { kind: 'unsupported' }],
    ['an unknown shape: text', { json: 'ok' }, { kind: 'unsupported' }],
    [
      '401, which may be meant for this endpoint only',
      { status: 401, json: { error: { code: 401, message: 'm' } } },
      { kind: 'unsupported' },
    ],
    [
      '403, the same',
      { status: 403, json: { error: { code: 'permission_denied', message: 'm' } } },
      { kind: 'unsupported' },
    ],
    [
      '429',
      { status: 429, headers: { 'retry-after': '3' }, text: '' },
      { kind: 'unreadable', retryAfterMs: 3000, reason: 'HTTP 429: the answer is empty' },
    ],
    [
      '500',
      { status: 500, text: '<html>' },
      { kind: 'unreadable', reason: 'HTTP 500: the answer is a web page, not JSON' },
    ],
    [
      'HTML',
      { text: '<html>' },
      { kind: 'unreadable', reason: 'the answer is a web page, not JSON' },
    ],
    [
      'cut',
      { fault: 'cut-body' },
      { kind: 'unreadable', reason: expect.stringContaining('cut short') },
    ],
    [
      'closed',
      { fault: 'close' },
      { kind: 'unreadable', reason: expect.stringContaining('closed') },
    ],
  ])('%s', async (_name, reply, expected) => {
    t.server.answer(reply);
    expect(await t.gateway.askMany([ONE, TWO])).toEqual(expected);
  });
});

describe('1 the list', () => {
  test.each<[string, unknown]>([
    ['seconds', 1700000000],
    ['text', '2023-11-14T22:13:20Z'],
  ])('items, newest page only; created_at as %s', async (_name, created_at) => {
    const item = {
      id: ONE,
      created_at,
      has_results: false,
      credits_used: 0,
      status: 'processing',
      model: 'kling-o3-text-to-video',
    };
    t.server.answer({ json: { data: [item, { id: TWO }], total: 2, page: 1, page_size: 50 } });
    expect(await t.gateway.list()).toEqual({
      tasks: [
        {
          task: ONE,
          model: 'kling-o3-text-to-video',
          status: 'processing',
          createdAtMs: 1_700_000_000_000,
        },
        { task: TWO },
      ],
      isWhole: true,
    });
    expect(t.server.seen).toMatchObject([{ method: 'GET', path: '/v1/tasks?page=1&page_size=50' }]);
  });

  const items = (count: number): readonly object[] =>
    Array.from({ length: count }, (_, index) => ({ id: `${ONE}${index}` }));
  test.each<[string, unknown, boolean]>([
    ['fewer than the total', { data: items(2), total: 3 }, false],
    ['the total, on a full page', { data: items(50), total: 50 }, true],
    ['no total, shorter than any page', { data: items(19) }, true],
    ['no total, as long as the shortest page', items(20), false],
    ['one whose id cannot be read', { data: [...items(1), { id: '../x' }], total: 2 }, false],
    ['one that is no task', { data: [...items(1), null], total: 2 }, false],
  ])('whether it is whole: %s', async (_name, json, isWhole) => {
    t.server.answer({ json });
    expect(await t.gateway.list()).toMatchObject({ isWhole });
  });

  test('an item whose id cannot be read is said to be there', async () => {
    t.server.answer({ json: { data: [...items(1), { id: '../x', type: 'video' }], total: 9 } });
    expect(await t.gateway.list()).toMatchObject({ hasUnreadable: true });
  });

  test.each<[string, Reply, object]>([
    ['404', { status: 404, text: '' }, { kind: 'unsupported' }],
    ['405', { status: 405, text: '' }, { kind: 'unsupported' }],
    [
      '500',
      { status: 500, text: '' },
      { kind: 'unreadable', reason: 'HTTP 500: the answer is empty' },
    ],
    [
      'no list',
      { json: { data: {} } },
      { kind: 'unreadable', reason: 'the answer lists no tasks' },
    ],
  ])('%s', async (_name, reply, expected) => {
    t.server.answer(reply);
    expect(await t.gateway.list()).toEqual(expected);
  });
});

describe('8 credits', () => {
  const credits = (key: object | undefined, account: object | undefined): Reply => ({
    json: { success: true, message: '', data: { token: key, user: account } },
  });
  test.each<[string, Reply, object]>([
    [
      'the key is the smaller',
      credits({ remaining_credits: 34, unlimited_credits: false }, { remaining_credits: 5000 }),
      { usd: 500_000, credits: 34 },
    ],
    [
      'the account is the smaller',
      credits({ remaining_credits: 1000 }, { remaining_credits: 68 }),
      { usd: 1_000_000, credits: 68 },
    ],
    [
      'the key is unlimited',
      credits({ remaining_credits: 0, unlimited_credits: true }, { remaining_credits: 68 }),
      { usd: 1_000_000, credits: 68 },
    ],
    [
      'only the account',
      credits(undefined, { remaining_credits: 68 }),
      { usd: 1_000_000, credits: 68 },
    ],
    ['unlimited and no account', credits({ unlimited_credits: true }, undefined), {}],
    ['no figures', credits({}, {}), { kind: 'unreadable', reason: 'the answer names no balance' }],
    [
      'success is false',
      { json: { success: false, message: 'token is off' } },
      { kind: 'unreadable', reason: 'token is off' },
    ],
    [
      '401 with an integer code',
      { status: 401, json: { error: { code: 401, message: 'no' } } },
      { kind: 'unreadable', reason: 'HTTP 401: no', auth: true },
    ],
  ])('%s', async (_name, reply, expected) => {
    t.server.answer(reply);
    expect(await t.gateway.balance()).toEqual(expected);
    expect(t.server.seen).toMatchObject([{ path: '/v1/credits' }]);
  });
});
