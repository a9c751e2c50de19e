/** `prune --clips`: what lies on the disk and no lock names; and folders that a rename leaves. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
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
