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
import { film, openStudio, shippedWorkflow, expectGreen } from './harness/git-repository.ts';

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
