/** `completion`: a script for each shell, and the words that it asks for. */
import { expect, test } from 'vitest';
import { type World, world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

const words = async (w: World, ...typed: string[]): Promise<readonly string[]> => {
  const ran = await w.rushes(['complete', '--', ...typed]);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  return ran.out
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((word) => word !== '' && !word.startsWith(':'));
};

test.each(['bash', 'zsh', 'fish', 'powershell'])('a script for %s', async (shell) => {
  await using w = await world();
  const ran = await w.rushes(['completion', shell]);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  expect(ran.out).toMatch(/rushes complete '?--/);
});

test('commands, options, manifests, ids, aliases, tags and models', async () => {
  await using w = await world();
  await w.write(
    'manifests/film.yaml',
    film(scenes(2, 'kling').replace('{ id: s2', '{ id: s2, takes: 2, tags: [hero]')),
  );
  expect(await words(w, 'rec')).toEqual(['recover', 'record']);
  expect(await words(w, 'render', '--re')).toEqual([
    '--retry-failed',
    '--resubmit-missing',
    '--restore',
    '--record',
  ]);
  expect(await words(w, 'plan', '')).toContain('manifests/film.yaml');
  expect(await words(w, 'redo', 's2')).toEqual(['s2/kling', 's2/kling/2']);
  expect(await words(w, 'plan', '--only', 's1')).toEqual(['s1/kling']);
  expect(await words(w, 'plan', '--model', '')).toEqual(['kling', 'o3']);
  expect(await words(w, 'status', '--tag', '')).toEqual(['hero']);
  expect(await words(w, 'models', 'apimart/sora')).toContain('apimart/sora-2');
  expect((await w.rushes(['completion', 'tcsh'])).exit).toBe(64);
});
