/** Whoever may push to the remote may put anything into the tree of the record's ref. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { world } from '../cli/cli-project.ts';

test('a lock in the record is never written outside of the repository', async () => {
  await using here = await world();
  const one = path.join(here.folder, 'one');
  const git = (input: string, ...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=eve', '-c', 'user.email=eve@example.com', ...args], {
      cwd: one,
      encoding: 'utf8',
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).trim();
  await here.write(
    'one/manifests/film.yaml',
    'rushes: 1\nmodels: { m: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n',
  );
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', path.join(here.folder, 'remote.git')]);
  git('', 'init', '-q', '-b', 'main');
  git('', 'remote', 'add', 'origin', '../remote.git');
  git('', 'add', 'manifests');
  git('', 'commit', '-q', '-m', 'Film');
  git('', 'push', '-q', 'origin', 'main');
  expect(await here.rushes(['render'], { cwd: 'one' })).toMatchObject({ exit: 0 });

  const lock = git('', 'hash-object', '-w', 'manifests/film.lock.json');
  const tree = (name: string, inside: string): string =>
    git(`040000 tree ${inside}\t${name}\n`, 'mktree');
  const branch = createHash('sha256').update('main').digest('hex').slice(0, 16);
  const file = git(`100644 blob ${lock}\tescaped.lock.json\n`, 'mktree');
  const top = ['..', '..', 'manifests', branch, 'locks'].reduce((at, name) => tree(name, at), file);
  const commit = git('', 'commit-tree', '-m', 'Record', top);
  git('', 'push', '-q', 'origin', `${commit}:refs/rushes/record`);

  const pulled = await here.rushes(['lock', 'pull', '--record', 'origin'], { cwd: 'one' });
  expect(pulled).toMatchObject({ exit: 0 });
  await expect(access(path.join(here.folder, 'escaped.lock.json'))).rejects.toThrow('ENOENT');
});
