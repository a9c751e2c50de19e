/**
 * The price on a pull request is what its merge costs, to the cent. `price-histories.long.ts` has
 * all histories.
 */
import { expect, onTestFailed, test } from 'vitest';
import { HISTORIES, priceOf } from './price-histories.ts';

const FEW = [
  'the base has moved, and what it added is rendered',
  'scenes move to another manifest',
  'the manifest is invalid',
];

test.each(FEW)('%s', async (name) => {
  const history = HISTORIES[name];
  if (history === undefined) throw new Error('no such history');
  const { stated, paid, submits, log } = await priceOf(history);
  onTestFailed(() => console.error(log));
  expect(stated).toBe(history.pays === 'invalid' ? undefined : paid);
  expect(submits).toBe(history.pays === 'invalid' ? 0 : history.pays);
});
