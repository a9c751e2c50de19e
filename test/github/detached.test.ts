/**
 * Runs that leave before their clips are there: another machine picks them up from the committed
 * lock alone.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fromLockPath } from '../../src/lock/file/paths.ts';
import { dispatchEvent, pushEvent, scheduleEvent } from './harness/event.ts';
import { git } from './harness/git.ts';
import {
  film,
  openStudio,
  REPOSITORY,
  shippedWorkflow,
  expectGreen,
} from './harness/git-repository.ts';

const render = shippedWorkflow('rushes-render.yml');
const collect = shippedWorkflow('rushes-collect.yml');

/** The render workflow with more inputs on its render step. */
const withInputs = (workflow: string, inputs: string): string =>
  workflow.replace('          command: render\n', `          command: render\n${inputs}`);

test('a detached submit, the checkout thrown away: collect in a new one brings every clip', async () => {
  await using studio = await openStudio({
    taskSeconds: 1.5,
    files: { 'manifests/film.yaml': film({ dawn: 'Dawn', dusk: 'Dusk', noon: 'Noon' }) },
  });
  const detached = withInputs(render, "          detach: 'true'\n");
  const sent = await studio.run(detached, pushEvent(await git(studio.clone, 'rev-parse', 'HEAD')));
  expectGreen(sent);
  expect(sent.jobs.at(-1)?.steps.find(({ id }) => id === 'render')?.outputs).toMatchObject({
    submitted: '3',
    completed: '0',
    pending: '3',
    exit: '6',
  });
  expect([...(await studio.lock()).renders.values()].map(({ status }) => status)).toEqual([
    'submitted',
    'submitted',
    'submitted',
  ]);

  studio.site.stores.caches.clear();
  const fetched = await studio.run(
    collect,
    scheduleEvent(await git(studio.site.remote, 'rev-parse', 'main')),
  );
  const [job] = fetched.jobs;
  expectGreen(fetched);
  expect(studio.accepted()).toHaveLength(3);
  for (const { status, clip } of (await studio.lock()).renders.values()) {
    expect(status).toBe('completed');
    const file = fromLockPath(
      path.join(job?.workspace ?? '', 'manifests/film.lock.json'),
      clip?.path ?? '',
    );
    expect((await stat(file)).size).toBe(clip?.bytes);
  }
});

test('render --detach on a schedule until nothing is pending: few slots, many scenes, each submitted once', async () => {
  const scenes = Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
  );
  const manifest = film(scenes).replace('apimart: { in_flight: 30 }', 'apimart: { in_flight: 3 }');
  await using studio = await openStudio({
    taskSeconds: 0.1,
    files: { 'manifests/film.yaml': manifest },
  });
  // The workflow of the docs, as it is written there.
  const docs = await readFile(path.join(REPOSITORY, 'docs/github-actions.md'), 'utf8');
  const unattended =
    /```yaml\n(# \.github\/workflows\/rushes-unattended\.yml\n.*?)```/s.exec(docs)?.[1] ?? '';
  const left: number[] = [];
  for (let round = 0; round < 10 && left.at(-1) !== 0; round++) {
    const run = await studio.run(
      unattended,
      scheduleEvent(await git(studio.site.remote, 'rev-parse', 'main')),
    );
    expectGreen(run);
    left.push(Number(run.jobs[0]?.steps.find(({ id }) => id === 'render')?.outputs['pending']));
  }
  expect(left.at(-1)).toBe(0);
  expect(left[0]).toBe(7);
  expect(studio.accepted().sort()).toEqual(Object.values(scenes).sort());
  expect(
    [...(await studio.lock()).renders.values()].every(({ status }) => status === 'completed'),
  ).toBe(true);
});

test('max-wall: what no longer fits is not sent, what is pending is followed until the time is up and left for later', async () => {
  const scenes = Object.fromEntries(
    Array.from({ length: 4 }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
  );
  const manifest = film(scenes).replace('apimart: { in_flight: 30 }', 'apimart: { in_flight: 2 }');
  await using studio = await openStudio({
    taskSeconds: 600,
    files: { 'manifests/film.yaml': manifest },
  });
  const head = () => git(studio.site.remote, 'rev-parse', 'main');
  const sent = await studio.run(
    withInputs(render, "          detach: 'true'\n"),
    dispatchEvent(await head()),
  );
  expectGreen(sent);
  expect(studio.accepted()).toHaveLength(2);
  const run = await studio.run(
    render.replace('max-wall: 50m', 'max-wall: 3s'),
    dispatchEvent(await head()),
  );
  expectGreen(run);
  expect(run.jobs.at(-1)?.steps.find(({ id }) => id === 'render')?.outputs).toMatchObject({
    exit: '6',
    pending: '4',
    submitted: '0',
  });
  expect(studio.accepted()).toHaveLength(2);
  expect([...(await studio.lock()).renders.values()].map(({ status }) => status)).toEqual([
    'submitted',
    'submitted',
  ]);
});
