/**
 * What makes a step red, what it says, and what it leaves behind: fail-on, --frozen, refusals, the
 * budget, the gallery, another release.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dispatchEvent } from './harness/event.ts';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { git } from './harness/git.ts';
import { start } from './harness/helper/helper.ts';
import { oneStep } from './harness/one-step.ts';
import { type JobResult, type StepResult, stepOnMain } from './harness/runner.ts';
import {
  manifestOf,
  openRepository,
  type TestRepositoryOptions,
} from './harness/git-repository.ts';

async function stepOf(
  inputs: string,
  options: Partial<TestRepositoryOptions> = {},
  env = '',
): Promise<{
  readonly job: JobResult;
  readonly step: StepResult;
  readonly accepted: readonly string[];
}> {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }) },
    ...options,
  });
  const run = await repository.run(
    oneStep(inputs, { env }),
    dispatchEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  const [job] = run.jobs;
  const step = job?.steps.at(-1);
  if (job === undefined || step === undefined) throw new Error('no step');
  return { job, step, accepted: repository.accepted() };
}

/** The task of one scene fails at the gateway. */
const script: FaultScript = {
  rules: [{ when: { step: 'task', prompt: 'Dusk' }, do: { fault: 'fate', end: 'failed' } }],
};

describe('fail-on', () => {
  test('a failed render is red by default, and says on which line of the manifest it is', async () => {
    const { job, step } = await stepOf('          command: render\n', { script });
    expect(step.outcome).toBe('failure');
    expect(step.outputs).toMatchObject({ exit: '1', failed: '1', completed: '1' });
    expect(job.summary).toContain('manifests/film.yaml#L');
    expect(job.log).toMatch(
      /^::error file=manifests\/film\.yaml,line=\d+,title=\S*dusk\/kling failed::/m,
    );
    expect(JSON.parse(step.outputs['projects'] ?? '')).toEqual([
      {
        project: 'film',
        manifest: 'manifests/film.yaml',
        submitted: 2,
        completed: 1,
        failed: 1,
        pending: 0,
        ambiguous: 0,
        missing: 0,
        charged: 0.2016,
      },
    ]);
  });

  test('many failed renders: ten annotations, then a count', async () => {
    const scenes = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
    );
    const { job } = await stepOf('          command: render\n', {
      files: { 'manifests/film.yaml': manifestOf(scenes) },
      script: { rules: [{ when: { step: 'task' }, do: { fault: 'fate', end: 'failed' } }] },
    });
    expect(job.log.match(/^::error .*$/gm)).toHaveLength(10);
    expect(job.log).toMatch(/^… and 2 more renders/m);
    expect(job.summary.match(/scene-\d+\/kling/g)?.length).toBeGreaterThanOrEqual(12);
  });

  test('not named: the step passes, and the outputs have the outcome', async () => {
    const { step } = await stepOf(
      '          command: render\n          fail-on: ambiguous, missing\n',
      { script },
    );
    expect(step.outcome).toBe('success');
    expect(step.outputs).toMatchObject({ exit: '1', failed: '1' });
  });

  test('pending passes by default, and is red where it is named', async () => {
    const detached = "          command: render\n          detach: 'true'\n";
    const passing = await stepOf(detached, { taskSeconds: 60 });
    expect(passing.step.outcome).toBe('success');
    expect(passing.step.outputs).toMatchObject({ exit: '6', pending: '2' });
    const named = await stepOf(`${detached}          fail-on: pending\n`, { taskSeconds: 60 });
    expect(named.step.outcome).toBe('failure');
  });

  test.each([
    ['an outcome that there is none of', '          fail-on: everything\n', 'It may name'],
    ['a word of JavaScript', '          fail-on: constructor\n', 'It may name'],
    ['a flag that is none', "          yes: 'always'\n", 'true or false'],
    ['a budget that is none', '          budget: lots\n', 'US dollars'],
    ['a command that there is none of', '          command: destroy\n', 'One of: plan'],
  ])('%s: refused, with what would be right', async (_, inputs, says) => {
    const { job, step, accepted } = await stepOf(inputs);
    expect(step.exit).toBe(64);
    expect(job.log).toContain(says);
    expect(job.log).toMatch(new RegExp(`^::error title=rushes::.*${says}`, 'm'));
    expect(accepted).toEqual([]);
  });
});

test('frozen: exit 3 names each render, why, the price, and the command; needs no key, and submits nothing', async () => {
  const { job, step, accepted } = await stepOf("          frozen: 'true'\n", { secrets: {} });
  expect(step.exit).toBe(3);
  expect(step.outputs).toMatchObject({ exit: '3', submitted: '0' });
  expect(accepted).toEqual([]);
  for (const said of ['dawn/kling', 'dusk/kling', 'rushes render', '$0.'])
    expect(job.log).toContain(said);
  expect(job.log).toMatch(/^::error file=manifests\/film\.yaml,line=/m);
});

