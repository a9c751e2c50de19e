/**
 * Cancel, as GitHub does it, at random moments: whatever a gateway accepted is in the lock of the
 * branch, or in the log.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EMPTY_LOCK, type Lock } from '../../src/lock/file/format.ts';
import { acceptedIn } from '../../src/report/run/accepted-line.ts';
import { pushEvent, scheduleEvent } from './harness/event.ts';
import { cloneOf, definedOf, git } from './harness/git.ts';
import { stepOnMain } from './harness/runner.ts';
import { output } from './harness/helper/helper.ts';
import {
  manifestOf,
  openRepository,
  readLock,
  shippedWorkflow,
  expectGreen,
} from './harness/git-repository.ts';
import { readAction } from './harness/workflow.ts';

const render = shippedWorkflow('rushes-render.yml');
const collect = shippedWorkflow('rushes-collect.yml');

const SCENES = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
);
const MANIFEST = manifestOf(SCENES).replace(
  'apimart: { in_flight: 30 }',
  'apimart: { in_flight: 4 }',
);

const tasksOf = (lock: Lock): string[] =>
  [...lock.renders.values()]
    .flatMap((entry) => [entry, ...(entry.earlier ?? [])])
    .flatMap(({ task }) => (task === undefined ? [] : [task]));

/**
 * A repeatable chance, `RUSHES_CANCELS` times (default 3): how far into the output of the render
 * step the cancel comes.
 */
const MOMENTS = Array.from(
  { length: Number(process.env['RUSHES_CANCELS'] ?? 3) },
  (_, index) => (index * 7919 + 20_261_120) % 17,
);

test.each(MOMENTS.map((lines, index) => [index + 1, lines]))(
  'cancel %i, after %i lines: no task id is lost',
  async (_, lines) => {
    await using repository = await openRepository({
      taskSeconds: 0.3,
      files: { 'manifests/film.yaml': MANIFEST },
    });
    let seen = 0;
    let counting = false;
    const run = await repository.run(
      render,
      pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
      {
        onOutput: (text, cancel) => {
          counting ||= text.includes('rushes render');
          if (counting) seen += text.split('\n').length - 1;
          if (counting && seen > lines) cancel();
        },
      },
    );
    expect(run.jobs.at(-1)?.conclusion).toBe('cancelled');
    const paid = repository.gateway
      .books()
      .accepted.map(({ task }) => task)
      .sort();
    // Cancelled before anything was accepted there is no lock to write.
    const nothing = paid.length === 0;
    expect(nothing ? [] : tasksOf(await repository.lock()).sort()).toEqual(paid);
    // Every one of them was also said, as recover reads it.
    expect(
      acceptedIn(run.jobs.at(-1)?.log ?? '')
        .map(({ task }) => task as string)
        .sort(),
    ).toEqual(paid);
    const after = await repository.run(
      collect,
      scheduleEvent(await git(repository.site.remote, 'rev-parse', 'main')),
    );
    expectGreen(after);
    const lock = nothing ? EMPTY_LOCK : await repository.lock();
    expect(
      paid.every((task) =>
        [...lock.renders.values()].some(
          (entry) => entry.task === task && entry.status === 'completed',
        ),
      ),
    ).toBe(true);
    expect(repository.accepted()).toHaveLength(paid.length);
  },
);

test('the machine is gone, lock and all: recover --from adopts every task from the log, and collect fetches them', async () => {
  await using repository = await openRepository({
    taskSeconds: 0.3,
    files: { 'manifests/film.yaml': MANIFEST },
  });
  const sha = await git(repository.clone, 'rev-parse', 'HEAD');
  const run = await repository.run(render, pushEvent(sha), {
    onOutput: (text, cancel) => {
      if (text.includes('accepted film:scene-3')) cancel();
    },
  });
  const paid = repository.gateway
    .books()
    .accepted.map(({ task }) => task)
    .sort();
  expect(paid.length).toBeGreaterThan(0);
  // The worst case: the server has lost the record and the lock too.
  await git(repository.site.remote, 'update-ref', '-d', 'refs/rushes/record');
  await git(repository.site.remote, 'update-ref', 'refs/heads/main', sha);

  const clone = await cloneOf(repository.site.remote);
  const log = path.join(await mkdtemp(path.join(tmpdir(), 'rushes-log-')), 'job.log');
  const stamped = (run.jobs.at(-1)?.log ?? '')
    .split('\n')
    .map((line) => `2026-11-20T21:00:00.1234567Z ${line}`)
    .join('\n');
  await writeFile(log, stamped);
  const env = { ...definedOf(process.env), ...repository.site.env, ...repository.site.secrets };
  const cli = path.join(repository.site.release, 'dist/cli.js');
  const rushes = (...args: string[]) =>
    output({ program: process.execPath, args: [cli, ...args], cwd: clone, env });
  expect(await rushes('recover', '--from', log)).toContain(`${paid.length} adopted`);
  await rushes('collect');
  const lock = readLock(await readFile(path.join(clone, 'manifests/film.lock.json'), 'utf8'));
  expect(tasksOf(lock).sort()).toEqual(paid);
  expect([...lock.renders.values()].every(({ status }) => status === 'completed')).toBe(true);
  // What was never sent is sent now, and nothing else.
  await rushes('render');
  expect(repository.accepted().sort()).toEqual(Object.values(SCENES).sort());
});

test('cancelled before the step began to work: post sends nothing', async () => {
  await using repository = await openRepository({ files: { 'manifests/film.yaml': MANIFEST } });
  const { release } = repository.site;
  const { runs } = readAction(await readFile(path.join(release, 'action.yml'), 'utf8'));
  const said = await output({
    program: process.execPath,
    args: [path.join(release, runs.post ?? 'no post')],
    cwd: repository.clone,
    // The runner hands over no state: `main` had saved none.
    env: stepOnMain(repository.site),
  });
  expect(repository.accepted()).toEqual([]);
  expect(said).toBe('');
});
