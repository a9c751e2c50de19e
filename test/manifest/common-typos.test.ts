/**
 * What people really write by hand: each message alone is enough to mend it, so each is held to its
 * place and its hint.
 */
import { expect, test } from 'vitest';
import { briefs, load } from './project-on-disk.ts';

const HEAD = 'rushes: 1\nmodels:\n  kling: { use: apimart/kling-v3 }\nscenes:\n';
const scene = (...lines: readonly string[]): string =>
  `${HEAD}  - id: crab\n${lines.map((line) => `    ${line}\n`).join('')}`;
const sections = (text: string): string =>
  `rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\n${text}\nscenes: [{ id: crab, prompt: x }]\n`;

test.each<[string, string, string, RegExp]>([
  [
    'one scene without its dash',
    `${HEAD}  id: crab\n  prompt: A crab\n`,
    'film.yaml:5:3 wrong-type id: crab\n  prompt: A crab',
    /dash: - id/,
  ],
  [
    'scenes by their ids',
    `${HEAD}  crab:\n    prompt: A crab\n`,
    'film.yaml:5:3 wrong-type crab:\n    prompt: A crab',
    /- id: crab$/,
  ],
  [
    'the second scene without its dash',
    scene('prompt: A', 'id: rain', 'prompt: B'),
    'film.yaml:7:5 duplicate-key id',
    /- id: …/,
  ],
  [
    'the dash of an entry',
    `${scene('prompt: A')}  id: rain\n    prompt: B\n`,
    'film.yaml:7:3 yaml-syntax id: rain',
    /Write - id: …, or give the line 4 spaces/,
  ],
  [
    'a line too far left',
    `${HEAD}  - id: crab\n   prompt: A crab\n`,
    'film.yaml:6:4 yaml-syntax prompt: A crab',
    /Give it 4 spaces, as line 5/,
  ],
  [
    'a line too far right',
    `${HEAD}  - id: crab\n      prompt: A crab\n`,
    'film.yaml:6:7 yaml-syntax prompt: A crab',
    /Give it 4 spaces/,
  ],
  [
    'no blank behind a colon',
    `${HEAD}  - id:crab\n    prompt:A crab\n`,
    'film.yaml:5:5 wrong-type id:crab\n    prompt:A crab',
    /space is missing after the colon/,
  ],
  [
    'a colon of another script',
    scene('prompt： A crab'),
    'film.yaml:6:11 yaml-syntax ：',
    /Write : and a space/,
  ],
  [
    'no-break spaces',
    scene('duration: 5', '\u00a0prompt: A crab'),
    'film.yaml:7:5 unknown-key \u00a0prompt',
    /no-break/,
  ],
  [
    'a comment of another language',
    'rushes: 1\n// models\nmodels: {}\n',
    'film.yaml:2:1 yaml-syntax // models',
    /with #/,
  ],
  [
    'quotes in quotes',
    scene('prompt: "A crab says "hello" to us"'),
    'film.yaml:6:26 yaml-syntax "hello" to us"',
    /\\"/,
  ],
  [
    'an apostrophe in quotes',
    scene("prompt: 'It's a crab'"),
    "film.yaml:6:16 yaml-syntax 's a crab'",
    /''/,
  ],
  [
    'curly quotes around a text',
    scene('prompt: “Wide: a crab”'),
    'film.yaml:6:13 yaml-syntax “Wide: a crab”',
    /straight quotes/,
  ],
  [
    'curly quotes around a number',
    scene('duration: “5”'),
    'film.yaml:6:15 wrong-type “5”',
    /^Write duration: 5$/,
  ],
  [
    'curly quotes around a word',
    scene('resolution: “1080p”'),
    'film.yaml:6:17 wrong-value “1080p”',
    /1080p/,
  ],
  ['a star', scene('prompt: *wide* beach'), 'film.yaml:6:13 yaml-syntax *wide* beach', /in quotes/],
  [
    'a bracket',
    scene('prompt: [wide] the beach'),
    'film.yaml:6:13 yaml-syntax [wide] the beach',
    /in quotes/,
  ],
  [
    'a block beside its sign',
    scene('prompt: > A crab'),
    'film.yaml:6:15 yaml-syntax A crab',
    /next line/,
  ],
  [
    'a block that is not indented',
    scene('prompt: |', 'A crab looks', 'up at us'),
    'film.yaml:7:5 yaml-syntax A crab looks',
    /6 spaces/,
  ],
  [
    'a brace that is not closed',
    `${HEAD}  - { id: crab, duration: 5\n  - { id: rain }\n`,
    'film.yaml:5:5 yaml-syntax { id: crab, duration: 5',
    /Write }/,
  ],
  [
    'no comma in braces',
    `${HEAD}  - { id: crab prompt: A crab }\n`,
    'film.yaml:5:11 yaml-syntax crab prompt: A crab ',
    /quotes|comma|Write \{/,
  ],
  [
    'a comma in a text in braces',
    `${HEAD}  - { id: crab, prompt: A crab, looking up }\n`,
    'film.yaml:5:33 unknown-key looking up',
    /quotes/,
  ],
  [
    'a comma in a number',
    sections('budget: { usd: 12,50 }'),
    'film.yaml:3:19 unknown-key 50',
    /comma ends a value/,
  ],
  [
    'a currency',
    sections('budget: { usd: $25 }'),
    'film.yaml:3:16 wrong-type $25',
    /^Write usd: 25$/,
  ],
  [
    'a budget in a currency',
    sections('budget: $25'),
    'film.yaml:3:9 wrong-type $25',
    /\{ usd: 25 \}/,
  ],
  [
    'models as a list',
    'rushes: 1\nmodels: [apimart/kling-v3]\nscenes: [{ id: a }]\n',
    'film.yaml:2:9 wrong-type [apimart/kling-v3]',
    /kling: \{ use: apimart\/kling-v3 \}/,
  ],
  [
    'models as a text',
    'rushes: 1\nmodels: apimart/sora-2\nscenes: [{ id: a }]\n',
    'film.yaml:2:9 wrong-type apimart/sora-2',
    /sora: \{ use: apimart\/sora-2 \}/,
  ],
  [
    'a prompt in lines',
    scene('prompt:', '  - A crab', '  - looks up'),
    'film.yaml:7:7 wrong-type - A crab\n      - looks up',
    />-/,
  ],
  [
    'a length as a clock shows it',
    scene('duration: 0:05'),
    'film.yaml:6:15 wrong-type 0:05',
    /whole seconds/,
  ],
  [
    'a resolution in pixels',
    scene('resolution: 1920x1080'),
    'film.yaml:6:17 wrong-value 1920x1080',
    /1080p/,
  ],
  [
    'a ratio by another name',
    scene('aspect_ratio: vertical'),
    'film.yaml:6:19 wrong-value vertical',
    /portrait/,
  ],
  [
    'a link with a blank',
    scene('first_frame: https://example.com/my crab.png'),
    'film.yaml:6:18 bad-url https://example.com/my crab.png',
    /my%20crab\.png/,
  ],
  [
    'a link without its scheme',
    scene('first_frame: www.example.com/crab.png'),
    'film.yaml:6:18 bad-url www.example.com/crab.png',
    /https:\/\/www/,
  ],
  [
    'a prompt cut by a hash',
    scene('prompt: Shot #2 of the crab'),
    'film.yaml:6:18 warning yaml-comment #2 of the crab',
    /in quotes/,
  ],
  [
    'a prompt that is a hash',
    scene('negative_prompt: #2 of the crab'),
    'film.yaml:6:22 warning yaml-comment #2 of the crab',
    /in quotes/,
  ],
  [
    'a shot cut by a hash',
    scene('shots:', '  - prompt: Shot #2', '    duration: 5'),
    'film.yaml:7:22 warning yaml-comment #2',
    /in quotes/,
  ],
  [
    'a template of another tool',
    scene('prompt: "A crab, {{ vars.style }}"'),
    'film.yaml:6:22 warning template-syntax {{ vars.style }}',
    /\$\{\{ vars\.style \}\}/,
  ],
  [
    'a variable of a shell',
    scene('prompt: A crab, ${vars.style}'),
    'film.yaml:6:21 warning template-syntax ${vars.style}',
    /\$\{\{ vars\.style \}\}/,
  ],
])('%s', async (_, manifest, expected, hint) => {
  const loaded = await load(manifest);
  expect(briefs(loaded)).toEqual([expected]);
  expect(loaded.diagnostics[0]?.hint ?? '').toMatch(hint);
});

test.each([
  ['a comment with a blank', scene('prompt: A crab # wide')],
  ['a hash inside a text', scene('prompt: "Shot #2"', 'negative_prompt: C#', 'tags: [a] #todo')],
  ['a block with a hash', scene('prompt: |', '  A crab', '  #2')],
  ['braces that are no look-up', scene('prompt: "{{ crab }} ${x} $${{ vars.style }}"')],
])('means what its writer expects: %s', async (_, manifest) => {
  expect(briefs(await load(manifest))).toEqual([]);
});
