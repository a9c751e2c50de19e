/** A plan counts what an interrupted run has under the cap, as the render that follows it does. */
import { expect, test } from 'vitest';
import { flat, smallClips, world } from '../cli-project.ts';

const film = (usd: number, scenes: readonly string[]): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3, resolution: 720p } }',
    `budget: { usd: ${usd} }`,
    'scenes:',
    ...scenes.map((id) => `  - { id: ${id}, prompt: ${id} }`),
    '',
  ].join('\n');

test('the plan after a killed run has the same cap as its render; while the run goes on, it has its own', async () => {
  await using here = await world({ taskSeconds: 3600, script: { rules: [smallClips()] } });
  await here.write('manifests/film.yaml', film(1, ['crab']));
  const carriedUsd = async (): Promise<unknown> =>
    JSON.parse((await here.rushes(['plan', '--json'])).out).caps;
  let plan: Promise<unknown> | undefined;
  await here.cli(['render', '--json'], {
    watch: (text, signal) => {
      if (!text.includes('render.accepted')) return;
      plan ??= here
        .write('manifests/film.yaml', film(1, ['crab', 'rain']))
        .then(() => carriedUsd())
        .finally(() => signal('SIGKILL'));
    },
  });
  expect(await plan).toMatchObject([{ limitUsd: 1, carriedUsd: 0 }]);
  expect(await carriedUsd()).toMatchObject([
    { limitUsd: 1, carriedUsd: 0.336, headroomUsd: 0.328 },
  ]);
  expect(flat((await here.rushes(['plan'])).out)).toContain(
    '$0.34 of it used by an interrupted run',
  );

  await here.write('manifests/film.yaml', film(0.5, ['crab', 'rain']));
  const over = '$0.34 of an interrupted run count too, over the budget of $0.50';
  for (const command of ['plan', 'render']) {
    const ran = await here.rushes([command]);
    expect(ran).toMatchObject({ exit: 4 });
    expect(flat(ran.err)).toContain(over);
  }
});

test('a render with nothing to do ends the cap of the interrupted run, as one with something to do', async () => {
  await using here = await world({ taskSeconds: 0.2, script: { rules: [smallClips()] } });
  await here.write('manifests/film.yaml', film(1, ['crab']));
  const interrupted = await here.rushes(['render', '--json'], {
    watch: (text, signal) => {
      if (text.includes('render.accepted')) signal('SIGINT');
    },
  });
  expect(interrupted.exit).toBe(130);
  /** What would count beside one more scene. */
  const carriedUsd = async (): Promise<unknown> => {
    await here.write('manifests/film.yaml', film(1, ['crab', 'rain']));
    const { caps } = JSON.parse((await here.rushes(['plan', '--json'])).out);
    await here.write('manifests/film.yaml', film(1, ['crab']));
    return caps[0].carriedUsd;
  };
  // It submits nothing, so the cap goes on.
  expect((await here.rushes(['collect'])).exit).toBe(0);
  expect(await carriedUsd()).toBeGreaterThan(0);
  expect((await here.rushes(['render'])).exit).toBe(0);
  expect(await carriedUsd()).toBe(0);
  expect(here.gateway.books().accepted).toHaveLength(1);
});
