/** The life of a project in small; `life.long.ts` is the same with thirty renders. */
import { expect, test } from 'vitest';
import { smallClips, world } from '../cli-project.ts';
import { Life, liveThrough, type Scene } from './life-of-a-project.ts';

test('render, rename, edit, revert, takes, prune, lost clips', async () => {
  const { accepted } = await liveThrough(4);
  expect(accepted).toBe(3 * 4 + 7);
}, 60_000);

test('a lost answer, a wrong adoption, two branches: nothing is paid twice', async () => {
  const lost = {
    when: { step: 'submit', nth: 3 },
    do: { fault: 'reset', accepted: true },
  } as const;
  await using w = await world({ script: { rules: [lost, smallClips()] } });
  const life = new Life(w, 4);
  await life.write(life.scenes.map((one) => ({ ...one, more: ', models: [kling]' })));
  await life.does(['render'], 5);
  expect(life.accepted).toBe(4);
  const { out } = await life.does(['recover'], 5);
  const id = /film:(\S+)/.exec(out)?.[1] ?? '';
  // The task of another render, one that does not exist, then unchecked, given up, and the right one.
  const wrong = 'task_01EXAMPLE00000000000000000';
  const own = new Set(
    [...(await w.read('manifests/film.lock.json')).matchAll(/"task": "([^"]+)"/g)].map(
      ([, task]) => task,
    ),
  );
  const right = w.gateway.books().accepted.find(({ task }) => !own.has(task))?.task ?? '';
  await life.does(['recover', id, '--adopt', [...own][0] ?? ''], 64);
  await life.does(['recover', id, '--adopt', wrong], 64);
  await life.does(['recover', id, '--adopt', wrong, '--unchecked'], 0);
  await life.does(['collect', '--detach'], 6);
  await life.does(['recover', id, '--give-up'], 0);
  await w.rushes(['import', id, right]);
  expect((await w.rushes(['collect'])).exit).toBe(0);
  expect((await w.rushes(['plan'])).out).toContain('Nothing to do');
  expect(life.accepted).toBe(4);

  // Two branches render different scenes, and the locks are merged.
  const lockFile = 'manifests/film.lock.json';
  const base = await w.read(lockFile);
  await w.write('base.json', base);
  const scene = (name: string): Scene => ({ id: name, prompt: name, more: ', models: [kling]' });
  const start = life.scenes;
  await life.write([...start, scene('ours')]);
  expect((await w.rushes(['render'])).exit).toBe(0);
  await w.write('ours.json', await w.read(lockFile));
  await w.write(lockFile, base);
  await life.write([...start, scene('theirs')]);
  expect((await w.rushes(['render'])).exit).toBe(0);
  await w.write('theirs.json', await w.read(lockFile));
  expect(
    (await w.rushes(['lock', 'merge', 'base.json', 'ours.json', 'theirs.json', '--out', lockFile]))
      .exit,
  ).toBe(0);
  await life.write([...start, scene('ours'), scene('theirs')]);
  expect((await w.rushes(['plan'])).out).toContain('Nothing to do');
  expect(life.accepted).toBe(6);
});
