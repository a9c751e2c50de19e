/** One take-over, while the other host submits; `npm run test:long` plays dozens, anywhere. */
import { expect, test } from 'vitest';
import { storm } from './storm.ts';

test(
  'a host is stopped, taken over and goes on while the other one submits: nothing is paid for twice',
  { timeout: 60_000 },
  async () => {
    expect(await storm(3, 1, { stopAfter: 3, submits: 2 })).toMatchObject({
      takenOver: 1,
      duplicates: [],
      forgotten: [],
    });
  },
);
