/** Two hosts on one shared folder: a hundred take-overs, against the gateway's books. */
import { expect, test } from 'vitest';
import { storm } from './storm.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

test.each(SEEDS)('storm %i: nothing is paid for twice, nothing is forgotten', async (seed) => {
  const { takenOver, ...found } = await storm(seed, 6);
  expect({ seed, ...found }).toMatchObject({ seed, duplicates: [], forgotten: [] });
  expect(takenOver).toBeGreaterThan(0);
});
