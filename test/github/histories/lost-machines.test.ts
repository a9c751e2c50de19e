/** A machine that is lost with its disk: `lost-machines.long.ts` has 50 moments. */
import { expect, onTestFailed, test } from 'vitest';
import { afterLoss, MOST_HELD, safe } from './lost-machines.ts';

test('nothing is paid twice, at most the slots are held, and EvoLink clears its own', async () => {
  const { log, held, exits, ...outcome } = await afterLoss({ steps: 7, thenMs: 0 });
  onTestFailed(() => console.error(log));
  expect(outcome).toEqual(safe);
  expect(held).toBeLessThanOrEqual(MOST_HELD);
  expect(exits[0]).toBe(held === 0 ? 0 : 5);
});
