import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldCase, nameProblem, suggestName } from '../src/ids.ts';

test.each([
  ['crab on the beach', 'crab-on-the-beach'],
  ['crab #2', 'crab-2'],
  [' größe/zwei ', 'größe-zwei'],
  ['潮だまり。朝', '潮だまり-朝'],
  ['con', 'con-2'],
  ['e\u0301te\u0301 1', 'été-1'],
  ['😀', undefined],
  ['', undefined],
])('the id that %j was meant to be', (text, name) => {
  expect(suggestName(text)).toBe(name);
});

test('a taken name gets a number, without regard to case', () => {
  expect(suggestName('Big crab', new Set(['big-crab', 'big-crab-2']))).toBe('Big-crab-3');
});

test('a suggestion is a valid and free id, for any text', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(' ', '/', '-', 'a', 'B', '\u0301', 'ß', 'İ', '犬', '😀', 'c', 'o', 'n'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
    maxLength: 120,
  });
  expect.hasAssertions();
  fc.assert(
    fc.property(text, (wanted) => {
      const taken = new Set<string>();
      for (let count = 0; count < 3; count++) {
        const name = suggestName(wanted, taken);
        if (name === undefined) return;
        expect([nameProblem(name), taken.has(foldCase(name))]).toEqual([undefined, false]);
        taken.add(foldCase(name));
      }
    }),
    { seed: 5, numRuns: 2_000 },
  );
});
