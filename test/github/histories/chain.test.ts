/**
 * Unattended: the shipped workflows from one approval to the end, without a person, within its cap,
 * and nothing that was not approved.
 */
import { expect, test } from 'vitest';
import { pushEvent, scheduleEvent } from '../harness/event.ts';
import { git } from '../harness/git.ts';
import {
  expectGreen,
  manifestOf,
  openRepository,
  shippedWorkflow,
} from '../harness/git-repository.ts';
import { startRestApi } from '../harness/rest-api.ts';

const FILE = 'rushes-unattended.yml';
const unattended = shippedWorkflow(FILE);
/** The approved job leaves at once: its runner is not what this is about. */
const render = shippedWorkflow('rushes-render.yml').replace('max-wall: 50m', "detach: 'true'");
const scenes = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`s-${index}`, `Scene ${index}`]));
const filmOf = (prompts: Record<string, string>, inFlight = 3): string =>
  manifestOf(prompts).replace('apimart: { in_flight: 30 }', `apimart: { in_flight: ${inFlight} }`);

test('until everything approved is there; what was pushed meanwhile is not sent; then the schedule is off', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    taskSeconds: 0.05,
    vars: { RUSHES_UNATTENDED: 'true', RUSHES_BUDGET_USD: '1.50' },
    files: { 'manifests/film.yaml': filmOf(scenes(7)) },
  });
  const tick = async (): Promise<Record<string, string>> => {
    const event = scheduleEvent(await git(repository.site.remote, 'rev-parse', 'main'));
    const run = await repository.run(unattended, event, { file: FILE });
    expectGreen(run);
    return run.jobs[0]?.steps.find(({ id }) => id === 'render')?.outputs ?? {};
  };
  // Nothing is approved yet: the schedule ends itself.
  expect(await tick()).toMatchObject({ chain: 'none', submitted: '0' });
  expect(api.enabled.get(FILE)).toBe(false);

  const sha = await git(repository.clone, 'rev-parse', 'HEAD');
  const approved = await repository.run(render, pushEvent(sha));
  expectGreen(approved);
  expect(approved.jobs.at(-1)?.steps.find(({ id }) => id === 'render')?.outputs).toMatchObject({
    chain: 'open',
    submitted: '3',
  });
  expect(api.enabled.get(FILE)).toBe(true);

  await git(repository.clone, 'pull', '--quiet');
  await repository.commit({ 'manifests/film.yaml': filmOf({ ...scenes(7), new: 'Not approved' }) });
  let ticks = 0;
  for (; api.enabled.get(FILE) === true && ticks < 8; ticks++) await tick();
  expect(api.enabled.get(FILE)).toBe(false);
  expect(ticks).toBeLessThan(6);
  expect(repository.accepted().sort()).toEqual(Object.values(scenes(7)).sort());
  expect(await tick()).toMatchObject({ chain: 'none', submitted: '0' });
  expect(repository.accepted()).toHaveLength(7);
});

test('the cap is one for all runs together', async () => {
  await using api = await startRestApi();
  // By the price list a task costs 0.2016; these are billed at twice as much.
  await using repository = await openRepository({
    apiUrl: api.url,
    vars: { RUSHES_UNATTENDED: 'true', RUSHES_BUDGET_USD: '1.25' },
    files: { 'manifests/film.yaml': filmOf(scenes(6), 1) },
    script: { rules: [{ when: { step: 'task' }, do: { fault: 'fate', costUsd: 0.4 } }] },
  });
  const sha = await git(repository.clone, 'rev-parse', 'HEAD');
  await repository.run(render, pushEvent(sha));
  for (let ticks = 0; api.enabled.get(FILE) === true && ticks < 8; ticks++)
    await repository.run(
      unattended,
      scheduleEvent(await git(repository.site.remote, 'rev-parse', 'main')),
      { file: FILE },
    );
  expect(api.enabled.get(FILE)).toBe(false);
  // Three of 0.4 leave 0.05: a fourth does not fit.
  expect(repository.accepted()).toHaveLength(3);
});

test('a manifest that turns invalid ends the chain: one red job, and the schedule is off', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    vars: { RUSHES_UNATTENDED: 'true' },
    files: { 'manifests/film.yaml': filmOf(scenes(2), 1) },
  });
  await repository.run(render, pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')));
  expect(api.enabled.get(FILE)).toBe(true);
  await git(repository.clone, 'pull', '--quiet');
  await repository.commit({
    'manifests/film.yaml': filmOf(scenes(2), 1).replace('prompt:', 'promt:'),
  });
  const event = scheduleEvent(await git(repository.site.remote, 'rev-parse', 'main'));
  const { jobs } = await repository.run(unattended, event, { file: FILE });
  expect(jobs[0]?.steps.find(({ id }) => id === 'render')).toMatchObject({
    outcome: 'failure',
    outputs: { exit: '65', chain: 'closed' },
  });
  expect(jobs[0]?.log).toContain('the approved chain of main has ended');
  expect(api.enabled.get(FILE)).toBe(false);
  expect(repository.accepted()).toHaveLength(1);
});

test('the end of the job: the next run starts at once, unless it could submit nothing', async () => {
  await using api = await startRestApi();
  // Nothing is known of how long the two on EvoLink take: the guess for 15 s is more than 5
  // minutes.
  const text = `rushes: 1
models:
  kling: { use: apimart/kling-v3, resolution: 720p }
  o3: { use: evolink/kling-o3-text-to-video }
  v3: { use: evolink/kling-v3-text-to-video }
limits: { gateways: { apimart: { in_flight: 1 }, evolink: { in_flight: 1 } } }
scenes:
  - { id: one, prompt: One, duration: 3, models: [kling] }
  - { id: two, prompt: Two, duration: 3, models: [kling] }
  - { id: long, prompt: Long, duration: 15, models: [o3] }
  - { id: last, prompt: Last, duration: 15, models: [v3] }
`;
  await using repository = await openRepository({
    apiUrl: api.url,
    vars: { RUSHES_UNATTENDED: 'true' },
    files: { 'manifests/film.yaml': text },
  });
  await repository.run(render, pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')));
  expect(repository.accepted().sort()).toEqual(['Long', 'One']);
  const onWall = unattended.replace("detach: 'true'", 'max-wall: 150s');
  const tick = async (): Promise<string[]> => {
    const before = api.writes.length;
    const event = scheduleEvent(await git(repository.site.remote, 'rev-parse', 'main'));
    expectGreen(await repository.run(onWall, event, { file: FILE }));
    return api.writes.slice(before);
  };
  expect(await tick()).toEqual([`POST dispatches ${FILE}`]);
  expect(repository.accepted().sort()).toEqual(['Long', 'One', 'Two']);
  expect(await tick()).toEqual([]);
  expect(api.enabled.get(FILE)).toBe(true);
  expect(repository.accepted()).toHaveLength(3);
});
