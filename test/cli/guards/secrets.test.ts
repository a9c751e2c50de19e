/**
 * Hostile projects with planted secrets: every byte that a command prints or writes is searched for
 * them. And what else a stranger could bring: links in place of locks, hooks, forged words.
 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemGit } from '../../../src/ports/git.ts';
import { type Ran, type World, world } from '../cli-project.ts';
import { sized } from '../../sizes.ts';

const KEY = 'plantedKey0123456789abcdefXYZ';
const TOKEN = 'plantedToken9876543210fedcbaZYX';
const IN_FILE = 'plantedOnlyInDotEnv1357924680';
/** What git writes of a token: `x-access-token:<token>`. */
const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');
const SECRETS = [KEY, TOKEN, IN_FILE, BASIC, encodeURIComponent(KEY), btoa(KEY).slice(0, 36)];
const ENV = { APIMART_API_KEY: KEY, GITHUB_TOKEN: TOKEN, PATH: process.env['PATH'] };

const HEAD = 'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\n';
const scene = (words: string): string => `${HEAD}scenes:\n  - id: crab\n    ${words}\n`;
const hex = (text: string): string =>
  [...text].map((unit) => `\\x${unit.charCodeAt(0).toString(16)}`).join('');

/** Manifest by name; each tries to get a secret out in its own way. */
const HOSTILE: Readonly<Record<string, string>> = {
  'dot-env': scene('prompt: { file: ../.env }'),
  'git-config': scene('prompt: { file: ../.git/config }'),
  'git-config-link': scene('prompt: { file: config.txt }'),
  'folder-link': scene('prompt: { file: books/config }'),
  'dot-env-link': scene('prompt: { file: words.txt }'),
  'rows-link': scene('rows: words.csv\n    prompt: "${{ row.TOKEN }}"'),
  'include-env': `${HEAD}include: [../.env]\n`,
  'include-link': `${HEAD}include: [words.inc.yaml]\n`,
  'include-glob': `${HEAD}include: ["../.*"]\n`,
  ignored: scene('prompt: { file: ../private/note.txt }'),
  environment: scene('prompt: { file: /proc/self/environ }'),
  traversal: scene('prompt: { file: ../../../../../../../../proc/self/environ }'),
  'key-in-prompt': scene(`prompt: "a sign: ${KEY}"`),
  'key-in-file': scene('prompt: { file: copied.txt }'),
  'key-escaped': scene(`prompt: "a sign: ${hex(KEY)}"`),
  'key-base64': scene(`prompt: "${BASIC}"`),
  'key-in-native': scene(`prompt: A crab\n    params: { negative_prompt: "${KEY}" }`),
  'key-in-element': scene(`prompt: A crab\n    params: { "${KEY}": 1 }`),
  'key-in-link': scene(`prompt: A crab\n    first_frame: "https://example.com/${KEY}.png"`),
  'key-in-notify': `${scene('prompt: A crab')}defaults: { notify: "https://example.com/?k=${KEY}" }\n`,
  'key-in-id': `${HEAD}scenes:\n  - id: ${KEY}\n    prompt: A crab\n`,
  'key-in-name': `${HEAD}project: ${KEY}\nscenes: [{ id: crab, prompt: A crab }]\n`,
  'key-in-output': `${HEAD}output: ${KEY}\nscenes: [{ id: crab, prompt: A crab }]\n`,
  'key-in-tag': scene(`prompt: A crab\n    tags: ["${KEY}"]`),
  'key-in-skip': scene(`prompt: A crab\n    skip: "${KEY}"`),
  'key-in-wrong-place': `${HEAD}${KEY}: 1\nscenes: [{ id: crab, promt: "${TOKEN}" }]\n`,
  'key-in-halves': `${HEAD}vars: { a: ${KEY.slice(0, 9)}, b: ${KEY.slice(9)} }\nscenes: [{ id: crab, prompt: "\${{ vars.a }}\${{ vars.b }}" }]\n`,
  'broken-yaml': `rushes: 1\n  x: [${KEY}\n`,
};

async function hostileProject(): Promise<World> {
  const w = await world();
  await mkdir(path.join(w.folder, 'books'), { recursive: true });
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: w.folder, stdio: 'pipe' });
  git('init', '--quiet');
  git('config', 'http.https://github.com/.extraheader', `AUTHORIZATION: basic ${BASIC}`);
  await w.write('.gitignore', 'private/\nout/\n');
  await w.write('.env', `TOKEN=${IN_FILE}\nAPIMART_API_KEY=${KEY}\n`);
  await w.write('private/note.txt', IN_FILE);
  await w.write('manifests/copied.txt', `A crab\nwith ${TOKEN}\n`);
  for (const [name, text] of Object.entries(HOSTILE)) await w.write(`manifests/${name}.yaml`, text);
  const link = (target: string, name: string) =>
    symlink(path.join(w.folder, target), path.join(w.folder, 'manifests', name));
  await link('.env', 'words.txt');
  await link('.env', 'words.csv');
  await link('.env', 'words.inc.yaml');
  await link('.env', 'linked.yaml');
  await link('.git/config', 'config.txt');
  await link('.git', 'books');
  await link('.env', 'dot-env.lock.json');
  await link('.git/config', 'key-in-tag.lock.json');
  return w;
}

