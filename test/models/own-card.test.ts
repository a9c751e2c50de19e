/** `use: ./models/name.yaml`: a model card of a project's own, from its start to a draft. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { png } from '../pictures/sample-pictures.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'rushes-card-'));
  mkdirSync(path.join(cwd, '.git'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function rushes(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const stream = { isTTY: false, columns: 200 };
  const exit = await runProgram(args, {
    cwd,
    env: {},
    stdout: { ...stream, write: (chunk) => void (out += chunk) },
    stderr: { ...stream, write: (chunk) => void (err += chunk) },
    clock: systemClock,
    onSignal: () => () => undefined,
    exitNow: () => undefined,
  });
  return { exit, out, err };
}

const CARD = 'models/wan-x.yaml';
const film = (scenes: string): void =>
  writeFileSync(
    path.join(cwd, 'film.yaml'),
    `rushes: 1\nmodels: { mine: { use: ./${CARD} } }\nscenes: [${scenes}]\n`,
  );
const edit = (from: string, to: string): void => {
  const file = path.join(cwd, CARD);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};

/** The native bodies of the plan, in order. */
async function requests(): Promise<readonly object[]> {
  const { out } = await rushes('plan', 'film.yaml', '--json');
  const { renders } = JSON.parse(out) as { renders: { request: object }[] };
  return renders.map(({ request }) => request);
}

async function problems(): Promise<readonly string[]> {
  const { out } = await rushes('validate', 'film.yaml', '--json');
  const { diagnostics } = JSON.parse(out) as {
    diagnostics: { file: string; line: number; code: string; message: string }[];
  };
  return diagnostics.map(({ file, line, code, message }) => `${file}:${line} ${code}: ${message}`);
}

test('a new card works as it is written, and says everywhere that it is unchecked', async () => {
  expect(await rushes('models', 'new', 'apimart/wan-x')).toMatchObject({ exit: 0 });
  film(
    '{ id: a, prompt: A crab, resolution: 1080p, audio: true, first_frame: "https://example.com/a.png" }',
  );
  expect(await problems()).toEqual([]);
  const { out } = await rushes('plan', 'film.yaml');
  expect(out).toContain('apimart/wan-x.unchecked');
  expect(out).toContain('price unknown');
  const { exit } = await rushes('render', '--draft', 'film.yaml');
  expect(exit).toBe(0);
  const lock = readFileSync(path.join(cwd, '.rushes/draft/film.lock.json'), 'utf8');
  expect(lock).toContain('"apimart/wan-x.unchecked"');
  expect(lock).toContain('"wan-x"');
});

test('its rules, words and prices count as those of the catalogue', async () => {
  await rushes('models', 'new', 'evolink/wan-x');
  edit(
    '\nprices: unknown',
    '\nprices: { unit: usd, per: second, source: a list, read: 2026-11-20, rows: [{ rate: 0.1 }] }',
  );
  film(
    '{ id: a, prompt: A crab, audio: true }, { id: b, prompt: A dog, duration: 20 }, { id: c, prompt: Cat, seed: 1 }',
  );
  const found = await problems();
  expect(found).toHaveLength(3);
  expect(found[0]).toContain('audio is true, and resolution is 720p by default (N2)');
  expect(found[1]).toContain(
    'duration is 20; evolink/wan-x.unchecked offers 3 to 10'.replace('.unchecked', ''),
  );
  expect(found[2]).toContain('has no seed');
  film('{ id: a, prompt: A crab, duration: 5 }');
  expect((await rushes('plan', 'film.yaml')).out).toContain('$0.50');
  // Where two sources disagree the price is a range, and the dearer end counts.
  edit(
    '[{ rate: 0.1 }]',
    '[{ rate: 0.1, up_to: 0.2, up_to_source: other, up_to_read: 2026-11-21 }]',
  );
  const { out } = await rushes('plan', 'film.yaml', '--json');
  expect(JSON.parse(out)).toMatchObject({ renders: [{ cost: { usdFrom: 0.5, usd: 1 } }] });
});

test('a contradiction is reported at its place in the card', async () => {
  await rushes('models', 'new', 'apimart/wan-x');
  film('{ id: a, prompt: A crab }');
  edit('duration: duration', 'duration: secs');
  edit('type: flag, default', 'type: flag, from: 3, default');
  const found = await problems();
  expect(found).toEqual([
    expect.stringMatching(
      /^models\/wan-x\.yaml:\d+ broken-card: from means nothing on a field of type flag$/,
    ),
    expect.stringMatching(
      /^models\/wan-x\.yaml:\d+ broken-card: "secs" is not a field of this card$/,
    ),
  ]);
});

test('a card names no host, says its price, and lies inside the project', async () => {
  await rushes('models', 'new', 'apimart/wan-x');
  film('{ id: a, prompt: A crab }');
  edit('gateway: apimart', 'base_url: https://evil.example\ngateway: apimart');
  edit('\nprices: unknown', '');
  const found = await problems();
  expect(
    found.some((problem) => problem.includes('"base_url" is not a key of the model card')),
  ).toBe(true);
  expect(found.some((problem) => /prices/.test(problem))).toBe(true);
  writeFileSync(
    path.join(cwd, 'film.yaml'),
    'rushes: 1\nmodels: { mine: { use: ../outside.yaml } }\nscenes: [{ id: a, prompt: x }]\n',
  );
  expect((await problems()).some((problem) => problem.includes('outside-project'))).toBe(true);
});

