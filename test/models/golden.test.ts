/**
 * The table of golden bodies and fingerprints. A line that changes here means: clips that people
 * have paid for would be made anew. Change it only on purpose, and say so in the changelog.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { fingerprintOf } from '../../src/plan/resolve/fingerprint.ts';
import { type JsonObject, WORDS } from '../../src/scene.ts';
import { makeGolden, readGolden } from './golden.ts';

const table = readGolden();

test.each(table.map((golden) => [golden.name, golden] as const))('%s', (_, line) => {
  const { body, notes, fingerprint } = line;
  const { golden, refused } = makeGolden(line);
  expect(refused).toEqual([]);
  expect({ body, notes, fingerprint }).toEqual(golden);
});

test('every model is in the table with every word that it takes', () => {
  expect([...new Set(table.map(({ model }) => model))].sort()).toEqual(
    [...catalogue.keys()].sort(),
  );
  for (const { name, offers } of catalogue.values()) {
    const used = new Set(
      table.filter(({ model }) => model === name).flatMap(({ words }) => Object.keys(words)),
    );
    expect([
      name,
      WORDS.filter((word) => !used.has(word) && !offers.unsupported.includes(word)),
    ]).toEqual([name, []]);
  }
});

test('delivery fields do not change a fingerprint', () => {
  for (const { gateway, deliveryFields, native, notifyField } of catalogue.values()) {
    const of = (body: JsonObject): string =>
      fingerprintOf({ gateway, take: 1, revision: 0, body, deliveryFields });
    const body = { model: native, prompt: 'x' };
    expect(deliveryFields).toContain(notifyField);
    expect(of({ ...body, [notifyField]: 'https://hooks.example.com/' })).toBe(of(body));
  }
});
