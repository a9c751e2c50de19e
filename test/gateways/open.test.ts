import { describe, expect, test } from 'vitest';
import { keysIn, openGateways, type OpenedGateway } from '../../src/gateways/open.ts';
import type { Http, HttpRequest } from '../../src/ports/http/http.ts';
import { ATTEMPT, KEY, NOW_MS, taskId } from './harness.ts';

/** Notes what is asked for and refuses everything. */
function deafHttp(): { readonly http: Http; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const http: Http = {
    request: async (request) => {
      asked.push(request);
      return { kind: 'not-sent', reason: 'deaf' };
    },
    close: async () => undefined,
  };
  return { http, asked };
}

function open(
  env: Record<string, string | undefined>,
  http: Http = deafHttp().http,
): { apimart: OpenedGateway; evolink: OpenedGateway } {
  const opened = openGateways({ env, http, now: () => NOW_MS });
  return Object.fromEntries(opened) as { apimart: OpenedGateway; evolink: OpenedGateway };
}

describe('keys', () => {
  test('a missing key is named by its variable; the other gateway opens', () => {
    const { apimart, evolink } = open({ EVOLINK_API_KEY: KEY });
    expect(apimart).toEqual({ missingKey: 'APIMART_API_KEY' });
    expect(evolink).toMatchObject({
      gateway: {
        name: 'evolink',
        keyVariable: 'EVOLINK_API_KEY',
        loopback: false,
        askManyLimit: 50,
      },
    });
  });

  test.each(['', '  ', '\n'])('an empty key, %j, is a missing key', (key) => {
    expect(open({ APIMART_API_KEY: key }).apimart).toEqual({ missingKey: 'APIMART_API_KEY' });
  });

  test('white space around a key is taken off', async () => {
    const { http, asked } = deafHttp();
    const { apimart } = open({ APIMART_API_KEY: ` ${KEY}\n` }, http);
    if ('gateway' in apimart) await apimart.gateway.ask(taskId('task_1'));
    expect(asked).toMatchObject([{ headers: { authorization: `Bearer ${KEY}` } }]);
  });

  test.each(['two words', 'line\nbreak', 'sk-ключ', 'sk-“quoted”'])(
    '%j cannot be a key, and is not repeated',
    (key) => {
      const { apimart } = open({ APIMART_API_KEY: key });
      expect(apimart).toMatchObject({ badSetting: { variable: 'APIMART_API_KEY' } });
      expect(JSON.stringify(apimart)).not.toContain(key);
    },
  );

  test('keysIn gives what has to be redacted', () => {
    expect(keysIn({ APIMART_API_KEY: ' a1 ', EVOLINK_API_KEY: '', OTHER: 'x' })).toEqual(['a1']);
  });

  test("one gateway's messages are without the other one's key too", async () => {
    const http: Http = {
      ...deafHttp().http,
      request: async () => ({ kind: 'not-sent', reason: 'said other-key-123 and own-key-1234' }),
    };
    const { apimart } = open(
      { APIMART_API_KEY: 'own-key-1234', EVOLINK_API_KEY: 'other-key-123' },
      http,
    );
    const outcome =
      'gateway' in apimart && (await apimart.gateway.submit({ body: '{}', attempt: ATTEMPT }));
    expect(outcome).toEqual({ kind: 'not-sent', reason: 'said [redacted] and [redacted]' });
  });
});

describe('base URLs', () => {
  test.each([
    [undefined, 'https://api.apimart.ai/v1/tasks/task_1', false],
    ['', 'https://api.apimart.ai/v1/tasks/task_1', false],
    ['https://proxy.example', 'https://proxy.example/v1/tasks/task_1', false],
    ['https://proxy.example/', 'https://proxy.example/v1/tasks/task_1', false],
    [
      'https://proxy.example:8443/apimart/eu/',
      'https://proxy.example:8443/apimart/eu/v1/tasks/task_1',
      false,
    ],
    ['http://127.0.0.1:9000/apimart', 'http://127.0.0.1:9000/apimart/v1/tasks/task_1', true],
    ['http://127.9.9.9:9000', 'http://127.9.9.9:9000/v1/tasks/task_1', true],
    ['http://[::1]:9000', 'http://[::1]:9000/v1/tasks/task_1', true],
    ['http://localhost:9000', 'http://localhost:9000/v1/tasks/task_1', true],
    ['https://localhost:9000', 'https://localhost:9000/v1/tasks/task_1', true],
    ['https://127.0.0.1.example.com', 'https://127.0.0.1.example.com/v1/tasks/task_1', false],
    ['https://localhost.example.com', 'https://localhost.example.com/v1/tasks/task_1', false],
  ])('%j asks %s (loopback: %j)', async (baseUrl, url, loopback) => {
    const { http, asked } = deafHttp();
    const { apimart } = open({ APIMART_API_KEY: KEY, APIMART_BASE_URL: baseUrl }, http);
    if ('gateway' in apimart) await apimart.gateway.ask(taskId('task_1'));
    expect(asked.map((request) => request.url)).toEqual([url]);
    expect(apimart).toMatchObject({ gateway: { loopback } });
  });

  test.each([
    ['proxy.example', /not a URL/],
    ['ftp://proxy.example', /begin with https/],
    ['file:///etc/passwd', /begin with https/],
    ['http://proxy.example', /plain http is for this machine only/],
    ['http://10.0.0.5:9000', /plain http is for this machine only/],
    ['https://user:pass@proxy.example', /user name or password/],
    ['https://proxy.example/?key=1', /without "\?" or "#"/],
    ['https://proxy.example/#x', /without "\?" or "#"/],
  ])('%j is refused, also without a key', (baseUrl, message) => {
    const { evolink } = open({ EVOLINK_BASE_URL: baseUrl });
    expect(evolink).toEqual({
      badSetting: { variable: 'EVOLINK_BASE_URL', message: expect.stringMatching(message) },
    });
  });
});

test('how a request is sent: a POST that costs money has its own connection and the patience of the vendors; reads have 15 s', async () => {
  const { http, asked } = deafHttp();
  const { apimart, evolink } = open({ APIMART_API_KEY: KEY, EVOLINK_API_KEY: KEY }, http);
  for (const opened of [apimart, evolink]) {
    if (!('gateway' in opened)) continue;
    await opened.gateway.submit({ body: '{}', attempt: ATTEMPT });
    await opened.gateway.ask(taskId('task_1'));
  }
  expect(
    asked.map(({ method, freshConnection, headersTimeoutMs }) => [
      method,
      freshConnection,
      headersTimeoutMs,
    ]),
  ).toEqual([
    ['POST', true, 45_000],
    ['GET', undefined, 15_000],
    ['POST', true, 30_000],
    ['GET', undefined, 15_000],
  ]);
});
