/** Mistakes in a table point at the file, the row and the column of the table. */
import { expect, test } from 'vitest';
import { brief, briefs, HEAD, load } from './project-on-disk.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { catalogue } from '../../src/models/catalogue.ts';

const manifest = (id: string, rows = 'rows.csv'): string =>
  `${HEAD}scenes:\n  - rows: ${rows}\n    id: ${id}\n    prompt: \${{ row.prompt }}\n    models: [kling]\n`;
const CSV = 'n,id,prompt\n1,a,Rain\n2,a,Sun\n3,,Fog\n4,b c,Snow\n5,d,\n';

test.each(['${{ row.id }}', 's-${{ row.id }}'])(
  'ids of %s: twice, empty, with a space, and an empty prompt',
  async (id) => {
    const loaded = await load({ 'film.yaml': manifest(id), 'rows.csv': CSV });
    expect(briefs(loaded)).toEqual([
      'rows.csv:3:3 duplicate-scene a',
      'rows.csv:4:3 bad-name ',
      'rows.csv:5:3 bad-name b c',
    ]);
    const [twice, empty, space] = loaded.diagnostics;
    expect(twice?.hint).toContain('takes: 2');
    expect(twice?.also?.map(({ place }) => place.start)).toEqual([CSV.indexOf('a,Rain')]);
    expect(`${empty?.message} ${empty?.hint}`).toContain('empty');
    expect(space?.hint).toMatch(/b-c/);
    const rows = CSV.replace('2,a', '2,a2').replace('3,,', '3,c,').replace('b c', 'b');
    const fixed = await load({ 'film.yaml': manifest(id), 'rows.csv': rows });
    expect(briefs(fixed)).toEqual([]);
    if (fixed.project === undefined) throw new Error('no project');
    const { diagnostics } = resolveProject(fixed.project, catalogue);
    expect(diagnostics.map(brief)).toEqual(['rows.csv:6:5 broken-rule ']);
  },
);

test.each(['constructor', 'toString'])(
  'a key that every JavaScript object has is unknown too: %s',
  async (key) => {
    const film = `${manifest('${{ row.id }}')}    ${key}: \${{ row.n }}\n`;
    const loaded = await load({ 'film.yaml': film, 'rows.csv': 'n,id,prompt\n1,a,Rain\n' });
    expect(briefs(loaded)).toEqual([`film.yaml:8:5 unknown-key ${key}`]);
  },
);

test.each([
  [' prompt', 'row.prompt', '" prompt"', 'prompt'],
  [' prompt', 'row. prompt', '" prompt"', 'prompt'],
  ['Shot prompt', 'row.shot_prompt', '"Shot prompt"', 'Shot_prompt'],
  ['Shot prompt', 'row.Shot prompt', '"Shot prompt"', 'Shot_prompt'],
  ['prompt (EN)', 'row.prompt (EN)', '"prompt (EN)"', 'prompt_EN'],
])(
  'a column %j that no template can name: a hint to rename it (%s)',
  async (column, path, name, instead) => {
    const film = manifest('${{ row.id }}').replace('row.prompt', path);
    const loaded = await load({ 'film.yaml': film, 'rows.csv': `id,${column}\na,Rain\n` });
    const [{ hint } = {}] = loaded.diagnostics;
    expect(hint).toBe(
      `A template cannot name ${name}: only letters, digits, - and _ are possible. Rename it, for example to ${instead}.`,
    );
    // As the hint says.
    const renamed = await load({
      'film.yaml': film.replace(path, `row.${instead}`),
      'rows.csv': `id,${instead}\na,Rain\n`,
    });
    expect(briefs(renamed)).toEqual([]);
  },
);

test('the same in JSON Lines', async () => {
  const rows =
    '{"id": "a", "prompt": "x"}\n{"id": "a", "prompt": "x"}\n{"id": "", "prompt": "x"}\n{"id": "b c", "prompt": "x"}\n{"id": "d"}\n';
  const loaded = await load({
    'film.yaml': manifest('s-${{ row.id }}', 'rows.jsonl'),
    'rows.jsonl': rows,
  });
  expect(briefs(loaded)).toEqual([
    'film.yaml:6:21 template-unknown prompt',
    'rows.jsonl:2:8 duplicate-scene "a"',
    'rows.jsonl:3:8 bad-name ""',
    'rows.jsonl:4:8 bad-name "b c"',
  ]);
  const [unknown] = loaded.diagnostics;
  const [row] = unknown?.also ?? [];
  expect(row?.place.source.position(row.place.start)).toEqual({ line: 5, column: 1 });
  // A row of a CSV has every column.
  expect(unknown?.hint).toBe(
    'There is: id. To leave it out in this row, write null: {"prompt": null}.',
  );
  const asTold = await load({
    'film.yaml': manifest('s-${{ row.id }}', 'rows.jsonl').replace('prompt:', 'negative_prompt:'),
    'rows.jsonl': '{"id": "a", "prompt": "x"}\n{"id": "d", "prompt": null}\n',
  });
  expect(briefs(asTold)).toEqual([]);
});

test('a row that is cut wrong hides no mistake of another row, in both kinds of table', async () => {
  const text = `${HEAD}scenes:\n  - rows: rows.csv\n    id: \${{ row.id }}\n    prompt: \${{ row.prompt }}\n    duration: \${{ row.duration }}\n`;
  const csv = await load({
    'film.yaml': text,
    'rows.csv': 'id,prompt,duration\na,rain, then sun,5\nb,storm\nc,Fog,5x\nc,Snow,5\n',
  });
  expect(briefs(csv)).toEqual([
    'rows.csv:2:1 row-file a,rain, then sun,5',
    'rows.csv:3:1 row-file b,storm',
    'rows.csv:4:7 wrong-type 5x',
    'rows.csv:5:1 duplicate-scene c',
  ]);
  const jsonl = await load({
    'film.yaml': text.replace('rows.csv', 'rows.jsonl'),
    'rows.jsonl':
      '{"id": "a", "prompt": "Rain", "duration": 5\n[]\n{"id": "c", "prompt": "Fog", "duration": "5"}\n',
  });
  expect(briefs(jsonl)).toEqual([
    'rows.jsonl:1:43 row-file 5',
    'rows.jsonl:2:1 row-file []',
    'rows.jsonl:3:42 wrong-type "5"',
  ]);
});
