/** `--strict`: what is worth a warning refuses, so that a manifest can be held to a page. */
import { expect, test } from 'vitest';
import { flat, world, type World } from '../cli-project.ts';

/** Seven seconds: the newer page of kling-v3 takes them, the older one warns. */
const film = (duration: number): string => `rushes: 1
models: { kling: { use: apimart/kling-v3, profile: legacy } }
scenes: [{ id: crab, prompt: A crab, duration: ${duration} }]
`;

async function withFilm(duration: number, options?: Parameters<typeof world>[0]): Promise<World> {
  const here = await world(options);
  await here.write('film.yaml', film(duration));
  return here;
}

test.each([
  ['validate', []],
  ['plan', []],
  ['render', []],
  ['render', ['--frozen']],
  ['render', ['--draft']],
])('%s %j --strict refuses a warning, sends nothing and says which', async (command, more) => {
  await using here = await withFilm(7);
  const { ran, events } = await here.requests(
    here.rushes([command, 'film.yaml', '--strict', ...more]),
  );
  expect(ran.exit).toBe(65);
  expect(flat(ran.err)).toContain('warning broken-rule');
  expect(flat(ran.err)).toContain('error strict-warning: 1 warning, and --strict allows none');
  expect(events).toEqual([]);
});

test('without --strict the warning stops nothing, and --strict takes what is worth none', async () => {
  // Whole clips: --strict minds one that is not as asked, too.
  await using here = await withFilm(7, { script: {} });
  expect((await here.rushes(['validate', 'film.yaml'])).exit).toBe(0);
  expect((await here.rushes(['render', 'film.yaml'])).exit).toBe(0);
  // The request is the same with and without.
  await here.write('film.yaml', film(5));
  expect((await here.rushes(['validate', 'film.yaml', '--strict'])).exit).toBe(0);
  expect((await here.rushes(['render', 'film.yaml', '--strict'])).exit).toBe(0);
  expect((await here.rushes(['render', 'film.yaml', '--strict', '--frozen'])).exit).toBe(0);
});

test('JSON says it too: validate is not ok, and the last event of a render has the reason', async () => {
  await using here = await withFilm(7);
  const { out } = await here.rushes(['validate', 'film.yaml', '--strict', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    diagnostics: [
      { code: 'broken-rule', severity: 'warning' },
      { code: 'strict-warning', severity: 'error', renders: ['crab/kling'] },
    ],
  });
  const rendered = await here.rushes(['render', 'film.yaml', '--strict', '--json']);
  expect(JSON.parse(rendered.out)).toMatchObject({
    event: 'run.finished',
    exit: 65,
    reasons: ['1 warning, and --strict allows none'],
  });
});
