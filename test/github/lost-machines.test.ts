/** A machine that is lost with its disk: `lost-machines.long.ts` has 50 moments. */
import { expect, onTestFailed, test } from 'vitest';
import { afterLoss, isSafe } from './lost-machines.ts';

test.each([6])(
  'killed after %i lines: nothing is paid twice, at most the slots are held',
  async (lines) => {
    const outcome = await afterLoss(lines);
    onTestFailed(() => console.error(JSON.stringify({ ...outcome, log: '' }), outcome.log));
    expect(isSafe(outcome)).toBe(true);
  },
);
