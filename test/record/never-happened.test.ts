/** "It never happened" is a person's word: a task that turns up later is worth more. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { smallClips, world } from '../cli/cli-project.ts';

test('declared as never happened on one branch, found on another: it is not paid for again', async () => {
  await using here = await world({
    script: {
      rules: [
        { when: { step: 'submit', nth: 1 }, do: { fault: 'reset', accepted: true } },
        smallClips(),
      ],
    },
  });
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
      cwd: here.folder,
      encoding: 'utf8',
    });
  const commit = (message: string): void => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
  };
  git('init', '-q', '-b', 'main');
  await here.write('.gitignore', 'out/\n.rushes/\n');
  await here.write(
    'manifests/film.yaml',
    'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n',
  );
  commit('Film');
  git('branch', 'rain');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 5 });
  commit('Unclear');
  git('switch', '-q', 'rain');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 5 });
  expect(await here.rushes(['recover', 'crab/kling', '--never-happened'])).toMatchObject({
    exit: 0,
  });
  commit('Never happened');
  git('switch', '-q', 'main');
  const { task = '' } = here.gateway.books().accepted[0] ?? {};
  expect(await here.rushes(['recover', 'crab/kling', '--adopt', task])).toMatchObject({ exit: 0 });
  expect(await here.rushes(['collect'])).toMatchObject({ exit: 0 });
  commit('Found');
  git('switch', '-q', 'rain');

  expect(JSON.parse((await here.rushes(['plan', '--json'])).out).renders).toMatchObject([
    { id: 'crab/kling', action: 'fetch' },
  ]);
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(here.gateway.books().accepted).toHaveLength(1);
  const cost = JSON.parse((await here.rushes(['status', '--cost', '--json'])).out);
  expect(cost.money).toMatchObject({ chargedUsd: 0.336, unclearUsd: 0 });
  expect(await here.rushes(['verify'])).toMatchObject({ exit: 0 });
  expect(
    JSON.parse(await here.read('manifests/film.lock.json')).renders['crab/kling'],
  ).toMatchObject({ status: 'completed', task, clip: { path: '../out/film/crab/kling.mp4' } });
});
