/**
 * A disk that fills up, and a lock that cannot be written: what is not written down is not sent,
 * and what is paid for is not lost. A limit of the file size stands for the full disk.
 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { world, type World } from '../cli/cli-project.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const film = (scenes: number): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'scenes:',
    ...Array.from({ length: scenes }, (_, index) => `  - { id: s${index}, prompt: Crab ${index} }`),
    '',
  ].join('\n');

const RECORD = '.rushes/record.jsonl';
const paid = (here: World): number => here.gateway.books().accepted.length;
const prompts = (here: World): number =>
  new Set(here.gateway.books().accepted.map(({ body }) => body['prompt'])).size;

test('the disk is full in the middle of a claim: nothing is sent without it, exit 5, and the next run continues', async () => {
  await using here = await world();
  await here.write('manifests/film.yaml', film(3));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  // The limit of the shell is in blocks of 512 bytes: the record fits, and not a second line.
  const { size } = await stat(path.join(here.folder, RECORD));
  await here.write('manifests/film.yaml', film(9));
  const full = await here.cli(['render'], { limit: `-f ${Math.ceil(size / 512)}` });
  expect(full).toMatchObject({ exit: 5 });
  expect(full.err).toContain(
    'Nothing more is submitted, because the spend record cannot be written',
  );
  expect(full.err).toContain('EFBIG');
  expect(paid(here)).toBeLessThan(9);
  // A part of the line that did not fit.
  const { size: left } = await stat(path.join(here.folder, RECORD));
  expect(left % 512).toBe(0);

  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect([paid(here), prompts(here)]).toEqual([9, 9]);
  for (const line of (await here.read(RECORD)).trimEnd().split('\n'))
    expect(() => JSON.parse(line) as unknown).not.toThrow();
});

test('killed, then lock push where the lock cannot be written: said, and pushed all the same', async () => {
  await using here = await world({ taskSeconds: 30 });
  await mkdir(path.join(here.folder, 'remote.git'));
  git(path.join(here.folder, 'remote.git'), 'init', '-q', '--bare', '-b', 'main');
  git(here.folder, 'clone', '-q', 'remote.git', 'work');
  const work = path.join(here.folder, 'work');
  git(work, 'switch', '-q', '-c', 'main');
  git(work, 'config', 'user.name', 'ana');
  git(work, 'config', 'user.email', 'ana@example.com');
  await here.write('work/.gitignore', 'out/\n.rushes/\n');
  await here.write('work/manifests/film.yaml', film(3));
  git(work, 'add', '-A');
  git(work, 'commit', '-q', '-m', 'Film');
  git(work, 'push', '-q', 'origin', 'main');
  let accepted = 0;
  await here.cli(['render', '--json'], {
    cwd: 'work',
    watch: (text, signal) => {
      accepted += text.split('"render.accepted"').length - 1;
      if (accepted === 3) signal('SIGKILL');
    },
  });
  await chmod(path.join(work, 'manifests'), 0o555);
  try {
    const pushed = await here.cli(['lock', 'push'], { cwd: 'work', unprivileged: true });
    expect(pushed.err).toContain('warning: manifests/film.lock.json could not be written');
    expect(pushed).toMatchObject({ exit: 0 });
    expect(pushed.out).toContain('pushed manifests/film.lock.json to origin/main');
  } finally {
    await chmod(path.join(work, 'manifests'), 0o755);
  }
  // By now it is another user's.
  const remote = ['-c', 'safe.directory=*', '--git-dir', path.join(here.folder, 'remote.git')];
  const lock = git(here.folder, ...remote, 'show', 'main:manifests/film.lock.json');
  expect(lock.match(/"status": "submitted"/g)).toHaveLength(3);
});
