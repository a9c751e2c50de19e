import { assert, integer, property, string, constantFrom } from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/algorithms/nearest.ts';

/** Every cell, as it is defined. */
function byDefinition(from: string, to: string): number {
  const cells: number[][] = [];
  const at = (row: number, column: number): number => cells[row]?.[column] ?? Infinity;
  for (let row = 0; row <= from.length; row++) {
    cells[row] = [];
    for (let column = 0; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const isSwap =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      const cost = Math.min(
        at(row - 1, column - 1) + (same ? 0 : 1),
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        isSwap ? at(row - 2, column - 2) + 1 : Infinity,
      );
      (cells[row] ??= [])[column] = row + column === 0 ? 0 : cost;
    }
  }
  return at(from.length, to.length);
}

test('the distance is that of the definition, up to its bound', () => {
  const word = string({ unit: constantFrom('a', 'b', 'c'), maxLength: 9 });
  assert(
    property(word, word, integer({ min: 1, max: 5 }), (from, to, bound) => {
      expect(editDistance(from, to, bound)).toBe(Math.min(bound, byDefinition(from, to)));
    }),
    { seed: 5, numRuns: 2_000 },
  );
});

test.each([
  ['durration', 'duration'],
  ['aspectRatio', 'aspect_ratio'],
  ['ratio_aspect', 'aspect_ratio'],
  ['xyz', undefined],
])('%s: %s', (word, meant) => {
  expect(nearest(word, ['duration', 'aspect_ratio', 'prompt'])).toBe(meant);
});
