import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { walkJson } from '../../src/algorithms/json-walk.ts';

const valid = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON in one of its spellings, with up to two characters changed. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.nat(3),
    fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('', '"', '\\', ',', '}', ']', ':', '0', ' ', '\n')),
      {
        maxLength: 2,
      },
    ),
  )
  .map(([text, indent, changes]) =>
    changes.reduce(
      (made, [seed, character]) => {
        const at = seed % (made.length + 1);
        return made.slice(0, at) + character + made.slice(at + (seed % 2));
      },
      JSON.stringify(JSON.parse(text), null, indent),
    ),
  );

test('it accepts what JSON.parse accepts, and an error is no earlier than the text is sound', () => {
  fc.assert(
    fc.property(nearlyJson, (text) => {
      const error = walkJson(text, {});
      expect(error === undefined).toBe(valid(text));
      expect(error ?? 0).toBeLessThanOrEqual(text.length);
    }),
    { seed: 20_261_129, numRuns: 300 },
  );
});

test('every value is told with its path and its text, and every key with its own', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(3), (value, indent) => {
      const json: unknown = JSON.parse(JSON.stringify(value));
      const text = JSON.stringify(json, null, indent);
      const at = (path: readonly PropertyKey[]): unknown =>
        path.reduce((inner: unknown, step) => (inner as Record<PropertyKey, unknown>)[step], json);
      let [opened, ended] = [0, 0];
      walkJson(text, {
        open: () => (opened += 1),
        key: (path, [start, end]) => expect(JSON.parse(text.slice(start, end))).toBe(path.at(-1)),
        value: (path, [start, end]) => {
          const found: unknown = JSON.parse(text.slice(start, end));
          expect(found).toEqual(at(path));
          if (typeof found === 'object' && found !== null) ended += 1;
        },
      });
      expect(ended).toBe(opened);
    }),
    { seed: 20_261_129, numRuns: 150 },
  );
});
