/** When news of an ended task is sent, and how often: each gateway has its own rules. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { handClock, KLING, O3, post, start } from './helpers.ts';

const HOOK = 'https://studio.example.com/hooks';

/** Statuses of the deliveries per gateway, once `count` of them have been made. */
async function deliveries(status: number, count: number, script: FaultScript = {}) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const sent: [gateway: string, status: number][] = [];
  let isEnough = (): void => undefined;
  const all = new Promise<void>((resolve) => (isEnough = resolve));
  const gateway = await start({
    clock: handClock(),
    taskSeconds: 0,
    script,
    callbacksTo: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onEvent: (event) => {
      if (event.kind === 'callback') sent.push([event.gateway, event.status]);
      if (sent.length === count) isEnough();
    },
  });
  await post(gateway.baseUrls.apimart, { ...KLING, webhook: HOOK });
  await post(gateway.baseUrls.evolink, { ...O3, callback_url: HOOK });
  await all;
  await gateway.close();
  server.closeAllConnections();
  server.close();
  return sent.sort(([a], [b]) => (a < b ? -1 : 1));
}

test('a receiver that is down is tried three times more', async () => {
  const [apimart, evolink] = (['apimart', 'evolink'] as const).map((name) =>
    Array.from({ length: 4 }, () => [name, 503]),
  );
  expect(await deliveries(503, 8)).toEqual([...(apimart ?? []), ...(evolink ?? [])]);
});

test('a receiver that refuses is left alone by APIMart, and tried again by EvoLink', async () => {
  const sent = await deliveries(404, 5);
  expect(sent.map(([name]) => name)).toEqual(['apimart', ...Array(4).fill('evolink')]);
});

test('of a cancelled task EvoLink tells, APIMart does not', async () => {
  const rules: FaultScript['rules'] = [
    { when: { step: 'task' }, do: { fault: 'fate', end: 'cancelled' } },
  ];
  expect(await deliveries(204, 1, { rules })).toEqual([['evolink', 204]]);
});
