/** `use: ./models/name.yaml`: a model card of a project's own, from its start to a draft. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { systemClock } from '../../src/ports/clock.ts';

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
});

test('what does not fit together is told at its place in the card', async () => {
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

test('what no card can say is told, with where the page says what it can', async () => {
  await rushes('models', 'new', 'apimart/wan-x');
  film('{ id: a, prompt: A crab, shots: [{ prompt: x, duration: 5 }] }');
  expect((await problems()).join('\n')).toContain(
    'apimart/wan-x has no shots: a card of your own cannot say it (docs/models.md)',
  );
});
