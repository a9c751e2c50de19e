import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashSections, UnfitClip } from '../../src/store/clip-bytes.ts';
import { folderStore } from '../../src/store/folder-store.ts';
import { objectName, type Store } from '../../src/store/store.ts';
import { clipFile, keeping, keyOf } from './clip-files.ts';

let base: string;
let store: Store;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rushes-unsafe-'));
  const root = join(base, 'store');
  await mkdir(join(root, 'clips'), { recursive: true });
  store = folderStore(`file://${root}`, root, () => Date.now());
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** A pipe that nobody writes to: a plain open waits for ever. */
const pipe = (path: string): void => void execFileSync('mkfifo', [path]);
const key = { sha256: 'a'.repeat(64), bytes: 1000 };

describe.skipIf(process.platform === 'win32')('what is no regular file is never waited for', () => {
  test('a pipe or a device in place of a clip is not pushed', async () => {
    const path = join(base, 'crab.mp4');
    pipe(path);
    for (const unsafe of [path, '/dev/zero', '/dev/tty', base]) {
      const put = await store.put(key, unsafe);
      expect(put.kind).toBe('unfit');
      await expect(hashSections(unsafe, key, 100)).rejects.toThrow(UnfitClip);
    }
  });

  test('a pipe that takes the place of an object is not read', async () => {
    const clip = await clipFile(base, 'crab.mp4', 1000);
    await store.put(keyOf(clip), clip.path);
    const object = join(base, 'store', objectName(clip.sha256));
    await rm(object);
    pipe(object);
    expect(await store.get(clip, keeping().sink)).toEqual({ kind: 'absent' });
  });

  test('a link of the right size in place of an object is not followed', async () => {
    const clip = await clipFile(base, 'crab.mp4', 1000);
    await store.put(keyOf(clip), clip.path);
    const object = join(base, 'store', objectName(clip.sha256));
    await rename(object, join(base, 'away.mp4'));
    await symlink(join(base, 'away.mp4'), object);
    expect((await store.get(clip, keeping().sink)).kind).toBe('absent');
  });
});
