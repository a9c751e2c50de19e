/**
 * A company's network: the gateway is reached through a proxy, and the program says so if it is
 * not.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { connectProxy } from '../../ports/connect-proxy.ts';
import { flat, world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));

test('render submits through HTTPS_PROXY; a proxy that refuses costs nothing and holds nothing', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  // TLS in front of the embedded gateway.
  const secured = createServer(
    {
      key: readFileSync(fixture('localhost.key.pem')),
      cert: readFileSync(fixture('gateway.example.com.cert.pem')),
    },
    (socket) => {
      const onward = connect(Number(new URL(w.gateway.baseUrls.apimart).port), '127.0.0.1');
      socket.on('error', () => onward.destroy()).pipe(onward);
      onward.on('error', () => socket.destroy()).pipe(socket);
    },
  ).listen(0, '127.0.0.1');
  await once(secured, 'listening');
  const { pathname } = new URL(w.gateway.baseUrls.apimart);
  const env = {
    APIMART_BASE_URL: `https://gateway.example.com${pathname}`,
    NODE_EXTRA_CA_CERTS: fixture('gateway.example.com.cert.pem'),
  };
  const closed = await connectProxy(
    1,
    (socket) => void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'),
  );
  const refused = await w.cli(['render', '--detach', 'film.yaml'], {
    env: { ...env, HTTPS_PROXY: closed.host },
  });
  expect(refused.exit).toBe(69);
  expect(flat(refused.err)).toContain(
    `through the proxy http://${closed.host}: it refuses the connection (403 Forbidden)`,
  );
  expect(w.gateway.books().accepted).toEqual([]);
  const proxy = await connectProxy((secured.address() as AddressInfo).port);
  const sent = await w.cli(['render', '--detach', 'film.yaml'], {
    env: { ...env, HTTPS_PROXY: proxy.host },
  });
  expect(sent.exit).toBe(6);
  expect(w.gateway.books().accepted).toHaveLength(1);
  expect(new Set(proxy.asked.map(({ to }) => to))).toEqual(new Set(['gateway.example.com:443']));
  await closed.close();
  await proxy.close();
  secured.close();
});
