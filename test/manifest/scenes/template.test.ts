import { describe, expect, test } from 'vitest';
import { loadVars } from '../../../src/manifest/read.ts';
import {
  brief,
  briefs,
  HEAD,
  idsOf,
  load,
  onDisk,
  plainOf,
  sceneOf,
  wordsOf,
} from '../project-on-disk.ts';

const scene = (
  text: string,
  vars = '{ style: "35mm", long: 8, loud: true, skies: [rain, sun] }',
): string => `${HEAD}vars: ${vars}\nscenes:\n  - id: a\n    ${text}\n`;

test('look-ups inside a text, as a whole value, and literal', async () => {
  const loaded = await load(
    scene(
      'prompt: "${{ vars.style }} film, ${{vars.long}} s, $${{ vars.style }}, ${{ scene.id }}"\n    duration: ${{ vars.long }}\n    audio: ${{ vars.loud }}',
    ),
  );
  expect(briefs(loaded)).toEqual([]);
  expect(wordsOf(loaded, 'a')).toEqual({
    prompt: '35mm film, 8 s, ${{ vars.style }}, a',
    duration: 8,
    audio: true,
  });
});

test('not in keys, and everywhere else', async () => {
  const loaded = await load(`rushes: 1
vars: { folder: clips, model: apimart/kling-v3, cap: 12, base: "\${{ vars.folder }}-2" }
project: \${{ vars.base }}
models: { kling: { use: "\${{ vars.model }}" } }
output: \${{ vars.folder }}
budget: { usd: "\${{ vars.cap }}" }
scenes: [{ id: a, params: { deep: [{ er: "\${{ vars.cap }}" }] } }]
`);
  expect(briefs(loaded)).toEqual([]);
  expect(loaded.project).toMatchObject({
    name: 'clips-2',
    budget: { usd: 12_000_000 },
    aliases: [{ use: { model: 'apimart/kling-v3' } }],
  });
  expect(loaded.project?.outputPath).toMatch(/clips$/);
  expect(plainOf(sceneOf(loaded, 'a').layer.params)).toEqual({ deep: [{ er: 12 }] });
});

