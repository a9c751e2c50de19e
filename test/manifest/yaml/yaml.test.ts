import { describe, expect, test } from 'vitest';
import { spanOf } from '../../../src/diagnostic.ts';
import { brief, briefs, HEAD, idsOf, load, sceneOf, wordsOf } from '../project-on-disk.ts';

const scene = (text: string): string => `${HEAD}scenes:\n  - id: a\n    ${text}\n`;

describe('means what its writer expects', () => {
  test.each<[string, string, unknown]>([
    ['a ratio without quotes', scene('aspect_ratio: 16:9'), { aspect_ratio: '16:9' }],
    ['a ratio by its name', scene('aspect_ratio: portrait'), { aspect_ratio: '9:16' }],
    ['a text that looks like a boolean of YAML 1.1', scene('prompt: no'), { prompt: 'no' }],
    ['Windows line ends', scene('prompt: "rain"').replaceAll('\n', '\r\n'), { prompt: 'rain' }],
    ['a byte order mark', `\uFEFF${scene('prompt: rain')}`, { prompt: 'rain' }],
    ['a folded text', scene('prompt: >-\n      rain\n      and sun'), { prompt: 'rain and sun' }],
    ['null', scene('first_frame: null\n    prompt: x'), { first_frame: null, prompt: 'x' }],
    [
      'an anchor and its alias',
      scene('prompt: &p rain\n    negative_prompt: *p'),
      { prompt: 'rain', negative_prompt: 'rain' },
    ],
    ['a document start', `---\n${scene('prompt: rain')}`, { prompt: 'rain' }],
    [
      'a merge key',
      `x-base: &base { duration: 5, prompt: x }\n${scene('<<: *base\n    duration: 8')}`,
      { duration: 8, prompt: 'x' },
    ],
    [
      'several merge keys, the first strongest',
      `x-a: &a { duration: 5 }\nx-b: &b { duration: 6, prompt: b }\n${scene('<<: [*a, *b]')}`,
      { duration: 5, prompt: 'b' },
    ],
  ])('%s', async (_, manifest, words) => {
    const loaded = await load(manifest);
    expect(briefs(loaded)).toEqual([]);
    expect(wordsOf(loaded, 'a')).toEqual(words);
  });

  test('a skip that is a text is its reason', async () => {
    const loaded = await load(scene('skip: waiting for the client'));
    expect(sceneOf(loaded, 'a').skip).toEqual({ reason: 'waiting for the client' });
    expect(sceneOf(await load(scene('skip: true')), 'a').skip).toEqual({});
    expect(sceneOf(await load(scene('skip: false')), 'a').skip).toBeUndefined();
  });
});

test('columns count UTF-16 units from 1, whatever the line ends, and a byte order mark is none of them', async () => {
  for (const [end, mark] of [
    ['\n', ''],
    ['\r\n', '\uFEFF'],
  ] as const) {
    const manifest =
      `${mark}${HEAD}scenes:\n  - { id: a, prompt: "🦀 게", audio: "yes" }\n`.replaceAll('\n', end);
    const { diagnostics } = await load(manifest);
    expect(diagnostics.map(({ place }) => place && spanOf(place))).toEqual([
      { file: 'film.yaml', line: 4, column: 37, endLine: 4, endColumn: 42 },
    ]);
  }
});

