/**
 * The shipped plan workflow on pull requests: one comment with the price of the change, also on
 * forks, where it is a summary only.
 */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startRestApi } from './harness/rest-api.ts';
import { mergeGroupEvent, pullRequestEvent, pushEvent } from './harness/event.ts';
import { cloneOf, commitFiles, git } from './harness/git.ts';
import {
  manifestOf,
  openRepository,
  shippedWorkflow,
  type TestRepository,
  expectGreen,
} from './harness/git-repository.ts';
import { oneStep } from './harness/one-step.ts';

const plan = shippedWorkflow('rushes-plan.yml');

/**
 * The commit that GitHub makes of a pull request: the change on top of main, under a ref of its
 * own.
 */
async function proposed(repository: TestRepository, manifest: string): Promise<string> {
  const clone = await cloneOf(repository.site.remote);
  const sha = await commitFiles(clone, { 'manifests/film.yaml': manifest }, { push: false });
  await git(clone, 'push', '--quiet', '--force', 'origin', 'HEAD:refs/pull/7/merge');
  return sha;
}

test('a comment is made, updated in place, settled when nothing changes any more, and left alone when it says so already', async () => {
  await using api = await startRestApi(['LGTM', '<!-- rushes:plan -->\nnot ours']);
  await using repository = await openRepository({
    reach: 'http',
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const first = await repository.run(
    plan,
    pullRequestEvent(await proposed(repository, manifestOf({ dawn: 'Dawn', dusk: 'Dusk' })), 7),
  );
  expectGreen(first);
  expect(first.jobs[0]?.steps.at(-1)?.outputs).toMatchObject({ changed: 'true', exit: '0' });
  expect(api.writes).toEqual(['POST /repos/studio/film/issues/7/comments']);
  expect(api.comments[2]?.body).toContain('0.40 exact');
  expect(api.comments[2]?.body).toContain('dusk');
  expect(first.jobs[0]?.summary).toContain('dusk');
  const saved: unknown = JSON.parse(
    await readFile(first.jobs[0]?.steps.at(-1)?.outputs['plan'] ?? '', 'utf8'),
  );
  expect(saved).toMatchObject({ planVersion: 2 });

  await repository.run(
    plan,
    pullRequestEvent(
      await proposed(repository, manifestOf({ dawn: 'Dawn', dusk: 'Dusk', noon: 'Noon' })),
      7,
    ),
  );
  expect(api.writes.slice(1)).toEqual(['PATCH /repos/studio/film/issues/comments/1002']);
  expect(api.comments[2]?.body).toContain('noon');
  expect(api.comments[2]?.body).toContain('The cap of a run: $25.00');

  const broken = manifestOf({ dawn: 'Dawn' }).replace('prompt:', 'promt:');
  await repository.run(plan, pullRequestEvent(await proposed(repository, broken), 7));
  expect(api.comments[2]?.body).toContain('there is no price');
  expect(api.comments[2]?.body).toContain('promt');

  const reverted = `${manifestOf({ dawn: 'Dawn' })}# a comment costs nothing\n`;
  await repository.run(plan, pullRequestEvent(await proposed(repository, reverted), 7));
  expect(api.comments[2]?.body).toContain('no longer changes any clip');
  expect(api.writes).toHaveLength(4);
  await repository.run(plan, pullRequestEvent(await proposed(repository, `${reverted}#\n`), 7));
  expect(api.writes).toHaveLength(4);
  expect(api.comments).toHaveLength(3);
  expect(repository.gateway.books().events).toEqual([]);
});

test('a lock that cannot be read: the comment and the summary say so, and no longer have a price', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const event = pullRequestEvent(await proposed(repository, manifestOf({ dusk: 'Dusk' })), 7);
  expectGreen(await repository.run(plan, event));
  expect(api.comments[0]?.body).toContain('0.20 exact');
  const clone = await cloneOf(repository.site.remote);
  const files = { 'manifests/film.lock.json': '<<<<<<< ours\n' };
  const sha = await commitFiles(clone, files, { push: false });
  await git(clone, 'push', '--quiet', '--force', 'origin', 'HEAD:refs/pull/7/merge');
  const { jobs } = await repository.run(plan, pullRequestEvent(sha, 7));
  expect(jobs[0]?.steps.at(-1)?.outputs).toEqual({ exit: '65' });
  for (const page of [api.comments[0]?.body, jobs[0]?.summary]) {
    expect(page).toContain('there is no price');
    expect(page).toContain('film.lock.json');
    expect(page).not.toContain('0.20');
  }
});

test('no comment where nothing changes', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const run = await repository.run(
    plan,
    pullRequestEvent(
      await proposed(repository, `${manifestOf({ dawn: 'Dawn' })}# typing mistake\n`),
      7,
    ),
  );
  expectGreen(run);
  expect(api.comments).toEqual([]);
});

test('a plan of a thousand scenes stays below what a comment may hold', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    vars: { RUSHES_BUDGET_USD: '500' },
  });
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      `a-scene-with-quite-a-long-name-number-${index}`,
      `Scene ${index} ${'워터 게 '.repeat(40)}`,
    ]),
  );
  const run = await repository.run(
    plan,
    pullRequestEvent(await proposed(repository, manifestOf({ dawn: 'Other', ...many })), 7),
  );
  expectGreen(run);
  expect(api.comments).toHaveLength(1);
  expect(api.comments[0]?.body.length).toBeLessThan(65_536);
  expect(Buffer.byteLength(run.jobs[0]?.summary ?? '')).toBeLessThan(1024 * 1024);
});

