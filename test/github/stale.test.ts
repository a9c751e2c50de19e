/**
 * A run of a commit that the branch has left behind pays for nothing that the branch has dropped.
 */
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pushEvent } from './harness/event.ts';
import { commitFiles, git } from './harness/git.ts';
import { expectGreen, manifestOf, openRepository } from './harness/git-repository.ts';
import { expectHarmless } from './harness/harmless.ts';
import { oneStep } from './harness/one-step.ts';

const step = (manifests: string): string =>
  oneStep(`          command: render\n          manifests: ${manifests}\n`, { on: 'push' });

test('also where the manifests are named through a link', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  await symlink('manifests', path.join(repository.clone, 'linked'));
  const old = await commitFiles(repository.clone, {});
  await repository.commit({ 'manifests/film.yaml': manifestOf({ dusk: 'Dusk' }) });
  const { jobs } = await repository.run(step('linked/film.yaml'), pushEvent(old));
  expect(jobs[0]?.log).toContain('Nothing was sent: the branch main has moved on');
  expect(repository.accepted()).toEqual([]);
});

test('and says so in harmless words, whatever the changed file is called', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const old = await git(repository.clone, 'rev-parse', 'HEAD');
  await repository.commit({ 'manifests/##[error]\u001B[2J%0A::error::\u202Ea.yaml': 'x' });
  const { jobs } = await repository.run(step('manifests/film.yaml'), pushEvent(old));
  expect(jobs[0]?.log).toContain('Nothing was sent: the branch main has moved on');
  expectHarmless(jobs[0]);
  expect(repository.accepted()).toEqual([]);
});

test('a lock behind a link is pushed to the folder that the link leads to', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  await symlink('manifests', path.join(repository.clone, 'linked'));
  const tip = await repository.commit({ 'notes.txt': 'none' });
  expectGreen(await repository.run(step('linked/film.yaml'), pushEvent(tip)));
  const { remote } = repository.site;
  expect(await git(remote, 'ls-tree', '-r', '--name-only', 'main')).toBe(
    '.gitignore\nlinked\nmanifests/film.lock.json\nmanifests/film.yaml\nnotes.txt',
  );
  const next = await git(remote, 'rev-parse', 'main');
  expectGreen(await repository.run(step('linked/film.yaml'), pushEvent(next)));
  expect(repository.accepted()).toEqual(['Dawn']);
});
