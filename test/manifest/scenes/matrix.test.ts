import { expect, test } from 'vitest';
import { Source } from '../../../src/diagnostic.ts';
import { combinations } from '../../../src/manifest/scenes/matrix.ts';
import { type Entries, mapOf, scalar } from '../../../src/manifest/values/located.ts';
import { type Located, type LocatedMap, plain } from '../../../src/scene.ts';

const place = { source: new Source('film.yaml', ''), start: 0, end: 0 };
const list = (items: readonly Located[]): Located => ({ kind: 'list', items, place });

let looks = 0;
class CountedEntries extends Map<string, { key: typeof place; value: Located }> {
  override [Symbol.iterator]() {
    looks += 1;
    return super[Symbol.iterator]();
  }
}

const map = (
  values: Readonly<Record<string, Located>>,
  entries: Entries = new Map(),
): LocatedMap => {
  for (const [name, value] of Object.entries(values)) entries.set(name, { key: place, value });
  return { ...mapOf(new Map(), place), entries };
};

test('each exclude is looked at a few times, not once for every combination', () => {
  const numbers = Array.from({ length: 30 }, (_, index) => index);
  const axis = list(numbers.map((number) => scalar(number, place)));
  const pairs = numbers.flatMap((a) => numbers.map((b) => [a, b] as const));
  const exclude = pairs.filter(([a, b]) => a !== 7 || b % 2 === 0);
  const matrix = map({
    a: axis,
    b: axis,
    exclude: list([
      ...exclude.map(([a, b]) =>
        map({ a: scalar(a, place), b: scalar(b, place) }, new CountedEntries()),
      ),
      map({ b: scalar(5, place) }, new CountedEntries()),
    ]),
  });
  looks = 0;
  const made = combinations(matrix, 1_000, () => undefined);
  expect(made?.map(plain)).toEqual(
    pairs.filter(([a, b]) => a === 7 && b % 2 === 1 && b !== 5).map(([a, b]) => ({ a, b })),
  );
  expect(looks).toBeLessThan(4 * exclude.length);
});
