import { describe, expect, test } from 'vitest';
import type { AskOutcome } from '../../src/gateways/gateway.ts';
import { bench, taskId } from './harness.ts';
import type { Reply } from './scripted-server.ts';

const t = bench('evolink');
const ID = taskId('task-unified-1700000000-abcd1234');
const LINK = 'https://media.example/video.mp4';
const ask = (): Promise<AskOutcome> => t.gateway.ask(ID);
const task = (more: object): Reply => ({
  json: {
    created: 1700000000,
    id: ID,
    object: 'video.generation.task',
    type: 'video',
    ...more,
  },
});

describe('3.1 shapes', () => {
  test('processing', async () => {
    t.server.answer(
      task({
        status: 'processing',
        progress: 40,
        results: [],
        error: null,
        task_info: { can_cancel: true, estimated_time: 180 },
      }),
    );
    expect(await ask()).toEqual({
      kind: 'running',
      word: 'processing',
      progress: 40,
      expectedSeconds: 180,
    });
    expect(t.server.seen).toMatchObject([{ method: 'GET', path: `/v1/tasks/${ID}` }]);
  });

  test('completed', async () => {
    t.server.answer(
      task({
        status: 'completed',
        progress: 100,
        results: [LINK],
        error: null,
        duration: 155,
        usage: { credits_used: 27, cost: { credits: 27, usd: 0.397 } },
      }),
    );
    expect(await ask()).toEqual({
      kind: 'completed',
      links: [LINK],
      cost: { usd: 397_000, credits: 27 },
      tookSeconds: 155,
    });
  });

  test('failed', async () => {
    t.server.answer(
      task({
        status: 'failed',
        results: [],
        error: {
          code: 'content_policy_violation',
          message: 'example reason',
          type: 'task_error',
        },
      }),
    );
    expect(await ask()).toEqual({
      kind: 'failed',
      failure: 'moderation',
      message: 'example reason',
      code: 'content_policy_violation',
    });
  });

  test('failed, older: without the error member', async () => {
    t.server.answer(task({ status: 'failed', results: [] }));
    expect(await ask()).toMatchObject({ kind: 'failed', failure: 'unknown' });
  });
});

describe('3.2 where the link is', () => {
  test.each<[string, object, string[]]>([
    ['results', { results: [LINK] }, [LINK]],
    ['two results', { results: [LINK, `${LINK}?2`] }, [LINK, `${LINK}?2`]],
    ['results as one text', { results: LINK }, [LINK]],
    ['results as objects', { results: [{ url: LINK }] }, [LINK]],
    ['results as one object', { results: { url: LINK } }, [LINK]],
    [
      'result_data as a list',
      { results: null, result_data: [{ video_url: LINK, duration: 5 }] },
      [LINK],
    ],
    [
      'result_data as an object',
      {
        result_data: { image_url: 'https://x.example/i.png', video_url: LINK },
      },
      [LINK, 'https://x.example/i.png'],
    ],
    ['output.video_url', { results: [], output: { video_url: LINK } }, [LINK]],
    [
      'results before result_data',
      { results: [LINK], result_data: { video_url: `${LINK}?b` } },
      [LINK, `${LINK}?b`],
    ],
    ['results null', { results: null }, []],
    ['results empty', { results: [] }, []],
    ['results missing', {}, []],
    ['results of another type', { results: [7, null, {}, [LINK]] }, [LINK]],
  ])('%s', async (_name, more, links) => {
    t.server.answer(task({ status: 'completed', ...more }));
    expect(await ask()).toEqual({ kind: 'completed', links });
  });
});

const PROOF = {
  charge_status: 'released',
  refund_status: 'completed',
  refunded_at: 1_700_000_300,
  reserved_credits: 34,
  refunded_credits: 34,
  refund_scope: 'account_balance',
};
const without = (member: keyof typeof PROOF): object => ({
  ...PROOF,
  [member]: undefined,
});
const CHARGED = { charge_status: 'charged', charged_credits: 34 };
const FREE = { usd: 0, credits: 0 };
const HALF_DOLLAR = { usd: 500_000, credits: 34 };

