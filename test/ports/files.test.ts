import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemFiles as files } from '../../src/ports/files/files.ts';
import { folder } from '../lock/lock-folder.ts';

test('writeAtomic replaces, and leaves nothing else behind', async () => {
  const dir = await folder();
  const path = join(dir, 'film.lock.json');
  expect(await files.writeAtomic(path, 'one')).toEqual({ ok: true, value: undefined });
  expect(await files.writeAtomic(path, new TextEncoder().encode('둘'))).toEqual({
    ok: true,
    value: undefined,
  });
  expect(await readFile(path, 'utf8')).toBe('둘');
  expect(await readdir(dir)).toEqual(['film.lock.json']);
});

test('writeAtomic that fails leaves the old content and no temporary file', async () => {
  const dir = await folder();
  await mkdir(join(dir, 'taken', 'inside'), { recursive: true });
  expect(await files.writeAtomic(join(dir, 'taken'), 'x')).toMatchObject({ ok: false });
  expect(await files.writeAtomic(join(dir, 'absent', 'x'), 'x')).toMatchObject({
    ok: false,
    problem: { code: 'ENOENT' },
  });
  expect(await readdir(dir)).toEqual(['taken']);
});

test('many writers of one file: the last one wins, and no reader sees a mixture', async () => {
  const path = join(await folder(), 'x');
  const texts = Array.from({ length: 10 }, (_, n) => String(n).repeat(10_000));
  await Promise.all(texts.map((text) => files.writeAtomic(path, text)));
  expect(texts).toContain(await readFile(path, 'utf8'));
});

test('appending and flushing', async () => {
  const path = join(await folder(), 'x');
  const opened = await files.openAppend(path);
  if (!opened.ok) throw new Error(opened.problem.message);
  await opened.value.append('a');
  await opened.value.append('b');
  expect(await opened.value.flush()).toEqual({ ok: true, value: undefined });
  await opened.value.close();
  expect(await opened.value.append('c')).toMatchObject({ ok: false, problem: { code: 'EBADF' } });
  expect(await readFile(path, 'utf8')).toBe('ab');
});

test.runIf(process.platform === 'linux')(
  'a full disk is a problem with its code and the name of the file',
  async () => {
    const opened = await files.openAppend('/dev/full');
    if (!opened.ok) throw new Error(opened.problem.message);
    expect(await opened.value.append('x')).toEqual({
      ok: false,
      problem: { code: 'ENOSPC', message: "ENOSPC: no space left on device, write '/dev/full'" },
    });
    await opened.value.close();
  },
);

test('createExclusive: one of many, with its content at once', async () => {
  const path = join(await folder(), 'x');
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, n) => files.createExclusive(path, `owner ${n}`)),
  );
  const held = results.flatMap((one) => (one.ok ? [one.value] : []));
  expect(held).toHaveLength(1);
  expect(results.filter((one) => !one.ok && one.problem.code === 'EEXIST')).toHaveLength(19);
  expect(await readFile(path, 'utf8')).toMatch(/^owner \d+$/);
  expect(await held[0]?.inPlace()).toBe(true);
  await files.remove(path);
  await writeFile(path, 'another');
  expect(await held[0]?.inPlace()).toBe(false);
  await held[0]?.touch(0);
  expect(await files.stat(path)).not.toMatchObject({ value: { mtimeMs: 0 } });
  await held[0]?.close();
});

test('stat, statMany, list, hash, rename, remove, makeFolder', async () => {
  const dir = await folder();
  const path = join(dir, 'clip.mp4');
  await writeFile(path, 'abc');
  expect(await files.stat(path)).toMatchObject({ ok: true, value: { kind: 'file', bytes: 3 } });
  expect(await files.statMany([dir, join(dir, 'no'), path, join(path, 'below')])).toMatchObject([
    { kind: 'folder' },
    undefined,
    { bytes: 3 },
    undefined,
  ]);
  expect(await files.hash(path)).toEqual({
    ok: true,
    value: { sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 3 },
  });
  expect(await files.rename(path, join(dir, 'b'))).toMatchObject({ ok: true });
  expect(await files.list(dir, '', '')).toEqual({ ok: true, value: ['b'] });
  expect(await files.remove(path)).toMatchObject({ ok: true });
  expect(await files.makeFolder(join(dir, 'c', 'd'))).toEqual({ ok: true, value: true });
  expect(await files.makeFolder(join(dir, 'c', 'd'))).toEqual({ ok: true, value: false });
  expect(await files.hash(dir)).toMatchObject({ ok: false, problem: { code: 'EISDIR' } });
});

test.skipIf(process.platform === 'win32')(
  'a device, a pipe or a folder behind the name of a clip is a problem at once',
  async () => {
    const dir = await folder();
    const pipe = join(dir, 'pipe.mp4');
    execFileSync('mkfifo', [pipe]);
    await symlink('/dev/zero', join(dir, 'device.mp4'));
    await mkdir(join(dir, 'folder.mp4'));
    for (const name of ['pipe.mp4', 'device.mp4', 'folder.mp4'])
      for (const look of ['hash', 'read'] as const)
        expect(await files[look](join(dir, name))).toMatchObject({
          ok: false,
          problem: { code: name === 'folder.mp4' ? 'EISDIR' : 'EINVAL' },
        });
    await writeFile(join(dir, 'clip.mp4'), 'clip');
    await symlink('clip.mp4', join(dir, 'link.mp4'));
    expect(await files.hash(join(dir, 'link.mp4'))).toMatchObject({
      ok: true,
      value: { bytes: 4 },
    });
    expect(await files.isLink(join(dir, 'link.mp4'))).toBe(true);
    expect(await files.isLink(join(dir, 'clip.mp4'))).toBe(false);
  },
);