describe('an unknown path is an error at its exact column', () => {
  test.each<[string, string, RegExp]>([
    ['prompt: "雨 ${{ vars.stile }}"', 'film.yaml:6:25 template-unknown stile', /vars\.style/],
    ['prompt: ${{ vars.stile }}', 'film.yaml:6:22 template-unknown stile', /vars\.style/],
    ["prompt: 'It''s ${{ vars.stile }}'", 'film.yaml:6:29 template-unknown stile', /vars\.style/],
    ['prompt: "a \\" ${{ vars.stile }}"', 'film.yaml:6:28 template-unknown stile', /vars\.style/],
    [
      'prompt: >\n      wide\n      and ${{ vars.stile }}',
      'film.yaml:8:20 template-unknown stile',
      /vars\.style/,
    ],
    ['prompt: ${{ var.style }}', 'film.yaml:6:17 template-unknown var', /vars/],
    ['prompt: ${{ style }}', 'film.yaml:6:17 template-unknown style', /vars\.style/],
    ['prompt: ${{ matrix.sky }}', 'film.yaml:6:17 template-unknown matrix', /matrix:/],
    ['prompt: ${{ row.id }}', 'film.yaml:6:17 template-unknown row', /rows:/],
    ['prompt: ${{ env.HOME }}', 'film.yaml:6:17 template-unknown env', /--var/],
    ['prompt: ${{ vars }}', 'film.yaml:6:17 template-unknown vars', /style/],
    ['prompt: ${{ vars.style.length }}', 'film.yaml:6:28 template-unknown length', /vars\.style/],
    ['prompt: ${{ vars.constructor }}', 'film.yaml:6:22 template-unknown constructor', /style/],
    ['prompt: ${{ vars.__proto__ }}', 'film.yaml:6:22 template-unknown __proto__', /style/],
    [
      'prompt: ${{ vars.style || 1 }}',
      'film.yaml:6:17 template-syntax vars.style || 1',
      /no expressions/,
    ],
    ['prompt: ${{ }}', 'film.yaml:6:13 template-syntax ${{ }}', /look/],
    ['prompt: "a ${{ vars.style"', 'film.yaml:6:16 template-syntax ${{', /\$\$\{\{/],
    ['prompt: "a ${{ vars.skies }}"', 'film.yaml:6:20 template-type vars.skies', /^$/],
  ])('%s', async (text, expected, hint) => {
    const loaded = await load(scene(text));
    expect(briefs(loaded)).toEqual([expected]);
    expect(loaded.diagnostics[0]?.hint ?? '').toMatch(hint);
    expect(loaded.diagnostics[0]?.renders).toEqual(['a/kling', 'a/sora']);
  });
});

describe('vars', () => {
  const vars = `{ style: "35mm", long: { default: 5, description: "Seconds" }, client: { description: "Name on the card" }, skies: { type: list, default: [rain] }, loud: false }`;

  test('are listed with type, default and description', async () => {
    const { vars: declared, diagnostics } = await loadVars('film.yaml', {
      cwd: onDisk({ 'film.yaml': scene('prompt: x', vars) }),
    });
    expect(diagnostics).toEqual([]);
    expect(declared).toEqual([
      { name: 'style', type: 'string', default: '35mm' },
      { name: 'long', type: 'integer', default: 5, description: 'Seconds' },
      { name: 'client', type: 'string', description: 'Name on the card' },
      { name: 'skies', type: 'list', default: ['rain'] },
      { name: 'loud', type: 'boolean', default: false },
    ]);
  });

  test('are set by the command line, typed as declared', async () => {
    const manifest = scene(
      'prompt: "${{ vars.client }}, ${{ vars.style }}"\n    duration: ${{ vars.long }}\n    audio: ${{ vars.loud }}\n    tags: ${{ vars.skies }}',
      vars,
    );
    const loaded = await load(manifest, {
      client: 'Acme',
      style: '16',
      long: '8',
      loud: 'true',
      skies: 'sun, fog',
    });
    expect(briefs(loaded)).toEqual([]);
    expect(wordsOf(loaded, 'a')).toEqual({ prompt: 'Acme, 16', duration: 8, audio: true });
    expect(sceneOf(loaded, 'a').tags).toEqual(['sun', 'fog']);
  });

  test('wrong ones are errors', async () => {
    const loaded = await load(scene('prompt: x', vars), { long: '8s', loud: 'yes', styl: 'x' });
    expect(briefs(loaded)).toEqual(
      [
        '--var long:1:1 wrong-type 8s',
        '--var loud:1:1 wrong-type yes',
        'film.yaml:3:7 var-unknown { style: "35mm", long: { default: 5, description: "Seconds" }, client: { description: "Name on the card" }, skies: { type: list, default: [rain] }, loud: false }',
        'film.yaml:3:70 var-missing client',
      ].toSorted((a, b) => Number(a.startsWith('--')) - Number(b.startsWith('--'))),
    );
    expect(loaded.diagnostics.map(({ hint }) => hint ?? '').join(' ')).toMatch(/--var style=/);
  });

  test('a declared type that the default breaks', async () => {
    expect(
      briefs(await load(scene('prompt: x', '{ n: { type: integer, default: "5" } }'))),
    ).toEqual(['film.yaml:3:38 wrong-type "5"']);
    expect(briefs(await load(scene('prompt: x', '{ n: { defalt: 5 } }')))).toEqual([
      'film.yaml:3:14 unknown-key defalt',
    ]);
  });
});

test('a prompt from a file: templates filled, line ends as LF, none at the end', async () => {
  const loaded = await load({
    'film.yaml': scene('prompt: { file: "prompts/${{ scene.id }}.txt" }'),
    'prompts/a.txt': 'A crab,\r\n${{ vars.style }}\r\n\r\n',
  });
  expect(briefs(loaded)).toEqual([]);
  expect(wordsOf(loaded, 'a')).toEqual({ prompt: 'A crab,\n35mm' });
  const wrong = await load({
    'film.yaml': scene('prompt: { file: a.txt }'),
    'a.txt': 'A crab,\r\n${{ vars.stile }}\n',
  });
  expect(briefs(wrong)).toEqual(['a.txt:2:10 template-unknown stile']);
  expect(wrong.diagnostics[0]?.renders).toEqual(['a/kling', 'a/sora']);
});

describe('matrix', () => {
  test('combinations in order, less excluded, with included ones', async () => {
    const loaded = await load(`${HEAD}scenes:
  - id: \${{ matrix.sky }}-\${{ matrix.n }}
    matrix: { sky: [rain, sun], n: [1, 2], exclude: [{ sky: sun, n: 2 }], include: [{ sky: fog, n: 9 }] }
    duration: \${{ matrix.n }}
`);
    expect(briefs(loaded)).toEqual([]);
    expect(idsOf(loaded)).toEqual(['rain-1', 'rain-2', 'sun-1', 'fog-9']);
    expect(wordsOf(loaded, 'fog-9')).toEqual({ duration: 9 });
  });

  test('axes from a var', async () => {
    const loaded = await load(
      `${HEAD}vars: { skies: [rain, sun] }\nscenes:\n  - id: \${{ matrix.sky }}\n    matrix: { sky: "\${{ vars.skies }}" }\n`,
    );
    expect(idsOf(loaded)).toEqual(['rain', 'sun']);
  });

  test.each<[string, string]>([
    ['{ sky: [rain], exclude: [{ sy: rain }] }', 'film.yaml:5:40 unknown-key sy'],
    ['{ sky: [rain], exclude: [{ sky: ran }] }', 'film.yaml:5:38 warning no-effect { sky: ran }'],
    [
      `{ ${Array.from({ length: 33 }, (_, index) => `a${index}: [1]`).join(', ')} }`,
      'film.yaml:5:325 too-large a32',
    ],
    ['{ sky: [rain, rain] }', 'film.yaml:5:27 wrong-value rain'],
    ['{ sky: [] }', 'film.yaml:5:15 wrong-value sky'],
    ['{ sky: [rain], include: [{ sky: fog, n: 1 }] }', 'film.yaml:5:50 unknown-key n'],
    ['[rain]', 'film.yaml:5:13 wrong-type [rain]'],
  ])('%s', async (matrix, expected) => {
    expect(
      briefs(await load(`${HEAD}scenes:\n  - id: a-\${{ matrix.sky }}\n    matrix: ${matrix}\n`)),
    ).toEqual([expected]);
  });

  test('a matrix that explodes', async () => {
    const axis = JSON.stringify(Array.from({ length: 50 }, (_, index) => index));
    const loaded = await load(
      `${HEAD}scenes:\n  - id: a\n    matrix: { a: ${axis}, b: ${axis}, c: ${axis}, d: ${axis} }\n`,
    );
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['too-large']);
  });
});

describe('rows', () => {
  const table = (extra = ''): string => `${HEAD}scenes:
  - rows: table.csv
    id: \${{ row.id }}
    prompt: \${{ row.prompt }}
    duration: \${{ row.duration }}
    audio: \${{ row.audio }}
    models: \${{ row.models }}
    tags: [all, "\${{ row.tag }}"]
    params: { cfg_scale: "\${{ row.cfg }}" }
${extra}`;

  test('cells are read as the word wants them, empty ones are not set', async () => {
    const loaded = await load({
      'film.yaml': table(),
      'table.csv':
        '\uFEFFid,prompt,duration,audio,models,tag,cfg\r\na,"Rain, ""hard""\nand long",5,TRUE,"kling, sora",x,0.5\r\nb,Sonne über Köln,,,,,\r\n',
    });
    expect(briefs(loaded)).toEqual([]);
    expect(wordsOf(loaded, 'a')).toEqual({
      prompt: 'Rain, "hard"\nand long',
      duration: 5,
      audio: true,
    });
    expect(sceneOf(loaded, 'a')).toMatchObject({
      models: [{ alias: 'kling' }, { alias: 'sora' }],
      tags: ['all', 'x'],
    });
    expect(plainOf(sceneOf(loaded, 'a').layer.params)).toEqual({ cfg_scale: 0.5 });
    expect(wordsOf(loaded, 'b')).toEqual({ prompt: 'Sonne über Köln' });
    expect(sceneOf(loaded, 'b').models).toBeUndefined();
    expect(sceneOf(loaded, 'b').tags).toEqual(['all']);
  });

  test('a cell that does not fit is an error at file, row and column', async () => {
    const loaded = await load({
      'film.yaml': table(),
      'table.csv':
        'id,prompt,duration,audio,models,tag,cfg\na,"日本\n語",fünf,yes,"kling, klng",,\nb b,x,5.5,,,,\n',
    });
    expect(briefs(loaded)).toEqual([
      'table.csv:3:4 wrong-type fünf',
      'table.csv:3:9 wrong-type yes',
      'table.csv:3:21 unknown-alias klng',
      'table.csv:4:1 bad-name b b',
      'table.csv:4:7 wrong-type 5.5',
    ]);
    expect(loaded.diagnostics[0]?.also?.map(({ place }) => place.source.path)).toEqual([
      'film.yaml',
    ]);
    expect(loaded.diagnostics[0]?.renders).toEqual(['a/kling']);
  });

  test.each<[string, string, string]>([
    ['more cells than columns', 'id,prompt\na,x,y\n', 'table.csv:2:1 row-file a,x,y'],
    ['fewer', 'id,prompt\na\n', 'table.csv:2:1 row-file a'],
    ['semicolons', 'id;prompt\na;b\n', 'table.csv:1:1 row-file id;prompt'],
    ['an open quote', 'id,prompt\na,"x\n', 'table.csv:2:3 row-file "x'],
    ['a quote in the middle', 'id,prompt\na,x"y\n', 'table.csv:2:1 row-file a,x"y'],
    ['a column twice', 'id,prompt,id\na,x,b\n', 'table.csv:1:11 duplicate-key id'],
    ['a column without a name', 'id,,prompt\na,x,b\n', 'table.csv:1:4 row-file '],
    ['nothing', '', 'table.csv:1:1 row-file '],
  ])('CSV with %s', async (_, csv, expected) => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes:\n  - { rows: table.csv, id: "\${{ row.id }}" }\n`,
      'table.csv': csv,
    });
    expect(briefs(loaded)).toEqual([expected]);
  });

  test('JSON Lines keep their types', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes:\n  - rows: table.jsonl\n    id: \${{ row.id }}\n    duration: \${{ row.seconds }}\n    tags: \${{ row.tags }}\n    prompt: "\${{ row.meta.title }} \${{ row.tags.0 }}"\n`,
      'table.jsonl':
        '{"id": "a", "seconds": 5, "tags": ["x"], "meta": {"title": "Crab"}}\r\n\r\n{"id": "b", "seconds": "8", "tags": [], "meta": {"titel": 1}}\n',
    });
    expect(wordsOf(loaded, 'a')).toEqual({ duration: 5, prompt: 'Crab x' });
    expect(briefs(loaded)).toEqual([
      'film.yaml:8:27 template-unknown title',
      'film.yaml:8:49 template-unknown 0',
      'table.jsonl:3:24 wrong-type "8"',
    ]);
  });

  test.each<[string, string, string]>([
    ['a broken line', '{"id": "a"}\n{"id": }\n', 'table.jsonl:2:8 row-file }'],
    ['a cut line', '{"id": "a"', 'table.jsonl:1:10 row-file "'],
    ['no object', '["a"]\n', 'table.jsonl:1:1 row-file ["a"]'],
    ['a key twice', '{"id": "a", "id": "b"}\n', 'table.jsonl:1:13 duplicate-key "id"'],
  ])('JSON Lines with %s', async (_, jsonl, expected) => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes:\n  - { rows: table.jsonl, id: "\${{ row.id }}" }\n`,
      'table.jsonl': jsonl,
    });
    expect(briefs(loaded)).toEqual([expected]);
  });

  test('rows and matrix together', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes:\n  - { rows: t.csv, matrix: { n: [1, 2] }, id: "\${{ row.id }}-\${{ matrix.n }}" }\n`,
      't.csv': 'id\na\nb\n',
    });
    expect(idsOf(loaded)).toEqual(['a-1', 'a-2', 'b-1', 'b-2']);
  });
});