describe('3.2 what it cost', () => {
  /** Name, what the task says, the cost of a completed one, of a failed one, whether it is owed. */
  test.each<[string, object, unknown, unknown, boolean?]>([
    [
      'usage.cost, and no billing',
      { usage: { cost: { credits: 27, usd: 0.397 } } },
      { usd: 397_000, credits: 27 },
      undefined,
    ],
    ['usage.cost.usd alone', { usage: { cost: { usd: 0.397 } } }, { usd: 397_000 }, undefined],
    [
      'usage.credits_used',
      { usage: { credits_used: 68 } },
      { usd: 1_000_000, credits: 68 },
      undefined,
    ],
    ['no money', { usage: { credits_used: 1e305, cost: { usd: 1e305 } } }, undefined, undefined],
    ['usage.credits_used 0', { usage: { credits_used: 0 } }, FREE, undefined],
    [
      'a reservation is not a charge',
      {
        usage: { credits_reserved: 27 },
        billing: { charge_status: 'reserved', reserved_credits: 27 },
      },
      undefined,
      undefined,
    ],
    ['nothing said', {}, undefined, undefined],
    [
      'charged',
      { billing: { ...CHARGED, refund_status: 'not_required' } },
      HALF_DOLLAR,
      HALF_DOLLAR,
    ],
    [
      'charged, with dollars in usage',
      {
        usage: { cost: { credits: 27, usd: 0.397 } },
        billing: { charge_status: 'charged', charged_credits: 27 },
      },
      { usd: 397_000, credits: 27 },
      { usd: 397_000, credits: 27 },
    ],
    [
      'the ledger goes before usage',
      { usage: { credits_used: 27 }, billing: CHARGED },
      HALF_DOLLAR,
      HALF_DOLLAR,
    ],
    ['a refund with its whole proof', { billing: PROOF }, FREE, FREE],
    [
      'the whole proof goes before usage',
      {
        usage: { credits_used: 34 },
        billing: { ...PROOF, refund_scope: 'task' },
      },
      FREE,
      FREE,
    ],
    ['a time as text', { billing: { ...PROOF, refunded_at: '2026-11-20T19:00:00Z' } }, FREE, FREE],
    [
      'released, and no more',
      { billing: { charge_status: 'released' } },
      undefined,
      undefined,
      true,
    ],
    [
      'released, used',
      { usage: { credits_used: 27 }, billing: { charge_status: 'released' } },
      { usd: 397_059, credits: 27 },
      undefined,
      true,
    ],
    ['no time', { billing: without('refunded_at') }, undefined, undefined, true],
    ['no amount', { billing: without('refunded_credits') }, undefined, undefined, true],
    ['no scope', { billing: without('refund_scope') }, undefined, undefined, true],
    [
      'a part of the task',
      { billing: { ...PROOF, refund_scope: 'item' } },
      undefined,
      undefined,
      true,
    ],
    [
      'a part of the sum',
      { billing: { ...PROOF, refunded_credits: 17 } },
      undefined,
      undefined,
      true,
    ],
    [
      'more than the sum',
      { billing: { ...PROOF, refunded_credits: 35 } },
      undefined,
      undefined,
      true,
    ],
    [
      'charged and refunded',
      {
        billing: {
          ...CHARGED,
          refund_status: 'completed',
          refunded_credits: 34,
        },
      },
      HALF_DOLLAR,
      undefined,
      true,
    ],
    [
      'a refund that is pending',
      { billing: { ...CHARGED, refund_status: 'pending' } },
      HALF_DOLLAR,
      HALF_DOLLAR,
      true,
    ],
    [
      'a refund that failed',
      { billing: { ...CHARGED, refund_status: 'failed' } },
      HALF_DOLLAR,
      HALF_DOLLAR,
    ],
    [
      'unknown',
      { billing: { charge_status: 'unknown', refund_status: 'unknown' } },
      undefined,
      undefined,
    ],
  ])('%s', async (_name, more, whenCompleted, whenFailed, isOwed = false) => {
    t.server.answer(task({ status: 'completed', ...more }));
    const completed = await ask();
    expect('cost' in completed ? completed.cost : undefined).toEqual(whenCompleted);
    expect(completed).not.toHaveProperty('refundPending');
    t.server.answer(task({ status: 'failed', ...more }));
    const failed = await ask();
    expect('cost' in failed ? failed.cost : undefined).toEqual(whenFailed);
    expect('refundPending' in failed).toBe(isOwed);
  });
});

describe('3.3 state words', () => {
  test.each(['pending', 'queued', 'submitted'])('%s is waiting', async (word) => {
    t.server.answer(task({ status: word }));
    expect(await ask()).toEqual({ kind: 'waiting', word });
  });

  test('cancelled is failed', async () => {
    t.server.answer(task({ status: 'cancelled' }));
    expect(await ask()).toMatchObject({ kind: 'failed', failure: 'cancelled' });
  });

  test.each(['reserved', 'expired', 'archived'])('%s is waited out', async (word) => {
    t.server.answer(task({ status: word }));
    expect(await ask()).toMatchObject({
      kind: 'running',
      unknownWord: true,
      word,
    });
  });
});

describe('4.2 a task that cannot be read has not failed', () => {
  const answer = (status: number, code: string): Reply => ({
    status,
    json: { error: { code, message: 'm', type: code, param: 'task_id' } },
  });
  test.each<[Reply, object]>([
    [answer(400, 'invalid_task_id'), { kind: 'unknown-task' }],
    [answer(404, 'task_not_found'), { kind: 'unknown-task' }],
    [answer(401, 'unauthorized'), { kind: 'unreadable', auth: true }],
    [answer(403, 'permission_denied'), { kind: 'unreadable', auth: true }],
    [answer(402, 'quota_exceeded'), { kind: 'unreadable' }],
    [answer(429, 'rate_limit_exceeded'), { kind: 'unreadable' }],
    [answer(500, 'internal_error'), { kind: 'unreadable' }],
    [
      {
        status: 404,
        json: { error: { code: 404, message: 'm', type: 'not_found_error' } },
      },
      { kind: 'unknown-task' },
    ],
    [{ status: 404, text: '' }, { kind: 'unknown-task' }],
  ])('%j', async (reply, expected) => {
    t.server.answer(reply);
    expect(await ask()).toMatchObject(expected);
  });
});

describe('4.3 why a task failed', () => {
  test.each<[string, string]>([
    ['content_policy_violation', 'moderation'],
    ['invalid_parameters', 'invalid'],
    ['image_processing_error', 'invalid'],
    ['image_dimension_mismatch', 'invalid'],
    ['request_cancelled', 'cancelled'],
    ['generation_failed_no_content', 'unknown'],
    ['service_error', 'service'],
    ['service_unavailable', 'service'],
    ['generation_timeout', 'timeout'],
    ['resource_exhausted', 'service'],
    ['quota_exceeded', 'service'],
    ['resource_not_found', 'invalid'],
    ['unknown_error', 'unknown'],
    ['model_unavailable', 'service'],
    ['upstream_error', 'service'],
    ['rate_limited', 'service'],
    ['something_new', 'unknown'],
  ])('%s is %s', async (code, failure) => {
    t.server.answer(task({ status: 'failed', error: { code, message: 'm' } }));
    expect(await ask()).toMatchObject({ kind: 'failed', failure, code });
  });
});
