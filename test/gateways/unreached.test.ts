/** One cause, and one thing to look at, for a request that did not reach its gateway. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { unreachedReason } from '../../src/gateways/unreached.ts';
import { world } from '../cli/cli-project.ts';
import { film, scenes } from '../cli/manifest-text.ts';

const own = { baseUrl: 'https://api.apimart.ai' };
const moved = { baseUrl: 'http://127.0.0.1:9/v2', setBy: 'APIMART_BASE_URL' };

test.each([
  ['ECONNREFUSED', own, 'api.apimart.ai is down, try again later'],
  ['ECONNREFUSED', moved, 'nothing listens at http://127.0.0.1:9, check APIMART_BASE_URL'],
  ['ENOTFOUND', own, 'check the network of this machine'],
  ['ENOTFOUND', moved, 'there is no host 127.0.0.1:9, check APIMART_BASE_URL'],
  ['ENETUNREACH', moved, 'check the network of this machine'],
  ['UND_ERR_CONNECT_TIMEOUT', own, 'api.apimart.ai is down or cut off, try again later'],
])('%s', (code, address, look) => {
  expect(unreachedReason({ kind: 'not-sent', reason: 'why', code }, address)).toBe(`why: ${look}`);
});

test('an error without a system code is shown unchanged', () => {
  expect(unreachedReason({ kind: 'not-sent', reason: 'why' }, moved)).toBe('why');
});

test('nothing listens at the base URL: the screen says so, and nothing of a balance', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const { exit, err } = await w.rushes(['render', '--detach', 'film.yaml'], {
    env: { APIMART_BASE_URL: `http://127.0.0.1:${port}` },
  });
  expect(exit).toBe(69);
  expect(err).toContain(`nothing listens at http://127.0.0.1:${port}, check APIMART_BASE_URL`);
  expect(err).toContain('exit 69: gateway unreachable\n');
  expect(err).not.toMatch(/balance|top up/);
});