test('no key: exit 77 names the variable', async () => {
  const { job, step, accepted } = await stepOf('          command: render\n', { secrets: {} });
  expect(step.exit).toBe(77);
  expect(job.log).toContain('APIMART_API_KEY');
  expect(job.summary).toContain('Nothing was sent');
  expect(job.summary).toMatch(/^- APIMART&#95;API&#95;KEY is not set/m);
  expect(job.summary).toMatch(/What to do:.*secret/);
  expect(accepted).toEqual([]);
});

test('a step that is refused for an input has the reason in its annotation and summary, outside of the folded log', async () => {
  const { job, step, accepted } = await stepOf("          max-wall: 'soon'\n");
  expect(step).toMatchObject({ exit: 64, outputs: { exit: '64', submitted: '0' } });
  expect(job.log).toMatch(
    /::endgroup::[^]*^::error title=rushes::--max-wall "soon" is not a valid/m,
  );
  expect(job.summary).toContain('Nothing was sent');
  expect(job.summary).toMatch(/^- --max-wall \S+soon\S+ is not a valid duration/m);
  expect(accepted).toEqual([]);
});

test('clips that are not in the store: the green step says so in an annotation and in its summary', async () => {
  const { job, step, accepted } = await stepOf('          store: s3://x\n');
  expect(step).toMatchObject({ outcome: 'success', outputs: { completed: '2' } });
  expect(accepted).toHaveLength(2);
  expect(job.log).toMatch(
    /^::warning title=rushes::clips are not pushed to the store: .*rushes store push manifests\/film\.yaml$/m,
  );
  expect(job.summary).toMatch(/^- ⚠️ clips are not pushed to the store: .*rushes store push/m);
  expect(step.outputs['unstored-clips']).toBe(step.outputs['new-clips']);
});

test('clips that no store has are in an output of their own: of a store that is down all, of one that works none', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-store-'));
  const inputs = (store: string): string => `          store: file://${store}\n`;
  const down = await stepOf(inputs(path.join(folder, 'not-mounted')));
  expect(down.step.outputs['new-clips']).not.toBe('');
  expect(down.step.outputs['unstored-clips']).toBe(down.step.outputs['new-clips']);
  const works = await stepOf(inputs(folder));
  expect(works.step.outputs['unstored-clips']).toBe('');
  const none = await stepOf('          command: render\n');
  expect(none.step.outputs['unstored-clips']).toBe(none.step.outputs['new-clips']);
});

describe('vars that have no default', () => {
  const files = {
    'manifests/film.yaml': manifestOf(
      { dawn: 'Dawn, ${{ vars.style }}' },
      'vars: { style: { type: string } }\n',
    ),
  };
  const vars = '          var: style=noir\n';

  test('validate knows them', async () => {
    const { step } = await stepOf(`          command: validate\n${vars}`, { files });
    expect(step.exit).toBe(0);
  });

  test('the page of a run, and of the command, has them', async () => {
    const { step, accepted } = await stepOf(`          command: render\n${vars}`, { files });
    expect(accepted).toEqual(['Dawn, noir']);
    expect(step.outputs['gallery']).toBe('out/film/gallery.html');
    const alone = await stepOf(`          command: gallery\n${vars}`, { files });
    expect(alone.step.exit).toBe(0);
    expect(alone.step.outputs['gallery']).toBe('out/film/gallery.html');
  });

  test('without them a step that makes the page is red, and says why', async () => {
    const { job, step } = await stepOf('          command: gallery\n', { files });
    expect(step.exit).toBe(65);
    expect(job.log).toContain('the var style has no default and was not set');
  });
});

test('the cap of the workflow holds, and a manifest can only lower it', async () => {
  const low = await stepOf("          budget: '0.3'\n");
  expect(low.step.exit).toBe(4);
  expect(low.step.outputs).toMatchObject({ exit: '4', submitted: '0' });
  expect(low.job.summary).toMatch(/^- .*estimated at .*over the/m);
  expect(low.job.summary).toMatch(/What to do:.*Raise the cap/);
  const raised = await stepOf("          budget: '0.3'\n", {
    files: {
      'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }, 'budget: { usd: 100 }\n'),
    },
  });
  expect(raised.step.exit).toBe(4);
  const environment = await stepOf(
    "          budget: '100'\n",
    {},
    "          RUSHES_BUDGET_USD: '0.3'\n",
  );
  expect(environment.step.exit).toBe(4);
  const lowered = await stepOf("          budget: '100'\n", {
    files: {
      'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }, 'budget: { usd: 0.3 }\n'),
    },
  });
  expect(lowered.step.exit).toBe(4);
  for (const { accepted } of [low, raised, environment, lowered]) expect(accepted).toEqual([]);
});

test('nothing secret is in the log, the summary, the outputs or the saved plan', async () => {
  const { job, step } = await stepOf('          command: render\n', { reach: 'http' });
  const said = `${job.log}${job.summary}${JSON.stringify(step.outputs)}`;
  // The second is how git sends the token.
  for (const secret of [
    'key-of-apimart',
    'signature=',
    'ghs_0',
    btoa('x-access-token:').slice(0, 19),
  ])
    expect(said).not.toContain(secret);
});

test('files of the runner that cannot be written are reported, and fail no step', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const { release } = repository.site;
  let said = '';
  const { code } = await start(
    {
      program: process.execPath,
      args: [path.join(release, 'dist/action.js')],
      cwd: repository.clone,
      env: {
        ...stepOnMain(repository.site),
        GITHUB_STATE: '/no/such/folder/state',
        GITHUB_OUTPUT: '/no/such/folder/output',
        GITHUB_STEP_SUMMARY: '/no/such/folder/summary',
      },
    },
    (text) => (said += text),
  ).ended;
  expect({ code, accepted: repository.accepted() }).toEqual({ code: 0, accepted: ['Dawn'] });
  for (const name of ['GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'])
    expect(said).toContain(`${name} could not be written`);
  expect((await repository.lock()).renders.size).toBe(1);
});

test('paths of a project below the root begin at the checkout, as the next steps name files', async () => {
  const { step } = await stepOf('          working-directory: films/a\n', {
    files: { 'films/a/manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  expect(step.outputs).toMatchObject({
    'new-clips': 'out/film/dawn/kling.mp4',
    gallery: 'out/film/gallery.html',
  });
});
