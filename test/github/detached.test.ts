/**
 * Runs that leave before their clips are there: another machine picks them up from the committed
 * lock alone.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fromLockPath } from '../../src/lock/file/paths.ts';
import { dispatchEvent, pushEvent, scheduleEvent } from './harness/event.ts';
import { git } from './harness/git.ts';
import {
  manifestOf,
  openRepository,
  shippedWorkflow,
  expectGreen,
} from './harness/git-repository.ts';

const render = shippedWorkflow('rushes-render.yml');
const collect = shippedWorkflow('rushes-collect.yml');

/** The render workflow with more inputs on its render step. */
const withInputs = (workflow: string, inputs: string): string =>
  workflow.replace('          command: render\n', `          command: render\n${inputs}`);

test('a detached submit, the checkout thrown away: collect in a new one brings every clip', async () => {
  await using repository = await openRepository({
    taskSeconds: 1.5,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk', noon: 'Noon' }) },
  });
  const detached = withInputs(render, "          detach: 'true'\n");
  const sent = await repository.run(
    detached,
    pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  expectGreen(sent);
  expect(sent.jobs.at(-1)?.steps.find(({ id }) => id === 'render')?.outputs).toMatchObject({
    submitted: '3',
    completed: '0',
    pending: '3',
    exit: '6',
  });
  expect([...(await repository.lock()).renders.values()].map(({ status }) => status)).toEqual([
    'submitted',
    'submitted',
    'submitted',
  ]);

  repository.site.stores.caches.clear();
  const fetched = await repository.run(
    collect,
    scheduleEvent(await git(repository.site.remote, 'rev-parse', 'main')),
  );
  const [job] = fetched.jobs;
  expectGreen(fetched);
  expect(repository.accepted()).toHaveLength(3);
  for (const { status, clip } of (await repository.lock()).renders.values()) {
    expect(status).toBe('completed');
    const file = fromLockPath(
      path.join(job?.workspace ?? '', 'manifests/film.lock.json'),
      clip?.path ?? '',
    );
    expect((await stat(file)).size).toBe(clip?.bytes);
  }
});

test('max-wall: what no longer fits is not sent, what is pending is followed until the time is up and left for later', async () => {
  const scenes = Object.fromEntries(
    Array.from({ length: 4 }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
  );
  const manifest = manifestOf(scenes).replace(
    'apimart: { in_flight: 30 }',
    'apimart: { in_flight: 2 }',
  );
  await using repository = await openRepository({
    taskSeconds: 600,
    files: { 'manifests/film.yaml': manifest },
  });
  const head = () => git(repository.site.remote, 'rev-parse', 'main');
  const sent = await repository.run(
    withInputs(render, "          detach: 'true'\n"),
    dispatchEvent(await head()),
  );
  expectGreen(sent);
  expect(repository.accepted()).toHaveLength(2);
  const run = await repository.run(
    render.replace('max-wall: 50m', 'max-wall: 3s'),
    dispatchEvent(await head()),
  );
  expectGreen(run);
  expect(run.jobs.at(-1)?.steps.find(({ id }) => id === 'render')?.outputs).toMatchObject({
    exit: '6',
    pending: '4',
    submitted: '0',
  });
  expect(repository.accepted()).toHaveLength(2);
  expect([...(await repository.lock()).renders.values()].map(({ status }) => status)).toEqual([
    'submitted',
    'submitted',
  ]);
});
