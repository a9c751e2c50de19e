/** A task is lost on one branch, and its clip is on another: whatever was decided, it is used. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { type World, world } from '../cli/cli-project.ts';

const LOCK = 'manifests/film.lock.json';

/** Its task is lost on the branch `rain`, which decides, and lands on `main` after that. */
async function lostAndFound(
  w: World,
  ...decision: readonly string[]
): Promise<{ readonly task: string; git: (...args: readonly string[]) => void }> {
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
      cwd: w.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const commit = (message: string): void => {
    git('add', '-A');
    git('commit', '-q', '-m', message);
  };
  git('init', '-q', '-b', 'main');
  await w.write('.gitignore', 'out/\n.rushes/\n');
  await w.write(
    'manifests/film.yaml',
    'rushes: 1\nmodels: { o3: { use: evolink/kling-o3-text-to-video } }\nscenes: [{ id: crab, prompt: A crab }]\n',
  );
  expect(await w.rushes(['render', '--detach'])).toMatchObject({ exit: 6 });
  commit('Sent');
  git('switch', '-q', '-c', 'rain');
  const text = (await w.read(LOCK)).replace('"submitted"', '"lost"');
  expect(text).toContain('"lost"');
  await w.write(LOCK, text);
  expect(await w.rushes(['recover', 'crab/o3', ...decision])).toMatchObject({ exit: 0 });
  commit('Decided');
  git('switch', '-q', 'main');
  expect(await w.rushes(['collect'])).toMatchObject({ exit: 0 });
  commit('Found');
  git('switch', '-q', 'rain');
  const { task = '' } = w.gateway.books().accepted[0] ?? {};
  return { task, git };
}

const entry = async (w: World): Promise<unknown> =>
  JSON.parse(await w.read(LOCK)).renders['crab/o3'];

test.each(['--never-happened', '--give-up', '--pay-again'])(
  'a lost task with %s, found on another branch: it is not paid for again',
  async (decision) => {
    await using w = await world();
    const { task } = await lostAndFound(w, decision);

    expect(await w.rushes(['render', '--retry-failed'])).toMatchObject({ exit: 0 });
    expect(w.gateway.books().accepted).toHaveLength(1);
    expect(await entry(w)).toMatchObject({ status: 'completed', task });
    expect(await entry(w)).not.toHaveProperty('decision');
    const cost = JSON.parse((await w.rushes(['status', '--cost', '--json'])).out);
    expect(cost.money).toMatchObject({ chargedUsd: 0.397059, unclearUsd: 0 });
    expect(await w.rushes(['verify'])).toMatchObject({ exit: 0 });
  },
);

test('the merge of a lost task that is to be paid for again, and its clip, pays for nothing', async () => {
  await using w = await world();
  const { task, git } = await lostAndFound(w, '--pay-again');
  git('config', 'merge.rushes.driver', 'false');
  expect(() => git('merge', '-q', 'main')).toThrow('git');
  expect(await w.rushes(['lock', 'merge', LOCK])).toMatchObject({ exit: 0 });

  expect(await entry(w)).toMatchObject({ status: 'completed', task });
  expect(await entry(w)).not.toHaveProperty('decision');
  expect(await w.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(w.gateway.books().accepted).toHaveLength(1);
});

test('pay again, and the lost task comes back before it is paid: its clip is enough', async () => {
  await using w = await world();
  await w.write(
    'manifests/film.yaml',
    'rushes: 1\nmodels: { o3: { use: evolink/kling-o3-text-to-video } }\nscenes: [{ id: crab, prompt: A crab }]\n',
  );
  expect(await w.rushes(['render', '--detach'])).toMatchObject({ exit: 6 });
  await w.write(LOCK, (await w.read(LOCK)).replace('"submitted"', '"lost"'));
  expect(await w.rushes(['recover', 'crab/o3', '--pay-again'])).toMatchObject({ exit: 0 });
  await w.rushes(['collect']);
  expect(await entry(w)).toMatchObject({ status: 'completed' });
  expect(await w.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(w.gateway.books().accepted).toHaveLength(1);
});
