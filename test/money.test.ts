import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { formatUsd, fromUsd, type MicroUsd, shownAtLeast, shownAtMost } from '../src/money.ts';

test.each([
  [3.2032, '$3.21', '$3.20'],
  [3.2, '$3.20', '$3.20'],
  [0.09999, '$0.10', '$0.0999'],
  [0.0672, '$0.0672', '$0.0672'],
  [0, '$0.00', '$0.00'],
])('%d US dollars: at most %s, at least %s', (usd, atMost, atLeast) => {
  expect(formatUsd(shownAtMost(fromUsd(usd)))).toBe(atMost);
  expect(formatUsd(shownAtLeast(fromUsd(usd)))).toBe(atLeast);
});

test('what is shown of a limit is on the safe side of any amount', () => {
  const shown = (amount: MicroUsd): number => Number(formatUsd(amount).replace('$', '')) * 1e6;
  assert(
    property(integer({ min: 0, max: 1e9 }), (micro) => {
      const amount = micro as MicroUsd;
      expect(Math.round(shown(shownAtMost(amount)))).toBeGreaterThanOrEqual(amount);
      expect(Math.round(shown(shownAtLeast(amount)))).toBeLessThanOrEqual(amount);
    }),
    { seed: 3 },
  );
});
