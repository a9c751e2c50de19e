/** What the answers of both file services mean; docs/providers/uploads.md, sections 2, 4 and 6. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openGateways } from '../../src/gateways/open.ts';
import type { Uploads } from '../../src/gateways/uploads/uploads.ts';
import type { GatewayName } from '../../src/ids.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { KEY, NOW_MS } from './harness.ts';
import { type Reply, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const FILE = {
  bytes: Buffer.from('0123456789'),
  mime: 'image/png',
  name: 'a.png',
  uploadId: 'rushes_0123456789abcdef',
};
const LIFE_MS = 72 * 3_600_000;

const bench = {} as { server: ScriptedServer; http: ReturnType<typeof undiciHttp> };
beforeEach(async () => {
  bench.server = await scriptedServer();
  bench.http = undiciHttp();
});
afterEach(async () => {
  await bench.http.close();
  await bench.server.close();
});

function uploadsAt(name: GatewayName): Uploads {
  const { url } = bench.server;
  const env = {
    APIMART_API_KEY: KEY,
    EVOLINK_API_KEY: KEY,
    APIMART_BASE_URL: url,
    EVOLINK_BASE_URL: url,
    EVOLINK_FILES_BASE_URL: url,
  };
  const opened = openGateways({ env, http: bench.http, now: () => NOW_MS }).get(name);
  const uploads = opened !== undefined && 'gateway' in opened ? opened.gateway.uploads : undefined;
  if (uploads === undefined || 'remedy' in uploads) throw new Error(`${name} takes no files`);
  return uploads;
}
const uploaded = async (name: GatewayName, reply: Reply) => {
  bench.server.answer(reply);
  return uploadsAt(name).upload(FILE);
};

const LINK = 'https://cdn.example.com/f/a.png';
const apimart = (more: object) => ({
  json: {
    url: LINK,
    bytes: 10,
    content_type: 'image/png',
    created_at: NOW_MS / 1000 - 60,
    ...more,
  },
});
const evolink = (more: object) => ({
  json: {
    success: true,
    code: 200,
    data: {
      file_id: 'f_1',
      file_url: LINK,
      file_size: 10,
      mime_type: 'image/png',
      expires_at: new Date(NOW_MS + 1000).toISOString(),
      ...more,
    },
  },
});

describe('a good answer', () => {
  test('APIMart: the link lives 72 hours from its creation; the key and a form were sent', async () => {
    expect(await uploaded('apimart', apimart({}))).toEqual({
      kind: 'stored',
      link: LINK,
      expiresAtMs: NOW_MS - 60_000 + LIFE_MS,
    });
    expect(bench.server.seen).toMatchObject([
      {
        method: 'POST',
        path: '/v1/uploads/images',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
        },
        body: expect.stringMatching(/name="file"; filename="a\.png"\r\nContent-Type: image\/png/),
      },
    ]);
    expect(bench.server.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('EvoLink: until its own date, under the id of the upload', async () => {
    expect(await uploaded('evolink', evolink({}))).toEqual({
      kind: 'stored',
      link: LINK,
      expiresAtMs: NOW_MS + 1000,
    });
    expect(bench.server.seen).toMatchObject([
      { path: '/api/v1/files/upload/stream', headers: { 'x-evo-upload-id': FILE.uploadId } },
    ]);
  });

  test('no clock is believed for more than 72 hours from now', async () => {
    const late = new Date(NOW_MS + 30 * LIFE_MS).toISOString();
    expect(await uploaded('evolink', evolink({ expires_at: late }))).toMatchObject({
      expiresAtMs: NOW_MS + LIFE_MS,
    });
  });
});

describe('a good status without a link to trust is an unknown outcome', () => {
  test.each<[string, object, RegExp]>([
    ['no link', { url: undefined }, /no link/],
    ['another scheme', { url: 'ftp://cdn.example.com/a.png' }, /http/],
    ['a user name', { url: 'https://me@cdn.example.com/a.png' }, /user name/],
    ['a fragment', { url: `${LINK}#x` }, /fragment/],
    ['fewer bytes', { bytes: 9 }, /9 bytes of 10/],
    ['another type', { content_type: 'image/jpeg' }, /image\/jpeg/],
  ])('%s', async (_what, more, reason) => {
    const outcome = await uploaded('apimart', apimart(more));
    expect(outcome).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(reason) });
  });

  test.each<[string, Reply]>([
    ['a page', { text: '<html></html>' }],
    ['not JSON', { text: 'ok' }],
    ['a server error', { status: 500, json: { error: { message: 'failed to upload image' } } }],
    ['a bad gateway', { status: 502, text: '<html></html>' }],
  ])('%s', async (_what, reply) => {
    expect(await uploaded('apimart', reply)).toMatchObject({ kind: 'unknown' });
  });
});

describe('a refusal', () => {
  const error = (status: number, message: string) => ({ status, json: { error: { message } } });
  test.each<[GatewayName, Reply, string]>([
    ['apimart', error(400, 'invalid image content'), 'invalid'],
    ['apimart', error(413, 'file size exceeds maximum'), 'invalid'],
    ['apimart', error(401, 'invalid API key'), 'auth'],
    ['apimart', error(402, 'insufficient balance'), 'balance'],
    ['apimart', error(429, 'too many requests'), 'rate-limited'],
    ['apimart', { status: 404, text: '<html></html>' }, 'wrong-address'],
    ['evolink', { json: { success: false, code: 40001, msg: 'too large' } }, 'invalid'],
    ['evolink', { status: 400, json: { success: false, code: 40002, msg: 'type' } }, 'invalid'],
    ['evolink', { json: { success: false, code: 40003, msg: 'quota' } }, 'quota'],
    ['evolink', { status: 403, json: { success: false, code: 403, msg: 'key' } }, 'auth'],
  ])('%s %#', async (name, reply, kind) => {
    expect(await uploaded(name, reply)).toMatchObject({ kind: 'refused', refusal: { kind } });
  });

  test('EvoLink: a denial without a code says nothing of what became of the file', async () => {
    const reply = { json: { success: false, msg: 'try again' } };
    expect(await uploaded('evolink', reply)).toMatchObject({ kind: 'unknown' });
  });
});

describe('the receipt', () => {
  test.each<[string, Reply, object]>([
    [
      'done and verified',
      {
        json: {
          success: true,
          data: { state: 'done', result_verified: true, file: evolink({}).json.data },
        },
      },
      { kind: 'stored', link: LINK },
    ],
    ['unknown there too', { json: { data: { state: 'outcome_unknown' } } }, { kind: 'none' }],
    ['no receipt', { status: 404, json: {} }, { kind: 'none' }],
    ['not verified', { json: { data: { state: 'done' } } }, { kind: 'unreadable' }],
    ['a server error', { status: 503, json: {} }, { kind: 'unreadable' }],
  ])('%s', async (_what, reply, outcome) => {
    bench.server.answer(reply);
    expect(await uploadsAt('evolink').receipt?.(FILE.uploadId)).toMatchObject(outcome);
  });
});

test('a link is never repeated, also not in part, in what the gateway says', async () => {
  const { url } = bench.server;
  const env = { APIMART_API_KEY: KEY, APIMART_BASE_URL: url };
  const opened = openGateways({ env, http: bench.http, now: () => NOW_MS }).get('apimart');
  if (opened === undefined || !('gateway' in opened)) throw new Error('not open');
  const { gateway } = opened;
  if (gateway.uploads !== undefined && 'hide' in gateway.uploads)
    gateway.uploads.hide(LINK, 'file:refs/a.png#sha256:00');
  bench.server.answer({
    status: 400,
    json: { error: { message: `cannot read ${LINK}, "${LINK.replaceAll('/', '\\/')}"` } },
  });
  const outcome = await gateway.submit({
    body: '{}',
    attempt: '0f1e2d3c-4b5a-4678-8a9b-0c1d2e3f4a5b' as never,
  });
  expect(JSON.stringify(outcome)).not.toContain('cdn.example.com');
  expect(outcome).toMatchObject({ refusal: { message: expect.stringContaining('refs/a.png') } });
});
