/** The price on a pull request is what its merge costs, to the cent: every history. */
import { expect, onTestFailed, test } from 'vitest';
import { HISTORIES, priceOf } from './price-histories.ts';

test.each(Object.entries(HISTORIES))('%s', async (_, history) => {
  const { stated, paid, submits, comment, log } = await priceOf(history);
  onTestFailed(() => console.error(log));
  const invalid = history.pays === 'invalid';
  expect(submits).toBe(invalid ? 0 : history.pays);
  expect(stated).toBe(invalid ? undefined : paid);
  expect(invalid && /(?:&#36;|\$)\d/.test(comment)).toBe(false);
  // A change that costs nothing may have no comment.
  expect(submits === 0 || comment.includes((paid / 1e6).toFixed(2))).toBe(true);
});
