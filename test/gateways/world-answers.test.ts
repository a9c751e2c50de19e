/**
 * Answers as the world makes them: forms that public clients of these and related gateways read,
 * beside what the pages show. Each is played over real HTTP to the gateway that could meet it.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ATTEMPT, bench, taskId } from './harness.ts';
import type { Reply } from './scripted-server.ts';

const IDS = {
  apimart: taskId('task_01EXAMPLE00000000000000000'),
  evolink: taskId('task-unified-1700000000-abcd1234'),
} as const;
const CLIP = 'https://cdn.example/out/clip.mp4';
const BARE = 'https://cdn.example/f/8c1d?sign=1';
const COVER = 'https://cdn.example/out/cover.jpg';

/** What came out of a task, and the links in the order in which they are tried. */
const RESULTS: readonly (readonly [string, object, readonly string[]])[] = [
  ['result is a text', { result: CLIP }, [CLIP]],
  ['result is a text that is no link', { result: 'done' }, []],
  ['result is a list of texts', { result: [COVER, CLIP] }, [CLIP, COVER]],
  ['result is a list of objects', { result: [{ url: BARE }] }, [BARE]],
  ['result is JSON null', { result: null, video_url: CLIP }, [CLIP]],
  ['result.video is a text', { result: { video: BARE } }, [BARE]],
  ['result.video is an object', { result: { video: { url: BARE, cover: COVER } } }, [BARE, COVER]],
  ['result.videos is one object', { result: { videos: { url: CLIP } } }, [CLIP]],
  ['result.video_urls', { result: { video_urls: [CLIP] } }, [CLIP]],
  ['result.output.video', { result: { output: { video: CLIP } } }, [CLIP]],
  ['result.data', { result: { data: [{ url: CLIP }] } }, [CLIP]],
  ['data is a list of links', { data: [{ url: CLIP }] }, [CLIP]],
  ['data is a list whose items have ids', { data: [{ id: 'v1', url: BARE }] }, [BARE]],
  ['data is an object', { data: { video_url: CLIP } }, [CLIP]],
  ['outputs is a list of texts', { outputs: [CLIP] }, [CLIP]],
  ['outputs is a list of objects', { outputs: [{ video: { url: CLIP } }] }, [CLIP]],
  ['output is a text', { output: BARE }, [BARE]],
  ['output is a list', { output: [CLIP] }, [CLIP]],
  ['output.url', { output: { url: CLIP } }, [CLIP]],
  ['result_url', { result_url: BARE }, [BARE]],
  ['the link in fail_reason', { fail_reason: BARE }, [BARE]],
  ['an empty fail_reason', { fail_reason: '', result_url: CLIP }, [CLIP]],
  ['video.url', { video: { url: BARE, duration: 5 } }, [BARE]],
  ['download_url', { download_url: BARE }, [BARE]],
  ['the cover first', { results: [COVER, BARE] }, [BARE, COVER]],
  [
    'cover, sound and clip in one object',
    {
      result: {
        cover_url: BARE,
        audio_url: 'https://cdn.example/a.mp3',
        video_url: CLIP,
      },
    },
    [CLIP, BARE, 'https://cdn.example/a.mp3'],
  ],
  [
    'a page',
    { results: ['https://example.com/view/index.html', BARE] },
    [BARE, 'https://example.com/view/index.html'],
  ],
  [
    'a playlist',
    { results: [{ stream_url: 'https://c.example/a.m3u8', url: CLIP }] },
    [CLIP, 'https://c.example/a.m3u8'],
  ],
  [
    'the last frame',
    {
      result: {
        videos: [{ url: [BARE], last_frame_url: 'https://c.example/9' }],
      },
    },
    [BARE, 'https://c.example/9'],
  ],
  [
    'the request, repeated',
    {
      results: [BARE],
      input: { video_url: CLIP },
      video_list: [{ video_url: CLIP }],
    },
    [BARE],
  ],
  ['the request, inside the result', { result: { input: { video_url: CLIP }, url: BARE } }, [BARE]],
  ['white space around a link', { results: [`\n ${CLIP} `] }, [CLIP]],
  ['the same link in three places', { results: [CLIP], url: CLIP, output: { url: CLIP } }, [CLIP]],
  ['no web link', { results: ['file:///etc/passwd', 'ftp://x.example/a.mp4', 7, {}] }, []],
  ['deeper than any answer', { result: nested(20, CLIP) }, []],
];

