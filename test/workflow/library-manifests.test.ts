/** Which manifests a call of the library is about: each once, however it is spelled. */
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  collect,
  decide,
  gallery,
  loadManifest,
  makePlan,
  runPlan,
  status,
  verify,
} from '../../src/index.ts';
import { surroundingsOf } from '../../src/library/surroundings-of.ts';
import { world } from '../cli/cli-project.ts';

const film = (scene: string): string =>
  `rushes: 1\nmodels: { m: { use: apimart/kling-v3 } }\nscenes: [{ id: ${scene}, prompt: The ${scene} }]\n`;

test('a manifest that is named twice counts once, as on the command line', async () => {
  await using it = await world();
  await it.write('film.yaml', film('crab'));
  const { folder: cwd, env } = it;
  const loaded = await loadManifest('./film.yaml', { cwd, env });
  expect(loaded.manifest).toBe('film.yaml');
  expect((await runPlan(await makePlan([loaded, loaded]))).exit).toBe(0);
  const twice = ['film.yaml', './film.yaml', path.join(cwd, 'film.yaml')];
  const { clips, renders } = await status(twice, { cwd, env });
  expect([clips, renders.map(({ manifest }) => manifest)]).toEqual([1, ['film.yaml']]);
  expect((await verify(twice, { cwd, env })).clips).toHaveLength(1);
  expect((await collect(twice, { cwd, env })).exit).toBe(0);
  expect((await gallery(twice, { cwd, env })).renders).toBe(1);
  for (const [index, kind] of (['accept', 'pin'] as const).entries())
    expect(await decide(twice[index + 1] ?? '', 'crab/m', { kind }, { cwd, env })).toMatchObject({
      renders: ['crab/m'],
    });
  expect(await it.read('film.lock.json')).toContain('"pin": true');
  expect(it.gateway.books().accepted).toHaveLength(1);
});

test('manifests of two working folders or environments make no plan together', async () => {
  await using it = await world();
  await it.write('one/film.yaml', film('crab'));
  await it.write('two/film.yaml', film('wave'));
  const { folder, env } = it;
  const load = (below: string, more = {}) =>
    loadManifest('film.yaml', { cwd: path.join(folder, below), env: { ...env, ...more } });
  for (const second of [load('two'), load('one', { RUSHES_BUDGET_USD: '5' }), load('one')]) {
    const plan = makePlan([await load('one'), await second]);
    await expect(plan).rejects.toMatchObject({ name: 'RefusedError', exit: 64 });
  }
  expect((await runPlan(await makePlan([await load('one')]))).exit).toBe(0);
  expect((await runPlan(await makePlan([await load('two')]))).exit).toBe(0);
  expect((await status(['film.yaml'], { cwd: path.join(folder, 'two'), env })).clips).toBe(1);
});

test('a relative working folder is the one of the moment of the call', () => {
  expect(surroundingsOf({ cwd: 'films' }).cwd).toBe(path.resolve('films'));
});
