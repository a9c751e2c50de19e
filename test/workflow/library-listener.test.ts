/** A listener of the library that fails. */
import { expect, test } from 'vitest';
import { loadManifest, makePlan, runPlan } from '../../src/index.ts';
import { world } from '../cli/cli-project.ts';

const FILM = `rushes: 1
models: { m: { use: apimart/kling-v3 } }
scenes:
  - { id: crab, prompt: The crab }
  - { id: wave, prompt: The wave }
`;

test('a listener that throws ends the run, and what is paid for is not paid for again', async () => {
  await using it = await world();
  await it.write('film.yaml', FILM);
  const { folder: cwd, env } = it;
  const bug = new TypeError('no such element');
  const told: string[] = [];
  const plan = async () => makePlan([await loadManifest('film.yaml', { cwd, env })]);
  const { events } = await it.requests(
    (async () => {
      const run = runPlan(await plan(), {
        onEvent({ event }) {
          told.push(event);
          if (event === 'render.accepted') throw bug;
        },
      });
      await expect(run).rejects.toBe(bug);
      expect(told.filter((event) => event === 'render.accepted')).toHaveLength(1);
      expect(told.at(-1)).toBe('render.accepted');
      expect((await runPlan(await plan())).exit).toBe(0);
    })(),
  );
  expect(events.filter(({ kind }) => kind === 'submit')).toHaveLength(2);
});

test('a listener that rejects ends the run just as one that throws', async () => {
  await using it = await world();
  await it.write('film.yaml', FILM);
  const { folder: cwd, env } = it;
  const bug = new TypeError('no such element');
  const plan = async () => makePlan([await loadManifest('film.yaml', { cwd, env })]);
  const { events } = await it.requests(
    (async () => {
      const run = runPlan(await plan(), {
        onEvent: async ({ event }) => {
          await Promise.resolve();
          if (event === 'render.accepted') throw bug;
        },
      });
      await expect(run).rejects.toBe(bug);
      expect((await runPlan(await plan())).exit).toBe(0);
    })(),
  );
  expect(events.filter(({ kind }) => kind === 'submit')).toHaveLength(2);
});