function nested(depth: number, inner: unknown): unknown {
  return depth === 0 ? inner : { video: nested(depth - 1, inner) };
}

describe.each(['apimart', 'evolink'] as const)('%s', (name) => {
  const t = bench(name);
  const ID = IDS[name];
  /** The task in its usual envelope. */
  const told = (task: object): Reply => ({
    json: name === 'apimart' ? { code: 200, data: { id: ID, ...task } } : { id: ID, ...task },
  });

  describe('a completed task', () => {
    test.each(RESULTS)('%s', async (_name, result, links) => {
      t.server.answer(told({ status: 'completed', ...result }));
      expect(await t.gateway.ask(ID)).toMatchObject({
        kind: 'completed',
        links,
      });
    });

    test.each(RESULTS)('without the envelope: %s', async (_name, result, links) => {
      t.server.answer({ json: { id: ID, status: 'completed', ...result } });
      expect(await t.gateway.ask(ID)).toMatchObject({
        kind: 'completed',
        links,
      });
    });

    test('the word done', async () => {
      t.server.answer(told({ status: 'done', results: [CLIP] }));
      expect(await t.gateway.ask(ID)).toMatchObject({
        kind: 'completed',
        links: [CLIP],
      });
    });

    test('a thousand links: 24 of them are tried', async () => {
      const results = Array.from({ length: 1_000 }, (_, index) => `${BARE}&n=${index}`);
      t.server.answer(told({ status: 'completed', results: [...results, CLIP] }));
      expect(await t.gateway.ask(ID)).toMatchObject({
        kind: 'completed',
        links: [CLIP, ...results.slice(0, 23)],
      });
    });
  });

  describe('a failed task', () => {
    test.each<readonly [string, object, object]>([
      [
        'fail_reason',
        { fail_reason: 'upstream error' },
        { message: 'upstream error', failure: 'service' },
      ],
      [
        'failure_reason',
        { failure_reason: 'prohibited content' },
        { message: 'prohibited content', failure: 'moderation' },
      ],
      ['error_message', { error_message: 'the task timed out' }, { failure: 'timeout' }],
      ['msg', { msg: 'bad prompt' }, { message: 'bad prompt', failure: 'unknown' }],
      ['a text as error', { error: 'content moderation failed' }, { failure: 'moderation' }],
      ['result.message', { result: { message: 'upstream busy' } }, { message: 'upstream busy' }],
      ['a number as code', { error: { code: 500, message: 'x' } }, { code: '500', message: 'x' }],
      [
        'an error object without a message',
        { error: {}, fail_reason: 'no quota' },
        { message: 'no quota' },
      ],
    ])('%s', async (_name, said, expected) => {
      t.server.answer(told({ status: 'failed', ...said }));
      expect(await t.gateway.ask(ID)).toMatchObject({
        kind: 'failed',
        ...expected,
      });
    });
  });

  describe('a submit', () => {
    const submit = () => t.gateway.submit({ body: '{}', attempt: ATTEMPT });

    test.each<readonly [string, unknown]>([
      ['flat', { id: ID, status: 'pending' }],
      ['data as an object', { code: 200, data: { id: ID, status: 'queued' } }],
      ['data as a list', { code: 200, data: [{ task_id: ID }] }],
      ['data as a text', { code: 'success', message: '', data: ID }],
      ['task_id beside a request id', { id: 'req-1', data: { task_id: ID } }],
      ['with an empty error', { id: ID, error: null, success: true }],
    ])('accepted: %s', async (_name, json) => {
      t.server.answer({ json });
      expect(await submit()).toMatchObject({ kind: 'accepted', task: ID });
    });

    test('accepted: compressed, although the client did not ask for it', async () => {
      t.server.answer({
        bytes: gzipSync(JSON.stringify({ id: ID, status: 'pending' })),
        headers: { 'content-encoding': 'gzip' },
      });
      expect(await submit()).toMatchObject({ kind: 'accepted', task: ID });
    });

    test.each<readonly [string, Reply, object]>([
      [
        'success false, and a reason',
        { json: { success: false, message: 'the channel did not answer' } },
        {
          kind: 'ambiguous',
          reason: 'HTTP 200, but the answer says "success": false: the channel did not answer',
        },
      ],
      ['success false, and nothing', { json: { success: false } }, { kind: 'ambiguous' }],
      [
        'success false, and a refusal',
        {
          json: {
            success: false,
            error: { code: 'insufficient_quota', message: 'no' },
          },
        },
        { kind: 'refused', refusal: { kind: 'balance' } },
      ],
      [
        '503, the word in the message',
        {
          status: 503,
          json: { error: { code: 503, message: 'idempotency_unavailable' } },
        },
        { kind: 'refused', refusal: { kind: 'unavailable-before-accept' } },
      ],
      [
        '503, the word before a sentence',
        {
          status: 503,
          json: {
            code: 503,
            message: 'idempotency_unavailable: the key store is down',
          },
        },
        { kind: 'refused', refusal: { kind: 'unavailable-before-accept' } },
      ],
      [
        '503, the number and the word in the message',
        {
          status: 503,
          json: {
            error: {
              code: 503,
              message: '503 idempotency_unavailable',
              type: 'server_error',
            },
          },
        },
        { kind: 'refused', refusal: { kind: 'unavailable-before-accept' } },
      ],
      [
        '409, the word in the message',
        {
          status: 409,
          json: { error: { code: 409, message: 'idempotency_in_progress' } },
        },
        { kind: 'ambiguous' },
      ],
      [
        '500, a word in the middle of a sentence decides nothing',
        {
          status: 500,
          json: {
            error: {
              code: 500,
              message: 'failed after idempotency_unavailable',
            },
          },
        },
        { kind: 'ambiguous' },
      ],
      [
        '503, another word',
        {
          status: 503,
          json: { error: { code: 503, message: 'upstream_error' } },
        },
        { kind: 'ambiguous' },
      ],
      [
        '404, the page of a proxy',
        {
          status: 404,
          headers: { 'content-type': 'text/html' },
          text: '<html>nginx</html>',
        },
        {
          kind: 'refused',
          refusal: {
            kind: 'wrong-address',
            message: expect.stringContaining('check the base URL'),
          },
        },
      ],
      [
        '404 without a body',
        { status: 404, text: '' },
        { kind: 'refused', refusal: { kind: 'wrong-address' } },
      ],
      [
        '404, a web framework',
        { status: 404, json: { detail: 'Not Found' } },
        { kind: 'refused', refusal: { kind: 'wrong-address' } },
      ],
      [
        '404, a base URL with /v1 in it',
        {
          status: 404,
          json: {
            error: {
              message: 'Invalid URL (POST /v1/v1/videos/generations)',
              type: 'invalid_request_error',
              param: '',
              code: '',
            },
          },
        },
        { kind: 'refused', refusal: { kind: 'wrong-address' } },
      ],
      [
        '404, something that the request names',
        {
          status: 404,
          json: {
            error: {
              code: 'resource_not_found',
              message: 'the element was not found',
            },
          },
        },
        { kind: 'refused', refusal: { kind: 'invalid' } },
      ],
      [
        '405, a web server for files',
        { status: 405, text: '<html>405 Not Allowed</html>' },
        { kind: 'refused', refusal: { kind: 'wrong-address' } },
      ],
    ])('not accepted: %s', async (_name, reply, expected) => {
      t.server.answer(reply);
      expect(await submit()).toMatchObject(expected);
    });
  });

  test.each(['404 page not found', '<html>nginx</html>'])(
    'an ask that meets a foreign 404 says nothing of the task: %s',
    async (text) => {
      t.server.answer({ status: 404, text });
      expect(await t.gateway.ask(ID)).toMatchObject({ kind: 'unreadable' });
    },
  );
});
