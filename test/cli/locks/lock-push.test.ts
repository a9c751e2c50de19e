/** `rushes lock push`, `pull` and `merge` after a run that wrote no lock: the journal counts. */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { world, type World } from '../cli-project.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const FILM = [
  'rushes: 1',
  'models: { kling: { use: apimart/kling-v3 } }',
  'limits: { in_flight: 8, gateways: { apimart: { in_flight: 8 } } }',
  'scenes:',
  ...Array.from({ length: 8 }, (_, index) => `  - { id: s${index}, prompt: Crab ${index} }`),
  '',
].join('\n');

/** A project with a remote, whose render was killed after eight tasks were accepted. */
async function killed(here: World, remote: string): Promise<void> {
  git(remote, 'init', '-q', '--bare', '-b', 'main');
  git(here.folder, 'init', '-q', '-b', 'main');
  git(here.folder, 'remote', 'add', 'origin', remote);
  await here.write('.gitignore', 'out/\n.rushes/\n');
  await here.write('manifests/film.yaml', FILM);
  git(here.folder, 'add', '-A');
  git(here.folder, 'commit', '-q', '-m', 'Film');
  git(here.folder, 'push', '-q', 'origin', 'main');
  let accepted = 0;
  await here.cli(['render', '--json'], {
    watch: (text, signal) => {
      accepted += text.split('"render.accepted"').length - 1;
      if (accepted === 8) signal('SIGKILL');
    },
  });
  expect(here.gateway.books().accepted).toHaveLength(8);
}

test('killed, then lock push: the next checkout pays for nothing again', async () => {
  await using here = await world({ taskSeconds: 0.5 });
  const remote = await mkdtemp(path.join(tmpdir(), 'rushes-remote-'));
  const clone = await mkdtemp(path.join(tmpdir(), 'rushes-clone-'));
  try {
    await killed(here, remote);
    const pushed = await here.rushes(['lock', 'push']);
    expect(pushed).toMatchObject({ exit: 0 });
    expect(pushed.out).toContain('pushed manifests/film.lock.json to origin/main');
    git(clone, 'clone', '-q', remote, '.');
    const next = await here.rushes(['render'], { cwd: path.relative(here.folder, clone) });
    expect(next).toMatchObject({ exit: 0 });
    expect(here.gateway.books().accepted).toHaveLength(8);
    expect((await here.rushes(['lock', 'push'])).out).toBe(
      'origin/main already has every result\n',
    );
  } finally {
    await rm(remote, { recursive: true, force: true });
    await rm(clone, { recursive: true, force: true });
  }
});

test('killed, then a lock with merge markers: lock merge takes the journal in', async () => {
  await using here = await world({ taskSeconds: 0.5 });
  const remote = await mkdtemp(path.join(tmpdir(), 'rushes-remote-'));
  try {
    await killed(here, remote);
    const [lock, none] = ['manifests/film.lock.json', '{ "lockVersion": 1, "renders": {} }'];
    await here.write(lock, `<<<<<<< main\n${none}\n=======\n${none}\n>>>>>>> rain\n`);
    // Until then no command can write this lock.
    expect(await here.rushes(['render'])).toMatchObject({ exit: 65 });
    expect(await here.rushes(['lock', 'merge', lock])).toMatchObject({ exit: 0 });
    expect((await here.read(lock)).match(/"status": "submitted"/g)).toHaveLength(8);
    expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
    expect(here.gateway.books().accepted).toHaveLength(8);
  } finally {
    await rm(remote, { recursive: true, force: true });
  }
});

test('killed, then an artifact with lock folder and journal: lock pull --from takes both in', async () => {
  await using here = await world({ taskSeconds: 0.5 });
  const remote = await mkdtemp(path.join(tmpdir(), 'rushes-remote-'));
  const artifact = await mkdtemp(path.join(tmpdir(), 'rushes-artifact-'));
  const clone = await mkdtemp(path.join(tmpdir(), 'rushes-clone-'));
  try {
    await killed(here, remote);
    await cp(path.join(here.folder, 'manifests'), path.join(artifact, 'manifests'), {
      recursive: true,
    });
    git(clone, 'clone', '-q', remote, '.');
    const cwd = path.relative(here.folder, clone);
    expect(await here.rushes(['lock', 'pull', '--from', artifact], { cwd })).toMatchObject({
      exit: 0,
      out: '1 lock brought up to date\n',
    });
    expect(await here.rushes(['render'], { cwd })).toMatchObject({ exit: 0 });
    expect(here.gateway.books().accepted).toHaveLength(8);
  } finally {
    for (const folder of [remote, artifact, clone])
      await rm(folder, { recursive: true, force: true });
  }
});