test('a fork: no keys, no right to write; green, with the plan in the summary and a notice', async () => {
  await using api = await startRestApi();
  api.readOnly = true;
  await using repository = await openRepository({
    reach: 'http',
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const event = pullRequestEvent(
    await proposed(repository, manifestOf({ dawn: 'Dawn', dusk: 'Dusk' })),
    7,
    {
      fork: true,
    },
  );
  const run = await repository.run(plan, event);
  expectGreen(run);
  expect(run.jobs[0]?.summary).toContain('dusk');
  expect(run.jobs[0]?.log).toMatch(/^::notice .*summary/m);

  // Whoever lets pull requests render gets a plan for forks, green.
  const asked = plan.replace('command: plan', 'command: render');
  const rendered = await repository.run(asked, event);
  expectGreen(rendered);
  expect(rendered.jobs[0]?.log).toMatch(/^::notice .*fork/m);
  expect(repository.accepted()).toEqual([]);
});

test.each([
  ['whose token may write, with keys', {}],
  ['that is deleted', { repo: null }],
])('a fork %s: a render is a plan, and no lock is pushed', async (_, gone) => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const event = pullRequestEvent(
    await proposed(repository, manifestOf({ dawn: 'Dawn', dusk: 'Dusk' })),
    7,
    { fork: true, head: 'main' },
  );
  const { pull_request: asked } = event.payload as {
    readonly pull_request: { readonly head: object };
  };
  const payload = { pull_request: { ...asked, head: { ...asked.head, ...gone } } };
  const tip = await git(repository.site.remote, 'rev-parse', 'main');
  for (const command of ['render', 'collect', 'lock-push']) {
    const step = oneStep(`          command: ${command}\n`, { on: 'pull_request' });
    // Secrets and a token that may write, as an owner can decide for forks.
    const run = await repository.run(step, { ...event, payload, fork: false });
    expectGreen(run);
    expect(run.jobs[0]?.log).toMatch(/^::notice .*fork/m);
  }
  expect(repository.accepted()).toEqual([]);
  expect(await git(repository.site.remote, 'rev-parse', 'main')).toBe(tip);
});

test('locks on a branch of their own: what is rendered there is no news in the plan', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    reach: 'http',
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    vars: { RUSHES_LOCK_BRANCH: 'rushes-locks' },
  });
  const rendered = await repository.run(
    shippedWorkflow('rushes-render.yml'),
    pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  expectGreen(rendered);
  const run = await repository.run(
    plan,
    pullRequestEvent(await proposed(repository, manifestOf({ dawn: 'Dawn', dusk: 'Dusk' })), 7),
  );
  expectGreen(run);
  expect(api.comments[0]?.body).toContain('dusk');
  expect(api.comments[0]?.body).not.toContain('dawn');
});

test('a merge queue: the group is compared with the commit that it is put onto; the plan is in the summary', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const base = await git(repository.clone, 'rev-parse', 'HEAD');
  const sha = await commitFiles(
    repository.clone,
    { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }) },
    { branch: `gh-readonly-queue/main/pr-7-${base}` },
  );
  const run = await repository.run(plan, mergeGroupEvent(sha, base));
  expectGreen(run);
  expect(run.jobs[0]?.steps.at(-1)?.outputs).toMatchObject({ changed: 'true', exit: '0' });
  expect(run.jobs[0]?.summary).toContain('dusk');
  expect(run.jobs[0]?.summary).not.toContain('dawn');
  expect(api.comments).toEqual([]);
});

test.each([
  ['does not exist yet', undefined],
  ['has no required reviewers', [{ type: 'branch_policy' }]],
  [undefined, [{ type: 'required_reviewers', reviewers: [{ type: 'User' }] }]],
] as const)('the environment of the render %s', async (says, rules) => {
  await using api = await startRestApi();
  if (rules !== undefined) api.environments.set('rushes', rules);
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  // The plan alone: what follows would be the render.
  const alone = shippedWorkflow('rushes-render.yml').replace(
    "needs.plan.outputs.changed == 'true'",
    "needs.plan.outputs.changed == 'never'",
  );
  const run = await repository.run(
    alone,
    pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  expectGreen(run);
  const said = `${run.jobs[0]?.log}${run.jobs[0]?.summary}`.match(
    /The environment rushes (?:does not exist yet|has no required reviewers)/g,
  );
  expect(said).toEqual(
    says === undefined
      ? null
      : [`The environment rushes ${says}`, `The environment rushes ${says}`],
  );
});

test('bad manifests: every error is an annotation on its line, and the step fails', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const run = await repository.run(
    plan,
    pullRequestEvent(
      await proposed(repository, manifestOf({ dawn: 'Dawn' }).replace('prompt:', 'promt:')),
      7,
    ),
  );
  expect(run.jobs[0]?.conclusion).toBe('failure');
  expect(run.jobs[0]?.steps.at(-1)?.outputs['exit']).toBe('65');
  expect(run.jobs[0]?.log).toMatch(
    /^::error file=manifests\/film\.yaml,line=\d+,endLine=\d+,col=\d+/m,
  );
  expect(api.writes).toEqual([]);
});
