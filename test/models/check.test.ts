/** `rushes models check` over real sockets: the embedded gateway plays a gateway that has moved. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { startLocalGateway } from '../../src/local-gateway/server.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Catalogue, Model, Price } from '../../src/models/model.ts';
import { fromUsd } from '../../src/money.ts';
import { systemClock } from '../../src/ports/clock.ts';

/** Waits are over at once. */
const clock = { ...systemClock, sleep: () => Promise.resolve() };

async function check(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly exit: number; readonly out: string }> {
  let out = '';
  const stream = { isTTY: false, columns: 120 };
  const exit = await runProgram(['models', 'check', ...args], {
    cwd: '/',
    env,
    stdout: { ...stream, write: (chunk) => void (out += chunk) },
    stderr: { ...stream, write: (chunk) => void (out += chunk) },
    clock,
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  });
  return { exit, out };
}

/** Both gateways with other models than the catalogue has. */
async function gatewayWith(models: Catalogue) {
  const gateway = await startLocalGateway({ catalogue: models, clock });
  return {
    env: {
      APIMART_API_KEY: 'a-key-that-is-long-enough',
      APIMART_BASE_URL: gateway.baseUrls.apimart,
      EVOLINK_BASE_URL: gateway.baseUrls.evolink,
    },
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

const modelOf = (name: string): Model => {
  const model = catalogue.get(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return model;
};
const changed = (name: string, change: Partial<Model>): readonly [string, Model] => [
  name,
  { ...modelOf(name), ...change },
];
const dearer = (price: Price): Price =>
  price.kind === 'unknown'
    ? price
    : {
        ...price,
        usd: fromUsd((price.usd / 1e6) * 1.25),
        ...(price.credits === undefined ? {} : { credits: price.credits * 1.25 }),
      };

test('where the gateways say what the cards say, nothing has moved', async () => {
  await using same = await gatewayWith(catalogue);
  const { exit, out } = await check(same.env, '--json');
  const { moved, gateways } = JSON.parse(out) as {
    moved: readonly unknown[];
    gateways: readonly { gateway: string; models: number; prices: number }[];
  };
  expect(moved).toEqual([]);
  expect(exit).toBe(0);
  for (const { gateway, models, prices } of gateways) {
    expect(models).toBe([...catalogue.values()].filter((one) => one.gateway === gateway).length);
    expect(prices).toBeGreaterThan(40);
  }
});

test('gone, dearer, longer, retiring and new models are told, and the exit code is 2', async () => {
  const o3 = modelOf('evolink/kling-o3-text-to-video');
  const v3 = modelOf('apimart/kling-v3');
  const moved = new Map([
    ...catalogue,
    changed('apimart/kling-v3', { price: (body) => dearer(v3.price(body)) }),
    changed('evolink/kling-o3-text-to-video', {
      price: (body) => dearer(o3.price(body)),
      offers: { ...o3.offers, duration: [...o3.offers.duration, 16, 17, 18, 19, 20] },
    }),
    changed('evolink/kling-v3-text-to-video', {
      lifecycle: { state: 'retiring', asOf: '2026-11-20', why: 'announced' },
    }),
    ['evolink/kling-v4', { ...o3, name: 'evolink/kling-v4', native: 'kling-v4' }] as const,
  ]);
  moved.delete('evolink/wan3.0-text-to-video');
  await using gateway = await gatewayWith(moved);
  const { exit, out } = await check(gateway.env);
  expect(exit).toBe(2);
  expect(out).toMatch(
    /^gone +evolink\/wan3\.0-text-to-video +listed → not in the list of models$/m,
  );
  expect(out).toMatch(
    /^price +apimart\/kling-v3 +5 s, 720p, silent +\$0\.0672 a second → \$0\.084 a second$/m,
  );
  expect(out).toMatch(
    /^price +evolink\/kling-o3-text-to-video +5 s, 720p, silent +\$0\.3971 \(27 credits\) → \$0\.4963 \(33\.75 credits\)$/m,
  );
  expect(out).toMatch(/^values +evolink\/kling-o3-text-to-video +duration +3 to 15 → 3 to 20$/m);
  expect(out).toMatch(/^lifecycle +evolink\/kling-v3-text-to-video +listed → deprecated$/m);
  expect(out).toContain('also there, and not in the catalogue: kling-v4');
  expect(out).toContain('4 models changed');
});

test('only the named model is asked about, and only at its gateway', async () => {
  await using same = await gatewayWith(catalogue);
  const { exit, out } = await check(
    { EVOLINK_BASE_URL: same.env.EVOLINK_BASE_URL },
    'kling-v3-text-to-video',
  );
  expect(exit).toBe(0);
  expect(out).toBe('evolink: 1 model and 6 prices compared\nNothing has changed.\n');
});

test('without a key the public price page is read; the list of models stays unanswered', async () => {
  await using same = await gatewayWith(catalogue);
  const { exit, out } = await check({ APIMART_BASE_URL: same.env.APIMART_BASE_URL }, 'kling-v3');
  expect(exit).toBe(0);
  expect(out).toContain('no answer: /v1/models: APIMART_API_KEY is not set');
  expect(out).toContain('apimart: 1 model and 6 prices compared');
});

/** A server that answers every path with the same text, and keeps what it was sent. */
async function answering(status: number, body: string) {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  const server: Server = createServer((request, response) => {
    seen.push({ url: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

test.each([
  ['a busy gateway is asked three times', 503, '{}', 3],
  ['a page of HTML', 200, '<html>', 1],
  ['a redirect is not followed', 302, '{}', 1],
  ['no model at all', 200, '{"success":true}', 1],
  ['price rules of another version', 200, '{"meta":{"schema_version":"3"},"models":[]}', 1],
])('%s: no answer is told as such, never as "moved"', async (_, status, body, times) => {
  await using server = await answering(status, body);
  const env = { EVOLINK_BASE_URL: server.url, APIMART_BASE_URL: server.url, APIMART_API_KEY: 'k' };
  const { exit, out } = await check(env);
  expect(exit).toBe(69);
  expect(out).toContain('no answer: ');
  expect(out).toContain('No change was found, but some requests had no answer.');
  const asked = server.seen.filter(({ url }) => url?.startsWith('/v1/catalog/models') === true);
  expect(asked).toHaveLength(times);
  expect(server.seen.every(({ url }) => url !== '/elsewhere')).toBe(true);
  // The key goes to the list of models of its own gateway, and nowhere else.
  for (const { url, authorization } of server.seen)
    expect(authorization).toBe(url === '/v1/models' ? 'Bearer k' : undefined);
});
