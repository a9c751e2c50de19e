/** The table of golden bodies, and what a line of it says today. */
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogue } from '../../src/models/catalogue.ts';
import type { RuleFinding } from '../../src/models/model.ts';
import { fingerprintOf } from '../../src/plan/resolve/fingerprint.ts';
import type { JsonObject, Words } from '../../src/scene.ts';

/** What a person writes of a line; `npm run golden` adds the rest. */
export interface GoldenCase {
  readonly name: string;
  readonly model: string;
  readonly profile?: string;
  readonly words: Words;
  readonly params?: JsonObject;
}

export interface Golden extends GoldenCase {
  readonly body: JsonObject;
  /** Rules that changed the body on the way. */
  readonly notes: readonly string[];
  /** Of take 1 and revision 0. */
  readonly fingerprint: string;
}

const FILE = new URL('golden-bodies.json', import.meta.url);

export const readGolden = (): readonly (GoldenCase & Partial<Golden>)[] =>
  JSON.parse(readFileSync(FILE, 'utf8')) as readonly (GoldenCase & Partial<Golden>)[];

/** One value a line: a changed body is one changed line of a diff. */
export function writeGolden(table: readonly Golden[]): void {
  const lines = table.map(
    (golden) =>
      `  {\n${Object.entries(golden)
        .map(([key, value]) => `    "${key}": ${valueText(value)}`)
        .join(',\n')}\n  }`,
  );
  writeFileSync(FILE, `[\n${lines.join(',\n')}\n]\n`);
}

const valueText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]`
    : JSON.stringify(value);

export interface Made {
  readonly golden: Pick<Golden, 'body' | 'notes' | 'fingerprint'>;
  readonly refused: readonly Pick<RuleFinding, 'verdict' | 'message'>[];
}

export function makeGolden({ model: name, profile, words, params = {} }: GoldenCase): Made {
  const model = catalogue.get(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  const settings = profile === undefined ? {} : { profile };
  const translation = model.translate(words, settings);
  const { body, findings } = model.normalise(translation.body, params, settings);
  const { gateway, deliveryFields } = model;
  return {
    golden: {
      body,
      notes: findings.map(({ rule }) => rule),
      fingerprint: fingerprintOf({ gateway, take: 1, revision: 0, body, deliveryFields }),
    },
    refused: [...translation.findings, ...model.check(body, settings)].filter(
      ({ verdict }) => verdict === 'refuse',
    ),
  };
}
