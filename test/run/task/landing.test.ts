import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asidePath, land, type Replaced } from '../../../src/run/task/delivery/landing.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-landing-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the clip that was there is kept, also where its second name is taken by a folder', async () => {
  const [targetPath, partPath] = [join(folder, 'kling.mp4'), join(folder, '.kling.part')];
  await writeFile(targetPath, 'the old clip');
  await writeFile(partPath, 'the new clip');
  await mkdir(asidePath(targetPath, hashOf('the old clip')));
  const moved: Replaced[] = [];
  const landed = await land({
    partPath,
    targetPath,
    sha256: hashOf('the new clip'),
    ownerOf: () => undefined,
    displaced: async (replaced) => void moved.push(replaced),
  });
  expect(landed).toEqual({ kind: 'landed', path: targetPath });
  expect(await readFile(targetPath, 'utf8')).toBe('the new clip');
  expect(await readFile(moved[0]?.path ?? '', 'utf8')).toBe('the old clip');
});

test('what is in the place and cannot be read is not replaced', async () => {
  const [targetPath, partPath] = [join(folder, 'kling.mp4'), join(folder, '.kling.part')];
  execFileSync('mkfifo', [targetPath]);
  await writeFile(partPath, 'the new clip');
  const landed = await land({
    partPath,
    targetPath,
    sha256: hashOf('the new clip'),
    ownerOf: () => undefined,
    displaced: () => Promise.reject(new Error('there is no clip to displace')),
  });
  expect(landed).toMatchObject({ kind: 'disk', reason: expect.stringContaining(targetPath) });
  expect((await stat(targetPath)).isFIFO()).toBe(true);
});
