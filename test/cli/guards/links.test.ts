/** Links in place of folders of the project: what they lead to is neither quoted nor written to. */
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { type World, world } from '../cli-project.ts';

const SECRET = 'word-that-stays-outside';
const COMMANDS = [
  ['validate'],
  ['plan'],
  ['status'],
  ['render'],
  ['render', '--draft'],
  ['collect'],
  ['verify'],
  ['gallery'],
  ['recover'],
  ['prune'],
  ['redo', 's1/kling'],
] as const;

/** A folder beside the project, with a manifest, a lock and whatever else a link could lead to. */
async function outside(here: World): Promise<string> {
  const folder = path.join(here.folder, 'outside');
  await mkdir(folder);
  await writeFile(path.join(folder, 'film.yaml'), `${film(scenes(1, 'kling'))}${SECRET}: true\n`);
  await writeFile(path.join(folder, 'film.lock.json'), `{ "refresh_token": "${SECRET}" }\n`);
  await writeFile(path.join(folder, 'film.journal.jsonl'), `${SECRET}\n`);
  await writeFile(path.join(folder, 'record.jsonl'), `${SECRET}\n`);
  return folder;
}

interface Place {
  /** The link, from the project's folder. */
  readonly link: string;
  /** What makes the project, and what makes the other folder one. */
  readonly marks?: readonly string[];
}

const PLACES: Readonly<Record<string, Place>> = {
  'manifests/, to any folder': { link: 'manifests' },
  'manifests/, to another project': { link: 'manifests', marks: ['outside/package.json'] },
  '.rushes/ beside the manifest': { link: 'manifests/.rushes' },
  '.rushes/ of the project, where the record lies': { link: '.rushes' },
};

test.each(Object.entries(PLACES))('a link in place of %s: exit 65', async (...[, place]) => {
  await using here = await world();
  const folder = await outside(here);
  for (const mark of place.marks ?? []) await here.write(mark, '{}');
  await here.write('project/package.json', '{}');
  await here.write('project/manifests/film.yaml', film(scenes(1, 'kling')));
  if (place.link === 'manifests')
    await rename(
      path.join(here.folder, 'project/manifests'),
      path.join(here.folder, 'project/before'),
    );
  await symlink(folder, path.join(here.folder, 'project', place.link));
  const before = await readdir(folder);
  for (const argv of COMMANDS) {
    const ran = await here.rushes([...argv, 'manifests/film.yaml'], { cwd: 'project' });
    expect([argv, ran.exit]).toEqual([argv, 65]);
    expect(ran.err).toContain(`${place.link} is a link that leads out of the project`);
    expect(ran.out + ran.err).not.toContain(SECRET);
  }
  expect(await readdir(folder)).toEqual(before);
  expect(here.gateway.books().accepted).toHaveLength(0);
});

test('a link that stays in the project is fine', async () => {
  await using here = await world();
  await here.write('films/film.yaml', film(scenes(1, 'kling')));
  await symlink('films', path.join(here.folder, 'manifests'));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(await readdir(path.join(here.folder, 'films'))).toContain('film.lock.json');
});
