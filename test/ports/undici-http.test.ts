import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Http, HttpRequest } from '../../src/ports/http/http.ts';
import type { Lookup } from '../../src/ports/http/connector.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import {
  refusingUrl,
  type Reply,
  type ScriptedServer,
  scriptedServer,
} from '../gateways/scripted-server.ts';

let server: ScriptedServer;
let http: Http;
const others: (() => Promise<void>)[] = [];

beforeEach(async () => {
  server = await scriptedServer();
  http = undiciHttp();
});

afterEach(async () => {
  await http.close();
  await server.close();
  for (const close of others.splice(0)) await close();
});

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  body: '{"a":"ä"}',
  freshConnection: true,
  ...more,
});
const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  ...more,
});

/** Accepts connections and does with them what the test says; never speaks HTTP by itself. */
async function rawServer(
  onSocket: (socket: Socket) => void,
): Promise<{ readonly port: number; readonly server: Server }> {
  const sockets = new Set<Socket>();
  const raw = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => {
    raw.listen(0, '127.0.0.1', resolve);
  });
  others.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      raw.close(resolve);
    });
  });
  return { port: (raw.address() as AddressInfo).port, server: raw };
}

const resolvesTo =
  (...addresses: readonly string[]): Lookup =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const fails =
  (code: string): Lookup =>
  (hostname, _options, callback) =>
    callback(Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code }), []);

