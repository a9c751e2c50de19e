import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** Says whether the session of an earlier connection was used again, and to which name it spoke. */
const server = createServer(
  {
    key: readFileSync(fixture('localhost.key.pem')),
    cert: readFileSync(fixture('localhost.cert.pem')),
  },
  (request, response) => {
    const socket = request.socket as TLSSocket;
    response.end(`${String(socket.servername)} ${socket.isSessionReused() ? 'again' : 'new'}`);
  },
);

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => server.close());

/** A process of its own: which certificates are trusted is read when Node starts. */
async function postTwice(host: string, trusted: boolean): Promise<readonly string[]> {
  const { port } = server.address() as AddressInfo;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', fixture('post-twice.ts'), `https://${host}:${port}/`],
    {
      env: {
        ...process.env,
        ...(trusted && { NODE_EXTRA_CA_CERTS: fixture('localhost.cert.pem') }),
      },
    },
  );
  return stdout.trim().split('\n');
}

test('TLS names the host, and the second connection resumes the session of the first', async () => {
  expect(await postTwice('localhost', true)).toEqual(['localhost new', 'localhost again']);
});

test('a certificate with another name, or without a trusted issuer, is refused', async () => {
  for (const [host, trusted] of [
    ['127.0.0.1', true],
    ['localhost', false],
  ] as const)
    for (const line of await postTwice(host, trusted)) expect(line).toMatch(/^\{"kind":"not-sent"/);
});
