/**
 * One host that stops while the other one works. Whether it is taken over depends on where it
 * stopped; `npm run test:long` plays dozens, and counts them.
 */
import { expect, test } from 'vitest';
import { storm } from './storm.ts';

test(
  'a host is stopped and goes on while the other one works: nothing is paid for twice',
  { timeout: 60_000 },
  async () => {
    expect(await storm(3, 1, { stopAfter: 3, submits: 2 })).toMatchObject({
      duplicates: [],
      forgotten: [],
    });
  },
);