/** Files that rushes wrote: none of those that were planted. */
async function written(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    const isOurs = /(?:^|\/)(?:out|\.rushes)\/|lock\.json$|\.html$|saved\.json$/.test(name);
    if (entry.isFile() && isOurs && !name.startsWith('.git/'))
      found.set(name, await readFile(file, 'latin1'));
  }
  return found;
}

const leaks = (text: string): readonly string[] =>
  SECRETS.filter((secret) => text.includes(secret));

test('0 secrets in any byte that is printed or written', { timeout: 60_000 }, async () => {
  await using w = await hostileProject();
  const found: string[] = [];
  let [commands, sent] = [0, 0];
  const look = (argv: readonly string[], { out, err }: Ran): void => {
    commands += 1;
    for (const leak of leaks(out + err)) found.push(`rushes ${argv.join(' ')}: ${leak}`);
  };
  const names = [...Object.keys(HOSTILE), 'linked'];
  for (const env of [ENV, { ...ENV, GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: w.folder }]) {
    for (const argv of [
      ['validate'],
      ['validate', '--json'],
      ['plan'],
      ['render', '--draft'],
      ['status'],
      ['gallery', '--draft'],
    ])
      look(argv, await w.rushes(argv, { env }));
  }
  for (const [at, name] of names.entries()) {
    const manifest = `manifests/${name}.yaml`;
    const before = w.gateway.books().accepted.length;
    const all = [
      ['validate', manifest, '--json'],
      ['plan', manifest],
      ['plan', manifest, '--json', '--out', 'saved.json'],
      ['plan', manifest, '--markdown'],
      ['plan', manifest, '--print-request', 'crab/kling'],
      ['render', manifest, '--draft', '--json'],
      ['render', manifest],
      ['explain', 'crab/kling', manifest],
      ['status', manifest, '--json'],
      ['gallery', manifest, '--draft'],
    ];
    // In the sample each manifest meets every other command.
    for (const argv of all.filter((_, index) => (at + index) % sized(2, 1) === 0))
      look(argv, await w.rushes(argv, { env: ENV }));
    sent += w.gateway.books().accepted.length - before;
  }
  for (const argv of [
    ['plan', 'manifests/ignored.yaml', '--var', `a=${KEY}`],
    ['plan', KEY],
    ['explain', KEY],
    ['recover', '--from', KEY],
    [KEY],
    ['plan', `--${KEY}`],
  ])
    look(argv, await w.rushes(argv, { env: ENV }));
  for (const [name, text] of await written(w.folder))
    for (const leak of leaks(name + text)) found.push(`${name}: ${leak}`);
  expect(found).toEqual([]);
  expect(sent).toBe(0);
  expect(commands).toBeGreaterThan(sized(130, 250));
});

test('a lock or a journal that is a link is refused, and nothing of it is shown', async () => {
  await using w = await world();
  await w.write('outside.json', `{ "refresh_token": "${IN_FILE}" }\n`);
  await w.write('manifests/film.yaml', scene('prompt: A crab'));
  const lock = path.join(w.folder, 'manifests/film.lock.json');
  await symlink('../outside.json', lock);
  for (const argv of [['plan'], ['status'], ['render'], ['collect'], ['verify']]) {
    const ran = await w.rushes(argv);
    expect([argv[0], ran.exit]).toEqual([argv[0], 65]);
    expect(ran.err).toContain('is a symbolic link');
    expect(ran.out + ran.err).not.toContain('refresh_token');
  }
  expect(w.gateway.books().accepted).toHaveLength(0);
});

test('git and its hooks see no key', async () => {
  await using w = await world();
  const git = systemGit(w.folder, { ...process.env, ...ENV, AWS_SECRET_ACCESS_KEY: KEY });
  expect(await git.run(['init', '--quiet'])).toMatchObject({ ok: true });
  const hook = path.join(w.folder, '.git/hooks/pre-commit');
  await mkdir(path.dirname(hook), { recursive: true });
  await writeFile(hook, '#!/bin/sh\nenv > seen.txt\n');
  await chmod(hook, 0o755);
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  expect(await git.run([...author, 'commit', '--quiet', '--allow-empty', '-m', 'x'])).toMatchObject(
    { ok: true },
  );
  const seen = await w.read('seen.txt');
  expect(leaks(seen)).toEqual([]);
  expect(seen).toMatch(/^PATH=/m);
});

test('a usage error is plain words, whatever was typed', async () => {
  await using w = await world();
  const hostile = '\u009B31m##[error]x\n::error::y\u001B[2J';
  for (const argv of [
    [hostile],
    ['plan', hostile],
    ['explain', hostile],
    ['plan', `--${hostile}`],
  ]) {
    const { err } = await w.rushes(argv);
    // eslint-disable-next-line no-control-regex
    expect(err).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]|##\[|^::/m);
  }
});
