/** A sample of random histories; `npm run test:long` plays 1,000 of one clone and of two. */
import { expect, test } from 'vitest';
import { randomHistory } from './random-history.ts';
import { twoCloneHistory } from './two-clones.ts';

/** Seeds that paid twice once: what was adopted pushed aside what another render wanted. */
const SEEDS = [100, 127];

test.each(SEEDS)(
  'history %i of two branches and two manifests: nothing is paid for twice',
  { timeout: 60_000 },
  async (seed) => {
    const history = await randomHistory(seed, 14);
    expect({ seed, ...history }).toMatchObject({ seed, duplicates: [] });
  },
);

/** Seeds that pay twice where nothing is adopted from the record. */
test.each([9, 33])(
  'history %i of two clones: nothing is paid for twice or forgotten',
  { timeout: 60_000 },
  async (seed) => {
    const history = await twoCloneHistory(seed, 7);
    expect({ seed, ...history }).toMatchObject({
      seed,
      duplicates: [],
      unknown: [],
      unexpected: [],
    });
  },
);
