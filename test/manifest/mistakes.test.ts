import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadManifest } from '../../src/manifest/read.ts';
import { brief, briefs, HEAD, idsOf, load, onDisk } from './project-on-disk.ts';

const scene = (text: string): string => `${HEAD}scenes:\n  - id: a\n    ${text}\n`;

describe('one mistake is one message, at the smallest wrong thing', () => {
  test.each<[string, string, RegExp]>([
    [scene('promt: x'), 'film.yaml:5:5 unknown-key promt', /Did you mean prompt\?/],
    [
      scene('duration\u00a0: 5'),
      'film.yaml:5:5 unknown-key duration\u00a0',
      /Did you mean duration\?/,
    ],
    [
      scene('prompt: “A crab looks up”'),
      'film.yaml:5:13 warning curly-quotes “A crab looks up”',
      /straight quotes/,
    ],
    [
      `${HEAD}scenes:\n  - id: a-\${{ matrix.sky }}\n    matrix: { sky: [rain], time: [dawn, dusk], exclude: [{ time: dusk }] }\n    prompt: x\n`,
      'film.yaml:5:28 warning no-effect time',
      /matrix\.time/,
    ],
    [scene('seconds: 5'), 'film.yaml:5:5 unknown-key seconds', /duration/],
    [scene('cfg_scale: 0.5'), 'film.yaml:5:5 unknown-key cfg_scale', /under params/],
    [scene('models: [klng]'), 'film.yaml:5:14 unknown-alias klng', /kling/],
    [
      scene('models: [apimart/kling-v3]'),
      'film.yaml:5:14 unknown-alias apimart/kling-v3',
      /Expected aliases/,
    ],
    [scene('models: kling'), 'film.yaml:5:13 wrong-type kling', /models: \[kling\]/],
    [scene('models: [kling, kling]'), 'film.yaml:5:21 wrong-value kling', /takes: 2/],
    [scene('takes: 0'), 'film.yaml:5:12 wrong-value 0', /^$/],
    [scene('resolution: 1080'), 'film.yaml:5:17 wrong-value 1080', /1080p/],
    [scene('resolution: 4K'), 'film.yaml:5:17 wrong-value 4K', /4k/],
    [scene('aspect_ratio: 5:7'), 'film.yaml:5:19 wrong-value 5:7', /^$/],
    [scene('aspect_ratio: landscap'), 'film.yaml:5:19 wrong-value landscap', /landscape/],
    [scene('fit: closest'), 'film.yaml:5:10 wrong-value closest', /^$/],
    [
      scene('drop: [negativ_prompt]'),
      'film.yaml:5:12 wrong-value negativ_prompt',
      /negative_prompt/,
    ],
    [scene('shots: atuo'), 'film.yaml:5:12 wrong-type atuo', /auto/],
    [scene('shots: []'), 'film.yaml:5:12 wrong-value []', /^$/],
    [scene('shots: [{ prompt: x }]'), 'film.yaml:5:13 absent-key { prompt: x }', /duration/],
    [
      scene('shots: [{ prompt: x, duration: "2" }]'),
      'film.yaml:5:36 wrong-type "2"',
      /duration: 2/,
    ],
    [
      scene('elements: [{ name: dog }, { name: dog }]'),
      'film.yaml:5:39 wrong-value dog',
      /own name/,
    ],
    [
      scene('elements: [{ name: big dog }]'),
      'film.yaml:5:24 bad-name big dog',
      /^Write name: big-dog$/,
    ],
    [
      scene('elements: [{ name: dog, ids: { evolnk: "1" } }]'),
      'film.yaml:5:36 unknown-key evolnk',
      /evolink/,
    ],
    [scene('first_frame: images/crab.png'), 'film.yaml:5:18 no-file images/crab.png', /relative/],
    [
      scene('first_frame: file:///tmp/crab.png'),
      'film.yaml:5:18 local-image file:///tmp/crab.png',
      /path/,
    ],
    [
      scene('last_frame: data:image/png;base64,AAAA'),
      'film.yaml:5:17 bad-url data:image/png;base64,AAAA',
      /path/,
    ],
    [
      scene('last_frame: ftp://example.com/a.png'),
      'film.yaml:5:17 bad-url ftp://example.com/a.png',
      /https/,
    ],
    [
      scene('first_frame: https://me:pw@example.com/a.png'),
      'film.yaml:5:18 secret-link https://me:pw@example.com/a.png',
      /public/,
    ],
    [
      scene('elements: [{ name: dog, images: ["https://example.com/a.png?Signature=x"] }]'),
      'film.yaml:5:38 secret-link "https://example.com/a.png?Signature=x"',
      /password/,
    ],
    [
      scene('first_frame: "https://a.tos.example.com/a.png?X-Tos-Signature=x"'),
      'film.yaml:5:18 secret-link "https://a.tos.example.com/a.png?X-Tos-Signature=x"',
      /password/,
    ],
    [scene('notify: example.com/hook'), 'film.yaml:5:13 bad-url example.com/hook', /https/],
    [scene('prompt: { fle: a.txt }'), 'film.yaml:5:15 unknown-key fle', /file/],
    [scene('prompt: { file: a.txt }'), 'film.yaml:5:21 no-file a.txt', /relative/],
    [
      scene('prompt: { file: /etc/hostname }'),
      'film.yaml:5:21 outside-project /etc/hostname',
      /relative/,
    ],
    [scene('prompt: { file: ../a.txt }'), 'film.yaml:5:21 outside-project ../a.txt', /this folder/],
    [scene('extends: b'), 'film.yaml:5:14 unknown-scene b', /id of a scene/],
    [scene('overrides: { klng: { duration: 5 } }'), 'film.yaml:5:18 unknown-alias klng', /kling/],
    [
      scene('overrides: { kling: { duration: "5" } }'),
      'film.yaml:5:37 wrong-type "5"',
      /duration: 5/,
    ],
    [scene('matrix: { sky: rain }'), 'film.yaml:5:20 wrong-type rain', /\[a, b\]/],
    [scene('rows: table.xlsx'), 'film.yaml:5:11 wrong-value table.xlsx', /csv/],
    [`${HEAD}scenes:\n  - prompt: x\n`, 'film.yaml:4:5 absent-key prompt: x', /id/],
    [`${HEAD}scenes:\n  - id: a b\n`, 'film.yaml:4:9 bad-name a b', /^Write a-b$/],
    [
      `${HEAD}scenes:\n  - id: crab on the beach!\n  - id: Crab-on-the-beach\n`,
      'film.yaml:4:9 bad-name crab on the beach!',
      /^Write crab-on-the-beach-2$/,
    ],
    [
      `${HEAD}scenes:\n  - id: w-\${{ matrix.sky }}\n    matrix: { sky: [light rain] }\n`,
      'film.yaml:4:9 bad-name w-${{ matrix.sky }}',
      /w-light-rain: change the value/,
    ],
    [
      'rushes: 1\nmodels: { my kling: { use: apimart/kling-v3 }, my-kling: { use: apimart/kling-v3 } }\n',
      'film.yaml:2:11 bad-name my kling',
      /^Write my-kling-2: …/,
    ],
    [
      `${HEAD}vars: { my style: x }\nscenes: [{ id: a }]`,
      'film.yaml:3:9 bad-name my style',
      /my-style/,
    ],
    [`${HEAD}scenes:\n  - id: con\n`, 'film.yaml:4:9 bad-name con', /^Write con-2$/],
    [`${HEAD}scenes:\n  - a\n`, 'film.yaml:4:5 wrong-type a', /id:/],
    [`${HEAD}scenes: { a: 1 }\n`, 'film.yaml:3:9 wrong-type { a: 1 }', /dash and its id: - id: a$/],
    [`${HEAD}duration: 5\nscenes: [{ id: a }]`, 'film.yaml:3:1 unknown-key duration', /defaults/],
    [`${HEAD}limit: {}\nscenes: [{ id: a }]`, 'film.yaml:3:1 unknown-key limit', /limits/],
    [`${HEAD}budget: 25\nscenes: [{ id: a }]`, 'film.yaml:3:9 wrong-type 25', /\{ usd: 25 \}/],
    [`${HEAD}limits: { deadline: 45 }\nscenes: [{ id: a }]`, 'film.yaml:3:21 wrong-type 45', /45m/],
    [
      `${HEAD}limits: { deadline: soon }\nscenes: [{ id: a }]`,
      'film.yaml:3:21 wrong-value soon',
      /45m/,
    ],
    [
      `${HEAD}limits: { gateways: { evolnk: { in_flight: 3 } } }\nscenes: [{ id: a }]`,
      'film.yaml:3:23 unknown-key evolnk',
      /evolink/,
    ],
    [
      `${HEAD}limits: { models: { klng: { in_flight: 3 } } }\nscenes: [{ id: a }]`,
      'film.yaml:3:21 unknown-alias klng',
      /kling/,
    ],
    [
      `${HEAD}prices: { kling: { usd_per_second: 1, usd_per_clip: 1 } }\nscenes: [{ id: a }]`,
      'film.yaml:3:18 wrong-value { usd_per_second: 1, usd_per_clip: 1 }',
      /^$/,
    ],
    [
      `${HEAD}moved: [{ from: old, to: a/kling }]\nscenes: [{ id: a }]`,
      'film.yaml:3:17 bad-name old',
      /scene\/alias/,
    ],
    [
      `${HEAD}moved: [{ from: ":old/kling", to: a/kling }]\nscenes: [{ id: a }]`,
      'film.yaml:3:17 bad-name ":old/kling"',
      /film:scene\/alias/,
    ],
    [
      `${HEAD}moved: [{ from: "b:old", to: a/kling }]\nscenes: [{ id: a }]`,
      'film.yaml:3:17 bad-name "b:old"',
      /two scene ids/,
    ],
    [
      `${HEAD}moved: [{ from: old/kling, to: a }]\nscenes: [{ id: a }]`,
      'film.yaml:3:32 bad-name a',
      /two scene ids/,
    ],
    [`${HEAD}on_mismatch: warm\nscenes: [{ id: a }]`, 'film.yaml:3:14 wrong-value warm', /warn/],
    [
      `${HEAD}output: ../out\nscenes: [{ id: a }]`,
      'film.yaml:3:9 outside-project ../out',
      /inside/,
    ],
    [`${HEAD}output: /tmp\nscenes: [{ id: a }]`, 'film.yaml:3:9 outside-project /tmp', /inside/],
    [
      `${HEAD}output: "out\\n/home"\nscenes: [{ id: a }]`,
      'film.yaml:3:9 bad-name "out\\n/home"',
      /output: out/,
    ],
    [`${HEAD}output: out/*\nscenes: [{ id: a }]`, 'film.yaml:3:9 bad-name out/*', /output: out/],
    [`${HEAD}output: "!out"\nscenes: [{ id: a }]`, 'film.yaml:3:9 bad-name "!out"', /output: out/],
    [
      `${HEAD}project: my film\nscenes: [{ id: a }]`,
      'film.yaml:3:10 bad-name my film',
      /^Write project: my-film$/,
    ],
    [
      `${HEAD}include: [more.yaml]\nscenes: [{ id: a }]`,
      'film.yaml:3:11 no-file more.yaml',
      /relative/,
    ],
    [
      'models: { k: { use: apimart/kling-v3 } }\nscenes: [{ id: a }]',
      'film.yaml:1:1 absent-key m',
      /rushes: 1/,
    ],
    [
      'rushes: "1"\nmodels: { k: { use: apimart/kling-v3 } }\nscenes: [{ id: a }]',
      'film.yaml:1:9 wrong-type "1"',
      /rushes: 1/,
    ],
    ['rushes: 2\nmodel: {}\n', 'film.yaml:1:9 newer-format 2', /Upgrade/],
    [
      'rushes: 1\nmodel: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: a, models: [kling] }]\n',
      'film.yaml:2:1 unknown-key model',
      /models/,
    ],
    ['rushes: 1\nscenes: [{ id: a }]\n', 'film.yaml:1:1 absent-key rushes: 1', /models/],
    [
      'rushes: 1\nmodels: { kling: apimart/kling-v3 }\nscenes: [{ id: a }]\n',
      'film.yaml:2:18 wrong-type apimart/kling-v3',
      /use: apimart\/kling-v3/,
    ],
    [
      'rushes: 1\nmodels: { kling: { resolution: 720p } }\nscenes: [{ id: a }]\n',
      'film.yaml:2:18 absent-key { resolution: 720p }',
      /use/,
    ],
    [
      'rushes: 1\nmodels: { kling: { model: apimart/kling-v3 } }\nscenes: [{ id: a }]\n',
      'film.yaml:2:20 unknown-key model',
      /use/,
    ],
  ])('%j', async (manifest, expected, hint) => {
    const loaded = await load(manifest);
    expect(briefs(loaded)).toEqual([expected]);
    expect(loaded.diagnostics[0]?.hint ?? '').toMatch(hint);
  });
});

