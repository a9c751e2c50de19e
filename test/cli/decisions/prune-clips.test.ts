/** `prune --clips`: what lies on the disk and no lock names; and folders that a rename leaves. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemProcesses } from '../../../src/lock/run-lock/processes.ts';
import { type World, world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

const under = async (w: World, folder: string): Promise<readonly string[]> =>
  (await readdir(path.join(w.folder, folder), { recursive: true })).sort();

test('lists clips that no lock names, and removes them with --yes; named ones, films and parts stay', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  await w.write('end.yaml', film(scenes(1, 'o3'), 'project: film'));
  expect((await w.rushes(['render', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  await w.write('out/film/s1/old.mp4', 'x');
  await w.write('out/film/gone/kling.mp4', 'y');
  await w.write('out/film/s1/.kling.12345678.part', 'z');
  await w.write('out/film/cut.mp4', 'the film');
  const before = await under(w, 'out/film');
  const listed = await w.rushes(['prune', '--clips', 'film.yaml']);
  expect(listed).toMatchObject({ exit: 0, err: '' });
  expect(listed.out).toBe(
    'would remove out/film/gone/kling.mp4 (1 B)\nwould remove out/film/s1/old.mp4 (1 B)\n2 clips would go, 2 B; nothing was changed. Do it with --yes\n',
  );
  expect(await under(w, 'out/film')).toEqual(before);
  expect((await w.rushes(['prune', '--clips', '--yes', 'film.yaml'])).out).toContain(
    '2 clips removed',
  );
  expect(await under(w, 'out/film')).toEqual(
    before.filter((name) => !['gone', 'gone/kling.mp4', 's1/old.mp4'].includes(name)),
  );
  expect((await w.rushes(['verify', '--complete', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  expect((await w.rushes(['prune', '--clips', 'film.yaml'])).out).toBe(
    'no clip without a lock entry\n',
  );
});

test('a rename leaves no empty folder behind', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await w.write('film.yaml', film(scenes(2, 'kling').replace('id: s1', 'id: opening')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(await readdir(path.join(w.folder, 'out/film'))).toEqual(['opening', 's2']);
});

test('clips of manifests in other folders stay, also of one that is gone', async () => {
  await using w = await world();
  await w.write('manifests/a/film.yaml', film(scenes(1, 'kling')));
  await w.write('manifests/b/film.yaml', film('  - { id: storm, prompt: A storm, models: [o3] }'));
  await w.write(
    'manifests/a/old.yaml',
    film('  - { id: calm, prompt: A calm, models: [o3] }', 'project: film'),
  );
  const all = ['manifests/a/film.yaml', 'manifests/b/film.yaml', 'manifests/a/old.yaml'];
  expect((await w.rushes(['render', ...all])).exit).toBe(0);
  await rm(path.join(w.folder, 'manifests/a/old.yaml'));
  await w.write('out/film/s1/old.mp4', 'x');
  await w.write('tools/deno.lock.json', '{ "version": "4" }');
  const pruned = await w.rushes(['prune', '--clips', '--yes', 'manifests/a/film.yaml']);
  expect(pruned).toEqual({
    exit: 0,
    out: 'removed out/film/s1/old.mp4 (1 B)\n1 clip removed, 1 B\n',
    err: '',
  });
  expect(await under(w, 'out/film')).toEqual(
    ['calm', 'calm/o3.mp4', 's1', 's1/kling.mp4', 'storm', 'storm/o3.mp4'].sort(),
  );
});

test('nothing goes while a lock in another folder cannot be read, or its run is at work', async () => {
  await using w = await world();
  await w.write('a/film.yaml', film(scenes(1, 'kling')));
  await w.write('b/film.yaml', film('  - { id: storm, prompt: A storm, models: [o3] }'));
  expect((await w.rushes(['render', 'a/film.yaml', 'b/film.yaml'])).exit).toBe(0);
  await w.write('out/film/s1/old.mp4', 'x');
  const before = await under(w, 'out/film');
  const lock = await w.read('b/film.lock.json');
  await w.write('b/film.lock.json', `<<<<<<< ours\n${lock}`);
  const broken = await w.rushes(['prune', '--clips', '--yes', 'a/film.yaml']);
  expect(broken.exit).toBe(65);
  expect(broken.err).toContain('b/film.lock.json');
  await w.write('b/film.lock.json', lock);
  const { host, pid, started } = await systemProcesses();
  await w.write(
    'b/.rushes/film.run.lock',
    JSON.stringify({ owner: 'x', host, pid, started, since: 'now', command: 'rushes render' }),
  );
  const running = await w.rushes(['prune', '--clips', '--yes', 'a/film.yaml']);
  expect(running.exit).toBe(6);
  expect(running.err).toContain('another rushes is running on film: "rushes render"');
  expect(await under(w, 'out/film')).toEqual(before);
});