describe('include', () => {
  test('globs, relative to the file that names them, every file once', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}vars: { x: 1 }\nscenes: [{ id: top }]\ninclude: [scenes/*.yaml, scenes/b.yaml]\n`,
      'scenes/b.yaml': 'rushes: 1\nscenes: [{ id: b, duration: "${{ vars.x }}" }]\n',
      'scenes/a.yaml': 'scenes: [{ id: a, prompt: { file: a.txt } }]\ninclude: [deep/c.yaml]\n',
      'scenes/a.txt': 'deep\n',
      'scenes/deep/c.yaml': 'scenes: [{ id: c }]\ninclude: ["*.yaml"]\n',
      'scenes/notes.txt': 'no scene',
    });
    expect(briefs(loaded)).toEqual([]);
    expect(idsOf(loaded)).toEqual(['top', 'a', 'c', 'b']);
    expect(wordsOf(loaded, 'a')).toEqual({ prompt: 'deep' });
    expect([...(loaded.project?.digests.keys() ?? [])]).toEqual([
      'film.yaml',
      'scenes/a.txt',
      'scenes/a.yaml',
      'scenes/b.yaml',
      'scenes/deep/c.yaml',
    ]);
  });

  test('a circle', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes: [{ id: a }]\ninclude: [b.yaml]\n`,
      'b.yaml': 'include: [film.yaml]\n',
    });
    expect(briefs(loaded)).toEqual(['b.yaml:1:11 include-circle film.yaml']);
    expect(loaded.diagnostics[0]?.message).toContain('film.yaml → b.yaml → film.yaml');
  });

  test('files that cannot be included', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes: [{ id: a }]\ninclude: [list.yaml, "none/*.yaml", "../../*.yaml", newer.yaml, broken.yaml]\n`,
      'list.yaml': '- id: b\n',
      'newer.yaml': 'rushes: 9\n',
      'broken.yaml': 'scenes: [\n',
    });
    expect(loaded.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning no-effect',
      'error outside-project',
      'error yaml-syntax',
      'error wrong-type',
      'error newer-format',
    ]);
  });
});

describe('extends', () => {
  test('the settings of the other scene lie beneath', async () => {
    const loaded = await load(`${HEAD}scenes:
  - { id: child, extends: base, duration: 8, first_frame: null, params: { b: 2 }, overrides: { kling: { audio: true } } }
  - { id: base, prompt: x, duration: 5, first_frame: "https://example.com/a.png", models: [kling], takes: 3, tags: [t], params: { a: 1, b: 1 }, overrides: { kling: { resolution: 720p } }, skip: true, revision: 4 }
  - { id: grandchild, extends: child, takes: 1, tags: [] }
`);
    expect(briefs(loaded)).toEqual([]);
    expect(wordsOf(loaded, 'child')).toEqual({ prompt: 'x', duration: 8, first_frame: null });
    const child = sceneOf(loaded, 'child');
    expect(child).toMatchObject({
      models: [{ alias: 'kling' }],
      takes: 3,
      tags: ['t'],
      revision: 0,
    });
    expect(child.skip).toBeUndefined();
    expect(plainOf(child.layer.params)).toEqual({ a: 1, b: 2 });
    expect(plainOf([...child.overrides.values()][0]?.words)).toEqual({
      resolution: '720p',
      audio: true,
    });
    expect(sceneOf(loaded, 'grandchild')).toMatchObject({ takes: 1, tags: [] });
  });

  test('a circle is one message', async () => {
    const loaded = await load(
      `${HEAD}scenes:\n  - { id: a, extends: b }\n  - { id: b, extends: a }\n  - { id: c, extends: c }\n`,
    );
    expect(briefs(loaded)).toEqual([
      'film.yaml:4:23 extends-circle b',
      'film.yaml:6:23 extends-circle c',
    ]);
    expect(loaded.diagnostics[0]?.renders).toEqual(['a/kling', 'a/sora', 'b/kling', 'b/sora']);
  });

  test('an error of the parent is not repeated for the child', async () => {
    const loaded = await load(
      `${HEAD}scenes:\n  - { id: a, extends: b }\n  - { id: b, duration: "5" }\n`,
    );
    expect(loaded.diagnostics.map(brief)).toEqual(['film.yaml:5:24 wrong-type "5"']);
  });
});

test('an override that nothing reads is a warning', async () => {
  expect(
    briefs(
      await load(
        `${HEAD}scenes: [{ id: a, models: [kling], overrides: { sora: { duration: 4 } } }]\n`,
      ),
    ),
  ).toEqual(['film.yaml:3:49 warning no-effect sora']);
});
