import { expect, test } from 'vitest';
import { chanceOf, renderedUnderKills } from './edges-under-kills.ts';

test('killed three times on its way through five stages: nothing is paid twice or sent ahead of its upstream', async () => {
  expect(await renderedUnderKills(chanceOf(20261129), 3)).toBeGreaterThanOrEqual(2);
}, 120_000);
