import path from 'node:path';
import { expect, test } from 'vitest';
import { InvalidInputError, loadManifest, makePlan } from '../../../src/index.ts';
import { flat, world } from '../cli-project.ts';

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
