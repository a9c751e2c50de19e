/** A selector that selects nothing stops every command (64), with what there is. */
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadManifest, makePlan, RefusedError, runPlan, status } from '../../../src/index.ts';
import { flat, world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

test('a mistyped selector is an error of every command, and nothing is sent', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film(scenes(2, 'kling').replace('{ id: s2', '{ id: s2, tags: [hero]')),
  );
  // What is not rendered yet can be selected all the same.
  expect((await w.rushes(['status', '--only', 's1', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['render', '--only', 's1', 'film.yaml'])).exit).toBe(0);
  const commands = [
    ['plan'],
    ['plan', '--json'],
    ['render'],
    ['render', '--frozen'],
    ['collect'],
    ['status'],
    ['verify'],
    ['prune'],
    ['recover'],
    ['redo'],
    ['accept'],
    ['accept', '--all-changed'],
  ];
  for (const command of commands) {
    const { ran, events } = await w.requests(
      w.rushes([...command, '--only', 's3/*', '--tag', 'hero', 'film.yaml']),
    );
    expect([command, ran.exit]).toEqual([command, 64]);
    expect(flat(ran.err)).toContain('--only s3/* selects no render');
    expect(flat(ran.err)).toContain('Did you mean s1/*? Available scenes: s1, s2.');
    expect(events).toEqual([]);
  }
  const tag = await w.rushes(['status', '--tag', 'herp', 'film.yaml']);
  expect(tag).toMatchObject({ exit: 64, out: '' });
  expect(tag.err).toContain('Did you mean hero? Available tags: hero.');
  const together = await w.rushes(['plan', '--only', 's1', '--tag', 'hero', 'film.yaml']);
  expect(together).toMatchObject({ exit: 64, out: '' });
  expect(flat(together.err)).toContain('no render matches all of them');
});

test('the library refuses it too', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const at = { cwd: w.folder, env: w.env };
  const filter = { only: ['s7'] };
  const plan = await makePlan([await loadManifest('film.yaml', at)], { filter });
  await expect(runPlan(plan)).rejects.toMatchObject({ exit: 64 });
  await expect(status(['film.yaml'], { ...at, filter })).rejects.toBeInstanceOf(RefusedError);
  expect(w.gateway.books().accepted).toEqual([]);
});

test('a word without --only is called an argument, and the near render is named', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  for (const command of [
    ['pick', 's1/kling/9'],
    ['redo', 's1/kling/9'],
    ['accept', 's1/kling/9'],
    ['recover', 's1/kling/9', '--pay-again'],
    ['frame', 's1/kling/9', 'last'],
  ]) {
    const ran = await w.rushes([...command, 'film.yaml']);
    expect([command, ran.exit]).toEqual([command, 64]);
    expect(flat(ran.err)).toContain('the argument s1/kling/9 selects no render');
    expect(flat(ran.err)).toContain('Did you mean s1/kling? Available renders: s1/kling.');
  }
  const both = await w.rushes(['pick', 's1', '--only', 's1/kling/9', 'film.yaml']);
  expect(flat(both.err)).toContain('--only s1/kling/9 selects no render');
});

test('a folder of manifests that cannot be read is said to be so, and is no name of a render', async () => {
  await using w = await world();
  await w.write('films/film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['render', 'films'])).exit).toBe(0);
  await chmod(path.join(w.folder, 'films'), 0o300);
  const ran = await w.cli(['redo', 's1/kling', 'films'], { unprivileged: true });
  await chmod(path.join(w.folder, 'films'), 0o700);
  expect(ran.exit).toBe(64);
  expect(flat(ran.err)).toContain('the folder films cannot be read: EACCES');
  expect(flat(ran.err)).toContain('Let this user read it');
});

test('a manifest that cannot be read is said to be so, and its lock is used alone', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await chmod(path.join(w.folder, 'film.yaml'), 0);
  const argv = ['--only', 's1/kling', 'film.yaml'];
  for (const command of ['redo', 'pin', 'pick', 'accept', 'plan']) {
    const ran = await w.cli([command, ...argv], { unprivileged: true });
    expect([command, ran.exit]).toEqual([command, /accept|plan/.test(command) ? 65 : 0]);
    expect(flat(ran.err)).toContain('"film.yaml" cannot be read: EACCES');
  }
});
