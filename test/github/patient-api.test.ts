/** What is asked again of GitHub's REST API, against a real server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { patientApi } from '../../src/commands/github/patient-api.ts';
import { systemClock } from '../../src/ports/clock.ts';

/** Asks a server that answers once with this status and then well. */
async function asksAfter(first: number, method: 'GET' | 'POST' | 'PATCH') {
  let asks = 0;
  const server = createServer((_, response) => {
    asks += 1;
    response.writeHead(asks === 1 ? first : 200).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = { ...systemClock, sleep: () => Promise.resolve() };
  const api = patientApi({ env: { GITHUB_API_URL: `http://127.0.0.1:${port}` }, clock }, 'token');
  try {
    const { status } = await api.request(method, '/comments', method === 'GET' ? undefined : {});
    return { asks, status };
  } finally {
    await api.close();
    server.close();
  }
}

test.each([
  ['GET', 500],
  ['GET', 502],
  ['GET', 504],
  ['PATCH', 502],
  ['GET', 429],
  ['POST', 429],
  ['POST', 503],
] as const)('%s is sent again after %d', async (method, status) => {
  expect(await asksAfter(status, method)).toEqual({ asks: 2, status: 200 });
});

test('a comment that may be there although its answer is not is not posted again', async () => {
  expect(await asksAfter(502, 'POST')).toEqual({ asks: 1, status: 502 });
});
