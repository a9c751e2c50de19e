import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { EMPTY_LOCK, encodeLock, type Lock } from '../../../src/lock/file/format.ts';
import { fromLockPath, pathsOf, toLockPath } from '../../../src/lock/file/paths.ts';
import { readLock, writeLock } from '../../../src/lock/file/store.ts';
import { systemFiles as files } from '../../../src/ports/files/files.ts';
import { attemptOf, fingerprintOf } from '../arbitraries.ts';
import { folder } from '../lock-folder.ts';

const lock: Lock = {
  renders: new Map([
    [
      '해변/kling' as RenderId,
      {
        fingerprint: fingerprintOf('a'),
        model: 'apimart/kling-v3',
        status: 'failed',
        attempt: attemptOf(1),
      },
    ],
  ]),
};

test('no lock is an empty one, and an empty one is not made', async () => {
  const path = join(await folder(), 'film.lock.json');
  expect(await readLock(files, path)).toEqual({ kind: 'lock', lock: EMPTY_LOCK, text: undefined });
  expect(await writeLock(files, path, EMPTY_LOCK, undefined)).toEqual({
    ok: true,
    value: undefined,
  });
  expect((await files.stat(path)).ok).toBe(false);
});

test('not rewritten when it says the same, also after a checkout with CRLF', async () => {
  const path = join(await folder(), 'film.lock.json');
  await writeLock(files, path, lock, undefined);
  const windows = encodeLock(lock).replaceAll('\n', '\r\n');
  await writeFile(path, windows);
  const read = await readLock(files, path);
  expect(read).toMatchObject({ kind: 'lock', lock });
  expect(await writeLock(files, path, lock, windows)).toEqual({ ok: true, value: windows });
  expect(await readFile(path, 'utf8')).toBe(windows);
});

test('a lock that lost its last render is written, not left as it was', async () => {
  const path = join(await folder(), 'film.lock.json');
  await writeLock(files, path, lock, undefined);
  await writeLock(files, path, EMPTY_LOCK, encodeLock(lock));
  expect(await readFile(path, 'utf8')).toBe(encodeLock(EMPTY_LOCK));
});

test.each([
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['UTF-16', Buffer.from(encodeLock(lock), 'utf16le')],
  ['a byte order mark', Buffer.from(`\uFEFF${encodeLock(lock)}`)],
])('%s: refused, not guessed', async (_name, bytes) => {
  const path = join(await folder(), 'film.lock.json');
  await writeFile(path, bytes);
  expect(await readLock(files, path)).toMatchObject({
    kind: 'invalid',
    diagnostics: [{ code: 'lock-invalid' }],
  });
});

test('a folder in its place is a problem, not an empty lock', async () => {
  expect(await readLock(files, await folder())).toMatchObject({
    kind: 'problem',
    problem: { code: 'EISDIR' },
  });
});

test('where the files are', () => {
  const film = pathsOf('/p/manifests/film.yaml');
  expect(film).toEqual({
    manifest: '/p/manifests/film.yaml',
    lock: '/p/manifests/film.lock.json',
    hidden: '/p/manifests/.rushes',
    folder: '/p/manifests/.rushes',
    journal: '/p/manifests/.rushes/film.journal.jsonl',
    runLock: '/p/manifests/.rushes/film.run.lock',
    filesCache: '/p/manifests/.rushes/film.files.json',
    landed: '/p/manifests/.rushes/landed',
    received: '/p/manifests/.rushes/received',
    uploads: '/p/manifests/.rushes/uploads.json',
  });
  expect(pathsOf('/p/manifests/film.yaml', { draft: true })).toMatchObject({
    lock: '/p/manifests/.rushes/draft/film.lock.json',
    journal: '/p/manifests/.rushes/draft/film.journal.jsonl',
  });
  expect(toLockPath(film.lock, '/p/out/tide/crab/kling.mp4')).toBe('../out/tide/crab/kling.mp4');
  expect(fromLockPath(film.lock, '../out/tide/crab/kling.mp4')).toBe('/p/out/tide/crab/kling.mp4');
});
