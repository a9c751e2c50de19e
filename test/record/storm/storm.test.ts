/**
 * One host that stops while it holds the run lock, and a take-over; `npm run test:long` plays
 * dozens.
 */
import { expect, test } from 'vitest';
import { storm } from './storm.ts';

test(
  'a host is stopped and goes on while the other one works: nothing is paid for twice',
  { timeout: 60_000 },
  async () => {
    expect(await storm(3, 1, { stopAfter: 3, submits: 2 })).toMatchObject({
      takenOver: 1,
      duplicates: [],
      forgotten: [],
    });
  },
);
