/** As many connections as a process may open files, and no more. */
import { expect, test } from 'vitest';
import { film, prompts } from './machine-limits.ts';
import { world } from '../cli-project.ts';

const LIMIT = '-n 160';

test('a run with the limit of the hint completes, each request once', async () => {
  await using here = await world();
  await here.write('film.yaml', film(200, 200));
  const refused = await here.cli(['render', 'film.yaml'], { limit: LIMIT });
  expect(refused).toMatchObject({ exit: 65 });
  const fits = Number(/in_flight: (\d+)/.exec(refused.err)?.[1]);
  expect(fits).toBeGreaterThan(50);
  await here.write('film.yaml', film(200, fits));
  const ran = await here.cli(['render', 'film.yaml'], { limit: LIMIT });
  expect(ran).toMatchObject({ exit: 0 });
  expect(prompts(here)).toHaveLength(200);
  expect(new Set(prompts(here)).size).toBe(200);
});
