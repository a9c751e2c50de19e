/**
 * The small form of the chaos suite: the built command, killed and started again under a bad day.
 * `npm run chaos` is the long one; a seed that failed there belongs here, with its number, once it
 * holds.
 */
import { expect, test } from 'vitest';
import { round } from './round.ts';

const SEEDS = [3, 5, 9];

// Side by side: most of a round is waiting.
test.concurrent.each(SEEDS)(
  'chaos %i: nothing is paid twice, nothing paid is lost, the books agree',
  async (seed) => {
    const { breaches, accepted } = await round({ seed, scenes: 2, storms: 2, slow: false });
    expect(breaches).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
  },
  120_000,
);
