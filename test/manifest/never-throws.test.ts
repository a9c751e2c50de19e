import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXPLAIN } from '../../src/diagnostic-codes/diagnostic-codes.ts';
import { type Diagnostic, spanOf } from '../../src/diagnostic.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import type { Loaded } from '../../src/scene.ts';
import { HEAD, load, onDisk } from './project-on-disk.ts';
import { sized } from '../sizes.ts';

const example = readFileSync(
  path.join(import.meta.dirname, 'fixtures', 'design', 'film.yaml'),
  'utf8',
);

/** What holds of any answer, whatever the input, and of what the models say of it. */
function isWellFormed({ project, diagnostics }: Loaded): void {
  expect(project !== undefined || diagnostics.some(({ severity }) => severity === 'error')).toBe(
    true,
  );
  const judged =
    project === undefined || project.scenes.length > 100
      ? []
      : resolveProject(project, catalogue).diagnostics;
  expect([...diagnostics, ...judged].filter((diagnostic) => !isSound(diagnostic))).toEqual([]);
}

function isSound({ code, message, place }: Diagnostic): boolean {
  if (!(code in EXPLAIN) || /undefined|\[object|Invalid input/.test(message)) return false;
  if (place === undefined) return true;
  return (
    place.start >= 0 &&
    place.end >= place.start &&
    place.end <= place.source.text.length &&
    spanOf(place).line >= 1
  );
}

/** Many contents for one file, in one folder. */
function loader(
  others: Readonly<Record<string, string>> = {},
  name = 'film.yaml',
): (content: string | Uint8Array) => Promise<Loaded> {
  const cwd = onDisk(others);
  return async (content) => {
    writeFileSync(path.join(cwd, name), content);
    return loadManifest('film.yaml', { cwd });
  };
}

test('random bytes', async () => {
  expect.hasAssertions();
  const read = loader();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) =>
      isWellFormed(await read(bytes)),
    ),
    { seed: 1, numRuns: sized(40, 200) },
  );
});

test('random YAML-like text', async () => {
  expect.hasAssertions();
  const read = loader();
  const token = fc.constantFrom(
    ...'rushes: |1|\n|  |- |models|scenes|id|: |{|}|[|]|"|\'|&a|*a|<<: |!!|? |# |, |${{|}}|vars.x|\t|---\n|null|>-|\\|@|%'.split(
      '|',
    ),
    '|',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(token, { maxLength: 60 }), async (tokens) =>
      isWellFormed(await read(tokens.join(''))),
    ),
    { seed: 2, numRuns: sized(60, 300) },
  );
});

test('the example with some of it cut, doubled or replaced', async () => {
  expect.hasAssertions();
  const read = loader({
    'prompts.csv': 'id,prompt\na,b\n',
    'scenes/x.yaml': 'scenes: [{ id: x }]\n',
  });
  const piece = fc.constantFrom(
    '',
    ' ',
    '\n',
    '"',
    ':',
    '{',
    '}',
    '[',
    '- ',
    'null',
    '5',
    '${{ vars.x }}',
    '*x',
    '&x ',
    '\t',
    '\u0000',
    'é',
    '😀',
  );
  const edit = fc.tuple(fc.nat(example.length), fc.nat(12), piece);
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const mutated = edits.reduce(
        (text, [at, length, insert]) => `${text.slice(0, at)}${insert}${text.slice(at + length)}`,
        example,
      );
      isWellFormed(await read(mutated));
    }),
    { seed: 3, numRuns: sized(60, 300) },
  );
});

