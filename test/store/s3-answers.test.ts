/**
 * Answers that are no S3 server's, lists that say less than they seem to, and objects of others in
 * the same bucket: none of them may look like a clip that is kept.
 */
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { openStore } from '../../src/store/open-store.ts';
import { presenceIn } from '../../src/store/presence.ts';
import { pushClips } from '../../src/store/push-clips.ts';
import type { Store } from '../../src/store/store.ts';
import { clipFile, keeping, keyOf, sha256Of } from './clip-files.ts';
import { BUCKET, type S3Server, s3Server } from './s3-server.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const http = undiciHttp();
const clock = { ...systemClock, sleep: () => Promise.resolve() };
const servers: Server[] = [];
let bucket: S3Server;
beforeAll(async () => {
  bucket = await s3Server();
});
afterAll(async () => {
  await http.close();
  await bucket.close();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'rushes-s3-answers-'));

async function open(env: Readonly<Record<string, string>>): Promise<Store> {
  const opened = await openStore({ env, http, clock, userAgent: 'rushes/test' });
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
  return opened.store;
}

/** A store at a server that answers so, and the targets that it was asked for. */
async function answering(answer: (request: IncomingMessage) => Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => {
      const { status = 200, headers = {}, body = '' } = answer(request);
      response.writeHead(status, headers).end(body);
    });
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { store: await open({ ...bucket.env, AWS_ENDPOINT_URL_S3: url }), asked };
}

const LOGIN: Answer = {
  headers: { 'content-type': 'text/html' },
  body: '<!DOCTYPE html><html><body>Sign in to the network</body></html>',
};

test('a page in place of every answer is not a store: nothing is there, and nothing was stored', async () => {
  const { store } = await answering(() => LOGIN);
  const clip = await clipFile(await folder(), 'crab.mp4', 1000);
  const refused = { kind: 'unreachable', reason: expect.stringContaining('not as an S3 server') };
  expect(await store.reach()).toMatchObject(refused);
  expect(await store.list(10)).toMatchObject(refused);
  expect(await store.has(clip)).toMatchObject(refused);
  expect(await store.put(keyOf(clip), clip.path)).toMatchObject(refused);
  expect(await store.get(clip, keeping().sink)).toMatchObject(refused);
});

const listed = (sha256: string, rest: string): Answer => ({
  body: `<?xml version="1.0"?><ListBucketResult><Contents><Key>film/clips/${sha256}.mp4</Key><Size>1</Size></Contents>${rest}</ListBucketResult>`,
});
const SOME = Array.from({ length: 120 }, (_, index) => ({
  sha256: sha256Of(Buffer.from(`clip ${index}`)),
  bytes: 1,
}));

test('a list that ends early without a token is not complete: the others are asked for one by one', async () => {
  const { store } = await answering(({ method }) =>
    method === 'HEAD'
      ? { headers: { etag: '"x"', 'content-length': '1' } }
      : listed(SOME[0]?.sha256 ?? '', '<IsTruncated>true</IsTruncated>'),
  );
  expect(await store.list(1000)).toMatchObject({ kind: 'listed', complete: false });
  const presence = await presenceIn(store, SOME);
  expect(presence.kind === 'known' && presence.stored.size).toBe(120);
});

test('a list whose token never moves ends, and is not complete', async () => {
  const { store, asked } = await answering(() =>
    listed(
      SOME[0]?.sha256 ?? '',
      '<IsTruncated>true</IsTruncated><NextContinuationToken>AAAA</NextContinuationToken>',
    ),
  );
  expect(await store.list(100_000)).toMatchObject({ kind: 'listed', complete: false });
  expect(asked).toHaveLength(2);
});

test("objects of a store below this one are not this one's, and do not lengthen its lists", async () => {
  const clips = await Promise.all(
    Array.from({ length: 3 }, async (_, index) => clipFile(await folder(), 'a.mp4', 100 + index)),
  );
  const below = await open({ ...bucket.env, RUSHES_STORE: `s3://${BUCKET}/film/clips/old` });
  await pushClips(below, clips);
  const store = await open(bucket.env);
  expect(await store.list(1000)).toMatchObject({ kind: 'listed', objects: new Map() });
  const before = bucket.seen.length;
  expect(await store.reach()).toEqual({ kind: 'reached' });
  expect(bucket.seen.length - before).toBe(1);
});
