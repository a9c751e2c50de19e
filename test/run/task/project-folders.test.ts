import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staysInside } from '../../../src/run/task/delivery/landing.ts';
import { ProjectFolders } from '../../../src/run/task/delivery/project-folders.ts';

let folder: string;
let root: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'rushes-folders-')));
  root = path.join(folder, 'project');
  await mkdir(path.join(root, 'out', 'film', 's1'), { recursive: true });
  await mkdir(path.join(folder, 'elsewhere'));
  await symlink(path.join(folder, 'elsewhere'), path.join(root, 'out', 'leaves'));
  await symlink(path.join(root, 'out', 'film'), path.join(root, 'stays'));
  await symlink(root, path.join(folder, 'linked'));
});
afterAll(() => rm(folder, { recursive: true }));

const PLACES = [
  'out/film/s1/kling.mp4',
  'out/film/s2/kling.mp4',
  'out/new/s1/kling.mp4',
  'out/leaves/s1/kling.mp4',
  'out/leaves/kling.mp4',
  'stays/s1/kling.mp4',
  'stays/s3/kling.mp4',
  '../elsewhere/kling.mp4',
  'kling.mp4',
];

test.each(['project', 'linked'])('in %s: as each place on its own is judged', async (name) => {
  const top = path.join(folder, name);
  const folders = new ProjectFolders();
  // Twice: the second time from what is known.
  for (const place of [...PLACES, ...PLACES]) {
    const file = path.join(top, place);
    expect([place, await folders.contain(top, file)]).toEqual([
      place,
      await staysInside(top, file),
    ]);
  }
  expect(await folders.contain(top, path.join(top, 'out/film/s1/kling.mp4'))).toBe(true);
  expect(await folders.contain(top, path.join(top, 'out/leaves/s1/kling.mp4'))).toBe(false);
});

test('a link that comes in the place of a folder that was absent is seen', async () => {
  const folders = new ProjectFolders();
  expect(await folders.contain(root, path.join(root, 'out/film/late/kling.mp4'))).toBe(true);
  await symlink(path.join(folder, 'elsewhere'), path.join(root, 'out/film/late'));
  expect(await folders.contain(root, path.join(root, 'out/film/late/kling.mp4'))).toBe(false);
});