describe.each([
  ['fresh', true],
  ['pooled', false],
])('on a %s connection', (_name, freshConnection) => {
  test('an answer arrives with status, lower-case headers and body; the request as it was written', async () => {
    server.answer({ status: 202, headers: { 'X-Request-Id': 'r1' }, json: { ok: '✓' } });
    const answer = await http.request(post(`${server.url}/v1/x?y=1`, { freshConnection }));
    expect(answer).toMatchObject({
      kind: 'answer',
      status: 202,
      headers: { 'x-request-id': 'r1' },
    });
    expect(answer.kind === 'answer' && (await answer.body.text(100))).toEqual({
      text: '{"ok":"✓"}',
      complete: true,
    });
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/v1/x?y=1', body: '{"a":"ä"}' }]);
  });

  test('a refused connection was not sent', async () => {
    const result = await http.request(post(await refusingUrl(), { freshConnection }));
    expect(result).toEqual({
      kind: 'not-sent',
      reason: 'the connection was refused (ECONNREFUSED)',
      code: 'ECONNREFUSED',
    });
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN'])('a name that gives %s was not sent', async (code) => {
    const failing = undiciHttp({ lookup: fails(code) });
    const result = await failing.request(post('http://gateway.example', { freshConnection }));
    expect(result).toMatchObject({ kind: 'not-sent', reason: expect.stringContaining(code) });
    await failing.close();
  });

  test('TLS that does not open was not sent: the other side speaks no TLS', async () => {
    const { port } = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const result = await http.request(post(`https://127.0.0.1:${port}`, { freshConnection }));
    expect(result.kind).toBe('not-sent');
  });

  test('TLS that does not open was not sent: the other side hangs up, or says nothing until the connect timeout', async () => {
    const closing = await rawServer((socket) => socket.destroy());
    expect(
      (await http.request(post(`https://127.0.0.1:${closing.port}`, { freshConnection }))).kind,
    ).toBe('not-sent');
    const silent = await rawServer(() => undefined);
    const hasty = undiciHttp({ connectTimeoutMs: 50 });
    const result = await hasty.request(
      post(`https://127.0.0.1:${silent.port}`, { freshConnection }),
    );
    expect(result).toEqual({
      kind: 'not-sent',
      reason: 'no connection came to be in time (UND_ERR_CONNECT_TIMEOUT)',
      code: 'UND_ERR_CONNECT_TIMEOUT',
    });
    await hasty.close();
  });

  test.each(['close', 'reset', 'cut-headers'] as const)(
    '%s after the request was read is broken, and is sent once',
    async (fault) => {
      server.answer({ fault });
      const result = await http.request(post(server.url, { freshConnection }));
      expect(result).toMatchObject({ kind: 'broken' });
      expect(server.seen).toHaveLength(1);
    },
  );

  test('no headers in time is broken', async () => {
    server.answer({ fault: 'hang' });
    const result = await http.request(post(server.url, { freshConnection, headersTimeoutMs: 50 }));
    expect(result).toEqual({
      kind: 'broken',
      reason: 'no answer came in time (UND_ERR_HEADERS_TIMEOUT)',
    });
  });

  test('an answer that is no HTTP is broken', async () => {
    const { port } = await rawServer((socket) =>
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
    );
    expect(await http.request(post(`http://127.0.0.1:${port}`, { freshConnection }))).toMatchObject(
      { kind: 'broken' },
    );
  });

  test('a body that breaks off is an answer that is not complete', async () => {
    server.answer({ fault: 'cut-body' });
    const answer = await http.request(post(server.url, { freshConnection }));
    expect(answer.kind === 'answer' && (await answer.body.text(1000))).toMatchObject({
      complete: false,
      text: '{"code":200,',
    });
  });

  test('a body that stops is given up, also when it drips on', async () => {
    server.answer({ fault: 'hang-body' });
    const answer = await http.request(post(server.url, { freshConnection, bodyTimeoutMs: 50 }));
    expect(answer.kind === 'answer' && (await answer.body.text(1000))).toMatchObject({
      complete: false,
      text: '{"code":200,',
    });
    const { port } = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      const drip = setInterval(() => socket.write('.'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    const dripping = await http.request(
      get(`http://127.0.0.1:${port}`, { freshConnection, bodyTimeoutMs: 60 }),
    );
    expect(dripping.kind === 'answer' && (await dripping.body.text(1e6))).toMatchObject({
      complete: false,
      reason: 'the answer was not complete within 60 ms',
    });
    const unwanted = await http.request(
      get(`http://127.0.0.1:${port}`, { freshConnection, bodyTimeoutMs: 60 }),
    );
    expect(unwanted.kind === 'answer' && (await unwanted.body.discard())).toBeUndefined();
  });

  test('text is bounded: what is longer is cut and not complete', async () => {
    server.answer({ text: 'x'.repeat(500_000) });
    const answer = await http.request(get(server.url, { freshConnection }));
    const { text, complete, reason } = answer.kind === 'answer' ? await answer.body.text(1000) : {};
    expect([text, complete, reason]).toEqual([
      'x'.repeat(1000),
      false,
      'the answer is longer than 1000 bytes',
    ]);
  });

  test('exactly the bound is complete', async () => {
    server.answer({ text: 'x'.repeat(1000) });
    const answer = await http.request(get(server.url, { freshConnection }));
    expect(answer.kind === 'answer' && (await answer.body.text(1000))).toEqual({
      text: 'x'.repeat(1000),
      complete: true,
    });
  });

  const JSON_TEXT = JSON.stringify({ code: 200, data: [{ task_id: 'task_1' }] });
  const compressed = {
    gzip: gzipSync(JSON_TEXT),
    'x-gzip': gzipSync(JSON_TEXT),
    deflate: deflateSync(JSON_TEXT),
    br: brotliCompressSync(JSON_TEXT),
    'br, gzip': gzipSync(brotliCompressSync(JSON_TEXT)),
  };
  test.each(Object.entries(compressed))(
    'what comes compressed all the same is decoded: %s',
    async (encoding, bytes) => {
      server.answer({ bytes, headers: { 'content-encoding': encoding, etag: '"wire"' } });
      const result = await http.request(get(server.url));
      if (result.kind !== 'answer') throw new Error(result.kind);
      expect(await result.body.text(1_000)).toEqual({ text: JSON_TEXT, complete: true });
      // They are about the bytes on the wire.
      for (const name of ['content-encoding', 'content-length', 'etag'])
        expect(result.headers).not.toHaveProperty(name);
    },
  );

  test('a small answer that would be large is decoded up to the bound', async () => {
    server.answer({
      bytes: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
      headers: { 'content-encoding': 'gzip' },
    });
    const result = await http.request(get(server.url));
    if (result.kind !== 'answer') throw new Error(result.kind);
    const read = await result.body.text(1_000);
    expect(read).toMatchObject({ complete: false, reason: 'the answer is longer than 1000 bytes' });
    expect(read.text).toHaveLength(1_000);
  });

  test.each<[string, Reply]>([
    [
      'half of it',
      { bytes: compressed.gzip.subarray(0, 20), headers: { 'content-encoding': 'gzip' } },
    ],
    ['something else', { text: JSON_TEXT, headers: { 'content-encoding': 'gzip' } }],
  ])('a compressed answer that cannot be decoded is not complete: %s', async (_name, reply) => {
    server.answer(reply);
    const result = await http.request(get(server.url));
    if (result.kind !== 'answer') throw new Error(result.kind);
    expect(await result.body.text(1_000)).toMatchObject({ complete: false });
    // And nothing is left over that keeps a connection or the process.
    await result.body.discard();
  });

  test('a body with an unknown encoding is returned unchanged, and reported', async () => {
    server.answer({ text: 'x', headers: { 'content-encoding': 'zstd' } });
    const result = await http.request(get(server.url));
    if (result.kind !== 'answer') throw new Error(result.kind);
    expect(result.headers['content-encoding']).toBe('zstd');
    expect(await result.body.text(1_000)).toEqual({ text: 'x', complete: true });
  });

  test('a redirect is an answer', async () => {
    server.answer({ status: 307, headers: { location: `${server.url}/other` }, text: '' });
    const answer = await http.request(post(server.url, { freshConnection }));
    expect(answer).toMatchObject({
      kind: 'answer',
      status: 307,
      headers: { location: `${server.url}/other` },
    });
    if (answer.kind === 'answer') await answer.body.discard();
    expect(server.seen).toHaveLength(1);
  });

  test('an abort before the start sends nothing', async () => {
    const result = await http.request(
      post(server.url, { freshConnection, signal: AbortSignal.abort() }),
    );
    expect(result).toEqual({ kind: 'aborted', sent: false });
    expect(server.seen).toHaveLength(0);
  });

  test('an abort after the request was read says that it was sent', async () => {
    server.answer({ fault: 'hang' });
    const stop = new AbortController();
    const read = server.nextRequest();
    const result = http.request(post(server.url, { freshConnection, signal: stop.signal }));
    await read;
    stop.abort();
    expect(await result).toEqual({ kind: 'aborted', sent: true });
  });

  test('an abort while connecting ends at once', async () => {
    const { port, server: raw } = await rawServer(() => undefined);
    const stop = new AbortController();
    const accepted = new Promise((resolve) => {
      raw.once('connection', resolve);
    });
    const result = http.request(
      post(`https://127.0.0.1:${port}`, { freshConnection, signal: stop.signal }),
    );
    await accepted;
    stop.abort();
    expect(await result).toEqual({ kind: 'aborted', sent: !freshConnection });
  });

  test('an abort inside the body ends the text', async () => {
    server.answer({ fault: 'hang-body' });
    const stop = new AbortController();
    const answer = await http.request(get(server.url, { freshConnection, signal: stop.signal }));
    const text = answer.kind === 'answer' ? answer.body.text(1000) : undefined;
    stop.abort();
    expect(await text).toMatchObject({ complete: false });
  });

  test.each(['ftp://127.0.0.1/', 'nonsense', ''])('%j is not sent', async (url) => {
    expect(await http.request(post(url, { freshConnection }))).toMatchObject({ kind: 'not-sent' });
  });

  test('a header that no request may have is not sent, and not thrown', async () => {
    const result = await http.request(
      post(server.url, { freshConnection, headers: { authorization: 'Bearer a\nb' } }),
    );
    expect(result).toMatchObject({ kind: 'not-sent' });
    expect(server.seen).toHaveLength(0);
  });

  test('after close nothing is sent', async () => {
    await http.close();
    expect(await http.request(post(server.url, { freshConnection }))).toMatchObject({
      kind: 'not-sent',
    });
  });

  test('close ends exchanges at once, in every phase', async () => {
    server.answer({ fault: 'hang' });
    const read = server.nextRequest();
    const waiting = http.request(post(server.url, { freshConnection }));
    const silent = await rawServer(() => undefined);
    const accepted = new Promise((resolve) => {
      silent.server.once('connection', resolve);
    });
    const connecting = http.request(post(`https://127.0.0.1:${silent.port}`, { freshConnection }));
    await Promise.all([read, accepted]);
    await http.close();
    expect(await waiting).toMatchObject({ kind: 'broken' });
    expect((await connecting).kind).toMatch(/not-sent|broken/);
  });

  describe('publicOnly', () => {
    test.each([
      'http://127.0.0.1:9',
      'http://[::1]:9',
      'http://[::ffff:10.0.0.1]:9',
      'http://2130706433:9',
      'http://0x7f.1:9',
      'http://localhost:9',
    ])('%s is blocked without a connection', async (url) => {
      const result = await http.request(get(url, { freshConnection, publicOnly: true }));
      expect(result).toMatchObject({ kind: 'not-sent', blocked: true });
    });

    test('a server on loopback is never reached', async () => {
      expect(await http.request(get(server.url, { freshConnection, publicOnly: true }))).toEqual({
        kind: 'not-sent',
        reason: '127.0.0.1 is not a public address',
        blocked: true,
      });
      expect(await server.connections()).toBe(0);
    });

    test.each([[['127.0.0.1']], [['10.0.0.1', '::1', 'fd00::1', '169.254.169.254']], [[]]])(
      'a name that leads to %j is blocked',
      async (addresses) => {
        const { port } = new URL(server.url);
        const resolving = undiciHttp({ lookup: resolvesTo(...addresses) });
        const result = await resolving.request(
          get(`http://clips.example:${port}`, { freshConnection, publicOnly: true }),
        );
        expect(result).toEqual({
          kind: 'not-sent',
          reason: 'clips.example leads to no public address',
          blocked: true,
        });
        expect(await server.connections()).toBe(0);
        await resolving.close();
      },
    );

    test('a name is looked up once: no second answer can lead elsewhere', async () => {
      let asked = 0;
      const { port } = new URL(server.url);
      const rebinding = undiciHttp({
        connectTimeoutMs: 50,
        lookup: (_hostname, _options, callback) => {
          asked += 1;
          callback(null, [{ address: asked === 1 ? '240.0.0.1' : '127.0.0.1', family: 4 }]);
        },
      });
      await rebinding.request(
        get(`http://clips.example:${port}`, { freshConnection, publicOnly: true }),
      );
      expect(asked).toBe(1);
      expect(await server.connections()).toBe(0);
      await rebinding.close();
    });
  });
});

test('a fresh connection is never shared, and closed after the answer', async () => {
  server.answer({ json: {} });
  for (let n = 0; n < 3; n++) {
    const answer = await http.request(post(server.url));
    if (answer.kind === 'answer') await answer.body.text(100);
  }
  expect(new Set(server.seen.map(({ port }) => port)).size).toBe(3);
  expect(server.seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
});

test('pooled GETs share connections', async () => {
  server.answer({ json: {} });
  for (let n = 0; n < 6; n++) {
    const answer = await http.request(get(server.url));
    if (answer.kind === 'answer') await answer.body.text(100);
  }
  // The socket is free a moment after the body has ended, so that the second request may open
  // another.
  expect(new Set(server.seen.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
});

test('a fresh connection that closes before anything was read is broken, and not opened again', async () => {
  let connections = 0;
  const { port } = await rawServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  expect(await http.request(post(`http://127.0.0.1:${port}`))).toMatchObject({ kind: 'broken' });
  expect(connections).toBe(1);
});

test('a body is not read faster than it is asked for', async () => {
  const size = 64 * 1024 * 1024;
  let written = 0;
  const { port } = await rawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    const chunk = Buffer.alloc(64 * 1024);
    const fill = (): void => {
      while (written < size) {
        written += chunk.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.on('drain', fill);
    fill();
  });
  const answer = await http.request(get(`http://127.0.0.1:${port}`));
  let bytes = 0;
  let mostAhead = 0;
  if (answer.kind === 'answer') {
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      mostAhead = Math.max(mostAhead, written - bytes);
    }
  }
  expect(bytes).toBe(size);
  expect(mostAhead).toBeLessThan(32 * 1024 * 1024);
});

test('a body that fails while it is not read does not end the process', async () => {
  server.answer({ fault: 'cut-body' });
  const answer = await http.request(get(server.url));
  expect(answer.kind).toBe('answer');
  if (answer.kind === 'answer') {
    await answer.body.discard();
    await answer.body.discard();
  }
});

describe('a streamed body', () => {
  const put = (url: string, body: AsyncIterable<Uint8Array>, length: number): HttpRequest => ({
    method: 'PUT',
    url,
    headers: { 'content-length': `${length}` },
    body,
  });

  test('is sent as it is read, with its length and not in chunks', async () => {
    server.answer({ text: '' });
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const piece of ['one ', 'two ', 'three']) yield Promise.resolve(Buffer.from(piece));
    }
    const answer = await http.request(put(server.url, pieces(), 13));
    expect(answer.kind).toBe('answer');
    if (answer.kind === 'answer') await answer.body.discard();
    expect(server.seen[0]).toMatchObject({ method: 'PUT', body: 'one two three' });
    expect(server.seen[0]?.headers).toMatchObject({ 'content-length': '13' });
    expect(server.seen[0]?.headers['transfer-encoding']).toBeUndefined();
  });

  test('that fails or is too short breaks the exchange off: the peer never has a whole one', async () => {
    server.answer({ text: '' });
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Promise.resolve(Buffer.from('half'));
      throw new Error('the file changed');
    }
    async function* short(): AsyncGenerator<Uint8Array> {
      yield Promise.resolve(Buffer.from('half'));
    }
    for (const body of [failing(), short()])
      expect((await http.request(put(server.url, body, 8))).kind).toBe('broken');
    expect(server.seen).toEqual([]);
  });
});
