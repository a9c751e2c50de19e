/** A record whose ref somebody deletes or moves back while a run is under way. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { systemGit } from '../../src/ports/git.ts';
import { RemoteRef } from '../../src/record/remote/remote-ref.ts';
import { attemptOf } from './sample-attempt.ts';

const NOW = Date.UTC(2026, 10, 30);

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

test.each(['deleted', 'moved back'])(
  'a ref that is %s: the next push brings everything again, so that other clones know what is paid for',
  async (what) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rushes-gone-'));
    try {
      const remote = path.join(folder, 'remote.git');
      git(folder, 'init', '-q', '--bare', remote);
      const [ours, theirs] = ['ours', 'theirs'].map((name) => {
        git(folder, 'clone', '-q', remote, name);
        const clone = systemGit(path.join(folder, name), process.env);
        return new RemoteRef({ git: clone, remote: 'origin' });
      });
      if (ours === undefined || theirs === undefined) throw new Error('two clones');
      const lines = [attemptOf(1)];
      await ours.fetch();
      expect(await ours.push(NOW, lines)).toEqual({ kind: 'pushed' });
      const before = git(remote, 'rev-parse', ours.ref);
      lines.push(attemptOf(2));
      expect(await ours.push(NOW, lines)).toEqual({ kind: 'pushed' });

      if (what === 'deleted') git(remote, 'update-ref', '-d', ours.ref);
      else git(remote, 'update-ref', ours.ref, before);
      lines.push(attemptOf(3));
      expect(await ours.push(NOW, lines)).toEqual({ kind: 'moved' });
      expect(await ours.fetch()).toEqual({ kind: 'fetched', news: [] });
      expect(await ours.push(NOW, lines)).toEqual({ kind: 'pushed' });

      expect(await theirs.fetch()).toEqual({ kind: 'fetched', news: lines });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
