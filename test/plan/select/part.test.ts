import * as fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Scalar, stringify } from 'yaml';
import { loadManifest } from '../../../src/manifest/read.ts';
import { catalogue } from '../../../src/models/catalogue.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { brief, onDisk } from '../../manifest/project-on-disk.ts';
import { sized } from '../../sizes.ts';

const head = (use: string): string =>
  `rushes: 1\nvars: { who: "@cta", what: runs }\nmodels: { kling: { use: ${use} } }\n`;

async function warned(cwd: string, manifest: string): Promise<readonly string[]> {
  writeFileSync(path.join(cwd, 'film.yaml'), manifest);
  const { project, diagnostics } = await loadManifest('film.yaml', { cwd });
  return [
    ...diagnostics,
    ...(project === undefined ? [] : resolveProject(project, catalogue).diagnostics),
  ].map(brief);
}

test.each<[string, string, string]>([
  ['plain', 'prompt: The @dgo runs', 'film.yaml:6:17 warning broken-rule @dgo'],
  [
    'in quotes with escapes before it',
    String.raw`prompt: "\u00c4 \"red\" @dgo"`,
    'film.yaml:6:29 warning broken-rule @dgo',
  ],
  ['in single quotes', "prompt: 'It''s @dgo'", 'film.yaml:6:20 warning broken-rule @dgo'],
  [
    'in a block',
    'prompt: |\n      The dog,\n      no, @dgo\n',
    'film.yaml:8:11 warning broken-rule @dgo',
  ],
  [
    'in a folded block',
    'prompt: >-\n      The dog,\n      no, @dgo\n',
    'film.yaml:8:11 warning broken-rule @dgo',
  ],
  [
    'over several plain lines',
    'prompt: The dog,\n      no, @dgo',
    'film.yaml:7:11 warning broken-rule @dgo',
  ],
  ['behind CJK and emoji', 'prompt: 犬🦀 @dgo', 'film.yaml:6:17 warning broken-rule @dgo'],
  [
    'beside a template',
    'prompt: "@dgo ${{ vars.what }}"',
    'film.yaml:6:14 warning broken-rule @dgo',
  ],
  [
    'brought by a template',
    'prompt: "A ${{ vars.who }}"',
    'film.yaml:6:13 warning broken-rule "A ${{ vars.who }}"',
  ],
  [
    'written with an escape',
    String.raw`prompt: "\u0040dgo"`,
    String.raw`film.yaml:6:13 warning broken-rule "\u0040dgo"`,
  ],
  [
    'in a shot',
    'shots: [{ prompt: The @dgo, duration: 5 }]',
    'film.yaml:6:27 warning broken-rule @dgo',
  ],
  ['in params', 'params: { prompt: The @dgo }', 'film.yaml:6:27 warning broken-rule @dgo'],
  ['in a file', 'prompt: { file: crab.txt }', 'crab.txt:2:4 warning broken-rule @dgo'],
])('a name that is not an element is underlined alone: %s', async (_, text, expected) => {
  const cwd = onDisk({ 'crab.txt': 'A dog\r\nor @dgo\r\n' });
  expect(await warned(cwd, `${head('apimart/kling-v3')}scenes:\n  - id: a\n    ${text}\n`)).toEqual(
    [expected],
  );
});

test('where the names become numbers, too', async () => {
  const scene = `  - id: a\n    prompt: A @dog and @dgo\n    elements: [{ name: dog, ids: { evolink: "1" } }]\n`;
  expect(
    await warned(onDisk({}), `${head('evolink/kling-o3-text-to-video')}scenes:\n${scene}`),
  ).toEqual(['film.yaml:6:24 warning unoffered-word @dgo']);
});

test('in any text, however it is written: the name, or all of the text', async () => {
  const cwd = onDisk({});
  const word = fc.constantFrom(
    '@dgo',
    '@dgo',
    'crab',
    '"',
    "'",
    '\\',
    '#',
    ': ',
    '\n',
    ' ',
    '犬',
    '🦀',
    '${{ vars.what }}',
    '@',
    'é',
    '-',
  );
  const style = fc.constantFrom(
    Scalar.PLAIN,
    Scalar.QUOTE_DOUBLE,
    Scalar.QUOTE_SINGLE,
    Scalar.BLOCK_FOLDED,
    Scalar.BLOCK_LITERAL,
  );
  let exact = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { minLength: 1, maxLength: 12 }),
      style,
      fc.integer({ min: 20, max: 80 }),
      async (words, type, lineWidth) => {
        const prompt = new Scalar(words.join(' '));
        prompt.type = type;
        const manifest = stringify(
          {
            rushes: 1,
            vars: { what: 'runs' },
            models: { kling: { use: 'apimart/kling-v3' } },
            scenes: [{ id: 'a', prompt }],
          },
          { lineWidth },
        );
        const found = (await warned(cwd, manifest)).filter(
          (one) => one.includes('broken-rule') && words.includes('@dgo'),
        );
        for (const one of found) if (one.endsWith('broken-rule @dgo')) exact += 1;
        const whole = stringify(prompt, { lineWidth }).trim();
        return found.every(
          (one) => one.includes('@dgo') && (one.endsWith(' @dgo') || one.length >= whole.length),
        );
      },
    ),
    { seed: 9, numRuns: sized(75, 300) },
  );
  expect(exact).toBeGreaterThan(sized(12, 50));
});
