/** A sample of random histories; `npm run test:long` plays 1,000. */
import { expect, test } from 'vitest';
import { randomHistory } from './random-history.ts';

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
