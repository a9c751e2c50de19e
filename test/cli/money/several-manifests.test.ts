import path from 'node:path';
import { expect, test } from 'vitest';
import { InvalidInputError, loadManifest, makePlan } from '../../../src/index.ts';
import { flat, smallClips, world } from '../cli-project.ts';
import { film as scenesOn } from '../manifest-text.ts';

const film = (vars: string): string =>
  `rushes: 1\nproject: ${vars}\nmodels: { m: { use: apimart/kling-v3 } }\nvars: { ${vars}: x }\nscenes: [{ id: a, prompt: "\${{ vars.${vars} }}" }]\n`;

test('a var of one manifest may be set for all; one of none is an error', async () => {
  await using it = await world();
  await it.write('manifests/a.yaml', film('style'));
  await it.write('manifests/b.yaml', film('light'));
  expect(await it.rushes(['validate', '--var', 'style=noir'])).toMatchObject({ exit: 0, err: '' });
  const ran = await it.rushes(['validate', '--var', 'stlye=noir']);
  expect(ran.exit).toBe(65);
  expect(flat(ran.err)).toContain('Did you mean --var style=…?');
});

test('film.yaml and film.yml would share one lock', async () => {
  await using it = await world();
  await it.write('manifests/film.yaml', film('style'));
  await it.write('manifests/film.yml', film('light'));
  for (const argv of [
    ['validate'],
    ['validate', 'manifests/film.yml'],
    ['validate', 'manifests/film.yaml'],
  ]) {
    const ran = await it.rushes(argv);
    expect(ran.exit).toBe(65);
    expect(ran.err.match(/shared-lock/g)).toHaveLength(2); // The error, and the offer to explain it.
  }
  // In the library as well, whoever of the two is read.
  for (const name of ['film.yaml', 'film.yml']) {
    const loaded = await loadManifest(path.join(it.folder, 'manifests', name), { cwd: it.folder });
    expect(loaded.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'shared-lock manifests/film.yaml and manifests/film.yml would share one lock',
    ]);
    await expect(makePlan([loaded])).rejects.toThrow(InvalidInputError);
  }
});

test('a manifest with an ending in upper case is read like any other', async () => {
  await using it = await world();
  await it.write('manifests/film.yaml', film('style'));
  await it.write('manifests/UP.YML', film('light'));
  expect((await it.rushes(['validate'])).out).toContain('2 manifests');
  await it.write('manifests/film.YML', film('light'));
  const ran = await it.rushes(['validate']);
  expect(ran.exit).toBe(65);
  expect(ran.err).toContain('manifests/film.YML and manifests/film.yaml would share one lock');
});

test('an unclear request goes to another manifest, and its render takes what its own lock has: nothing is paid for', async () => {
  const lost = { when: { step: 'submit', prompt: 'Rain' }, do: { fault: 'reset' } } as const;
  await using w = await world({ script: { rules: [lost, smallClips()] } });
  const scene = (id: string, prompt: string): string =>
    `  - { id: ${id}, prompt: ${prompt}, models: [kling] }\n`;
  await w.write('a.yaml', scenesOn(`${scene('s', 'Rain')}${scene('old', 'A crab')}`));
  expect((await w.rushes(['render', 'a.yaml', '--yes'])).exit).toBe(5);
  const tasks = w.gateway.books().accepted.map(({ task }) => task);
  expect(tasks).toHaveLength(1);
  await w.write('a.yaml', scenesOn(scene('s', 'A crab')));
  await w.write('b.yaml', scenesOn(scene('t', 'Rain')));
  const plan = await w.rushes(['plan', 'a.yaml', 'b.yaml']);
  expect(plan.out).toContain('old/kling -> s/kling');
  const { ran, events } = await w.requests(w.rushes(['render', 'a.yaml', 'b.yaml', '--yes']));
  expect(ran.exit).toBe(5);
  expect(events.filter(({ kind }) => kind === 'submit')).toEqual([]);
  const [a, b] = await Promise.all(
    ['a', 'b'].map(async (name) => JSON.parse(await w.read(`${name}.lock.json`)) as object),
  );
  expect(a).toMatchObject({
    renders: {
      's/kling': { status: 'completed', task: tasks[0], clip: { path: 'out/a/s/kling.mp4' } },
    },
  });
  expect(Object.keys((a as { renders: object }).renders)).toEqual(['s/kling']);
  expect(b).toMatchObject({ renders: { 't/kling': { status: 'ambiguous' } } });
  expect((await w.rushes(['verify', '--complete', 'a.yaml', 'b.yaml'])).exit).toBe(0);
  expect((await w.rushes(['plan', 'a.yaml'])).out).toBe('Nothing to do: 1 clip is current.\n');
});
