/**
 * Limits on pictures: of every model that states some, one picture that meets them and one that
 * does not.
 */
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import type { Measured } from '../../src/pictures/limits.ts';
import { breachOf, limitWords } from '../../src/pictures/limits.ts';
import { placeholderOf } from '../../src/pictures/placeholder.ts';
import { RULE_CASES } from './rule-cases.ts';

const GOOD: Measured = { type: 'png', width: 1280, height: 720, bytes: 900_000, alpha: false };
const PICTURE = placeholderOf({ path: 'refs/a.png', sha256: '0'.repeat(64) });

const limited = [...catalogue.values()].flatMap((model) =>
  model.pictures === undefined ? [] : [[model.name, model, model.pictures] as const],
);

/** A body of the sheet with a link, the placeholder in its place. */
function withPicture(name: string): Record<string, never> {
  const body = (RULE_CASES[name] ?? [])
    .map(({ meets }) => JSON.stringify(meets))
    .find((text) => /"https:[^"]+\.(?:png|jpg)"/.test(text));
  return JSON.parse((body ?? '{}').replace(/"https:[^"]+\.(?:png|jpg)"/, JSON.stringify(PICTURE)));
}

test('the models whose pages state limits', () => {
  expect(limited.length).toBeGreaterThan(20);
});

describe.each(limited)('%s', (name, model, limits) => {
  const findings = (picture: Measured) =>
    model
      .check(withPicture(name), { pictureOf: (text) => (text === PICTURE ? picture : undefined) })
      .filter(({ message }) => message.startsWith('refs/a.png'));

  test('takes a picture that meets them, and refuses one that does not under its rule', () => {
    expect(findings(GOOD)).toEqual([]);
    const bad: Measured = { ...GOOD, width: 9000, height: 1000, bytes: 90_000_000, type: 'webp' };
    expect(findings(bad)).toMatchObject([{ rule: limits.rule, verdict: 'refuse' }]);
    expect(limitWords(limits)).not.toBe('');
  });
});

test.each<[string, Parameters<typeof breachOf>[1], Partial<Measured>, RegExp]>([
  ['type', { types: ['jpeg'] }, {}, /is a PNG; the model takes JPEG/],
  ['bytes', { mostBytes: 800_000 }, {}, /has 0\.9 MB; the model takes at most 0\.8 MB/],
  ['a short side', { leastSide: 721 }, {}, /1280 x 720 pixels; each side must have at least 721/],
  ['a long side', { mostSide: 1279 }, {}, /each side may have at most 1279/],
  ['ratio', { ratio: [0.4, 1.7] }, {}, /a ratio of 1\.78; the model takes 0\.4 to 1\.7/],
  ['transparency', { alpha: false }, { alpha: true }, /has transparency/],
])('%s', (_what, limits, more, message) => {
  expect(breachOf({ ...GOOD, ...more }, limits)).toMatch(message);
  expect(breachOf(GOOD, {})).toBeUndefined();
});
