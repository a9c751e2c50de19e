/** More connections than a process may open files. */
import { expect, test } from 'vitest';
import { type World, world } from './cli-project.ts';

const film = (scenes: number, inFlight: number): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    `limits: { in_flight: ${inFlight}, gateways: { apimart: { in_flight: ${inFlight} } } }`,
    'scenes:',
    ...Array.from({ length: scenes }, (_, index) => `  - { id: s${index}, prompt: Crab ${index} }`),
    '',
  ].join('\n');

const prompts = (here: World): readonly unknown[] =>
  here.gateway.books().accepted.map(({ body }) => body['prompt']);

test('too few open files for all connections: whatever is not sent is sent by the next run, once', async () => {
  await using here = await world();
  await here.write('film.yaml', film(130, 130));
  const first = await here.cli(['render', 'film.yaml'], { limit: '-n 112' });
  expect(first.err).not.toMatch(/\bat .*:\d+:\d+/);
  expect(await here.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
  expect(prompts(here)).toHaveLength(130);
  expect(new Set(prompts(here)).size).toBe(130);
});