test('any JSON value anywhere in a manifest', async () => {
  expect.hasAssertions();
  const read = loader();
  const key = fc.constantFrom(
    ...'rushes,project,vars,models,kling,use,limits,gateways,budget,usd,unpriced,defaults,scenes,id,prompt,file,shots,duration,elements,name,images,matrix,exclude,include,rows,overrides,params,takes,skip,tags,moved,from,to,prices,retries,output,on_mismatch,extends,drop,fit,notify,x-a,__proto__,constructor'.split(
      ',',
    ),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        null,
        true,
        0,
        1,
        -1,
        5,
        1.5,
        'kling',
        'a',
        '16:9',
        'auto',
        '${{ vars.x }}',
        '${{ matrix.a }}',
        'https://example.com/a.png',
        '',
      ),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 5 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, value, { maxKeys: 8 }), async (manifest) => {
      isWellFormed(
        await read(
          JSON.stringify({
            rushes: 1,
            models: { kling: { use: 'apimart/kling-v3' } },
            ...manifest,
          }),
        ),
      );
    }),
    { seed: 4, numRuns: sized(80, 400) },
  );
});

test('any text as rows', async () => {
  expect.hasAssertions();
  const manifest = (rows: string): string =>
    `${HEAD}scenes:\n  - { rows: ${rows}, id: "\${{ row.id }}", duration: "\${{ row.d }}" }\n`;
  const piece = fc.constantFrom(
    'id',
    'd',
    ',',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    'a',
    ' ',
    '{',
    '}',
    ':',
    '{"id":"a"}',
    '[',
    ']',
    '5',
    'é',
    '😀',
    ';',
    '\\',
  );
  const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''));
  for (const name of ['t.csv', 't.jsonl']) {
    const read = loader({ 'film.yaml': manifest(name) }, name);
    await fc.assert(
      fc.asyncProperty(text, async (content) => isWellFormed(await read(content))),
      { seed: 5, numRuns: sized(60, 300) },
    );
  }
});

describe('hostile files are refused', () => {
  const laughs = `a: &a0 [lol, lol]\n${Array.from({ length: 40 }, (_, level) => `b${level}: &a${level + 1} [*a${level}, *a${level}, *a${level}, *a${level}]\n`).join('')}`;
  const deepAliases = `a0: &a0 [x]\n${Array.from({ length: 5_000 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}]\n`).join('')}`;
  const merges = `m: &m { ${Array.from({ length: 500 }, (_, key) => `k${key}: 1`).join(', ')} }\n${Array.from({ length: 2_000 }, (_, map) => `n${map}: { <<: *m }\n`).join('')}`;
  const wide = Array.from({ length: 100_000 }, (_, key) => `k${key}: 1\n`).join('');
  test.each<[string, string]>([
    ['a billion laughs', laughs],
    ['a tower of aliases', deepAliases],
    ['a thousand merges of a large map', merges],
    ['brackets', '['.repeat(100_000)],
    ['braces', '{'.repeat(100_000)],
    ['dashes', '- '.repeat(50_000)],
    ['questions', '? '.repeat(50_000)],
    ['quotes', '"'.repeat(100_000)],
    ['anchors', '&a '.repeat(50_000)],
    [
      'indentation',
      Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    ],
    ['a hundred thousand keys', wide],
    [
      'a hundred thousand templates',
      `${HEAD}scenes:\n  - id: a\n    prompt: "${'${{ vars.x }} '.repeat(100_000)}"\n`,
    ],
    [
      'a hundred thousand open templates',
      `${HEAD}scenes:\n  - id: a\n    prompt: "${'${{ '.repeat(100_000)}"\n`,
    ],
    [
      'a template that never ends',
      `${HEAD}scenes:\n  - id: a\n    prompt: "\${{ ${'x'.repeat(500_000)}"\n`,
    ],
    [
      'vars that double',
      `${HEAD}vars:\n  v0: xxxxxxxxxx\n${Array.from({ length: 60 }, (_, n) => `  v${n + 1}: "\${{ vars.v${n} }}\${{ vars.v${n} }}"\n`).join('')}`,
    ],
  ])('%s', async (_, text) => {
    const loaded = await load(text);
    isWellFormed(loaded);
    expect(loaded.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  });
});
