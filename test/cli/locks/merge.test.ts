/**
 * Two branches that rendered different scenes, merged by git itself through the driver that `rushes
 * init --git` installs.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { film } from '../manifest-text.ts';
import { CLI, type World, world } from '../cli-project.ts';

const run = promisify(execFile);
const git = (w: World, ...args: string[]) =>
  run('git', ['-C', w.folder, ...args], {
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
  });

const scene = (id: string): string => `  - { id: ${id}, prompt: The ${id}, models: [kling] }`;

/** A repository with one rendered scene, and two branches that rendered one more each. */
async function twoBranches(w: World, { driver }: { readonly driver: boolean }): Promise<void> {
  await git(w, 'init', '-q', '-b', 'main');
  await git(w, 'config', 'user.email', 'a@example.com');
  await git(w, 'config', 'user.name', 'a');
  await w.write('.gitignore', 'out/\n.rushes/\n');
  expect(driver ? (await w.rushes(['init', '--git'])).exit : 0).toBe(0);
  const render = async (message: string): Promise<void> => {
    expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
    await git(w, 'add', '-A');
    await git(w, 'commit', '-q', '-m', message);
  };
  // The scenes come from files of their own, so that the manifest itself merges by itself.
  await w.write('film.yaml', `${film(scene('sun'))}include: [scenes/*.yaml]\n`);
  await w.write('scenes/keep.yaml', 'scenes: []\n');
  await render('sun');
  await git(w, 'checkout', '-q', '-b', 'theirs');
  await w.write('scenes/moon.yaml', `scenes:\n${scene('moon')}\n`);
  await render('moon');
  await git(w, 'checkout', '-q', 'main');
  await w.write('scenes/sea.yaml', `scenes:\n${scene('sea')}\n`);
  await render('sea');
}

test('git merge, through the driver: both results are in the lock, and nothing is to do', async () => {
  expect(existsSync(CLI), 'npm run build first').toBe(true);
  await using w = await world();
  await twoBranches(w, { driver: true });
  await git(w, 'merge', '-q', '--no-edit', 'theirs');
  const lock = JSON.parse(await w.read('film.lock.json')) as {
    renders: Record<string, { status: string }>;
  };
  expect(Object.entries(lock.renders).map(([id, { status }]) => [id, status])).toEqual([
    ['moon/kling', 'completed'],
    ['sea/kling', 'completed'],
    ['sun/kling', 'completed'],
  ]);
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran).toMatchObject({ exit: 0, out: 'Nothing to do: 3 clips are current.\n' });
  expect(events).toEqual([]);
  expect((await git(w, 'status', '--porcelain')).stdout).toBe('');
});

test('the same render made on both branches: both are paid for, one is current, and the driver says so by the name people know', async () => {
  await using w = await world();
  await twoBranches(w, { driver: true });
  await git(w, 'checkout', '-q', 'theirs');
  await w.write('scenes/sea.yaml', `scenes:\n${scene('sea')}\n`);
  // As in another clone, whose spend record knows nothing of this one.
  await rm(path.join(w.folder, '.git/rushes'), { recursive: true });
  expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
  await git(w, 'add', '-A');
  await git(w, 'commit', '-q', '-m', 'sea, too');
  await git(w, 'checkout', '-q', 'main');
  const { stderr } = await git(w, 'merge', '--no-edit', 'theirs');
  expect(stderr).toContain(
    'film.lock.json: 3 renders (2 of ours, 3 of theirs; 1 render made on both sides: one is current, the other kept as an earlier result)',
  );
  const { renders } = JSON.parse(await w.read('film.lock.json')) as {
    renders: Record<string, { task: string; earlier?: { task: string }[] }>;
  };
  const sea = renders['sea/kling'];
  expect(new Set([sea?.task, ...(sea?.earlier ?? []).map(({ task }) => task)]).size).toBe(2);
  // One folder of clips served both branches: which of the two clips lies there depends on the
  // clock, and costs nothing.
  expect((await w.rushes(['plan', 'film.yaml'])).out).toMatch(
    /nothing is submitted|Nothing to do: 3 clips are current/,
  );
});

test('a side that cannot be merged is named as people know it, and git keeps the conflict', async () => {
  await using w = await world();
  await twoBranches(w, { driver: true });
  await git(w, 'checkout', '-q', 'theirs');
  await w.write(
    'film.lock.json',
    (await w.read('film.lock.json')).replace('"lockVersion": 1', '"lockVersion": 2'),
  );
  await git(w, 'commit', '-q', '-am', 'newer');
  await git(w, 'checkout', '-q', 'main');
  const failed = await git(w, 'merge', '--no-edit', 'theirs').then(
    () => undefined,
    (error: unknown) => error as { stderr: string },
  );
  expect(failed?.stderr).toContain('film.lock.json (theirs)');
  expect(failed?.stderr).toContain('rushes: nothing was merged or written');
  expect((await git(w, 'status', '--porcelain')).stdout).toContain('UU film.lock.json');
});

test('without the driver the markers are named, and rushes lock merge clears them up', async () => {
  await using w = await world();
  await twoBranches(w, { driver: false });
  await expect(git(w, 'merge', '-q', '--no-edit', 'theirs')).rejects.toThrow('Command failed: git');
  expect(await w.read('film.lock.json')).toContain('<<<<<<<');
  const refused = await w.rushes(['render', 'film.yaml']);
  expect(refused.exit).toBe(65);
  expect(refused.err).toContain('rushes lock merge film.lock.json');
  expect((await w.rushes(['lock', 'merge', 'film.lock.json'])).exit).toBe(0);
  expect((await w.rushes(['plan', 'film.yaml'])).out).toBe('Nothing to do: 3 clips are current.\n');
});

test('without the driver: a render made on both branches is told, and two picks of a scene are a conflict, also where git merged their lines', async () => {
  await using w = await world();
  const twoModels = film(
    '  - { id: sun, prompt: The sun, models: [kling, o3] }\n  - { id: moon, prompt: The moon, models: [kling] }',
  );
  await w.write('film.yaml', twoModels);
  await git(w, 'init', '-q', '-b', 'main');
  await git(w, 'config', 'user.email', 'a@example.com');
  await git(w, 'config', 'user.name', 'a');
  await w.write('.gitignore', 'out/\n.rushes/\n');
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await git(w, 'add', '-A');
  await git(w, 'commit', '-q', '-m', 'base');
  for (const [branch, picked] of [
    ['theirs', 'sun/kling'],
    ['ours', 'sun/o3'],
  ] as const) {
    await git(w, 'checkout', '-q', 'main');
    await git(w, 'checkout', '-q', '-b', branch);
    // As in another clone, whose spend record knows nothing of this one.
    await rm(path.join(w.folder, '.git/rushes'), { recursive: true });
    for (const argv of [
      ['pick', picked, 'film.yaml'],
      ['redo', 'moon/kling', 'film.yaml'],
      ['render', 'film.yaml'],
    ])
      expect(await w.rushes(argv)).toMatchObject({ exit: 0 });
    await git(w, 'commit', '-q', '-am', branch);
  }
  await expect(git(w, 'merge', '-q', '--no-edit', 'theirs')).rejects.toThrow('Command failed: git');
  const merged = await w.rushes(['lock', 'merge', 'film.lock.json']);
  expect(merged.err).toContain(
    '(both sides of the conflict; 1 render made on both sides: one is current, the other kept as an earlier result)',
  );
  expect(merged.err).toContain('scene sun has 2 picks, from different branches: ');
  expect(merged.exit).toBe(5);
});
