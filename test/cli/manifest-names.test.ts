/**
 * Whoever writes to a repository chooses the names of its files, and GitHub's runner reads the log.
 */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { world } from './cli-project.ts';

const FILM =
  'rushes: 1\nmodels: { m: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n';
/** Its second line is a command of the runner. */
const NAME = 'a\n::add-mask::film';

const COMMANDS = [
  ['validate'],
  ['validate', '--list-vars'],
  ['plan'],
  ['render', '--draft'],
  ['collect'],
  ['status'],
  ['redo', 'crab/m'],
  ['frame', 'crab/m', 'first'],
] as const;

const gitOfEve =
  (cwd: string) =>
  (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=eve', '-c', 'user.email=eve@example.com', ...args], {
      cwd,
      encoding: 'utf8',
    });

test.skipIf(process.platform === 'win32')(
  'the name of a manifest or of a lock gives no command to the runner',
  async () => {
    await using here = await world();
    const git = gitOfEve(here.folder);
    git('init', '-q', '-b', 'main');
    for (const ending of ['yaml', 'lock.json']) {
      await here.write(
        `manifests/${NAME}.${ending}`,
        ending === 'yaml' ? FILM : '{ "lockVersion": 1, "renders": {} }\n',
      );
      for (const command of COMMANDS) {
        const { exit, out, err } = await here.rushes(command);
        expect({ command, exit }).toEqual({ command, exit: 64 });
        expect(`${out}${err}`).not.toMatch(/^::add-mask/m);
      }
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'a lock with such a name on the branch is not taken for one of ours',
  async () => {
    await using here = await world();
    const git = gitOfEve(here.folder);
    git('init', '-q', '-b', 'main');
    git('init', '-q', '--bare', 'remote.git');
    git('remote', 'add', 'origin', './remote.git');
    const lock = `manifests/${NAME}.lock.json`;
    await here.write('manifests/film.yaml', FILM);
    await here.write(lock, '{ "lockVersion": 1, "renders": { "x": 1 } }\n');
    git('add', 'manifests');
    git('commit', '-q', '-m', 'Film');
    git('push', '-q', 'origin', 'main');
    git('rm', '-q', '--cached', lock);
    git('clean', '-qfd', 'manifests');
    const pulled = await here.rushes(['lock', 'pull']);
    expect(pulled).toMatchObject({ exit: 0 });
    expect(`${pulled.out}${pulled.err}`).not.toMatch(/^::add-mask/m);
  },
);
