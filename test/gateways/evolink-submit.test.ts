import { describe, expect, test } from 'vitest';
import type { SubmitOutcome } from '../../src/gateways/gateway.ts';
import { ATTEMPT, bench, KEY } from './harness.ts';
import type { Reply } from './scripted-server.ts';

const t = bench('evolink');
const BODY = '{"model":"kling-o3-text-to-video","prompt":"さざ波"}';
const ID = 'task-unified-1700000000-abcd1234';
const submit = (): Promise<SubmitOutcome> => t.gateway.submit({ body: BODY, attempt: ATTEMPT });
/** As the sheet's section 2.2 has it. */
const ACCEPTED = {
  created: 1700000000,
  id: ID,
  model: 'kling-o3-text-to-video',
  object: 'video.generation.task',
  progress: 0,
  status: 'pending',
  task_info: { can_cancel: true, estimated_time: 300, video_duration: 5 },
  type: 'video',
  usage: { billing_rule: 'per_call', credits_reserved: 27, user_group: 'default' },
};

test('2.1 the request: key, idempotency key, product, and the body byte for byte', async () => {
  t.server.answer({ json: ACCEPTED });
  await submit();
  expect(t.server.seen).toMatchObject([
    {
      method: 'POST',
      path: '/v1/videos/generations',
      body: BODY,
      headers: {
        authorization: `Bearer ${KEY}`,
        'accept-encoding': 'identity',
        'idempotency-key': ATTEMPT,
        'user-agent': expect.stringMatching(/^rushes\//),
        connection: 'close',
      },
    },
  ]);
});

describe('2.2 accepted', () => {
  const whole = {
    kind: 'accepted',
    task: ID,
    expectedSeconds: 300,
    model: 'kling-o3-text-to-video',
    reserved: { usd: 397_059, credits: 27 },
  };
  test.each<[string, Reply, object]>([
    ['flat', { json: ACCEPTED }, whole],
    [
      'a replay, by header',
      { headers: { 'idempotency-replayed': 'true' }, json: ACCEPTED },
      { ...whole, replayed: true },
    ],
    [
      'a replay, by member',
      { json: { ...ACCEPTED, idempotency_replayed: true } },
      { ...whole, replayed: true },
    ],
    [
      'not a replay',
      {
        headers: { 'idempotency-replayed': 'false' },
        json: { ...ACCEPTED, idempotency_replayed: false },
      },
      whole,
    ],
    ['an id alone', { json: { id: ID } }, { kind: 'accepted', task: ID }],
    [
      'an id without the prefix',
      { json: { id: 'abc.DEF_1:2-3' } },
      { kind: 'accepted', task: 'abc.DEF_1:2-3' },
    ],
    ['in an envelope', { json: { code: 200, data: ACCEPTED } }, whole],
    [
      'already failed: asked about like any other',
      { json: { ...ACCEPTED, status: 'failed', error: { code: 'service_error', message: 'x' } } },
      whole,
    ],
    [
      'nothing reserved',
      { json: { id: ID, usage: { credits_reserved: 0 } } },
      { kind: 'accepted', task: ID, reserved: { usd: 0, credits: 0 } },
    ],
    [
      'odd figures',
      { json: { id: ID, usage: { credits_reserved: 'many' }, task_info: null } },
      { kind: 'accepted', task: ID },
    ],
  ])('%s', async (_name, reply, expected) => {
    t.server.answer(reply);
    expect(await submit()).toEqual(expected);
  });

  test.each<[string, Reply]>([
    ['no id', { json: { ...ACCEPTED, id: undefined } }],
    ['an id with a slash', { json: { ...ACCEPTED, id: 'task-unified-1/../../credits' } }],
    ['an id with a space', { json: { ...ACCEPTED, id: 'task unified' } }],
    ['an id of 129 characters', { json: { ...ACCEPTED, id: 'a'.repeat(129) } }],
    ['an empty id', { json: { ...ACCEPTED, id: '' } }],
    ['a list', { json: [ACCEPTED] }],
    ['HTML', { text: '<html></html>' }],
    ['empty', { status: 204, text: '' }],
    ['cut JSON', { text: '{"created":17000' }],
    ['cut body', { fault: 'cut-body' }],
  ])('2xx without a usable id is ambiguous: %s', async (_name, reply) => {
    t.server.answer(reply);
    expect(await submit()).toMatchObject({ kind: 'ambiguous' });
  });
});

/** The two generations of one error: status and type in the old, a word in the new. */
const older = (status: number, type: string, message = 'm'): Reply => ({
  status,
  json: { error: { code: status, message, type } },
});
const newer = (status: number, code: string, type = code, message = 'm'): Reply => ({
  status,
  json: { error: { code, message, type } },
});

describe('4.1 surely not accepted', () => {
  test.each<[string, Reply, string]>([
    ['400 old', older(400, 'invalid_request_error'), 'invalid'],
    ['400 new', newer(400, 'invalid_request', 'invalid_request_error'), 'invalid'],
    ['401 old', older(401, 'authentication_error'), 'auth'],
    ['401 new', newer(401, 'unauthorized', 'authentication_error'), 'auth'],
    ['402 old', older(402, 'insufficient_quota_error'), 'balance'],
    ['402 new', newer(402, 'insufficient_quota'), 'balance'],
    ['403 old', older(403, 'permission_error'), 'invalid'],
    ['403 new', newer(403, 'model_access_denied', 'invalid_request_error'), 'invalid'],
    ['404', older(404, 'not_found_error'), 'invalid'],
    [
      '404 of a model',
      older(404, 'not_found_error', 'Model sora-2-preview not found'),
      'model-gone',
    ],
    ['413', older(413, 'request_too_large_error'), 'invalid'],
    ['429 old', older(429, 'rate_limit_error'), 'rate-limited'],
    ['429 new', newer(429, 'rate_limit_exceeded'), 'rate-limited'],
    ['429 with an empty balance', newer(429, 'insufficient_quota'), 'balance'],
    [
      '503 no_available_channel',
      newer(503, 'no_available_channel', 'service_unavailable'),
      'unavailable-before-accept',
    ],
    [
      '503 no channel, by words',
      older(
        503,
        'service_unavailable_error',
        'No available channel for model x under group default',
      ),
      'unavailable-before-accept',
    ],
    [
      '503 no channel, called a model',
      newer(503, 'model_not_found', 'x', 'No available channel for model x'),
      'unavailable-before-accept',
    ],
    [
      '503 channel_selection_failed',
      newer(503, 'channel_selection_failed'),
      'unavailable-before-accept',
    ],
    [
      '503 model_unavailable',
      newer(503, 'model_unavailable', 'x', 'The model is temporarily not available, try again'),
      'unavailable-before-accept',
    ],
    [
      '503 model_unavailable for good',
      newer(503, 'model_unavailable', 'x', 'Model sora-2-preview is no longer available'),
      'model-gone',
    ],
  ])('%s', async (_name, reply, kind) => {
    t.server.answer(reply);
    expect(await submit()).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test.each<[string, number, readonly string[]]>([
    [
      'balance',
      402,
      [
        'insufficient_quota',
        'insufficient_user_quota',
        'quota_not_enough',
        'account_balance_insufficient',
        'insufficient_token_quota',
        'key_quota_exhausted',
        'token_daily_quota_exceeded',
        'key_daily_quota_exhausted',
      ],
    ],
    ['auth', 403, ['key_disabled', 'key_expired', 'user_disabled', 'ip_restricted']],
    ['invalid', 403, ['key_model_not_allowed']],
    [
      'moderation',
      400,
      [
        'content_filter',
        'sensitive_content',
        'moderation_blocked',
        'input_moderation_failed',
        'content_policy_violation',
      ],
    ],
    ['invalid', 400, ['invalid_media_url', 'unsupported_parameters']],
    ['invalid', 409, ['idempotency_conflict']],
  ])('codes of the table: %s with HTTP %d: %j', async (kind, status, codes) => {
    t.server.answer(...codes.map((code) => newer(status, code)));
    for (const code of codes)
      expect(await submit()).toMatchObject({ kind: 'refused', refusal: { kind, code } });
  });

  test('a code decides whatever the status', async () => {
    t.server.answer(
      newer(500, 'content_policy_violation'),
      newer(403, 'insufficient_user_quota'),
      newer(400, 'key_expired'),
    );
    expect(await submit()).toMatchObject({ refusal: { kind: 'moderation' } });
    expect(await submit()).toMatchObject({ refusal: { kind: 'balance' } });
    expect(await submit()).toMatchObject({ refusal: { kind: 'auth' } });
  });

  test('field, request id and the details that help', async () => {
    const error = {
      code: 'unsupported_parameters',
      message: 'duration is out of range',
      param: 'duration',
      min: 3,
      max: 15,
      allowed_values: [3, 15],
    };
    t.server.answer({ status: 400, headers: { 'x-oneapi-request-id': 'req-9' }, json: { error } });
    expect(await submit()).toEqual({
      kind: 'refused',
      refusal: {
        kind: 'invalid',
        message: 'duration is out of range, min: 3, max: 15, allowed_values: 3 | 15',
        field: 'duration',
        code: 'unsupported_parameters',
        requestId: 'req-9',
      },
    });
  });

  test.each<[string, Record<string, string>, string, number]>([
    ['seconds', { 'retry-after': '30' }, 'm', 30_000],
    ['a date', { 'retry-after': 'Friday, 20-Nov-26 19:01:00 GMT' }, 'm', 60_000],
    ['a date without a zone', { 'retry-after': 'Fri Nov 20 19:00:45 2026' }, 'm', 45_000],
    ['the words of the old page', {}, 'Rate limit exceeded, please retry after 60 seconds', 60_000],
  ])('retry after: %s', async (_name, headers, message, retryAfterMs) => {
    t.server.answer({
      status: 503,
      headers,
      json: { error: { code: 'no_available_channel', message } },
    });
    expect(await submit()).toMatchObject({
      refusal: { kind: 'unavailable-before-accept', retryAfterMs },
    });
  });
});

describe('4.1 may have been accepted', () => {
  test.each<[string, Reply]>([
    ['500 old', older(500, 'internal_server_error')],
    ['500 new', newer(500, 'internal_error', 'api_error')],
    ['502', older(502, 'upstream_error')],
    ['503 old', older(503, 'service_unavailable_error')],
    ['503 new', newer(503, 'service_unavailable')],
    ['503 HTML', { status: 503, text: '<html>' }],
    ['504', { status: 504, text: '' }],
    ['paid_outcome_unknown, 409', newer(409, 'paid_outcome_unknown')],
    ['paid_outcome_unknown, 400', newer(400, 'paid_outcome_unknown')],
    ['paid_outcome_unknown, 200', newer(200, 'paid_outcome_unknown')],
    ['close', { fault: 'close' }],
    ['reset', { fault: 'reset' }],
    ['cut headers', { fault: 'cut-headers' }],
  ])('%s', async (_name, reply) => {
    t.server.answer(reply);
    expect(await submit()).toMatchObject({ kind: 'ambiguous' });
    expect(t.server.seen).toHaveLength(1);
  });
});
