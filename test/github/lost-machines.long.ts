/** A machine that is lost with its disk, at `RUSHES_KILLS` moments (default 50). */
import { expect, onTestFailed, test } from 'vitest';
import { afterLoss, isSafe } from './lost-machines.ts';

const KILLS = Number(process.env['RUSHES_KILLS'] ?? 50);

test.each(Array.from({ length: KILLS }, (_, index) => 1 + ((index * 7919 + 20_261_120) % 24)))(
  'killed after %i lines',
  async (lines) => {
    const outcome = await afterLoss(lines);
    onTestFailed(() => console.error(JSON.stringify({ ...outcome, log: '' }), outcome.log));
    expect(isSafe(outcome)).toBe(true);
  },
);
