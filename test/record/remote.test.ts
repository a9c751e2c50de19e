/**
 * The spend record on a git remote: what machines that vanish, or that never meet, know of each
 * other.
 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import { world, type World } from '../cli/cli-project.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const film = (scenes: number, inFlight = 4): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    `limits: { in_flight: ${inFlight}, gateways: { apimart: { in_flight: ${inFlight} } } }`,
    'scenes:',
    ...Array.from({ length: scenes }, (_, index) => `  - { id: s${index}, prompt: Crab ${index} }`),
    '',
  ].join('\n');

const RECORD = ['--record', 'origin'] as const;

/** A bare remote with one film on main, and machines that clone it as CI does. */
async function studio(scenes: number, more: Parameters<typeof world>[0] = {}) {
  const here = await world({ taskSeconds: 0.02, ...more });
  const remote = path.join(here.folder, 'remote.git');
  await mkdir(remote);
  git(remote, 'init', '-q', '--bare', '-b', 'main');
  const person = await machine(here, 'person');
  git(person, 'switch', '-q', '-c', 'main');
  await here.write('person/.gitignore', 'out/\n.rushes/\n');
  await here.write('person/manifests/film.yaml', film(scenes));
  git(person, 'add', '-A');
  git(person, 'commit', '-q', '-m', 'Film');
  git(person, 'push', '-q', 'origin', 'main');
  return { here, remote };
}

async function machine(here: World, name: string): Promise<string> {
  git(here.folder, 'clone', '-q', '--depth=1', `file://${here.folder}/remote.git`, name);
  return path.join(here.folder, name);
}

/** A server that looks at each ref before it takes a push. */
async function refuse(remote: string, pattern: string): Promise<void> {
  const hook = path.join(remote, 'hooks/update');
  await mkdir(path.dirname(hook), { recursive: true });
  await writeFile(
    hook,
    `#!/bin/sh\ncase "$1" in ${pattern}) echo "GH013: Repository rule violations found for $1." >&2; exit 1;; esac\n`,
  );
  await chmod(hook, 0o755);
}

const paid = (here: World): number => here.gateway.books().accepted.length;
const prompts = (here: World): readonly unknown[] =>
  here.gateway.books().accepted.map(({ body }) => body['prompt']);

test('the next machine knows the payments of the first, although no lock was pushed', async () => {
  const { here, remote } = await studio(3);
  await using _ = here;
  await machine(here, 'one');
  expect(await here.rushes(['render', ...RECORD], { cwd: 'one' })).toMatchObject({ exit: 0 });
  expect(git(remote, 'for-each-ref', '--format=%(refname)').trim().split('\n')).toEqual([
    'refs/heads/main',
    'refs/rushes/record',
  ]);
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'refs/rushes/record')).toMatch(
    /^attempts\/\d{4}-\d\d-\d\d\.jsonl\n$/,
  );
  const recorded = git(remote, 'log', '-p', 'refs/rushes/record');
  expect(recorded).not.toMatch(/Crab \d|key-of/);
  await machine(here, 'two');
  expect((await here.rushes(['plan', ...RECORD], { cwd: 'two' })).out).toContain('paid for');
  expect(await here.rushes(['render', ...RECORD], { cwd: 'two' })).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(3);
});

test.each([
  ['every push is refused', '*', 69],
  ['only branches are taken: the branch rushes/record serves', 'refs/rushes/*', 0],
])('%s', async (...[, pattern, exit]) => {
  const { here, remote } = await studio(2);
  await using _ = here;
  await refuse(remote, pattern);
  await machine(here, 'one');
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'one' });
  expect(ran).toMatchObject({ exit });
  expect(paid(here)).toBe(exit === 0 ? 2 : 0);
  expect(ran.err.includes('contents: write')).toBe(exit !== 0);
  await machine(here, 'two');
  expect(await here.rushes(['render', ...RECORD], { cwd: 'two' })).toMatchObject({ exit });
  expect(paid(here)).toBe(exit === 0 ? 2 : 0);
});

