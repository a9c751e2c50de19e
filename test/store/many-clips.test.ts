import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import type { Http } from '../../src/ports/http/http.ts';
import { undiciHttp } from '../../src/ports/http/undici-http.ts';
import { folderStore } from '../../src/store/folder-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { presenceIn, within } from '../../src/store/presence.ts';
import { pullClips } from '../../src/store/pull-clips.ts';
import { type LocalClip, pushClips, type TransferProgress } from '../../src/store/push-clips.ts';
import { objectName, type Store } from '../../src/store/store.ts';
import { virtualClock } from '../virtual-clock.ts';
import { clipFile, sha256Of } from './clip-files.ts';
import { type S3Server, s3Server } from './s3-server.ts';

let server: S3Server;
let http: Http;
let base: string;

beforeAll(async () => {
  server = await s3Server();
});
afterAll(() => server.close());
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rushes-many-clips-'));
  http = undiciHttp();
  server.fault = () => undefined;
});
afterEach(async () => {
  await http.close();
  await rm(base, { recursive: true, force: true });
});

/** Each test has a prefix of its own. */
async function bucket(prefix: string): Promise<Store> {
  const env = { ...server.env, RUSHES_STORE: `${server.env['RUSHES_STORE']}/${prefix}` };
  const opened = await openStore({ env, http, clock: systemClock, userAgent: 'rushes/test' });
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
  return opened.store;
}
async function folder(name: string): Promise<Store> {
  const root = join(base, name);
  await mkdir(root, { recursive: true });
  return folderStore(`file://${root}`, root, () => Date.now());
}

const clipsOf = (count: number, bytes = 20_000): Promise<LocalClip[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) => clipFile(base, `out/${index}.mp4`, bytes + index)),
  );

const elsewhere = (clip: LocalClip): LocalClip => ({
  ...clip,
  path: join(base, 'pulled', basename(clip.path)),
});

const pull = (store: Store, clips: readonly LocalClip[]) =>
  pullClips(store, clips, {
    partPathOf: ({ path }) => `${path}.part`,
    land: async (partPath, same) => {
      for (const { path } of same) {
        await mkdir(dirname(path), { recursive: true });
        await copyFile(partPath, path);
      }
      await rm(partPath);
      return undefined;
    },
  });

describe.each([
  ['a bucket', bucket],
  ['a folder', folder],
])('many clips and %s', (_, open) => {
  test('a push sends each content once, a second one nothing; a pull brings all of them back', async () => {
    const store = await open('all');
    const clips = await clipsOf(105, 2000);
    const [first] = clips as [LocalClip];
    const copy = { ...first, path: join(base, 'copy.mp4') };
    await copyFile(first.path, copy.path);
    const seen: TransferProgress[] = [];
    const onProgress = (progress: TransferProgress): void => void seen.push(progress);
    const pushed = await pushClips(store, [...clips, copy], { onProgress });
    expect(pushed).toMatchObject({ already: [], unfit: [], left: [] });
    expect(pushed.failure).toBeUndefined();
    expect(pushed.pushed).toHaveLength(105);
    const totalBytes = clips.reduce((sum, { bytes }) => sum + bytes, 0);
    const whole = { totalClips: 105, totalBytes };
    expect(seen[0]).toEqual({ clips: 0, bytes: 0, ...whole });
    expect(seen.at(-1)).toEqual({ clips: 105, bytes: totalBytes, ...whole });

    const before = server.uploadedBytes();
    const again = await pushClips(store, [...clips, copy]);
    expect(again.already).toHaveLength(105);
    expect(again.pushed).toEqual([]);
    expect(server.uploadedBytes()).toBe(before);

    const pulled = await pull(store, [...clips, copy].map(elsewhere));
    expect(pulled).toMatchObject({ absent: [], wrong: [], left: [] });
    expect(pulled.pulled).toHaveLength(106);
    for (const clip of [...clips, copy])
      expect(sha256Of(await readFile(elsewhere(clip).path))).toBe(clip.sha256);
    expect((await readdir(join(base, 'pulled'))).filter((name) => name.endsWith('.part'))).toEqual(
      [],
    );
  });

  test('a file that changed is named, and a second copy of the content serves', async () => {
    const store = await open('changed');
    const [one, two] = (await clipsOf(2)) as [LocalClip, LocalClip];
    const copy = { ...one, path: join(base, 'copy.mp4') };
    await copyFile(one.path, copy.path);
    await writeFile(one.path, 'not the clip');
    await writeFile(two.path, 'not the clip either');
    const { pushed, unfit } = await pushClips(store, [one, copy, two]);
    expect(pushed).toEqual([copy]);
    expect(unfit).toEqual([{ clip: two, reason: 'the file has 19 bytes' }]);
  });

  test('clips that the store does not have are named, and the others are pulled', async () => {
    const store = await open('lacks');
    const [one, two] = (await clipsOf(2)) as [LocalClip, LocalClip];
    await pushClips(store, [one]);
    const presence = await presenceIn(store, [one, two]);
    expect(presence).toEqual({ kind: 'known', stored: new Map([[one.sha256, one.bytes]]) });
    const pulled = await pull(store, [one, two].map(elsewhere));
    expect(pulled.absent).toEqual([elsewhere(two)]);
    expect(pulled.pulled).toEqual([elsewhere(one)]);
  });
});

