/** A lock or a chain in the record that this clone cannot read is not the same as none. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemGit } from '../../src/ports/git.ts';
import { RemoteRef } from '../../src/record/remote/remote-ref.ts';

const NOW = Date.UTC(2026, 10, 30);
const LOCKS = {
  branch: 'main',
  locks: new Map([['manifests/film.lock.json', 'the lock of another clone\n']]),
};

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

test('its message names the file, and nothing is pushed over it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-unreadable-'));
  try {
    const remote = path.join(folder, 'remote.git');
    git(folder, 'init', '-q', '--bare', remote);
    const [first, second] = ['first', 'second'].map((name) => {
      git(folder, 'clone', '-q', remote, name);
      return new RemoteRef({
        git: systemGit(path.join(folder, name), process.env),
        remote: 'origin',
      });
    });
    if (first === undefined || second === undefined) throw new Error('two clones');
    await first.fetch();
    expect(await first.push(NOW, [], LOCKS)).toEqual({ kind: 'pushed' });
    expect(await first.pushChain(NOW, 'main', 'the chain\n')).toEqual({ kind: 'pushed' });

    expect(await second.fetch()).toMatchObject({ kind: 'fetched' });
    expect(await second.locksOf('main')).toEqual({ kind: 'read', value: LOCKS.locks });
    expect(await second.chainOf('main')).toEqual({ kind: 'read', value: 'the chain\n' });
    expect(await second.chainOf('other')).toEqual({ kind: 'read', value: undefined });

    const before = git(remote, 'rev-parse', second.ref);
    for (const line of git(remote, 'ls-tree', '-r', second.ref).split('\n')) {
      const id = line.split(/\s/)[2] ?? '';
      await rm(path.join(folder, 'second/.git/objects', id.slice(0, 2), id.slice(2)));
    }
    expect(await second.locksOf('main')).toEqual({
      kind: 'unreadable',
      message: expect.stringMatching(
        /^locks\/\w+\/manifests\/film\.lock\.json of refs\/rushes\/record \(\w+\) is not here$/,
      ) as string,
    });
    expect(await second.chainOf('main')).toMatchObject({ kind: 'unreadable' });
    const ours = new Map([['manifests/film.lock.json', 'ours\n']]);
    await expect(second.push(NOW, [], { branch: 'main', locks: ours })).rejects.toThrow(
      'is not here',
    );
    expect(git(remote, 'rev-parse', second.ref)).toBe(before);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
