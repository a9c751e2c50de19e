/** What a machine does not allow is said in words, and costs nothing. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { flat, world } from '../cli-project.ts';
import { film, prompts } from './machine-limits.ts';

const FILM =
  'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n';

test('too few open files for the program itself: said before anything is sent, exit 65', async () => {
  await using here = await world();
  await here.write('film.yaml', FILM);
  const ran = await here.cli(['render', 'film.yaml'], { limit: '-n 40' });
  expect(ran).toMatchObject({ exit: 65, out: '' });
  // Node.js 20 opens all modules of a program together. Later ones need one file for them: there it
  // is the run that needs more than it may open.
  const [major] = process.versions.node.split('.');
  expect(flat(ran.err)).toMatch(
    Number(major) < 22
      ? /too many open files/
      : /1 task in flight needs 27 open files and connections, and this process may open \d+ more/,
  );
  expect(flat(ran.err)).toContain('`ulimit -n` shows the limit, 1024 is enough');
  expect(ran.err).not.toMatch(/\bat .*:\d+:\d+/);
  expect(prompts(here)).toEqual([]);
});

test('too few open files for all connections: said before anything is sent, with what fits', async () => {
  await using here = await world();
  await here.write('film.yaml', film(130, 130));
  const refused = await here.cli(['render', 'film.yaml'], { limit: '-n 140' });
  expect(refused).toMatchObject({ exit: 65, out: '' });
  expect(flat(refused.err)).toMatch(
    /130 tasks in flight need 162 open files and connections, and this process may open \d+ more/,
  );
  expect(flat(refused.err)).toMatch(
    /Set `in_flight: \d+` under `limits:`, or allow more open files/,
  );
  expect(refused.err).not.toMatch(/\bat .*:\d+:\d+/);
  expect(prompts(here)).toEqual([]);
});

test('a run lock that was committed: said, with the way out', async () => {
  await using here = await world();
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: here.folder, encoding: 'utf8' });
  git('init', '-q');
  await here.write('manifests/film.yaml', FILM);
  const owner = {
    owner: '0f1e',
    host: 'laptop',
    pid: 7,
    started: '1',
    since: '2026-11-20T17:00:00Z',
    command: 'rushes render',
  };
  await here.write('manifests/.rushes/film.run.lock', JSON.stringify(owner));
  const running = await here.rushes(['render']);
  expect(running).toMatchObject({ exit: 6 });
  expect(running.err).toContain('"rushes render", process 7 on laptop');
  expect(running.err).not.toContain('committed');
  git('add', '-f', 'manifests/.rushes/film.run.lock');
  const committed = await here.rushes(['render']);
  expect(committed).toMatchObject({ exit: 6 });
  expect(flat(committed.err)).toContain(
    'manifests/.rushes/film.run.lock is committed, so every checkout has it. If that run has ended: git rm --cached manifests/.rushes/film.run.lock',
  );
  expect(prompts(here)).toEqual([]);
});
