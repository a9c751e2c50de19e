/**
 * An upload that takes longer than the gateway's documents allow is told as that, not as a wish to
 * stop.
 */
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openGateways } from '../../../src/gateways/open.ts';
import { undiciHttp } from '../../../src/ports/http/undici-http.ts';
import { memoryCache } from '../../../src/run/uploads/upload-cache.ts';
import { uploadOnce } from '../../../src/run/uploads/upload-once.ts';
import { KEY } from '../../gateways/harness.ts';
import { scriptedServer } from '../../gateways/scripted-server.ts';
import { virtualClock } from '../../virtual-clock.ts';

const BYTES = Buffer.from('a picture');

test.each([
  ['its time is over', 'sent, but no answer came: it took longer than 120 s'],
  ['the run is stopped', 'sent, but no answer came: interrupted'],
])('%s', async (what, message) => {
  const server = await scriptedServer();
  const http = undiciHttp();
  const clock = virtualClock();
  server.answer({ fault: 'hang' });
  const env = { APIMART_API_KEY: KEY, APIMART_BASE_URL: server.url };
  const opened = openGateways({ env, http, now: () => clock.now() }).get('apimart');
  const uploads = opened !== undefined && 'gateway' in opened ? opened.gateway.uploads : undefined;
  if (uploads === undefined || 'remedy' in uploads) throw new Error('no uploads');
  const stop = new AbortController();
  const arrived = server.nextRequest();
  const outcome = uploadOnce({
    uploads,
    cache: memoryCache(),
    key: 'a key of the cache',
    source: {
      placeholder: 'file:crab.png#sha256:0',
      sha256: hash('sha256', BYTES, 'hex'),
      mime: 'image/png',
      ending: 'png',
      read: () => Promise.resolve({ ok: true, value: BYTES }),
    },
    clock,
    signal: stop.signal,
    sending: () => undefined,
  });
  await arrived;
  if (what === 'the run is stopped') stop.abort();
  else clock.advance(uploads.timeoutMs);
  expect(await outcome).toEqual({ kind: 'unknown', message });
  await http.close();
  await server.close();
});