test.each([
  ['the first push of all', 0],
  ['a later one', 1],
])(
  'a push that arrives, and whose answer is lost, is one that arrived: %s',
  async (...[, before]) => {
    const { here, remote } = await studio(2);
    await using _ = here;
    // It has taken the refs by then, and falls silent.
    const hook = path.join(remote, 'hooks/post-receive');
    await mkdir(path.dirname(hook), { recursive: true });
    const count = `echo >> pushes; [ $(wc -l < pushes) -eq ${before + 1} ]`;
    await writeFile(hook, `#!/bin/sh\n${count} && kill -9 $PPID\nexit 0\n`);
    await chmod(hook, 0o755);
    await machine(here, 'one');
    expect(await here.rushes(['render', ...RECORD], { cwd: 'one' })).toMatchObject({ exit: 0 });
    expect(git(remote, 'for-each-ref', '--format=%(refname)').trim().split('\n')).toEqual([
      'refs/heads/main',
      'refs/rushes/record',
    ]);
    await machine(here, 'two');
    expect(await here.rushes(['render', ...RECORD], { cwd: 'two' })).toMatchObject({ exit: 0 });
    expect(paid(here)).toBe(2);
  },
);

test('a remote that does not answer: nothing is submitted', async () => {
  const { here, remote } = await studio(2);
  await using _ = here;
  await machine(here, 'one');
  await rm(remote, { recursive: true });
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'one' });
  expect(ran).toMatchObject({ exit: 69 });
  expect(paid(here)).toBe(0);
});

test('three machines at the same time: each request is sent once', async () => {
  const { here } = await studio(6);
  await using _ = here;
  const names = ['one', 'two', 'three'];
  await Promise.all(names.map((name) => machine(here, name)));
  const ran = await Promise.all(names.map((cwd) => here.rushes(['render', ...RECORD], { cwd })));
  expect(prompts(here)).toHaveLength(new Set(prompts(here)).size);
  expect(paid(here)).toBe(6);
  // Whoever came second leaves it to the next run.
  expect(ran.map(({ exit }) => exit).filter((exit) => exit !== 0 && exit !== 6)).toEqual([]);
  for (const cwd of names) await here.rushes(['render', ...RECORD], { cwd });
  await machine(here, 'four');
  expect(await here.rushes(['render', ...RECORD], { cwd: 'four' })).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(6);
});

test('a machine is gone with its disk: no request twice, at most its slots need a person', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const { here } = await studio(8, { taskSeconds: 0.3, clock });
  await using _ = here;
  await machine(here, 'one');
  let accepted = 0;
  await here.cli(['render', '--json', ...RECORD], {
    cwd: 'one',
    watch: (text, signal) => {
      accepted += text.split('"render.accepted"').length - 1;
      if (accepted >= 3) signal('SIGKILL');
    },
  });
  await rm(path.join(here.folder, 'one'), { recursive: true });
  await machine(here, 'two');
  // Until then the machine could be waiting for an answer.
  aheadMs = 2 * 60_000;
  const ran = await here.rushes(['render', '--json', ...RECORD], { cwd: 'two' });
  expect(ran.exit).toBe(5);
  expect(prompts(here)).toHaveLength(new Set(prompts(here)).size);
  const ends = ran.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(ends.at(-1)).toMatchObject({ event: 'run.finished' });
  expect(ends.at(-1).totals.ambiguous).toBeLessThanOrEqual(4);
});

test('a branch that takes no locks: they are in the record until it does', async () => {
  const { here, remote } = await studio(2);
  await using _ = here;
  await refuse(remote, 'refs/heads/main');
  await machine(here, 'one');
  await here.rushes(['render', ...RECORD], { cwd: 'one' });
  const refused = await here.rushes(['lock', 'push', ...RECORD], { cwd: 'one' });
  expect(refused).toMatchObject({ exit: 0 });
  expect(refused.err).toContain('refused the locks');
  await machine(here, 'two');
  expect(await here.rushes(['lock', 'pull', ...RECORD], { cwd: 'two' })).toMatchObject({ exit: 0 });
  expect(await here.read('two/manifests/film.lock.json')).toBe(
    await here.read('one/manifests/film.lock.json'),
  );
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'refs/rushes/record')).toMatch(/^locks\//m);
  await rm(path.join(remote, 'hooks/update'));
  expect(await here.rushes(['lock', 'push', ...RECORD], { cwd: 'two' })).toMatchObject({ exit: 0 });
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'refs/rushes/record')).not.toMatch(
    /^locks\//m,
  );
  expect(git(remote, 'ls-tree', '-r', '--name-only', 'main')).toContain('film.lock.json');
  expect(paid(here)).toBe(2);
  expect((await readdir(path.join(here.folder, 'two'))).includes('attempts')).toBe(false);
});
