import { createHash } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { statSync } from 'node:fs';
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/ports/clock.ts';
import type { Http } from '../../../src/ports/http/http.ts';
import { undiciHttp } from '../../../src/ports/http/undici-http.ts';
import { virtualClock } from '../../virtual-clock.ts';
import {
  download,
  type DownloadRequest,
  type DownloadResult,
} from '../../../src/run/task/delivery/download.ts';
import { removePart } from '../../../src/run/task/delivery/part-file.ts';
import { sized } from '../../sizes.ts';

const clip = Buffer.alloc(300_000, 'clip bytes ');
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const sha256 = hashOf(clip);
let http: Http;
let folder: string;
let server: Server;
let answer: RequestListener = () => {};
const seen: {
  range: string | undefined;
  ifRange: string | undefined;
  headers: Record<string, unknown>;
}[] = [];

beforeAll(async () => {
  http = undiciHttp();
  folder = await mkdtemp(join(tmpdir(), 'rushes-download-'));
  server = createServer((request, response) => {
    seen.push({
      range: request.headers.range,
      ifRange: request.headers['if-range'] as string | undefined,
      headers: request.headers,
    });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await http.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => removePart(join(folder, '.clip.part')));

const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
function fetchIt(given: RequestListener, more: Partial<DownloadRequest> = {}) {
  answer = given;
  seen.length = 0;
  return download(http, {
    url: `${origin()}/clip.mp4`,
    partPath: join(folder, '.clip.part'),
    loopback: true,
    userAgent: 'rushes/1.2.3',
    clock: systemClock,
    ...more,
  });
}
/** A comparison of so many bytes one by one takes a second. */
const partHash = async (): Promise<string> => hashOf(await readFile(join(folder, '.clip.part')));

/** Serves ranges, and cuts each connection after so many bytes. */
const cutting =
  (bytes: number, headers: Record<string, string>): RequestListener =>
  (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-type': 'video/mp4',
      'content-length': clip.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${clip.length - 1}/${clip.length}` } : {}),
      ...headers,
    });
    if (from + bytes >= clip.length) response.end(clip.subarray(from));
    else response.write(clip.subarray(from, from + bytes), () => response.destroy());
  };

test('the bytes, their hash and their number; a product name, and no key', async () => {
  const result = await fetchIt((_request, response) =>
    response.writeHead(200, { 'content-length': clip.length }).end(clip),
  );
  expect(result).toEqual({ kind: 'done', sha256, bytes: clip.length });
  expect(await partHash()).toBe(sha256);
  expect(seen[0]?.headers).toMatchObject({ 'user-agent': 'rushes/1.2.3' });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
});

test('cut in the middle, it resumes where it was, if the bytes are still the same', async () => {
  expect(await fetchIt(cutting(70_000, { etag: '"v1"' }))).toEqual({
    kind: 'done',
    sha256,
    bytes: clip.length,
  });
  // A connection may be cut before its first byte is read: that one is asked for from the start
  // again.
  expect(
    seen.every(({ range, ifRange }) => (range === undefined) === (ifRange === undefined)),
  ).toBe(true);
  expect(seen.filter(({ ifRange }) => ifRange === '"v1"').length).toBeGreaterThan(0);
  expect(await partHash()).toBe(sha256);
});

test('a host that answers only a part of the rest is asked for the next part', async () => {
  const whole = cutting(70_000, { etag: '"v1"' });
  const result = await fetchIt((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from === 0) return whole(request, response);
    const part = clip.subarray(from, from + 100_000);
    response.writeHead(206, {
      'content-length': part.length,
      'content-range': `bytes ${from}-${from + part.length - 1}/${clip.length}`,
      etag: '"v1"',
    });
    response.end(part);
  });
  expect(result).toEqual({ kind: 'done', sha256, bytes: clip.length });
});

test('a clip that comes compressed is the clip that was compressed', async () => {
  const result = await fetchIt((_request, response) => {
    const bytes = gzipSync(clip);
    response.writeHead(200, {
      'content-encoding': 'gzip',
      'content-length': bytes.length,
      etag: '"z"',
    });
    response.end(bytes);
  });
  expect(result).toEqual({ kind: 'done', sha256, bytes: clip.length });
  expect(await partHash()).toBe(sha256);
});

/**
 * Sends a thousand bytes on each of the first so many connections, and then nothing; the next one
 * sends the rest.
 */
async function dripping(connections: number) {
  const clock = virtualClock();
  let sent = 0;
  const result = await clock.drive(
    fetchIt(
      (request, response) => {
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        const to = seen.length > connections ? clip.length : from + 1_000;
        response.writeHead(from > 0 ? 206 : 200, {
          'content-type': 'video/mp4',
          'content-length': clip.length - from,
          etag: '"v1"',
          ...(from > 0
            ? { 'content-range': `bytes ${from}-${clip.length - 1}/${clip.length}` }
            : {}),
        });
        response.write(clip.subarray(from, to));
        if (to === clip.length) response.end();
        sent = to;
      },
      { clock },
    ),
    // Time goes on when what was sent has arrived.
    () =>
      sent === 0 ||
      (statSync(join(folder, '.clip.part'), { throwIfNoEntry: false })?.size ?? 0) < sent,
  );
  return { result, seconds: clock.monotonic() / 1_000, ranges: seen.map(({ range }) => range) };
}

test('a host that drips is cut after 30 s, and the rest comes over a new connection, from where it was', async () => {
  const { result, seconds, ranges } = await dripping(2);
  expect(result).toEqual({ kind: 'done', sha256, bytes: clip.length });
  expect(ranges).toEqual([undefined, 'bytes=1000-', 'bytes=2000-']);
  expect(seconds).toBe(60);
  expect(await partHash()).toBe(sha256);
});

test('a host that only drips gives the link back after some connections, although each of them brought a little', async () => {
  const { result, seconds, ranges } = await dripping(99);
  expect(result).toEqual({
    kind: 'transient',
    reason: 'the media host sends less than 128 KB in 30 seconds',
    isPart: true,
  });
  expect(ranges).toHaveLength(5);
  expect(seconds).toBe(150);
});

test('a host that cuts every connection after a few bytes does so, too', async () => {
  expect(await fetchIt(cutting(1_000, { etag: '"v1"' }))).toMatchObject({ kind: 'transient' });
  expect(seen.length).toBeLessThan(8);
});

test('without a strong tag it begins anew, and gives up in the end', async () => {
  expect(await fetchIt(cutting(70_000, { etag: 'W/"v1"' }))).toMatchObject({ kind: 'transient' });
  expect(seen.every(({ range }) => range === undefined)).toBe(true);
  expect(seen.length).toBeLessThan(8);
});

test('a host that ignores Range sends it all again, and the file is right', async () => {
  let times = 0;
  const result = await fetchIt((request, response) => {
    times += 1;
    if (times === 1) return cutting(1_000, { etag: '"v1"' })(request, response);
    response.writeHead(200, { 'content-length': clip.length, etag: '"v2"' }).end(clip);
  });
  expect(result).toEqual({ kind: 'done', sha256, bytes: clip.length });
  expect(await partHash()).toBe(sha256);
});

test.each([
  [401, 'gone'],
  [403, 'gone'],
  [404, 'gone'],
  [410, 'gone'],
  [500, 'transient'],
  [429, 'transient'],
  [204, 'transient'],
])('status %i is %s', async (code, kind) => {
  expect(await fetchIt((_request, response) => response.writeHead(code).end())).toMatchObject({
    kind,
  });
});

test.each([
  ['a page by its type', 'text/html; charset=utf-8', 'Please log in'],
  ['an HTML page under a false type', 'video/mp4', '\n <!doctype html>'],
  ['a JSON error', 'video/mp4', '{"error":"expired"}'],
])('%s is not a clip', async (_name, type, body) => {
  expect(
    await fetchIt((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    ),
  ).toMatchObject({ kind: 'not-a-clip' });
});

test.each(['audio/wav', 'text/plain', 'image/png'])(
  'the bytes of a clip under the type %s are kept, and the type is told',
  async (type) => {
    const bytes = Buffer.from('\u0000\u0000\u0000\u0018ftypisom');
    expect(
      await fetchIt((_request, response) =>
        response.writeHead(200, { 'content-type': type }).end(bytes),
      ),
    ).toMatchObject({ kind: 'done', bytes: bytes.length, wrongType: type });
  },
);

test('redirects are followed to another path', async () => {
  const result = await fetchIt((request, response) => {
    if (request.url === '/clip.mp4') response.writeHead(302, { location: '/elsewhere.mp4' }).end();
    else response.writeHead(200, { 'content-length': clip.length }).end(clip);
  });
  expect(result).toMatchObject({ kind: 'done', sha256 });
});

test('a circle of redirects, and one to nowhere, end', async () => {
  expect(
    await fetchIt((_request, response) => response.writeHead(302, { location: '/clip.mp4' }).end()),
  ).toEqual({
    kind: 'refused',
    reason: 'the media host redirects more than 5 times',
  });
  expect(seen).toHaveLength(6);
  expect(
    await fetchIt((_request, response) =>
      response.writeHead(302, { location: 'http://[bad' }).end(),
    ),
  ).toMatchObject({
    kind: 'refused',
  });
});

test('plain http and private addresses are for loopback gateways only, also after a redirect', async () => {
  expect(await fetchIt(() => {}, { loopback: false })).toMatchObject({
    kind: 'refused',
    reason: 'the link is http, only https is fetched',
  });
  expect(
    await fetchIt(() => {}, { loopback: false, url: 'https://127.0.0.1:1/clip.mp4' }),
  ).toMatchObject({ kind: 'refused' });
  expect(await fetchIt(() => {}, { url: 'file:///etc/passwd' })).toMatchObject({ kind: 'refused' });
  expect(seen).toEqual([]);
});

test('a bound on the size holds, stated or not', async () => {
  const bound = { maxBytes: 1_000 };
  expect(
    await fetchIt(
      (_request, response) => response.writeHead(200, { 'content-length': clip.length }).end(clip),
      bound,
    ),
  ).toMatchObject({
    kind: 'refused',
  });
  expect(
    await fetchIt((_request, response) => {
      response.writeHead(200);
      response.write(clip);
      response.end();
    }, bound),
  ).toMatchObject({ kind: 'refused' });
});

test('a stop ends it', async () => {
  const stop = new AbortController();
  const result = fetchIt(
    (_request, response) => {
      response.writeHead(200, { 'content-length': clip.length });
      response.write(clip.subarray(0, 10), () => setImmediate(() => stop.abort()));
    },
    { signal: stop.signal },
  );
  expect(await result).toEqual({ kind: 'aborted' });
});

test('a folder that cannot be made is the disk, not the link', async () => {
  expect(await fetchIt(() => {}, { partPath: '/dev/null/x/.clip.part' })).toMatchObject({
    kind: 'disk',
  });
});

describe('a part of an earlier run', () => {
  /** A run that gets the first 100,000 bytes, and is over. */
  const begun = async (headers: Record<string, string> = { etag: '"v1"' }): Promise<void> => {
    const stop = new AbortController();
    await fetchIt(
      (_request, response) => {
        response.writeHead(200, { 'content-length': clip.length, ...headers });
        response.write(clip.subarray(0, 100_000));
        setTimeout(() => stop.abort(), 100);
      },
      { signal: stop.signal },
    );
  };
  const note = '.clip.part.json';
  const whole = cutting(clip.length, { etag: '"v1"' });

  test('is gone on with: Range, If-Range, and the hash of the whole', async () => {
    await begun();
    expect(await fetchIt(whole)).toEqual({ kind: 'done', sha256, bytes: clip.length });
    expect(seen.map(({ range, ifRange }) => [range, ifRange])).toEqual([['bytes=100000-', '"v1"']]);
    expect(await partHash()).toBe(sha256);
    expect(await readdir(folder)).toEqual(['.clip.part']);
  });

  test('a slow link makes progress over runs', async () => {
    const ranges: (string | undefined)[] = [];
    let result: DownloadResult = { kind: 'aborted' };
    let runs = 0;
    for (; runs < 9 && result.kind !== 'done'; runs++) {
      result = await fetchIt((request, response) => {
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        response.writeHead(from > 0 ? 206 : 200, {
          'content-length': clip.length - from,
          etag: '"v1"',
          ...(from > 0
            ? { 'content-range': `bytes ${from}-${clip.length - 1}/${clip.length}` }
            : {}),
        });
        response.write(clip.subarray(from, from + 30_000));
        response.socket?.end();
      });
      ranges.push(...seen.map(({ range }) => range));
    }
    expect(runs).toBeGreaterThan(1);
    expect(result).toMatchObject({ kind: 'done', sha256 });
    // A connection may end before its first byte is read: that part is asked for again.
    expect([...new Set(ranges)]).toEqual([
      undefined,
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((part) => `bytes=${part * 30_000}-`),
    ]);
  });

  test('a clip that has changed begins anew', async () => {
    await begun();
    const other = Buffer.alloc(200_000, 'other bytes');
    const result = await fetchIt((_request, response) =>
      response.writeHead(200, { 'content-length': other.length, etag: '"v2"' }).end(other),
    );
    expect(result).toMatchObject({ kind: 'done', bytes: other.length });
    expect(await partHash()).toBe(hashOf(other));
  });

  test('a host that looks at Range and not at If-Range: the tag of the answer decides', async () => {
    await begun();
    expect(await fetchIt(cutting(clip.length, { etag: '"v2"' }))).toMatchObject({ sha256 });
    expect(seen.map(({ range }) => range)).toEqual(['bytes=100000-', undefined]);
  });

  test('without a strong tag nothing is left behind', async () => {
    await begun({ etag: 'W/"v1"' });
    expect(await readdir(folder)).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['bytes that were changed', () => writeFile(join(folder, '.clip.part'), Buffer.alloc(100_000))],
    ['fewer bytes than noted', () => writeFile(join(folder, '.clip.part'), 'clip')],
    ['a torn note', () => writeFile(join(folder, note), '{"etag":')],
    [
      'a note with a header inside',
      () => writeFile(join(folder, note), '{"etag":"\\"a\\r\\nx: y\\""}'),
    ],
    ['no note', () => rm(join(folder, note))],
  ])('%s: it begins anew', async (_name, damage) => {
    await begun();
    await damage();
    expect(await fetchIt(whole)).toMatchObject({ kind: 'done', sha256 });
    expect(seen.map(({ range }) => range)).toEqual([undefined]);
  });

  test('more bytes than noted, as a killed run leaves them: what is proven is kept', async () => {
    await begun();
    await appendFile(join(folder, '.clip.part'), 'never flushed');
    expect(await fetchIt(whole)).toMatchObject({ kind: 'done', sha256 });
    expect(seen.map(({ range }) => range)).toEqual(['bytes=100000-']);
  });

  test('a note that is a link is not followed, and not written through', async () => {
    await begun();
    const outside = join(folder, 'outside.json');
    await rename(join(folder, note), outside);
    const before = await readFile(outside, 'utf8');
    await symlink(outside, join(folder, note));
    await begun();
    expect(await readFile(outside, 'utf8')).toBe(before);
    await rm(outside);
  });
});

test('a link under the temporary name is replaced, what it leads to stays', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await writeFile(elsewhere, 'mine');
  await rm(join(folder, '.clip.part'), { force: true });
  await symlink(elsewhere, join(folder, '.clip.part'));
  expect(await fetchIt((_request, response) => response.end(clip))).toMatchObject({
    kind: 'done',
    sha256,
  });
  expect(await readFile(elsewhere, 'utf8')).toBe('mine');
  expect(await partHash()).toBe(sha256);
});

const MEGABYTES = sized(96, 256);

test(`memory stays flat whatever the size: ${MEGABYTES} MB pass through a few`, async () => {
  const piece = Buffer.alloc(1024 * 1024, 'flat');
  const pieces = MEGABYTES;
  const held = (): number => process.memoryUsage().arrayBuffers;
  let most = 0;
  const before = held();
  const result = await fetchIt((_request, response) => {
    response.writeHead(200, {
      'content-type': 'video/mp4',
      'content-length': String(piece.length * pieces),
    });
    let left = pieces;
    const pour = (): void => {
      while (left > 0) {
        left -= 1;
        most = Math.max(most, held() - before);
        if (!response.write(piece)) return void response.once('drain', pour);
      }
      response.end();
    };
    pour();
  });
  expect(result).toMatchObject({ kind: 'done', bytes: piece.length * pieces });
  expect(most).toBeLessThan(64 * 1024 * 1024);
});
