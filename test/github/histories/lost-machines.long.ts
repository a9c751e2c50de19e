/** A machine that is lost with its disk, at `RUSHES_KILLS` random moments (default 50). */
import { afterAll, expect, onTestFailed, test } from 'vitest';
import { randomOf } from '../../record/histories/history-parts.ts';
import { afterLoss, type Moment, MOST_HELD, safe } from './lost-machines.ts';

const KILLS = Number(process.env['RUSHES_KILLS'] ?? 50);
/** Lines and requests of a whole run of eight renders, about. */
const STEPS = 70;
const random = randomOf(12);
const MOMENTS = Array.from({ length: KILLS }, (): Moment => ({
  steps: 1 + random(STEPS),
  thenMs: random(60),
}));
const seen: number[] = [];

test.each(MOMENTS)('lost $thenMs ms after step $steps', async (moment) => {
  const { log, held, exits, ...outcome } = await afterLoss(moment);
  onTestFailed(() => console.error(log));
  expect(outcome).toEqual(safe);
  expect(held).toBeLessThanOrEqual(MOST_HELD);
  expect(exits[0]).toBe(held === 0 ? 0 : 5);
  seen.push(held);
});

afterAll(() => {
  const holds = seen.filter((held) => held > 0).length;
  console.log(`${seen.length} losses: ${holds} left something held, ${Math.max(...seen)} at most`);
});
