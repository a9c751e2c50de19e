/** The record torn, damaged, unreadable, unwritable, elsewhere: nothing is paid for on a guess. */
import { execFileSync } from 'node:child_process';
import { appendFile, chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { world, type World } from '../cli/cli-project.ts';

const film = (...prompts: readonly string[]): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'scenes:',
    ...prompts.map((prompt, index) => `  - { id: s${index}, prompt: ${prompt} }`),
    '',
  ].join('\n');

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const paid = (here: World): number => here.gateway.books().accepted.length;
const RECORD = '.git/rushes/record.jsonl';

async function rendered({ inGit = true } = {}): Promise<World> {
  const here = await world();
  if (inGit) git(here.folder, 'init', '-q', '-b', 'main');
  await here.write('.gitignore', 'out/\n.rushes/\n');
  await here.write('manifests/film.yaml', film('Crab'));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  return here;
}

test('in git: in the git directory, a line for each step, without prompt, key or link', async () => {
  await using here = await rendered();
  const text = await here.read(RECORD);
  expect(text.trimEnd().split('\n').length).toBeGreaterThan(2);
  expect(text).not.toMatch(/Crab|key-of|https?:\/\/127\.0\.0\.1:\d+\/[a-z]/);
  const [first = ''] = text.split('\n');
  expect(JSON.parse(first).attempt).toMatchObject({
    status: 'ambiguous',
    error: 'no-answer',
    lock: 'manifests/film.lock.json',
    id: 's0/kling',
    branch: 'main',
    origin: new URL(here.env['APIMART_BASE_URL'] ?? '').origin,
  });
  expect(git(here.folder, 'status', '--porcelain')).not.toContain('record');
});

test('without git: in .rushes of the project, which ignores itself', async () => {
  await using here = await rendered({ inGit: false });
  expect(await here.read('.rushes/record.jsonl')).toContain('s0/kling');
  expect(await here.read('.rushes/.gitignore')).toBe('*\n');
});

