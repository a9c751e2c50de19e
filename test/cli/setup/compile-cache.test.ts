/** Compiled code that stays from one command to the next, with the built command. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import module from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';
import { world } from '../cli-project.ts';

const canKeep = 'enableCompileCache' in module;

test('compiled code is kept in the cache folder of the user, where Node can keep it', async () => {
  await using project = await world({});
  const caches = path.join(project.folder, 'caches');
  const ran = await project.cli(['explain', 'R9'], { env: { XDG_CACHE_HOME: caches } });
  expect(ran).toMatchObject({ exit: 0, err: '' });
  const kept = existsSync(caches) ? await readdir(caches, { recursive: true }) : [];
  expect(kept.some((file) => file.startsWith(path.join('rushes', 'compiled')))).toBe(canKeep);
});

test.each([
  ['a file is in its place', { XDG_CACHE_HOME: '/dev/null' }],
  ['the folder is no absolute path', { XDG_CACHE_HOME: 'caches', HOME: undefined }],
  ['there is no home', { XDG_CACHE_HOME: undefined, HOME: undefined }],
])('the command works and keeps nothing in the project: %s', async (_, env) => {
  await using project = await world({});
  const before = await readdir(project.folder);
  expect(await project.cli(['explain', 'R9'], { env })).toMatchObject({ exit: 0, err: '' });
  expect(await readdir(project.folder)).toEqual(before);
});
