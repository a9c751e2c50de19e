import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Http } from '../../src/ports/http/http.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { fetchFile } from '../../src/store/fetch-file.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pushClips } from '../../src/store/push-clips.ts';
import { type S3Limits, s3Store } from '../../src/store/s3/s3-store.ts';
import { type S3Connection, send } from '../../src/store/s3/signed-request.ts';
import { objectName, type Store } from '../../src/store/store.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { clipFile, keeping, keyOf, sha256Of } from './clip-files.ts';
import { BUCKET, type Fault, KEY, type S3Server, s3Server } from './s3-server.ts';

let server: S3Server;
let http: Http;
let base: string;
let store: Store;
/** Every pause that the store made, in milliseconds; none is waited for. */
let pauses: number[];
let clock: Clock;

beforeAll(async () => {
  server = await s3Server();
});
afterAll(() => server.close());
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rushes-s3-store-'));
  http = undiciHttp();
  server.fault = () => undefined;
  pauses = [];
  clock = {
    now: () => Date.now(),
    monotonic: () => 0,
    sleep: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  store = await open();
});
afterEach(async () => {
  await http.close();
  await rm(base, { recursive: true, force: true });
});

async function open(more: Readonly<Record<string, string>> = {}): Promise<Store> {
  const env = { ...server.env, ...more };
  const opened = await openStore({ env, http, clock, userAgent: 'rushes/test', random: () => 1 });
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
  return opened.store;
}

/** The first `times` requests of that method meet the fault. */
function faultFirst(method: string, times: number, fault: Fault): void {
  let met = 0;
  server.fault = (request) =>
    request.method === method && request.target.includes('/clips/') && met++ < times
      ? fault
      : undefined;
}

