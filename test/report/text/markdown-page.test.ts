import { expect, test } from 'vitest';
import { boundedPage, rowOfEach } from '../../../src/report/text/markdown-page.ts';

test('a row that is not shown is not made, and is counted', () => {
  const made: number[] = [];
  const items = Array.from({ length: 10_000 }, (_, index) => index);
  const rows = rowOfEach(items, (item) => {
    made.push(item);
    return `- row ${item}`;
  });
  const page = boundedPage(
    [{ head: ['# Rows'], rows, more: (hidden) => `… and ${hidden} more` }],
    200,
  );
  const shown = page.split('\n').filter((line) => line.startsWith('- ')).length;
  expect(shown).toBeGreaterThan(5);
  expect(page).toContain(`… and ${10_000 - shown} more`);
  // The first one without room says that there is none.
  expect(made).toHaveLength(shown + 1);
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(200);
});
