import { execFileSync } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fetchFile } from '../../src/store/fetch-file.ts';
import { folderStore } from '../../src/store/folder-store.ts';
import { objectName, type Store } from '../../src/store/store.ts';
import { clipFile, keeping, keyOf } from './clip-files.ts';

const NOW = Date.parse('2026-11-29T04:00:00Z');
let base: string;
let root: string;
let store: Store;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rushes-folder-store-'));
  root = join(base, 'store');
  await mkdir(root);
  store = folderStore(`file://${root}`, root, () => NOW);
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe('a store in a folder', () => {
  test('takes a clip, has it, lists it and gives it back', async () => {
    const clip = await clipFile(base, 'crab.mp4', 700_001);
    expect(await store.has(clip)).toEqual({ kind: 'absent' });
    let counted = 0;
    const onBytes = (bytes: number): void => void (counted += bytes);
    expect(await store.put(keyOf(clip), clip.path, { onBytes })).toEqual({ kind: 'stored' });
    expect(counted).toBe(clip.bytes);
    expect(await store.has(clip)).toEqual({ kind: 'present', bytes: clip.bytes });
    const listed = await store.list(10);
    expect(listed.kind === 'listed' && [...listed.objects]).toEqual([[clip.sha256, clip.bytes]]);
    const kept = keeping();
    expect(await store.get(clip, kept.sink)).toEqual({ kind: 'whole' });
    expect(kept.sha256()).toBe(clip.sha256);
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  test('a file that is not the clip becomes no object', async () => {
    const clip = await clipFile(base, 'crab.mp4', 300_000);
    const longer = { ...keyOf(clip), bytes: clip.bytes + 1 };
    expect(await store.put(longer, clip.path)).toEqual({
      kind: 'unfit',
      reason: 'the file has 300000 bytes',
    });
    const other = { sha256: 'a'.repeat(64), bytes: clip.bytes };
    expect(await store.put(other, clip.path)).toEqual({
      kind: 'unfit',
      reason: 'the file has another content',
    });
    expect((await store.put(keyOf(clip), join(base, 'absent.mp4'))).kind).toBe('unfit');
    expect(await readdir(join(root, 'clips'))).toEqual([]);
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  test('an object that was cut or changed is refused, and leaves no file behind', async () => {
    const clip = await clipFile(base, 'crab.mp4', 300_000);
    await store.put(keyOf(clip), clip.path);
    const object = join(root, objectName(clip.sha256));
    const content = await readFile(object);
    await writeFile(object, content.subarray(0, 1000));
    const part = join(base, 'out', '.crab.part');
    expect(await fetchFile(store, clip, part)).toEqual({
      kind: 'wrong',
      reason: 'it has 1000 bytes, the clip has 300000',
      sameSize: false,
    });
    content[5] = (content[5] ?? 0) ^ 1;
    await writeFile(object, content);
    expect(await fetchFile(store, clip, part)).toEqual({
      kind: 'wrong',
      reason: 'it has another content',
      sameSize: true,
    });
    expect(await readdir(join(base, 'out'))).toEqual([]);
  });

  test('a folder that is not there is a store that cannot be reached, not an empty one', async () => {
    await rm(root, { recursive: true });
    const clip = await clipFile(base, 'crab.mp4', 10);
    for (const ending of [
      await store.reach(),
      await store.has(clip),
      await store.list(1),
      await store.put(clip, clip.path),
    ])
      expect(ending).toMatchObject({
        kind: 'unreachable',
        reason: `${root} does not exist`,
        remedy: 'Create the folder, mount it, or correct RUSHES_STORE.',
      });
    expect(await readdir(base)).toEqual(['crab.mp4']);
  });

  test('a folder inside the store that leads out of it takes nothing', async () => {
    await mkdir(join(base, 'elsewhere'));
    await symlink(join(base, 'elsewhere'), join(root, 'clips'));
    const clip = await clipFile(base, 'crab.mp4', 10);
    expect(await store.put(clip, clip.path)).toMatchObject({ kind: 'unreachable' });
    expect(await readdir(join(base, 'elsewhere'))).toEqual([]);
  });

  test('a link in place of an object is none', async () => {
    const clip = await clipFile(base, 'crab.mp4', 10);
    await mkdir(join(root, 'clips'));
    await symlink(clip.path, join(root, objectName(clip.sha256)));
    expect(await store.has(clip)).toEqual({ kind: 'absent' });
  });

  test('a name that is no SHA-256 never becomes a path', async () => {
    for (const sha256 of ['../../etc/passwd', 'A'.repeat(64), '', `${'a'.repeat(64)}/..`])
      await expect(store.has({ sha256, bytes: 1 })).rejects.toThrow(RangeError);
  });

  test('files of a killed push are deleted after a day, and other files never', async () => {
    await mkdir(join(root, 'incoming'));
    const [old, young, foreign] = ['old.part', 'young.part', 'notes.txt'].map((name) =>
      join(root, 'incoming', name),
    ) as [string, string, string];
    for (const path of [old, young, foreign]) await writeFile(path, 'x');
    const twoDaysAgo = NOW / 1000 - 2 * 24 * 3600;
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await utimes(foreign, twoDaysAgo, twoDaysAgo);
    await utimes(young, NOW / 1000, NOW / 1000);
    const clip = await clipFile(base, 'crab.mp4', 10);
    await store.put(clip, clip.path);
    expect((await readdir(join(root, 'incoming'))).sort()).toEqual(['notes.txt', 'young.part']);
  });

  test('two machines push the same clip at the same time: one whole object', async () => {
    const clip = await clipFile(base, 'crab.mp4', 900_000);
    const other = folderStore(`file://${root}`, root, () => NOW);
    const both = await Promise.all([
      store.put(keyOf(clip), clip.path),
      other.put(keyOf(clip), clip.path),
    ]);
    expect(both).toEqual([{ kind: 'stored' }, { kind: 'stored' }]);
    expect((await store.get(clip, keeping().sink)).kind).toBe('whole');
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  test('a pull onto a full disk ends with what the disk says', async () => {
    const clip = await clipFile(base, 'crab.mp4', 10);
    await store.put(clip, clip.path);
    const full = (): Promise<void> => Promise.reject(new Error('ENOSPC: no space left on device'));
    expect(await store.get(clip, full)).toEqual({
      kind: 'disk',
      reason: 'ENOSPC: no space left on device',
    });
  });

  test.runIf(canMount())('a full store keeps nothing of a clip that did not fit', async () => {
    const small = join(base, 'small');
    await mkdir(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    try {
      const full = folderStore(`file://${small}`, small, () => NOW);
      const clip = await clipFile(base, 'crab.mp4', 1_000_000);
      expect(await full.put(keyOf(clip), clip.path)).toEqual({
        kind: 'unreachable',
        reason: `${small} is full`,
        remedy: 'Make room in the store, then run rushes store push.',
      });
      expect(await readdir(join(small, 'clips'))).toEqual([]);
      expect(await readdir(join(small, 'incoming'))).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});

/** Only root on Linux may mount a disk of its own. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
