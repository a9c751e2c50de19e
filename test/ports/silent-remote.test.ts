/**
 * A git remote that takes connections and never answers: a run that waits for it would wait
 * forever.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { listRefs, systemGit } from '../../src/ports/git.ts';

test('is a remote that does not answer', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    // A person may say how long; that it ends at all is ours to say.
    const git = systemGit(tmpdir(), { ...process.env, GIT_HTTP_LOW_SPEED_TIME: '2' });
    const listed = listRefs(git, `http://127.0.0.1:${port}/film.git`, ['refs/heads/main']);
    const late = new Promise((resolve) => setTimeout(resolve, 15_000, 'it still waits'));
    expect(await Promise.race([listed, late])).toMatchObject({ ok: false });
  } finally {
    server.close();
  }
});