test('a draft writes none', async () => {
  await using here = await world();
  await here.write('manifests/film.yaml', film('Crab'));
  expect(await here.rushes(['render', '--draft'])).toMatchObject({ exit: 0 });
  await expect(here.read('.rushes/record.jsonl')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('absent: made again from the locks, and no reason for doubt', async () => {
  await using here = await rendered();
  await rm(path.join(here.folder, RECORD));
  await here.write('manifests/other.yaml', film('Rain'));
  expect(await here.rushes(['render', 'manifests/other.yaml'])).toMatchObject({ exit: 0 });
  expect(await here.read(RECORD)).toContain('"lock":"manifests/film.lock.json"');
  await rm(path.join(here.folder, 'manifests/film.lock.json'));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(2);
});

test('torn: the last line is dropped, and the next line stands alone', async () => {
  await using here = await rendered();
  await appendFile(path.join(here.folder, RECORD), '{"crc32":"00');
  await here.write('manifests/film.yaml', film('Crab', 'Rain'));
  expect(await here.rushes(['plan'])).toMatchObject({ exit: 0 });
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  const lines = (await here.read(RECORD)).trimEnd().split('\n');
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  expect(paid(here)).toBe(2);
});

test('damaged: nothing is submitted, exit 5, with the remedy; collect still works', async () => {
  await using here = await rendered();
  const file = path.join(here.folder, RECORD);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"s0/kling"', '"s1/kling"'));
  await here.write('manifests/film.yaml', film('Crab', 'Rain'));
  for (const command of ['render', 'plan']) {
    const refused = await here.rushes([command]);
    expect(refused).toMatchObject({ exit: 5 });
    expect(refused.err).toContain('the spend record .git/rushes/record.jsonl cannot be used');
    expect(refused.err).toContain('move it away');
  }
  expect(paid(here)).toBe(1);
  expect(await here.rushes(['collect'])).toMatchObject({ exit: 0 });
  await rm(file);
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(2);
});

test('a last line of a newer version is not a torn one: nothing is submitted, exit 5', async () => {
  await using here = await rendered();
  const last = (await here.read(RECORD)).trimEnd().split('\n').at(-1) ?? '';
  const json = JSON.stringify({ ...JSON.parse(last).attempt, seed: 7 });
  const line = `{"crc32":"${crc32(json).toString(16).padStart(8, '0')}","attempt":${json}}\n`;
  await here.write(RECORD, line);
  await rm(path.join(here.folder, 'manifests/film.lock.json'));
  const refused = await here.rushes(['render']);
  expect(refused).toMatchObject({ exit: 5 });
  expect(refused.err).toContain('in line 1: this version of rushes cannot read it');
  expect(await here.read(RECORD)).toBe(line);
  expect(paid(here)).toBe(1);
});

test.each(['unreadable', 'unwritable'])('%s: nothing is submitted, exit 5', async (how) => {
  await using here = await rendered();
  await chmod(path.join(here.folder, RECORD), how === 'unreadable' ? 0o200 : 0o400);
  await here.write('manifests/film.yaml', film('Crab', 'Rain'));
  const refused = await here.cli(['render'], { unprivileged: true });
  expect(refused).toMatchObject({ exit: 5 });
  expect(refused.err).toContain('the spend record .git/rushes/record.jsonl cannot be used');
  expect(refused.err).toContain('make the file readable and writable.');
  expect(paid(here)).toBe(1);
});

test('a folder in its place, as unwritable as anything: nothing is submitted, exit 5', async () => {
  await using here = await rendered();
  await rm(path.join(here.folder, RECORD));
  await mkdir(path.join(here.folder, RECORD));
  await here.write('manifests/film.yaml', film('Crab', 'Rain'));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 5 });
  expect(paid(here)).toBe(1);
});

test.each([
  ['-clone', 'with git', {}],
  ['-clone\nof Ann', 'with git', {}],
  ['-clone', 'without git on this machine', { PATH: '/nonexistent' }],
  ['-clone\nof Ann', 'without git on this machine', { PATH: '/nonexistent' }],
])('a worktree shares the record of its clone: %j, %s', async (ending, _, more) => {
  await using here = await rendered();
  git(here.folder, 'add', 'manifests/film.yaml', '.gitignore', 'package.json');
  git(here.folder, 'commit', '-q', '-m', 'Film');
  // What git prints in a worktree is the path of the clone.
  const clone = `${here.folder}${ending}`;
  const tree = `${here.folder}-tree`;
  try {
    await cp(here.folder, clone, { recursive: true });
    git(clone, 'worktree', 'add', '-q', '-b', 'tree', tree);
    const cwd = path.relative(here.folder, tree);
    const env = { ...here.env, ...more };
    const plan = await here.rushes(['plan'], { cwd, env });
    expect(plan.out).toContain('paid for on branch main, as s0/kling of manifests/film.lock.json');
    expect(await here.rushes(['render'], { cwd, env })).toMatchObject({ exit: 0 });
    expect(paid(here)).toBe(1);
  } finally {
    await rm(tree, { recursive: true, force: true });
    await rm(clone, { recursive: true, force: true });
  }
});

test('a submodule and a shallow clone have records of their own', async () => {
  await using here = await rendered();
  git(here.folder, 'add', '-A');
  git(here.folder, 'commit', '-q', '-m', 'Film');
  const outer = `${here.folder}-outer`;
  try {
    git(path.dirname(outer), 'clone', '-q', '--depth', '1', `file://${here.folder}`, outer);
    const shallow = await here.rushes(['render'], { cwd: path.relative(here.folder, outer) });
    expect(shallow).toMatchObject({ exit: 0 });
    expect(await readFile(path.join(outer, RECORD), 'utf8')).toContain('s0/kling');
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', here.folder, 'films');
    const films = path.join(outer, 'films');
    const inside = await here.rushes(['render'], { cwd: path.relative(here.folder, films) });
    expect(inside).toMatchObject({ exit: 0 });
    expect(
      await readFile(path.join(outer, '.git/modules/films/rushes/record.jsonl'), 'utf8'),
    ).toContain('s0/kling');
    expect(paid(here)).toBe(1);
  } finally {
    await rm(outer, { recursive: true, force: true });
  }
});

test('git refuses a folder of another owner: an error that says what to run, never a second record', async () => {
  await using here = await rendered();
  await here.write('manifests/film.yaml', film('Crab', 'Rain'));
  // As git itself tests it: every folder counts as another user's.
  const env = {
    GIT_TEST_ASSUME_DIFFERENT_OWNER: '1',
    HOME: here.folder,
    PATH: process.env['PATH'],
  };
  for (const command of ['render', 'plan', 'collect']) {
    const refused = await here.rushes([command], { env });
    expect(refused).toMatchObject({ exit: 5 });
    expect(refused.err).toContain(`git config --global --add safe.directory ${here.folder}`);
  }
  await expect(here.read('.rushes/record.jsonl')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(paid(here)).toBe(1);
});

test('no git on this machine: the record of the repository is found all the same', async () => {
  await using here = await rendered();
  await here.write('manifests/film.yaml', film('Crab', 'Rain'));
  await rm(path.join(here.folder, 'manifests/film.lock.json'));
  expect(await here.rushes(['render'], { env: { PATH: '/nowhere' } })).toMatchObject({ exit: 0 });
  expect(await here.read(RECORD)).toContain('s1/kling');
  expect(paid(here)).toBe(2);
});
