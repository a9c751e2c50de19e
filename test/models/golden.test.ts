/**
 * The table of golden bodies and fingerprints. A line that changes here means: clips that people
 * have paid for would be made anew. Change it only on purpose, and say so in the changelog.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { fingerprintOf } from '../../src/plan/resolve/fingerprint.ts';
import { type JsonObject, WORDS, type Words } from '../../src/scene.ts';

interface Golden {
  readonly name: string;
  readonly model: string;
  readonly profile?: string;
  readonly words: Words;
  readonly params?: JsonObject;
  readonly body: JsonObject;
  /** Rules that changed the body on the way. */
  readonly notes: readonly string[];
  /** Of take 1 and revision 0. */
  readonly fingerprint: string;
}

const table = JSON.parse(
  readFileSync(new URL('golden-bodies.json', import.meta.url), 'utf8'),
) as readonly Golden[];

test.each(table.map((golden) => [golden.name, golden] as const))(
  '%s',
  (_, { model: name, profile, words, params, body, notes, fingerprint }) => {
    const model = catalogue.get(name);
    if (model === undefined) throw new Error(`no model ${name}`);
    const settings = profile === undefined ? {} : { profile };
    const translation = model.translate(words, settings);
    const sent = model.normalise(translation.body, params ?? {}, settings);
    expect(translation.findings.filter(({ verdict }) => verdict === 'refuse')).toEqual([]);
    expect(sent.body).toEqual(body);
    expect(sent.findings.map(({ rule }) => rule)).toEqual(notes);
    expect(model.check(sent.body, settings).filter(({ verdict }) => verdict === 'refuse')).toEqual(
      [],
    );
    const { gateway, deliveryFields } = model;
    expect(fingerprintOf({ gateway, take: 1, revision: 0, body: sent.body, deliveryFields })).toBe(
      fingerprint,
    );
  },
);

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
