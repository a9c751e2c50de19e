/**
 * Requests through a proxy of the environment: real sockets, a real proxy, and nothing paid twice.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Http, HttpRequest } from '../../src/ports/http/http.ts';
import { undiciHttp, type UndiciHttpOptions } from '../../src/ports/http/undici-http.ts';
import { refusingUrl, type ScriptedServer, scriptedServer } from '../gateways/scripted-server.ts';
import { type ConnectProxy, connectProxy } from './connect-proxy.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

let server: ScriptedServer;
const ending: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  server = await scriptedServer();
  server.answer({ json: { ok: true } });
});

afterEach(async () => {
  for (const end of ending.splice(0)) await end();
  await server.close();
});

const portOf = (url: string): number => Number(new URL(url).port);

async function proxyTo(
  port = portOf(server.url),
  answer?: (socket: Socket, count: number) => void,
): Promise<ConnectProxy> {
  const proxy = await connectProxy(port, answer);
  ending.push(() => proxy.close());
  return proxy;
}

function httpWith(env: NonNullable<UndiciHttpOptions['env']>, more: UndiciHttpOptions = {}): Http {
  const http = undiciHttp({ ...more, env });
  ending.push(() => http.close());
  return http;
}

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: {},
  body: '{}',
  freshConnection: true,
  ...more,
});
const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  ...more,
});

async function textOf(http: Http, request: HttpRequest): Promise<string> {
  const result = await http.request(request);
  return result.kind === 'answer'
    ? (await result.body.text(1_000)).text
    : `${result.kind}: ${'reason' in result ? result.reason : ''}`;
}

test('TLS goes end to end through the tunnel; the password of the proxy goes to the proxy alone', async () => {
  const seen: string[] = [];
  const gateway = createServer(
    {
      key: readFileSync(fixture('localhost.key.pem')),
      cert: readFileSync(fixture('gateway.example.com.cert.pem')),
    },
    ({ socket, headers }, response) => {
      seen.push(...Object.keys(headers));
      const tls = socket as TLSSocket;
      response.end(`${String(tls.servername)} ${tls.isSessionReused() ? 'again' : 'new'}`);
    },
  );
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  ending.push(() => new Promise((resolve) => gateway.close(resolve)));
  const proxy = await proxyTo((gateway.address() as AddressInfo).port);
  const twice = async (trusted: boolean): Promise<readonly string[]> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', fixture('post-twice.ts'), 'https://gateway.example.com/v1'],
      {
        env: {
          ...process.env,
          HTTPS_PROXY: `http://me:p%40ss@${proxy.host}`,
          ...(trusted && { NODE_EXTRA_CA_CERTS: fixture('gateway.example.com.cert.pem') }),
        },
      },
    );
    return stdout.trim().split('\n');
  };
  expect(await twice(true)).toEqual(['gateway.example.com new', 'gateway.example.com again']);
  const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  const tunnel = { to: 'gateway.example.com:443', authorization };
  // Each POST that costs money has a connection of its own.
  expect(proxy.asked).toEqual([tunnel, tunnel]);
  expect(seen).not.toContain('proxy-authorization');
  for (const line of await twice(false)) {
    expect(line).toMatch(/^\{"kind":"not-sent"/);
    expect(line).toContain('NODE_EXTRA_CA_CERTS');
    expect(line).not.toContain('p%40ss');
  }
});

test('each paid request has its own tunnel; the others share theirs', async () => {
  const proxy = await proxyTo();
  const http = httpWith({ http_proxy: proxy.host });
  for (let count = 0; count < 2; count++)
    expect(await textOf(http, post('http://gateway.example.com/v1'))).toBe('{"ok":true}');
  expect(proxy.asked.map(({ to }) => to)).toEqual([
    'gateway.example.com:80',
    'gateway.example.com:80',
  ]);
  for (let count = 0; count < 6; count++)
    expect(await textOf(http, get('http://gateway.example.com/v1'))).toBe('{"ok":true}');
  expect(proxy.asked.length).toBeLessThan(2 + 6);
  expect(server.seen).toHaveLength(8);
});

test.each([
  [
    'asks for a password',
    'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
    'it asks for a user name and password (407)',
  ],
  ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'it refuses the connection (403 Forbidden)'],
  ['speaks something else', 'SSH-2.0-x\r\n\r\n', 'Parse Error'],
  ['hangs up', '', 'the connection was reset by the other side'],
])('a proxy that %s: certainly not sent, with its name', async (_, bytes, reason) => {
  const proxy = await proxyTo(undefined, (socket) => void socket.end(bytes));
  const http = httpWith({ HTTP_PROXY: `http://me:secret-1@${proxy.host}` });
  for (const request of [post, get]) {
    const result = await http.request(request('http://gateway.example.com/v1'));
    expect(result).toMatchObject({ kind: 'not-sent' });
    const said = 'reason' in result ? result.reason : '';
    expect(said).toContain(`through the proxy http://${proxy.host}: `);
    expect(said).toContain(reason);
    expect(said).not.toContain('secret-1');
  }
  expect(server.seen).toEqual([]);
});

test('a proxy that is not there, or is silent: not sent; a request that is given up: not sent', async () => {
  const gone = new URL(await refusingUrl()).host;
  expect(
    await httpWith({ HTTP_PROXY: gone }).request(post('http://gateway.example.com/')),
  ).toMatchObject({
    kind: 'not-sent',
    reason: `through the proxy http://${gone}: the connection was refused (ECONNREFUSED)`,
  });
  const silent = await proxyTo(undefined, () => undefined);
  const hasty = httpWith({ HTTP_PROXY: silent.host }, { connectTimeoutMs: 50 });
  expect(await hasty.request(post('http://gateway.example.com/'))).toMatchObject({
    kind: 'not-sent',
    reason: `through the proxy http://${silent.host}: no connection came to be in time (UND_ERR_CONNECT_TIMEOUT)`,
  });
  const giveUp = new AbortController();
  const waiting = await proxyTo(undefined, () => giveUp.abort());
  expect(
    await httpWith({ HTTP_PROXY: waiting.host }).request(
      post('http://gateway.example.com/', { signal: giveUp.signal }),
    ),
  ).toEqual({ kind: 'aborted', sent: false });
});

test('a tunnel that breaks after the request has left: broken, and never sent a second time', async () => {
  server.answer({ fault: 'reset' });
  const proxy = await proxyTo();
  const http = httpWith({ HTTP_PROXY: proxy.host });
  expect(await http.request(post('http://gateway.example.com/v1'))).toMatchObject({
    kind: 'broken',
  });
  expect(server.seen).toHaveLength(1);
  expect(proxy.asked).toHaveLength(1);
});

test('a link to an address or a name inside the network is refused before the proxy hears of it', async () => {
  const proxy = await proxyTo();
  const http = httpWith({ HTTP_PROXY: proxy.host });
  for (const host of ['169.254.169.254', '10.0.0.7', '[fd00::1]', 'printer.local', 'intranet'])
    expect(await http.request(get(`http://${host}/`, { publicOnly: true }))).toMatchObject({
      kind: 'not-sent',
      blocked: true,
    });
  expect(proxy.asked).toEqual([]);
  expect(await textOf(http, get('http://clips.example.com/a.mp4', { publicOnly: true }))).toBe(
    '{"ok":true}',
  );
});

test('this machine and what NO_PROXY lists are reached directly', async () => {
  const proxy = await proxyTo();
  const lookup: UndiciHttpOptions['lookup'] = (_host, _options, callback) =>
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  const port = portOf(server.url);
  const http = httpWith(
    { HTTP_PROXY: proxy.host, NO_PROXY: 'other.test, .example.com' },
    { lookup },
  );
  for (const url of [
    server.url,
    `http://localhost:${port}/`,
    `http://store.example.com:${port}/`,
    `http://example.com:${port}/`,
  ])
    expect(await textOf(http, get(url))).toBe('{"ok":true}');
  expect(proxy.asked).toEqual([]);
});

test('a variable that names no usable proxy: nothing is sent, not even around it', async () => {
  const lookup: UndiciHttpOptions['lookup'] = (_host, _options, callback) =>
    callback(null, [{ address: '127.0.0.1', family: 4 }]);
  const url = `http://gateway.example.com:${portOf(server.url)}/`;
  const http = httpWith({ HTTP_PROXY: 'socks5://me:secret-1@127.0.0.1:1080' }, { lookup });
  expect(await http.request(post(url))).toEqual({
    kind: 'not-sent',
    reason: 'HTTP_PROXY names a proxy of the kind socks5; rushes uses http and https proxies',
  });
  expect(server.seen).toEqual([]);
});