describe('a store in a bucket', () => {
  test('takes a clip, has it, lists it and gives it back, signed and with its checksum', async () => {
    const clip = await clipFile(base, 'crab.mp4', 700_001);
    expect(await store.has(clip)).toEqual({ kind: 'absent' });
    expect(await store.put(keyOf(clip), clip.path)).toEqual({ kind: 'stored' });
    expect(await store.has(clip)).toEqual({ kind: 'present', bytes: clip.bytes });
    const listed = await store.list(10);
    expect(listed.kind === 'listed' && listed.objects.get(clip.sha256)).toBe(clip.bytes);
    const kept = keeping();
    expect(await store.get(clip, kept.sink)).toEqual({ kind: 'whole' });
    expect(kept.sha256()).toBe(clip.sha256);
    const put = server.seen.find(({ method }) => method === 'PUT');
    expect(put?.target).toBe(`/${BUCKET}/film/clips/${clip.sha256}.mp4`);
    expect(put?.headers).toMatchObject({
      'x-amz-content-sha256': clip.sha256,
      'content-type': 'video/mp4',
      'content-length': '700001',
    });
    expect(store.whereIs(clip.sha256)).toBe(`s3://${BUCKET}/film/clips/${clip.sha256}.mp4`);
  });

  test('a prefix with signs of its own is signed as it is sent', async () => {
    const strange = await open({ RUSHES_STORE: `s3://${BUCKET}/a b+c/ü(1)!'*&=%41` });
    const clip = await clipFile(base, 'crab.mp4', 1000);
    expect(await strange.put(keyOf(clip), clip.path)).toEqual({ kind: 'stored' });
    expect(await strange.has(clip)).toEqual({ kind: 'present', bytes: 1000 });
    expect((await strange.get(clip, keeping().sink)).kind).toBe('whole');
    expect(await store.has(clip)).toEqual({ kind: 'absent' });
  });

  test('a list continues over pages, and ends at its bound', async () => {
    const paged = await open({ RUSHES_STORE: `s3://${BUCKET}/paged` });
    const clips = await Promise.all(
      Array.from({ length: 6 }, (_, index) => clipFile(base, `${index}.mp4`, 10 + index)),
    );
    await pushClips(paged, clips);
    const pages = withLimits({ pageSize: 2 });
    const all = await pages.list(1000);
    expect(all).toMatchObject({ kind: 'listed', complete: true });
    expect(all.kind === 'listed' && all.objects.size).toBe(6);
    const some = await pages.list(3);
    expect(some).toMatchObject({ kind: 'listed', complete: false });
  });

  test('a large clip goes in parts, and comes back whole', async () => {
    const parted = withLimits({ onePutBytes: 1024, partBytes: 5 * 1024 * 1024 });
    const clip = await clipFile(base, 'long.mp4', 12 * 1024 * 1024);
    let counted = 0;
    const put = await parted.put(keyOf(clip), clip.path, { onBytes: (n) => (counted += n) });
    expect(put).toEqual({ kind: 'stored' });
    expect(counted).toBe(clip.bytes);
    const parts = server.seen.filter(({ target }) => target.includes('partNumber='));
    expect(parts.map(({ headers }) => headers['content-length'])).toEqual([
      '5242880',
      '5242880',
      '2097152',
    ]);
    const file = join(base, 'back.mp4');
    expect(await fetchFile(parted, clip, file)).toEqual({ kind: 'whole' });
    expect((await readFile(file)).length).toBe(clip.bytes);
  });

  test('a part that is cut is sent again; a file that is not the clip ends the upload', async () => {
    const parted = withLimits({ onePutBytes: 1024, partBytes: 5 * 1024 * 1024 });
    const clip = await clipFile(base, 'long.mp4', 6 * 1024 * 1024);
    faultFirst('PUT', 1, 'cut-upload');
    expect(await parted.put(keyOf(clip), clip.path)).toEqual({ kind: 'stored' });
    const other = { sha256: 'b'.repeat(64), bytes: clip.bytes };
    expect(await parted.put(other, clip.path)).toEqual({
      kind: 'unfit',
      reason: 'the file has another content',
    });
    expect(await parted.has(other)).toEqual({ kind: 'absent' });
  });

  test('an upload in parts that fails for good is abandoned on the server', async () => {
    const parted = withLimits({ onePutBytes: 1024, partBytes: 5 * 1024 * 1024 });
    const clip = await clipFile(base, 'long.mp4', 6 * 1024 * 1024);
    server.fault = ({ target }) =>
      target.includes('partNumber=2') ? { status: 403, code: 'AccessDenied' } : undefined;
    expect(await parted.put(keyOf(clip), clip.path)).toMatchObject({ kind: 'denied' });
    expect(server.seen.at(-1)).toMatchObject({ method: 'DELETE' });
    expect(await parted.has(clip)).toEqual({ kind: 'absent' });
  });

  test('the join of the parts may fail inside a 200', async () => {
    const parted = withLimits({ onePutBytes: 1024, partBytes: 5 * 1024 * 1024 });
    const clip = await clipFile(base, 'long.mp4', 6 * 1024 * 1024);
    server.fault = ({ method, target }) =>
      method === 'POST' && target.includes('uploadId=')
        ? { status: 200, code: 'InternalError' }
        : undefined;
    expect(await parted.put(keyOf(clip), clip.path)).toEqual({
      kind: 'unreachable',
      reason: 'the store could not join the parts (InternalError)',
    });
  });

  test('a file that is not the clip becomes no object, however lenient the server', async () => {
    const clip = await clipFile(base, 'crab.mp4', 300_000);
    const content = await readFile(clip.path);
    content[0] = (content[0] ?? 0) ^ 1;
    await writeFile(clip.path, content);
    expect(await store.put(keyOf(clip), clip.path)).toEqual({
      kind: 'unfit',
      reason: 'the file has another content',
    });
    const absent = { sha256: 'c'.repeat(64), bytes: 5 };
    expect((await store.put(absent, join(base, 'absent.mp4'))).kind).toBe('unfit');
    expect(pauses).toEqual([]);
  });
});