describe('a store that fails in the middle', () => {
  test('a refusal stops a push; what is left is named; the next push sends only that', async () => {
    const store = await bucket('refused');
    const clips = await clipsOf(40);
    let puts = 0;
    server.fault = ({ method }) =>
      method === 'PUT' && ++puts > 12 ? { status: 403, code: 'AccessDenied' } : undefined;
    const first = await pushClips(store, clips);
    expect(first.failure).toMatchObject({ kind: 'denied' });
    expect(first.pushed).toHaveLength(12);
    expect(first.left).toHaveLength(28);
    expect(puts).toBeLessThan(22);

    server.fault = () => undefined;
    const second = await pushClips(store, clips);
    expect(second.already).toHaveLength(12);
    expect(second.pushed).toHaveLength(28);
  });

  test('a store that never answers is not waited for: the question is given up', async () => {
    const [clip] = (await clipsOf(1)) as [LocalClip];
    const silent: Store = {
      ...(await folder('silent')),
      has: (_, signal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve({ kind: 'aborted' }));
        }),
    };
    const clock = virtualClock();
    const answer = within(30_000, clock, (signal) => presenceIn(silent, [clip], signal));
    await clock.asleep();
    clock.advance(30_000);
    expect(await answer).toMatchObject({ kind: 'unreachable', reason: 'no answer within 30 s' });
  });

  test('an interrupt stops a pull, and leaves no part of a clip', async () => {
    const store = await bucket('interrupted');
    const clips = await clipsOf(30);
    await pushClips(store, clips);
    const stop = new AbortController();
    let gets = 0;
    server.fault = ({ method, target }) => {
      if (method === 'GET' && target.includes('/clips/') && ++gets === 10) stop.abort();
      return undefined;
    };
    const landed: string[] = [];
    const pulled = await pullClips(store, clips.map(elsewhere), {
      signal: stop.signal,
      partPathOf: ({ path }) => `${path}.part`,
      land: async (partPath, same) => {
        for (const { path } of same) await copyFile(partPath, path);
        await rm(partPath);
        landed.push(...same.map(({ path }) => basename(path)));
        return undefined;
      },
    });
    expect(pulled.failure).toEqual({ kind: 'aborted' });
    expect(pulled.pulled.length + pulled.left.length).toBe(30);
    expect(pulled.left.length).toBeGreaterThan(0);
    expect((await readdir(join(base, 'pulled'))).sort()).toEqual(landed.sort());
  });

  test('a full disk stops a pull, and says so', async () => {
    const store = await folder('full');
    const clips = await clipsOf(20);
    await pushClips(store, clips);
    const pulled = await pullClips(store, clips.map(elsewhere), {
      partPathOf: ({ path }) => `${path}.part`,
      land: () => Promise.resolve('ENOSPC: no space left on device'),
    });
    expect(pulled.failure).toEqual({ kind: 'disk', reason: 'ENOSPC: no space left on device' });
    expect(pulled.left).toHaveLength(20);
  });

  test('an object of a broken push is replaced by the whole clip', async () => {
    const store = await folder('broken');
    const [clip] = (await clipsOf(1)) as [LocalClip];
    await pushClips(store, [clip]);
    const object = join(base, 'broken', objectName(clip.sha256));
    await writeFile(object, 'half');
    expect((await pushClips(store, [clip])).pushed).toEqual([clip]);
    expect(sha256Of(await readFile(object))).toBe(clip.sha256);
  });
});
