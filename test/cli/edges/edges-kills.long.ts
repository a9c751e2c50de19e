import { expect, test } from 'vitest';
import { chanceOf, renderedUnderKills } from './edges-under-kills.ts';

test('a hundred kills at random points of graphs of five stages', async () => {
  const chance = chanceOf(17);
  let killed = 0;
  for (let graphs = 0; killed < 100; graphs++) {
    if (graphs > 60) throw new Error(`only ${killed} of the runs were killed`);
    killed += await renderedUnderKills(chance, 6);
  }
  expect(killed).toBeGreaterThanOrEqual(100);
}, 3_600_000);
