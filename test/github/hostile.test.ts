/**
 * Manifests from strangers, through the real action: what it prints, its summary, its outputs and
 * its comment hold no workflow command, no markup and no terminal code of theirs.
 */
import { expect, test } from 'vitest';
import { HOSTILE_PROMPTS } from '../report/hostile.ts';
import { startRestApi } from './harness/rest-api.ts';
import { dispatchEvent, pullRequestEvent } from './harness/event.ts';
import { cloneOf, commitFiles, git } from './harness/git.ts';
import { expectHarmless, expectHarmlessPage } from './harness/harmless.ts';
import { EVERY_THIRD_FAILS } from './harness/hostile-failures.ts';
import {
  manifestOf,
  openRepository,
  shippedWorkflow,
  expectGreen,
} from './harness/git-repository.ts';

const plan = shippedWorkflow('rushes-plan.yml');

const PROMPTS = Object.fromEntries(
  HOSTILE_PROMPTS.map((text, index) => [`s${index}`, `${text} ${index}`]),
);

test('prompts: a plan on a pull request, and a render with failures', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    reach: 'http',
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    script: EVERY_THIRD_FAILS,
    vars: { RUSHES_BUDGET_USD: '1000' },
  });
  const clone = await cloneOf(repository.site.remote);
  const sha = await commitFiles(
    clone,
    { 'manifests/film.yaml': manifestOf(PROMPTS) },
    { push: false },
  );
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/pull/7/merge');
  const planned = await repository.run(plan, pullRequestEvent(sha, 7));
  expect(planned.jobs[0]?.steps.at(-1)?.outputs).toMatchObject({ changed: 'true', exit: '0' });
  expectGreen(planned);
  expectHarmless(planned.jobs[0]);
  expect(api.comments).toHaveLength(1);
  expectHarmlessPage(api.comments[0]?.body ?? '');

  await git(clone, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main');
  const rendered = await repository.run(shippedWorkflow('rushes-render.yml'), dispatchEvent(sha));
  const step = rendered.jobs.at(-1)?.steps.find(({ id }) => id === 'render');
  expect(step?.outputs).toMatchObject({ exit: '1' });
  expect(Object.keys(step?.outputs ?? {}).sort()).toEqual(
    [
      'ambiguous',
      'changed',
      'charged-usd',
      'projects',
      'refunded-usd',
      'reserved-usd',
      'unclear-usd',
      'unpriced',
      'completed',
      'cost',
      'exit',
      'failed',
      'gallery',
      'lock-changed',
      'new-clips',
      'pending',
      'submitted',
      'unstored-clips',
    ].sort(),
  );
  expectHarmless(rendered.jobs.at(-1));
});

test('mistakes: code frames, ids, keys and file names of strangers', async () => {
  await using api = await startRestApi();
  await using repository = await openRepository({
    apiUrl: api.url,
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const clone = await cloneOf(repository.site.remote);
  // Each line of the manifest begins with a command, or is one.
  const manifest = `rushes: 1
models:
  kling: { use: apimart/kling-v3 }
"::set-output name=cost::0": 1
scenes:
  - id: "::error::x"
    prompt: 5
  - id: dawn
    duration: |
      ::error file=a::block
      ::set-output name=exit::0
    prompt: "a\\n::error::b"
    "##[error]": "\\e[2J"
::notice::plain line: x
`;
  for (const text of [
    manifest,
    manifest.replace(/^::notice.*\n/m, ''),
    '::error::x\n##[add-mask]y\n\u001B[2J\n',
    `rushes: 1\nmodels: { kling: { use: "::error::x" } }\nscenes: [ { id: a, prompt: "x", models: ["::warning::"] }, { rows: "::error::.csv", id: x } ]\n`,
  ]) {
    const sha = await commitFiles(clone, { 'manifests/film.yaml': text }, { push: false });
    await git(clone, 'push', '--quiet', '--force', 'origin', 'HEAD:refs/pull/7/merge');
    const run = await repository.run(plan, pullRequestEvent(sha, 7, { fork: true }));
    expect(run.jobs[0]?.steps.at(-1)?.outputs['exit']).toBe('65');
    expectHarmless(run.jobs[0]);
  }
});
