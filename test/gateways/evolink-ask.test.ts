import { describe, expect, test } from 'vitest';
import type { AskOutcome } from '../../src/gateways/gateway.ts';
import { bench, taskId } from './harness.ts';
import type { Reply } from './scripted-server.ts';

const t = bench('evolink');
const ID = taskId('task-unified-1700000000-abcd1234');
const LINK = 'https://media.example/video.mp4';
const ask = (): Promise<AskOutcome> => t.gateway.ask(ID);
const task = (more: object): Reply => ({
  json: { created: 1700000000, id: ID, object: 'video.generation.task', type: 'video', ...more },
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
        error: { code: 'content_policy_violation', message: 'example reason', type: 'task_error' },
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
      { result_data: { video_url: LINK, image_url: 'https://x.example/i.png' } },
      [LINK],
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
    ['results of another type', { results: [7, null, {}, [LINK]] }, []],
  ])('%s', async (_name, more, links) => {
    t.server.answer(task({ status: 'completed', ...more }));
    expect(await ask()).toEqual({ kind: 'completed', links });
  });
});

describe('3.2 what it cost', () => {
  test.each<[string, object, unknown]>([
    ['usage.cost', { usage: { cost: { credits: 27, usd: 0.397 } } }, { usd: 397_000, credits: 27 }],
    ['usage.cost.usd alone', { usage: { cost: { usd: 0.397 } } }, { usd: 397_000 }],
    ['usage.credits_used', { usage: { credits_used: 68 } }, { usd: 1_000_000, credits: 68 }],
    [
      'a reservation is no charge',
      {
        usage: { credits_reserved: 27 },
        billing: { charge_status: 'reserved', reserved_credits: 27 },
      },
      undefined,
    ],
    ['nothing said', {}, undefined],
    [
      'released',
      { usage: { credits_used: 27 }, billing: { charge_status: 'released' } },
      { usd: 0, credits: 0 },
    ],
    [
      'charged',
      { billing: { charge_status: 'charged', charged_credits: 34, refund_status: 'not_required' } },
      { usd: 500_000, credits: 34 },
    ],
    [
      'charged, with dollars in usage',
      {
        usage: { cost: { credits: 27, usd: 0.397 } },
        billing: { charge_status: 'charged', charged_credits: 27 },
      },
      { usd: 397_000, credits: 27 },
    ],
    [
      'the ledger goes before usage',
      { usage: { credits_used: 27 }, billing: { charge_status: 'charged', charged_credits: 34 } },
      { usd: 500_000, credits: 34 },
    ],
    [
      'refunded',
      {
        billing: {
          charge_status: 'charged',
          charged_credits: 34,
          refund_status: 'completed',
          refunded_credits: 34,
        },
      },
      { usd: 0, credits: 0 },
    ],
    [
      'refunded without a figure',
      { billing: { charge_status: 'charged', charged_credits: 34, refund_status: 'completed' } },
      { usd: 0, credits: 0 },
    ],
    [
      'refunded in part',
      {
        billing: {
          charge_status: 'charged',
          charged_credits: 34,
          refund_status: 'completed',
          refunded_credits: 17,
        },
      },
      { usd: 250_000, credits: 17 },
    ],
    [
      'a refund that is pending',
      { billing: { charge_status: 'charged', charged_credits: 34, refund_status: 'pending' } },
      { usd: 500_000, credits: 34 },
    ],
    [
      'a refund that failed',
      { billing: { charge_status: 'charged', charged_credits: 34, refund_status: 'failed' } },
      { usd: 500_000, credits: 34 },
    ],
    ['unknown', { billing: { charge_status: 'unknown', refund_status: 'unknown' } }, undefined],
  ])('%s', async (_name, more, cost) => {
    for (const status of ['completed', 'failed']) {
      t.server.answer(task({ status, ...more }));
      const outcome = await ask();
      expect('cost' in outcome ? outcome.cost : undefined).toEqual(cost);
      // Only a failed task is promised its money back.
      const promised =
        status === 'failed' && JSON.stringify(more).includes('"refund_status":"pending"');
      expect('refundPending' in outcome).toBe(promised);
    }
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
    expect(await ask()).toMatchObject({ kind: 'running', unknownWord: true, word });
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
      { status: 404, json: { error: { code: 404, message: 'm', type: 'not_found_error' } } },
      { kind: 'unknown-task' },
    ],
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
