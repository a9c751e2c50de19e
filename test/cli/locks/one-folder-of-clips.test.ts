/**
 * Two branches in one checkout: the clips of both lie in one folder, and each finds its own again.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { flat, type World, world } from '../cli-project.ts';
import { expireLinks } from '../rendered-project.ts';
import { film } from '../manifest-text.ts';

const run = promisify(execFile);
const git = (w: World, ...args: string[]) =>
  run('git', ['-C', w.folder, ...args], {
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
  });

const CLIP = 'out/film/sea/kling.mp4';
const scene = (prompt: string): string =>
  film(`  - { id: sea, prompt: ${prompt}, models: [kling] }`);

const shaOfFile = async (w: World, file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path.join(w.folder, file)))
    .digest('hex');

async function shaInLock(w: World): Promise<string | undefined> {
  const lock = JSON.parse(await w.read('film.lock.json')) as {
    renders: Record<string, { clip?: { sha256: string } }>;
  };
  return lock.renders['sea/kling']?.clip?.sha256;
}

/** Main and the branch `storm` have rendered one scene, with other words. Storm is checked out. */
async function twoBranches(w: World): Promise<void> {
  await git(w, 'init', '-q', '-b', 'main');
  await git(w, 'config', 'user.email', 'a@example.com');
  await git(w, 'config', 'user.name', 'a');
  await w.write('.gitignore', 'out/\n.rushes/\n');
  for (const [branch, prompt] of [
    ['main', 'The sea'],
    ['calm', 'The calm sea'],
    ['storm', 'The sea in a storm'],
  ] as const) {
    if (branch !== 'main') {
      await git(w, 'checkout', '-q', 'main');
      await git(w, 'checkout', '-q', '-b', branch);
    }
    await w.write('film.yaml', scene(prompt));
    expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
    await git(w, 'add', '-A');
    await git(w, 'commit', '-q', '-m', branch);
  }
}

test('back on a branch, its clip is put back from beside its place: nothing is asked, fetched or paid for', async () => {
  await using w = await world();
  await twoBranches(w);
  for (const branch of ['calm', 'main']) {
    await git(w, 'checkout', '-q', '-f', branch);
    await expireLinks(w);
    const sha256 = await shaInLock(w);
    expect(await shaOfFile(w, CLIP)).not.toBe(sha256);
    for (const command of ['status', 'verify']) {
      const { out } = await w.rushes([command, 'film.yaml']);
      expect(flat(out)).toMatch(
        /damaged, next: rushes render film\.yaml (?:also )?puts (?:it )?back .*another branch moved (?:it )?aside/,
      );
    }
    const { ran, events } = await w.requests(
      w.rushes(['render', '--resubmit-missing', 'film.yaml']),
    );
    expect(ran).toMatchObject({ exit: 0, out: 'Nothing to do: 1 clip is current.\n' });
    expect(flat(ran.err)).toContain(
      'rushes: 1 clip is back in its place: a render of another branch had moved it aside',
    );
    expect(events).toEqual([]);
    expect(await shaOfFile(w, CLIP)).toBe(sha256);
    const again = await w.rushes(['render', 'film.yaml']);
    expect(again).toMatchObject({ exit: 0, out: 'Nothing to do: 1 clip is current.\n', err: '' });
  }
});

test('a clip that is damaged on its own branch was not moved aside, and nothing says so', async () => {
  await using w = await world();
  await twoBranches(w);
  const bytes = await readFile(path.join(w.folder, CLIP));
  await w.write(CLIP, bytes.subarray(1));
  for (const command of ['status', 'verify']) {
    const { out } = await w.rushes([command, 'film.yaml']);
    expect(flat(out)).toContain('damaged, next: rushes render film.yaml');
    expect(out).not.toContain('another branch');
  }
});

test('a file beside the place that is not the clip is left alone', async () => {
  await using w = await world();
  await twoBranches(w);
  await git(w, 'checkout', '-q', 'calm');
  await expireLinks(w);
  const sha256 = (await shaInLock(w)) ?? '';
  const aside = `out/film/sea/kling.${sha256.slice(0, 8)}.mp4`;
  const bytes = await readFile(path.join(w.folder, aside));
  await w.write(aside, Buffer.alloc(bytes.length, 1));
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
  expect(ran.err).not.toContain('back in its place');
  expect(events.length).toBeGreaterThan(0);
});

test('prune --clips keeps the only copy of a clip that the lock names elsewhere', async () => {
  await using w = await world();
  await twoBranches(w);
  await git(w, 'checkout', '-q', 'calm');
  const sha256 = (await shaInLock(w)) ?? '';
  const aside = `kling.${sha256.slice(0, 8)}.mp4`;
  const pruned = await w.rushes(['prune', '--clips', '--yes', 'film.yaml']);
  expect(pruned.exit).toBe(0);
  expect(pruned.out).toContain(
    `stays    out/film/sea/${aside}: the only copy here of the clip of sea/kling\n`,
  );
  expect(await readdir(path.join(w.folder, 'out/film/sea'))).toContain(aside);
});
