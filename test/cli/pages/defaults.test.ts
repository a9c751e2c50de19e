/**
 * A documented default that is written out is another request, and a new payment: the plan says
 * that it is the default and how to keep the clip, and two such scenes are told.
 */
import { expect, test } from 'vitest';
import { flat, type World, world } from '../cli-project.ts';

const film = (...scenes: readonly string[]): string => `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
scenes:
${scenes.map((scene) => `  - { prompt: A crab, ${scene} }`).join('\n')}
`;
const plan = async (w: World): Promise<string> => flat((await w.rushes(['plan', 'film.yaml'])).out);

test.each([
  ['id: crab', 'id: crab, duration: 5', 'duration (not set) -> 5 (the default)'],
  ['id: crab, duration: 5', 'id: crab', 'duration 5 -> (not set) (the default)'],
])('%s, then %s: the plan offers accept, which costs nothing', async (before, after, change) => {
  await using w = await world();
  await w.write('film.yaml', film(before));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await w.write('film.yaml', film(after));
  const text = await plan(w);
  expect(text).toContain(change);
  expect(text).toContain('duration 5 is the default of apimart/kling-v3');
  const [command = ''] = /rushes accept .*?(?= keeps it)/.exec(text) ?? [];
  expect(command).toBe('rushes accept film:crab/kling film.yaml');
  const { out } = await w.rushes(['plan', 'film.yaml', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    renders: [{ notes: [expect.stringContaining(`${command} keeps it`)] }],
  });
  const markdown = await w.rushes(['plan', 'film.yaml', '--markdown']);
  expect(markdown.out).toContain('(the default)');
  expect((await w.rushes(command.split(' ').slice(1))).exit).toBe(0);
  expect(await plan(w)).toContain('Nothing to do');
  expect(w.gateway.books().accepted).toHaveLength(1);
});

test('nothing is offered if something other than a default changed', async () => {
  await using w = await world();
  await w.write('film.yaml', film('id: crab'));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await w.write('film.yaml', film('id: crab, duration: 5, audio: true'));
  expect(await plan(w)).not.toContain('rushes accept');
  await w.write('film.yaml', film('id: crab, duration: 6'));
  expect(await plan(w)).not.toContain('default');
});

test('two scenes that differ in a written default are told as duplicates', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film('id: crab', 'id: again, duration: 5, resolution: 720p', 'id: other, duration: 6'),
  );
  const { exit, out } = await w.rushes(['validate', 'film.yaml', '--json']);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    diagnostics: [
      {
        code: 'same-by-default',
        severity: 'warning',
        line: 5,
        message:
          'scene crab and scene again ask for the same clip on apimart/kling-v3: scene again writes mode "std", duration 5, the default, and scene crab leaves it out',
        renders: ['crab/kling', 'again/kling'],
      },
    ],
  });
  expect((await w.rushes(['validate', 'film.yaml', '--strict'])).exit).toBe(65);
});