describe('is a precise error', () => {
  test.each<[string, string, string, RegExp]>([
    [
      'a number in quotes',
      scene('duration: "5"'),
      'film.yaml:5:15 wrong-type "5"',
      /Remove the quotes: duration: 5/,
    ],
    [
      'a number with its unit',
      scene('duration: 5s'),
      'film.yaml:5:15 wrong-type 5s',
      /duration: 5$/,
    ],
    ['half a second', scene('duration: 5.5'), 'film.yaml:5:15 wrong-type 5.5', /whole seconds/],
    ['on', scene('audio: on'), 'film.yaml:5:12 wrong-type on', /audio: true/],
    ['off', scene('audio: off'), 'film.yaml:5:12 wrong-type off', /audio: false/],
    ['yes', scene('watermark: yes'), 'film.yaml:5:16 wrong-type yes', /watermark: true/],
    ['a skip of YAML 1.1', scene('skip: no'), 'film.yaml:5:11 wrong-type no', /skip: false/],
    [
      'an id that YAML reads as a number',
      `${HEAD}scenes:\n  - id: 007`,
      'film.yaml:4:9 wrong-type 007',
      /id: "007"/,
    ],
    ['a tab', `${HEAD}scenes:\n\t- id: a`, 'film.yaml:4:1 yaml-tab \t', /spaces/],
    [
      'a tab after spaces',
      `${HEAD}scenes:\n  - id: a\n    \tprompt: x\n`,
      'film.yaml:5:5 yaml-tab \t',
      /spaces/,
    ],
    [
      'a key twice',
      scene('prompt: a\n    duration: 5\n    prompt: b'),
      'film.yaml:7:5 duplicate-key prompt',
      /one of the two/,
    ],
    [
      'a colon in a plain text',
      scene('prompt: Wide: the beach'),
      'film.yaml:5:13 yaml-syntax Wide: the beach',
      /in quotes/,
    ],
    [
      'a text that begins with an at sign',
      scene('prompt: @dog runs'),
      'film.yaml:5:13 yaml-syntax @dog runs',
      /in quotes/,
    ],
    [
      'an unclosed quote',
      scene('prompt: "rain'),
      'film.yaml:5:13 yaml-syntax "rain',
      /^Write " at the end/,
    ],
    [
      'merge markers',
      scene('prompt: x')
        .replace('    prompt', '<<<<<<< HEAD\n    prompt')
        .concat('=======\n>>>>>>> b\n'),
      'film.yaml:5:1 merge-conflict <<<<<<< HEAD',
      /two sides/,
    ],
    [
      'a second document',
      `${scene('prompt: x')}---\nrushes: 1\n`,
      'film.yaml:6:1 multi-document ---',
      /its own file/,
    ],
    [
      'a template in a flow map',
      scene('prompt: { file: a/${{ scene.id }}.txt }'),
      'film.yaml:5:23 yaml-syntax ${{ scene.id }}',
      /quotes included/,
    ],
    [
      'a template in a flow list',
      scene('tags: [${{ scene.id }}, b]'),
      'film.yaml:5:12 yaml-syntax ${{ scene.id }}',
      /quotes included/,
    ],
    ['an alias to nothing', scene('prompt: *p'), 'film.yaml:5:13 yaml-syntax *p', /in quotes/],
    [
      'an alias inside itself',
      scene('params: &p { a: *p }'),
      'film.yaml:5:21 yaml-syntax *p',
      /in quotes/,
    ],
    ['a tag', scene('prompt: !secret x'), 'film.yaml:5:13 yaml-syntax !secret', /delete the tag/],
    [
      'a number beyond exactness',
      scene('params: { seed: 12345678901234567890 }'),
      'film.yaml:5:21 wrong-value 12345678901234567890',
      /quotes/,
    ],
    [
      'a prototype',
      scene('__proto__: { duration: 5 }'),
      'film.yaml:5:5 unknown-key __proto__',
      /params/,
    ],
    [
      'an older YAML',
      `%YAML 1.1\n---\n${scene('prompt: x')}`,
      'film.yaml:1:1 yaml-syntax %YAML 1.1',
      /Delete the line/,
    ],
  ])('%s', async (_, manifest, expected, hint) => {
    const loaded = await load(manifest);
    expect(briefs(loaded)).toEqual([expected]);
    expect(loaded.diagnostics[0]?.hint ?? '').toMatch(hint);
  });

  test.each<[string, Uint8Array | string, RegExp]>([
    ['nothing', '', /empty-file/],
    ['only blank lines', '\n  \n', /empty-file/],
    ['only comments', '# rushes\n', /empty-file/],
    [
      'UTF-16 with its mark',
      new Uint8Array([0xff, 0xfe, ...Buffer.from('rushes: 1', 'utf16le')]),
      /not-text/,
    ],
    ['UTF-16 without it', Buffer.from('rushes: 1\n', 'utf16le'), /not-text/],
    ['NUL', 'rushes: 1\0\n', /film.yaml:1:10 not-text/],
    ['lines that end in CR', 'rushes: 1\rmodels: {}\r', /film.yaml:1:10 not-text/],
    ['Latin-1', Buffer.from('rushes: 1\nproject: caf\xe9\n', 'latin1'), /not-text/],
    ['a list', '- a\n', /wrong-type/],
    ['a text', 'hello', /wrong-type/],
  ])('a file of %s', async (_, content, expected) => {
    const loaded = await load(content);
    expect(loaded.project).toBeUndefined();
    expect(briefs(loaded)).toHaveLength(1);
    expect(briefs(loaded)[0]).toMatch(expected);
  });

  test('a prototype in params changes no object', async () => {
    const loaded = await load(scene('params: { __proto__: { polluted: true } }'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(loaded.diagnostics.map(brief)).toEqual([]);
    expect(idsOf(loaded)).toEqual(['a']);
  });
});