describe('a bucket on a bad day', () => {
  test.each<[string, string, Fault]>([
    ['503 SlowDown', 'PUT', { status: 503, code: 'SlowDown' }],
    ['500', 'PUT', { status: 500, code: 'InternalError' }],
    ['a reset before an answer', 'PUT', 'reset'],
    ['a reset in the upload', 'PUT', 'cut-upload'],
    ['bytes changed on their way', 'PUT', { status: 400, code: 'XAmzContentSHA256Mismatch' }],
  ])('%s passes: the clip is stored', async (_, method, fault) => {
    const clip = await clipFile(base, 'crab.mp4', 600_000);
    faultFirst(method, 3, fault);
    expect(await store.put(keyOf(clip), clip.path)).toEqual({ kind: 'stored' });
    expect(pauses).toEqual([400, 800, 1600]);
    server.fault = () => undefined;
    expect((await store.get(clip, keeping().sink)).kind).toBe('whole');
  });

  test('an object that is cut in the middle resumes from there', async () => {
    const clip = await clipFile(base, 'crab.mp4', 3_000_000);
    await store.put(keyOf(clip), clip.path);
    const before = server.downloadedBytes();
    faultFirst('GET', 2, 'cut-answer');
    const kept = keeping();
    expect(await store.get(clip, kept.sink)).toEqual({ kind: 'whole' });
    expect(kept.sha256()).toBe(clip.sha256);
    const ranges = server.seen.slice(-2).map(({ headers }) => headers.range);
    expect(ranges[0]).toMatch(/^bytes=\d+-$/);
    expect(server.downloadedBytes() - before).toBeLessThan(1.4 * clip.bytes);
  });

  test('an object of which every byte came before the cut is whole, and is not asked for again', async () => {
    const clip = await clipFile(base, 'crab.mp4', 3_000_000);
    await store.put(keyOf(clip), clip.path);
    faultFirst('GET', 1, 'cut-end');
    const kept = keeping();
    expect(await store.get(clip, kept.sink)).toEqual({ kind: 'whole' });
    expect(kept.sha256()).toBe(clip.sha256);
    expect(pauses).toEqual([]);
  });

  test('503 for good ends after six tries and asks for no more than a bounded pause', async () => {
    const clip = await clipFile(base, 'crab.mp4', 10);
    faultFirst('PUT', 99, { status: 503, code: 'SlowDown', headers: { 'retry-after': '3600' } });
    expect(await store.put(keyOf(clip), clip.path)).toEqual({
      kind: 'unreachable',
      reason: `127.0.0.1:${server.port} answers 503 SlowDown`,
    });
    expect(pauses).toEqual([20_000, 20_000, 20_000, 20_000, 20_000]);
  });

  test('a truncated object, and one of another content, are refused', async () => {
    const clip = await clipFile(base, 'crab.mp4', 50_000);
    const other = await clipFile(base, 'other.mp4', 50_000);
    const under = async (content: Uint8Array): Promise<void> => {
      const body = { sha256: sha256Of(content), bytes: content.length };
      const result = await send(connection(), {
        method: 'PUT',
        object: objectName(clip.sha256),
        permission: 's3:PutObject',
        body: { ...body, open: () => Readable.from([content]) },
      });
      expect(result.kind).toBe('answer');
    };
    const paged = withLimits({});
    await under(await readFile(other.path));
    const part = join(base, '.crab.part');
    expect(await fetchFile(paged, clip, part)).toEqual({
      kind: 'wrong',
      reason: 'it has another content',
      sameSize: true,
    });
    await under((await readFile(clip.path)).subarray(0, 20_000));
    expect(await fetchFile(paged, clip, part)).toEqual({
      kind: 'wrong',
      reason: 'it has 20000 bytes, the clip has 50000',
      sameSize: false,
    });
    expect((await readdir(base)).sort()).toEqual(['crab.mp4', 'other.mp4']);
    // A push puts the right content in the place of an object of another size.
    expect((await pushClips(paged, [clip])).pushed).toEqual([clip]);
    expect(await fetchFile(paged, clip, part)).toEqual({ kind: 'whole' });
  });

  test.each<[string, Fault, string]>([
    [
      'InvalidAccessKeyId',
      { status: 403, code: 'InvalidAccessKeyId' },
      'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key of this store.',
    ],
    [
      'SignatureDoesNotMatch',
      { status: 403, code: 'SignatureDoesNotMatch' },
      'Set AWS_SECRET_ACCESS_KEY to the secret that belongs to AWS_ACCESS_KEY_ID.',
    ],
    [
      'ExpiredToken',
      { status: 400, code: 'ExpiredToken' },
      'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again.',
    ],
    [
      'AccessDenied',
      { status: 403, code: 'AccessDenied' },
      'Allow s3:PutObject for this key (docs/store.md has the whole policy).',
    ],
    [
      'NoSuchBucket',
      { status: 404, code: 'NoSuchBucket' },
      'Correct the bucket in RUSHES_STORE, or AWS_ENDPOINT_URL_S3.',
    ],
    [
      'PermanentRedirect',
      { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-3' } },
      'Set AWS_REGION=eu-west-3.',
    ],
  ])('%s is not tried again and says what to set', async (code, fault, remedy) => {
    const clip = await clipFile(base, 'crab.mp4', 10);
    faultFirst('PUT', 99, fault);
    const put = await store.put(keyOf(clip), clip.path);
    expect(put).toMatchObject({ kind: 'denied', remedy });
    expect('reason' in put && put.reason).toContain(code);
    expect(pauses).toEqual([]);
  });

  test('a wrong secret is refused by the server itself', async () => {
    const clip = await clipFile(base, 'crab.mp4', 10);
    const wrong = await open({ AWS_SECRET_ACCESS_KEY: 'not-the-secret' });
    const remedy = 'Set AWS_SECRET_ACCESS_KEY to the secret that belongs to AWS_ACCESS_KEY_ID.';
    expect(await wrong.reach()).toMatchObject({ kind: 'denied', remedy });
    // HEAD has no words of its own: the answer is the same.
    expect(await wrong.has(clip)).toMatchObject({ kind: 'denied', remedy });
    expect(await wrong.put(clip, clip.path)).toMatchObject({ kind: 'denied', remedy });
    const unknown = await open({ AWS_ACCESS_KEY_ID: 'UNKNOWN' });
    expect(await unknown.reach()).toMatchObject({ kind: 'denied' });
  });

  test('a clock that is off says so, and by how much', async () => {
    const now = (): number => Date.now();
    clock = { ...clock, now: () => now() - 40 * 60_000 };
    const late = await open();
    expect(await late.reach()).toEqual({
      kind: 'denied',
      reason: "the clock of this machine is 40 minutes off the store's (403 RequestTimeTooSkewed)",
      remedy: 'Set the clock of this machine; the AWS_* variables are fine.',
    });
  });

  test('a session token is sent and signed', async () => {
    const temporary = await open({ AWS_SESSION_TOKEN: 'token-of-a-workflow' });
    expect(await temporary.reach()).toEqual({ kind: 'reached' });
    const headers = server.seen.at(-1)?.headers;
    expect(headers?.['x-amz-security-token']).toBe('token-of-a-workflow');
    expect(headers?.authorization).toContain('x-amz-security-token');
  });

  test('a bucket that is not there, and a server that is not there', async () => {
    const nowhere = await open({ RUSHES_STORE: 's3://no-such-bucket' });
    expect(await nowhere.reach()).toMatchObject({
      kind: 'denied',
      remedy: 'Correct the bucket in RUSHES_STORE, or AWS_ENDPOINT_URL_S3.',
    });
    const down = await open({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' });
    expect(await down.reach()).toMatchObject({ kind: 'unreachable' });
    expect(pauses).toHaveLength(5);
  });

  test('an abort ends a push at once', async () => {
    const clip = await clipFile(base, 'crab.mp4', 10);
    expect(await store.put(clip, clip.path, { signal: AbortSignal.abort() })).toEqual({
      kind: 'aborted',
    });
  });

  test('two machines push the same clip: one whole object', async () => {
    const clip = await clipFile(base, 'crab.mp4', 900_000);
    const other = await open();
    const puts = [store.put(keyOf(clip), clip.path), other.put(keyOf(clip), clip.path)];
    expect(await Promise.all(puts)).toEqual([{ kind: 'stored' }, { kind: 'stored' }]);
    expect((await store.get(clip, keeping().sink)).kind).toBe('whole');
  });
});

function connection(): S3Connection {
  return {
    bucket: {
      endpoint: new URL(server.url),
      name: BUCKET,
      prefix: 'paged',
      region: 'us-east-1',
      inHost: false,
    },
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
    http,
    clock,
    userAgent: 'rushes/test',
    random: () => 1,
  };
}

const withLimits = (limits: S3Limits): Store =>
  s3Store(`s3://${BUCKET}/paged`, connection(), limits);
