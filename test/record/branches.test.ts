/** What is paid for on one branch, or of one manifest, is not paid for again on or of another. */
import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { flat, world, type World } from '../cli/cli-project.ts';

const film = (scenes: Readonly<Record<string, string>>): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'scenes:',
    ...Object.entries(scenes).map(([id, prompt]) => `  - { id: ${id}, prompt: ${prompt} }`),
    '',
  ].join('\n');

const git = (here: World, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd: here.folder,
    encoding: 'utf8',
  });

async function repository(): Promise<World> {
  const here = await world();
  git(here, 'init', '-q', '-b', 'main');
  await here.write('.gitignore', 'out/\n.rushes/\n');
  return here;
}

function commit(here: World, message: string): void {
  git(here, 'add', '-A');
  git(here, 'commit', '-q', '-m', message);
}

const paid = (here: World): number => here.gateway.books().accepted.length;

test('rendered on one branch, asked for on another: adopted, with its clip, and the plan says so', async () => {
  await using here = await repository();
  await here.write('manifests/film.yaml', film({ crab: 'A crab' }));
  commit(here, 'Film');
  git(here, 'switch', '-q', '-c', 'rain');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  commit(here, 'Results');
  git(here, 'switch', '-q', 'main');
  const plan = await here.rushes(['plan', '--detailed-exitcode']);
  expect(plan).toMatchObject({ exit: 2 });
  expect(plan.out).toContain('paid for on branch rain');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(1);
  expect(
    JSON.parse(await here.read('manifests/film.lock.json')).renders['crab/kling'],
  ).toMatchObject({
    status: 'completed',
    clip: { path: '../out/film/crab/kling.mp4' },
  });
  expect(await here.rushes(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
  const listed = await here.rushes(['record', 'list']);
  expect(listed.out).toMatch(
    /completed {2}crab\/kling of manifests\/film\.lock\.json on \w+ {2}apimart\/kling-v3 {2}\$0\.\d+ {2}task/,
  );
  expect(listed.out).toContain('1 attempt in .git/rushes/record.jsonl');
  const { out } = await here.rushes(['record', 'list', '--json']);
  expect(JSON.parse(out).attempts).toMatchObject([{ status: 'completed', id: 'crab/kling' }]);
});

test('a lock that was deleted is no order to pay again', async () => {
  await using here = await repository();
  await here.write('manifests/film.yaml', film({ crab: 'A crab', rain: 'Rain' }));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  await rm(path.join(here.folder, 'manifests/film.lock.json'));
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(2);
});

test('killed on one branch, run on another, back on the first: each request is paid for once', async () => {
  await using here = await repository();
  const two = film({ crab: 'A crab', rain: 'Rain', sun: 'Sun' });
  await here.write('manifests/film.yaml', two);
  commit(here, 'Film');
  git(here, 'branch', 'b');
  let seen = 0;
  await here.cli(['render', '--json'], {
    watch: (text, signal) => {
      seen += text.split('render.accepted').length - 1;
      if (seen >= 2) signal('SIGKILL');
    },
  });
  const atKill = paid(here);
  expect(atKill).toBeGreaterThanOrEqual(2);
  git(here, 'switch', '-q', 'b');
  const onB = await here.rushes(['render']);
  expect(onB.err).toContain('a run on branch main did not shut down cleanly');
  // What was under way when it was killed is unclear; everything else is here now.
  expect([0, 5]).toContain(onB.exit);
  commit(here, 'Results');
  git(here, 'switch', '-q', 'main');
  const back = await here.rushes(['render']);
  expect(back.exit).toBe(onB.exit);
  const bodies = here.gateway.books().accepted.map(({ body }) => JSON.stringify(body));
  expect(new Set(bodies).size).toBe(bodies.length);
});

test('edited back, displaced, moved from manifest to manifest one at a time: nothing is paid for twice', async () => {
  await using here = await repository();
  const a = (scenes: Readonly<Record<string, string>>) =>
    here.write('manifests/a.yaml', film(scenes));
  const b = (scenes: Readonly<Record<string, string>>) =>
    here.write('manifests/b.yaml', film(scenes));
  await a({ one: 'Crab', two: 'Rain' });
  expect(await here.rushes(['render', 'manifests/a.yaml'])).toMatchObject({ exit: 0 });
  // New words for the first scene; then its old words under the second id.
  await a({ one: 'Sun', two: 'Rain' });
  expect(await here.rushes(['render', 'manifests/a.yaml'])).toMatchObject({ exit: 0 });
  await a({ one: 'Sun', two: 'Crab' });
  const plan = await here.rushes(['plan', 'manifests/a.yaml']);
  expect(plan.out).toContain('two/kling is paid for, as one/kling of manifests/a.lock.json');
  expect(await here.rushes(['render', 'manifests/a.yaml'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(3);
  // The rain moves to another manifest, of which the first run knows nothing.
  await b({ one: 'Rain' });
  const alone = await here.rushes(['render', 'manifests/b.yaml']);
  expect(alone).toMatchObject({ exit: 65 });
  expect(alone.err).toContain('paid-elsewhere');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(3);
  expect(await here.rushes(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
});

test('a clip that waits for a frame is not paid for again where another branch has both', async () => {
  await using here = await repository();
  const chain = film({ hall: 'A hall' }).replace(
    /\n$/,
    '\n  - { id: door, prompt: A door, first_frame: { scene: hall, frame: last } }\n',
  );
  await here.write('manifests/film.yaml', chain);
  expect(await here.rushes(['render', '--detach'])).toMatchObject({ exit: 6 });
  commit(here, 'The hall is being made');
  git(here, 'switch', '-q', '-c', 'dawn');
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  commit(here, 'Results');
  expect(paid(here)).toBe(2);
  // The lock of main still waits for the hall: what the door asks for is known when it has landed.
  git(here, 'switch', '-q', 'main');
  const ran = await here.rushes(['render']);
  expect(paid(here)).toBe(2);
  expect(ran).toMatchObject({ exit: 6 });
  expect(flat(ran.err)).toContain(
    'the same request is or may be paid for, as door/kling of manifests/film.lock.json on branch dawn: run again',
  );
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  expect(paid(here)).toBe(2);
  expect(await here.rushes(['plan', '--detailed-exitcode'])).toMatchObject({ exit: 0 });
});
