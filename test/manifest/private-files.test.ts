/** What a manifest may not read, with real links and a real git; and what no text may hold. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Diagnostic, spanOf } from '../../src/diagnostic.ts';
import { loadManifest } from '../../src/manifest/read.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { diagnosticsTerminal } from '../../src/report/diagnostics/diagnostics-terminal.ts';
import { onDisk } from './project-on-disk.ts';

const KEY = 'plantedKey0123456789abcdef';
const env = { PATH: process.env['PATH'], HOME: '/nonexistent', EVOLINK_API_KEY: KEY };
const HEAD = 'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\n';
const prompt = (file: string): string =>
  `${HEAD}scenes: [{ id: crab, prompt: { file: ${file} } }]\n`;

async function judge(cwd: string, vars: Readonly<Record<string, string>> = {}) {
  const loaded = await loadManifest('film.yaml', {
    cwd,
    env,
    vars: new Map(Object.entries(vars)),
  });
  const resolved = loaded.project && resolveProject(loaded.project, catalogue);
  const diagnostics: readonly Diagnostic[] = [
    ...loaded.diagnostics,
    ...(resolved?.diagnostics ?? []),
  ];
  const screen = diagnosticsTerminal(diagnostics, { width: 200, color: false, screen: false });
  return {
    codes: diagnostics.map(({ code }) => code),
    places: diagnostics.map(({ place }) => place && spanOf(place)),
    screen,
    bodies: JSON.stringify(resolved?.renders.map(({ request }) => request) ?? []),
  };
}

function repository(files: Readonly<Record<string, string>>): string {
  const cwd = onDisk(files);
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, {
      cwd,
      stdio: 'pipe',
      env: { PATH: process.env['PATH'], HOME: cwd },
    });
  git('init', '--quiet');
  git('config', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${KEY}`);
  return cwd;
}

describe('files that no manifest reads', () => {
  test.each([
    ['.env', '.env'],
    ['.git/config', '.git/config'],
    ['./prompts/../.env', '.env'],
    ['.secret/words.txt', '.secret/words.txt'],
    ['prompts/.hidden.txt', 'prompts/.hidden.txt'],
  ])('prompt: { file: %s }', async (name, file) => {
    const cwd = repository({ 'film.yaml': prompt(name), 'prompts/a.txt': 'A crab' });
    if (file !== '.git/config') {
      mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
      writeFileSync(path.join(cwd, file), `TOKEN=${KEY}\n`);
    }
    const found = await judge(cwd);
    expect(found.codes).toEqual(['private-file']);
    expect(found.places).toMatchObject([{ file: 'film.yaml', line: 3 }]);
    expect(found.screen).not.toContain(KEY);
  });

  test.each(['.env', '.git/config'])('a link inside the repository to %s', async (target) => {
    const cwd = repository({
      'film.yaml': `${HEAD}include: [words.yaml]\nscenes:\n  - { id: crab, prompt: { file: words.txt } }\n  - rows: words.csv\n    prompt: A crab\n    id: "\${{ row.id }}"\n`,
      '.env': `TOKEN=${KEY}\n`,
    });
    for (const link of ['words.txt', 'words.csv', 'words.yaml'])
      symlinkSync(path.join(cwd, target), path.join(cwd, link));
    const found = await judge(cwd);
    expect(found.codes).toEqual(['private-file', 'private-file', 'private-file']);
    expect(found.screen).not.toContain(KEY);
  });

  test('a linked folder, and a git folder under another name', async () => {
    const cwd = onDisk({ 'film.yaml': prompt('words/config') });
    execFileSync('git', ['init', '--quiet', '--separate-git-dir=books', '.'], {
      cwd: mk(cwd, 'work'),
      stdio: 'pipe',
    });
    symlinkSync(path.join(cwd, 'work/books'), path.join(cwd, 'words'));
    expect((await judge(cwd)).codes).toEqual(['private-file']);
  });

  test('a text file that git ignores, also by a link; a committed one is read', async () => {
    const cwd = repository({
      'film.yaml': `${HEAD}scenes:\n  - { id: a, prompt: { file: notes.txt } }\n  - { id: b, prompt: { file: link.txt } }\n  - { id: c, prompt: { file: kept.txt } }\n  - { id: d, prompts: typo }\n`,
      '.gitignore': '*.txt\n!link.txt\n',
      'notes.txt': 'A crab with the words of a private note',
      'kept.txt': 'A crab at dawn',
    });
    symlinkSync(path.join(cwd, 'notes.txt'), path.join(cwd, 'link.txt'));
    execFileSync('git', ['add', '--force', 'kept.txt'], { cwd });
    const found = await judge(cwd);
    expect(found.codes.filter((code) => code === 'private-file')).toHaveLength(2);
    // The other errors come in the same go.
    expect(found.codes).toContain('unknown-key');
    expect(found.screen + found.bodies).not.toContain('private note');
    expect(found.bodies).toContain('dawn');
  });

  test('a git that refuses is an error that says so', async () => {
    const cwd = repository({ 'film.yaml': prompt('a.txt'), 'a.txt': 'A crab' });
    const loaded = await loadManifest('film.yaml', {
      cwd,
      env: { ...env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' },
    });
    expect(loaded.diagnostics.map(({ code, message }) => [code, /dubious/.test(message)])).toEqual([
      ['private-file', true],
    ]);
  });

  test('a manifest that is a link out of the project, or to a private file', async () => {
    const outside = onDisk({ 'adc.yaml': `rushes: 1\nrefresh_token: ${'x'.repeat(20)}\n` });
    const cwd = repository({ '.env': 'rushes: 1\nTOKEN: private\n' });
    symlinkSync(path.join(outside, 'adc.yaml'), path.join(cwd, 'film.yaml'));
    const out = await judge(cwd);
    expect(out.codes).toEqual(['outside-project']);
    expect(out.screen).not.toContain('refresh_token');
    symlinkSync(path.join(cwd, '.env'), path.join(cwd, 'b.yaml'));
    const loaded = await loadManifest('b.yaml', { cwd, env });
    expect(loaded.diagnostics.map(({ code }) => code)).toEqual(['private-file']);
  });

  test('a project that is itself reached through a link is read', async () => {
    const cwd = onDisk({ 'project/film.yaml': `${HEAD}scenes: [{ id: a, prompt: A crab }]\n` });
    mkdirSync(path.join(cwd, 'project/.git'));
    symlinkSync(path.join(cwd, 'project'), path.join(cwd, 'here'));
    const loaded = await loadManifest('film.yaml', { cwd: path.join(cwd, 'here'), env });
    expect(loaded.diagnostics).toEqual([]);
  });
});

describe('texts that no request holds', () => {
  test('the value of a key in a prompt file is masked, located and refused', async () => {
    const cwd = onDisk({ 'film.yaml': prompt('a.txt'), 'a.txt': `A crab\nholds ${KEY}\n` });
    const found = await judge(cwd);
    expect(found.codes).toEqual(['secret-value']);
    expect(found.places).toMatchObject([{ file: 'a.txt', line: 2, column: 7 }]);
    expect(found.screen).toContain('EVOLINK_API_KEY');
    expect(found.screen + found.bodies).not.toContain(KEY);
  });

  test('however it is put together: escapes, templates, native fields, vars', async () => {
    const escaped = [...KEY].map((c) => `\\x${c.charCodeAt(0).toString(16)}`).join('');
    for (const scene of [
      `prompt: "sign ${escaped}"`,
      `prompt: "\${{ vars.a }}\${{ vars.b }}"`,
      `params: { negative_prompt: "${escaped}" }\n    prompt: A crab`,
    ]) {
      const cwd = onDisk({
        'film.yaml': `${HEAD}vars: { a: ${KEY.slice(0, 9)}, b: ${KEY.slice(9)} }\nscenes:\n  - id: first\n    prompt: A crab\n  - id: crab\n    ${scene}\n`,
      });
      const found = await judge(cwd);
      expect(found.codes).toContain('secret-value');
      expect(found.screen + found.bodies).not.toContain(KEY);
    }
    const cwd = onDisk({
      'film.yaml': `${HEAD}vars: { a: x }\nscenes: [{ id: crab, prompt: "\${{ vars.a }}" }]\n`,
    });
    const found = await judge(cwd, { a: KEY });
    expect(found.codes).toEqual(['secret-value']);
    expect(found.screen + found.bodies).not.toContain(KEY);
  });
});

function mk(...parts: readonly string[]): string {
  const folder = path.join(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