describe('all of them in one run, in source order', () => {
  test('sections, aliases, scenes and included files', async () => {
    const loaded = await load({
      'film.yaml': `rushes: 1
models: { kling: { use: apimart/kling-v3, resolution: 1080 } }
limits: { in_flight: "8" }
defaults: { duration: "5" }
scenes:
  - { id: a, audio: on }
  - { id: b, prompt: 42, takes: -1 }
include: [more.yaml, none.yaml]
`,
      'more.yaml': 'scenes: [{ id: c, skip: no }]\ndefaults: {}\n',
    });
    expect(briefs(loaded)).toEqual([
      'film.yaml:2:55 wrong-value 1080',
      'film.yaml:3:22 wrong-type "8"',
      'film.yaml:4:23 wrong-type "5"',
      'film.yaml:6:21 wrong-type on',
      'film.yaml:7:22 wrong-type 42',
      'film.yaml:7:33 wrong-value -1',
      'film.yaml:8:22 no-file none.yaml',
      'more.yaml:1:25 wrong-type no',
      'more.yaml:2:1 unknown-key defaults',
    ]);
  });

  test('a wrong default is one message with the renders that take it', async () => {
    const loaded = await load(`rushes: 1
models: { kling: { use: apimart/kling-v3, duration: 5 }, sora: { use: apimart/sora-2 } }
defaults: { duration: "5" }
scenes:
  - { id: a, takes: 2 }
  - { id: b, duration: 8 }
  - { id: c, overrides: { sora: { duration: 8 } } }
  - { id: d, models: [sora] }
`);
    expect(briefs(loaded)).toEqual(['film.yaml:3:23 wrong-type "5"']);
    expect(loaded.diagnostics[0]?.renders).toEqual(['a/sora', 'a/sora/2', 'd/sora']);
    expect(idsOf(loaded)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a mistake in a matrix is one message with every scene of it', async () => {
    const loaded = await load(`${HEAD}scenes:
  - id: w-\${{ matrix.sky }}
    matrix: { sky: [rain, sun] }
    duration: "5"
    models: [kling]
`);
    expect(briefs(loaded)).toEqual(['film.yaml:6:15 wrong-type "5"']);
    expect(loaded.diagnostics[0]?.renders).toEqual(['w-rain/kling', 'w-sun/kling']);
  });

  test('a value that a template brought is shown where it stands and where it is used', async () => {
    const loaded = await load(
      `${HEAD}vars: { long: "12" }\nscenes:\n  - id: a\n    duration: \${{ vars.long }}\n`,
    );
    expect(briefs(loaded)).toEqual(['film.yaml:3:15 wrong-type "12"']);
    expect(
      loaded.diagnostics[0]?.also?.map(
        ({ message, place }) => `${message} ${place.source.position(place.start).line}`,
      ),
    ).toEqual(['used here 6']);
    expect(loaded.diagnostics[0]?.renders).toEqual(['a/kling', 'a/sora']);
  });
});

describe('ids', () => {
  test('a scene without a valid id has no renders: none is named for it', async () => {
    const text = `${HEAD}scenes:\n  - { prompt: x }\n  - { id: 12, prompt: y }\n  - { id: a, prompt: z }\ndefaults: { durtion: 5 }\n`;
    const { diagnostics } = await load(text);
    const found = diagnostics.find(({ code }) => code === 'unknown-key');
    expect(found?.renders.filter((id) => !id.startsWith('a/'))).toEqual([]);
    expect(found?.renders.length).toBeGreaterThan(0);
  });

  test('two scenes with one id', async () => {
    const loaded = await load(`${HEAD}scenes:\n  - id: a\n  - id: a\n`);
    expect(briefs(loaded)).toEqual(['film.yaml:5:9 duplicate-scene a']);
    expect(loaded.diagnostics[0]?.also).toHaveLength(1);
  });

  test('ids that differ only in case', async () => {
    expect(briefs(await load(`${HEAD}scenes:\n  - id: crab\n  - id: Crab\n`))).toEqual([
      'film.yaml:5:9 duplicate-scene Crab',
    ]);
    expect(
      briefs(
        await load(
          'rushes: 1\nmodels: { k: { use: apimart/kling-v3 }, K: { use: apimart/sora-2 } }\nscenes: [{ id: a }]\n',
        ),
      ),
    ).toEqual(['film.yaml:2:41 bad-name K']);
  });

  test('one id for a whole matrix', async () => {
    const loaded = await load(`${HEAD}scenes:\n  - id: w\n    matrix: { sky: [rain, sun, fog] }\n`);
    expect(briefs(loaded)).toEqual(['film.yaml:4:9 duplicate-scene w']);
    expect(loaded.diagnostics[0]?.hint).toMatch(/matrix\.sky/);
  });

  test('an axis of a matrix that the id does not contain is named', async () => {
    const { diagnostics } = await load(
      `${HEAD}scenes:\n  - id: bay-\${{ matrix.sky }}\n    matrix: { sky: [rain, sun], time: [dawn, dusk], lens: [wide] }\n    prompt: "At \${{ matrix.time }}, \${{ matrix.lens }}"\n`,
    );
    expect(diagnostics.map(({ code }) => code)).toContain('duplicate-scene');
    expect(diagnostics.find(({ code }) => code === 'duplicate-scene')?.hint).toBe(
      'The id does not contain ${{ matrix.time }}: put it into the id.',
    );
  });

  test('of a table, where the cell stands', async () => {
    const loaded = await load({
      'film.yaml': `${HEAD}scenes:\n  - { rows: t.csv, id: "\${{ row.id }}", prompt: "\${{ row.prompt }}" }\n`,
      't.csv': 'id,prompt\n,A crab\nrain rain,Rain\n',
    });
    expect(briefs(loaded)).toEqual(['t.csv:2:1 bad-name ', 't.csv:3:1 bad-name rain rain']);
    expect(loaded.diagnostics.map(({ hint }) => hint)).toEqual([
      'Every scene needs its own id, with letters and digits.',
      'Write rain-rain',
    ]);
  });

  test('letters of any script', async () => {
    expect(idsOf(await load(`${HEAD}scenes:\n  - id: 潮だまり\n  - id: größe_2\n`))).toEqual([
      '潮だまり',
      'größe_2',
    ]);
  });
});

describe('files', () => {
  test('a link that leads out of the project', async () => {
    const outside = onDisk({ 'secret.txt': 'password' });
    const cwd = onDisk({ 'film.yaml': scene('prompt: { file: link.txt }') });
    symlinkSync(path.join(outside, 'secret.txt'), path.join(cwd, 'link.txt'));
    const loaded = await loadManifest('film.yaml', { cwd });
    expect(loaded.diagnostics.map(brief)).toEqual(['film.yaml:5:21 outside-project link.txt']);
    expect(
      JSON.stringify(loaded.diagnostics.map(({ message, hint }) => [message, hint])),
    ).not.toContain('password');
  });

  test('a manifest that is not there', async () => {
    const loaded = await loadManifest('none.yaml', { cwd: onDisk({}) });
    expect(loaded.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['no-file', 'there is no file none.yaml'],
    ]);
  });

  test.each(['film', 'film.yaml'])('%s is meant for the one in manifests/', async (name) => {
    const cwd = onDisk({ 'manifests/film.yaml': scene('prompt: x') });
    expect((await loadManifest(name, { cwd })).diagnostics).toMatchObject([
      { code: 'no-file', hint: 'Did you mean manifests/film.yaml?' },
    ]);
  });

  test('a manifest beyond the bound', async () => {
    const cwd = onDisk({});
    writeFileSync(path.join(cwd, 'film.yaml'), `rushes: 1\nproject: "${'x'.repeat(10_000_000)}"\n`);
    expect((await loadManifest('film.yaml', { cwd })).diagnostics.map(({ code }) => code)).toEqual([
      'too-large',
    ]);
  });
});
