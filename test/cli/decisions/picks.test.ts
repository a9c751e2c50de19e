/** Picks and rejections as a person sees them: in the lock, in plan and status, across branches. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { decide, RefusedError } from '../../../src/index.ts';
import { flat, REPOSITORY, type World, world } from '../cli-project.ts';
import { film } from '../manifest-text.ts';
import { renderedElsewhere } from '../rendered-project.ts';

const run = promisify(execFile);

async function takes(): Promise<World> {
  const w = await world();
  await w.write(
    'film.yaml',
    film('  - { id: crab, prompt: A crab, takes: 3 }\n  - { id: sun, prompt: The sun }', '', {
      kling: 'apimart/kling-v3',
    }),
  );
  await renderedElsewhere(w, 'film');
  return w;
}
const rushes = async (w: World, ...argv: string[]) => w.rushes([...argv, 'film.yaml']);
const decisions = async (w: World): Promise<Readonly<Record<string, unknown>>> => {
  const { renders } = JSON.parse((await rushes(w, 'status', '--json')).out) as {
    renders: { id: string; decision?: unknown }[];
  };
  return Object.fromEntries(
    renders.flatMap(({ id, decision }) => (decision === undefined ? [] : [[id, decision]])),
  );
};

test('pick, reject and unpick: told in status, plan and their JSON, and nothing is sent', async () => {
  await using w = await takes();
  const before = await w.read('film.lock.json');
  const { ran, events } = await w.requests(
    rushes(w, 'pick', 'crab/kling/2', '--in', '0.5', '--out', '4', '--note', 'good light'),
  );
  expect(ran).toMatchObject({ exit: 0, err: '' });
  expect(ran.out).toContain('pick crab/kling/2: written to the lock');
  expect(events).toEqual([]);
  expect((await rushes(w, 'reject', 'crab/kling', '--note', 'blurred')).exit).toBe(0);
  expect(await decisions(w)).toEqual({
    'crab/kling': { reject: { of: 'task_0', note: 'blurred' } },
    'crab/kling/2': { pick: { of: 'task_1', in: 0.5, out: 4, note: 'good light' } },
  });
  const status = flat((await rushes(w, 'status')).out);
  expect(status).toContain('picked 0.5-4 s (good light)');
  expect(status).toContain('rejected (blurred)');
  expect((await rushes(w, 'plan')).out).toContain('4 clips are current, ');
  expect((await rushes(w, 'plan')).out).toContain('1 of them picked');
  const one = await rushes(w, 'plan', '--only', 'crab/kling/2');
  expect(one.out).toMatch(/^Nothing to do: 1 clip is current, .*(?<!1 of them )picked\.\n$/);
  const planned = JSON.parse((await rushes(w, 'plan', '--json')).out) as {
    renders: { id: string; picked?: boolean; rejected?: boolean }[];
  };
  expect(planned.renders.filter(({ picked }) => picked).map(({ id }) => id)).toEqual([
    'crab/kling/2',
  ]);
  expect(planned.renders.filter(({ rejected }) => rejected).map(({ id }) => id)).toEqual([
    'crab/kling',
  ]);
  await rushes(w, 'unpick', 'crab/kling', 'crab/kling/2');
  expect(await w.read('film.lock.json')).toBe(before);
});

test('clips of one scene are not picked together without --also; points are about one clip', async () => {
  await using w = await takes();
  const all = await rushes(w, 'pick', 'crab');
  expect(all).toMatchObject({ exit: 64, out: '' });
  expect(all.err).toContain('are clips of the same scene, and a scene has only one pick');
  expect((await rushes(w, 'pick', 'crab/kling', 'sun/kling', '--in', '1')).err).toContain(
    '--in and --out apply to one clip',
  );
  expect((await rushes(w, 'pick', 'crab/kling', 'sun/kling')).exit).toBe(0);
  const replaced = await rushes(w, 'pick', 'crab/kling/3');
  expect(replaced.out).toContain('in place of crab/kling');
  expect((await rushes(w, 'pick', 'crab/kling', '--also')).exit).toBe(0);
  expect(Object.keys(await decisions(w))).toEqual(['crab/kling', 'crab/kling/3', 'sun/kling']);
  const secret = await w.rushes(['reject', 'sun/kling', '--note', 'key-of-apimart', 'film.yaml']);
  expect(secret).toMatchObject({ exit: 64 });
  expect(secret.err).toContain('--note contains the value of APIMART_API_KEY');
});

test('the library picks and takes it back', async () => {
  await using w = await takes();
  const options = { cwd: w.folder, env: w.env };
  await decide('film.yaml', 'crab/kling', { kind: 'pick', note: 'calm' }, options);
  const second = await decide('film.yaml', 'crab/kling/2', { kind: 'pick' }, options);
  expect(second).toMatchObject({ note: 'in place of crab/kling' });
  await decide('film.yaml', 'sun/kling', { kind: 'reject' }, options);
  expect(Object.keys(await decisions(w))).toEqual(['crab/kling/2', 'sun/kling']);
  await decide('film.yaml', 'sun/kling', { kind: 'reject', undo: true }, options);
  await expect(
    decide('film.yaml', 'sun/kling', { kind: 'pick', undo: true }, options),
  ).rejects.toThrow(RefusedError);
});

test('two branches pick differently: git shows a conflict, plan warns, rushes pick resolves it', async () => {
  await using w = await takes();
  await w.write('ours.json', await w.read('film.lock.json'));
  const sides = [];
  for (const id of ['crab/kling/2', 'crab/kling/3']) {
    await rushes(w, 'pick', id);
    sides.push(await w.read('film.lock.json'));
  }
  await w.write('base.json', await w.read('ours.json'));
  await w.write('film.lock.json', sides[0] ?? '');
  await w.write('theirs.json', sides[1] ?? '');
  const merged = await w.rushes([
    'lock',
    'merge',
    'base.json',
    'film.lock.json',
    'theirs.json',
    'film.lock.json',
  ]);
  expect(merged.exit).toBe(5);
  await w.write('conflict.json', await w.read('film.lock.json'));
  expect(merged.err).toContain(
    'scene crab has 2 picks, from different branches: crab/kling/2 and crab/kling/3\n  Choose one: rushes pick film:crab/kling/2 film.yaml ;',
  );
  // Another manifest has a render of that name, and is the one that a command would take by itself.
  await w.write('manifests/other.yaml', await w.read('film.yaml'));
  expect(flat((await rushes(w, 'status')).out)).toContain('scene crab has 2 picks');
  const plan = await rushes(w, 'plan');
  expect(plan.err).toContain('pick-conflict');
  expect(plan.exit).toBe(0);
  for (const { err, out } of [merged, plan, await w.rushes(['status', 'film.yaml'])]) {
    const [, hint = ''] = /Choose one:\s+rushes\s+(.+?) ;/.exec(flat(`${err}${out}`)) ?? [];
    await w.write('film.lock.json', await w.read('conflict.json'));
    expect(await w.rushes(hint.split(' '))).toMatchObject({ exit: 0 });
    expect(flat((await w.rushes(['status', 'film.yaml'])).out)).not.toContain('has 2 picks');
  }
  const resolved = await rushes(w, 'plan');
  expect(resolved.err).not.toContain('pick-conflict');
  // The clips of this lock are on no disk: that is all that is left to say.
  expect(resolved.err).toMatch(/^  elsewhere: 4 clips are made, but not on this machine\n/);
});

test('git itself stops at such a merge, with a lock that is valid', async () => {
  await using w = await takes();
  const git = async (...argv: string[]): Promise<string> => {
    const { stdout } = await run('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...argv], {
      cwd: w.folder,
    });
    return stdout;
  };
  await git('init', '-q', '-b', 'main');
  const driver = `${process.execPath} --import ${import.meta.resolve('tsx')} ${REPOSITORY}src/cli.ts lock merge %O %A %B %P`;
  await git('config', 'merge.rushes-lock.driver', driver);
  await w.write('.gitattributes', '*.lock.json merge=rushes-lock\n');
  await w.write('.gitignore', '.rushes/\n');
  await git('add', '.');
  await git('commit', '-qm', 'rendered');
  await git('checkout', '-qb', 'calm');
  await rushes(w, 'pick', 'crab/kling/2');
  await git('commit', '-qam', 'calm');
  await git('checkout', '-q', 'main');
  await rushes(w, 'pick', 'crab/kling/3');
  await git('commit', '-qam', 'wild');
  await expect(git('merge', '-q', 'calm')).rejects.toThrow('scene crab has 2 picks');
  expect(await git('diff', '--name-only', '--diff-filter=U')).toBe('film.lock.json\n');
  expect(Object.keys(await decisions(w))).toEqual(['crab/kling/2', 'crab/kling/3']);
  await rushes(w, 'pick', 'crab/kling/2');
  await git('commit', '-qam', 'merged');
  expect(Object.keys(await decisions(w))).toEqual(['crab/kling/2']);
});