test('a word that its card does not take is told, with where the page says how a card takes it', async () => {
  await rushes('models', 'new', 'apimart/wan-x');
  film('{ id: a, prompt: A crab, shots: [{ prompt: x, duration: 5 }] }');
  expect((await problems()).join('\n')).toContain(
    'apimart/wan-x has no shots: its card has none. docs/models.md says how a card takes them',
  );
});

test('shots become native fields with their rules, at the top level and inside model_params', async () => {
  await rushes('models', 'new', 'apimart/wan-x');
  edit('# shots: { types: [customize]', 'shots: { types: [customize, intelligence]');
  film(
    `{ id: a, shots: [{ prompt: Wide, duration: 2 }, { prompt: Close, duration: 3 }], prompt: Dawn }, { id: b, prompt: Dusk, duration: 4, shots: auto }`,
  );
  expect(await problems()).toEqual([]);
  expect(await requests()).toMatchObject([
    {
      duration: 5,
      multi_shot: true,
      shot_type: 'customize',
      multi_prompt: [
        { index: 1, prompt: 'Wide', duration: 2 },
        { index: 2, prompt: 'Close', duration: 3 },
      ],
    },
    { duration: 4, multi_shot: true, shot_type: 'intelligence' },
  ]);
  edit(
    'types: [customize, intelligence], seconds: number, most: 6',
    'inside: model_params, types: [customize], seconds: text, most: 1',
  );
  film(
    `{ id: a, prompt: Dawn, shots: [{ prompt: Wide, duration: 5 }] }, { id: b, prompt: x, shots: auto }, { id: c, prompt: x, shots: [{ prompt: "", duration: 2 }, { prompt: Close, duration: 3 }] }`,
  );
  const found = await problems();
  expect(found).toEqual([
    expect.stringContaining('this model does not split a prompt into shots by itself'),
    expect.stringContaining('model_params.multi_prompt holds 2; at most 1 is allowed'),
    expect.stringContaining('is empty'),
  ]);
  film(`{ id: a, prompt: Dawn, shots: [{ prompt: Wide, duration: 5 }] }`);
  expect(await requests()).toMatchObject([
    { model_params: { multi_prompt: [{ index: 1, prompt: 'Wide', duration: '5' }] } },
  ]);
});

test('elements and a cast are sent as the card says, and pictures meet its limits', async () => {
  await rushes('models', 'new', 'apimart/wan-x');
  edit('# elements: {', 'elements: {');
  edit('# pictures: {', 'pictures: {');
  writeFileSync(path.join(cwd, 'small.png'), png(64, 64));
  const link = 'https://example.com/a.png';
  film(
    `{ id: a, prompt: "@dog runs", elements: [{ name: dog, description: A dog, images: [${link}, ${link}] }] }`,
  );
  expect(await problems()).toEqual([]);
  expect(await requests()).toMatchObject([
    { element_list: [{ name: 'dog', description: 'A dog', element_input_urls: [link, link] }] },
  ]);
  film(
    `{ id: a, prompt: A dog, elements: [{ name: dog, description: A dog, images: [${link}] }] }, { id: b, prompt: x, first_frame: ./small.png }`,
  );
  expect(await problems()).toEqual([
    expect.stringContaining('no prompt mentions @dog'),
    expect.stringContaining('holds 1; at least 2 are needed'),
    expect.stringMatching(/small\.png has 64 x 64 pixels; each side must have at least 300/),
  ]);
});

test('a rule with tags counts marks, and sends a cast member as the marks of its pictures', async () => {
  await rushes('models', 'new', 'evolink/wan-x');
  edit('#  - { rule: N3', '  - { rule: N3');
  edit('frames: { list: image_urls }', 'references: { images: image_urls }');
  film('{ id: a, prompt: "<<<image_2>>> runs", references: ["https://example.com/a.png"] }');
  expect(await problems()).toEqual([
    expect.stringContaining('prompt mentions <<<image_2>>>, and there is 1 picture (N3)'),
  ]);
  writeFileSync(
    path.join(cwd, 'film.yaml'),
    `rushes: 1\nmodels: { mine: { use: ./${CARD} } }\ncast: { mara: { description: A woman, images: ["https://example.com/m.png"] } }\nscenes: [{ id: a, prompt: "@mara runs" }]\n`,
  );
  expect(await requests()).toMatchObject([
    { prompt: '<<<image_1>>> runs', image_urls: ['https://example.com/m.png'] },
  ]);
  edit('of: [image_urls], noun', 'of: [image_url], noun');
  edit('prompt: { type: text', 'model_params: { type: text }\n  prompt: { type: text');
  edit('# elements: { as: described, most: 3, pictures: [2, 4] }', 'elements: { as: ids }');
  expect(await problems()).toEqual([
    expect.stringContaining('model_params is of type text, and shots or elements stand inside it'),
    expect.stringContaining('"image_url" is not a field of this card'),
  ]);
});
