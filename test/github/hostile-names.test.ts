/** Names of branches and inputs that try to be a command: of a shell, of git, of the runner. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { world } from '../cli/cli-project.ts';
import { sized } from '../sizes.ts';
import { pushEvent } from './harness/event.ts';
import { commitFiles, git } from './harness/git.ts';
import { expectGreen, manifestOf, openRepository, REPOSITORY } from './harness/git-repository.ts';
import { expectHarmless, expectHarmlessLog, expectHarmlessPage } from './harness/harmless.ts';

/** The step of the README as it is printed, below a checkout. */
async function readmeStep(): Promise<string> {
  const readme = await readFile(path.join(REPOSITORY, 'README.md'), 'utf8');
  const [, permissions = '', step = ''] =
    /```yaml\n(permissions:\n.*?)# …\n(- uses: owner\/rushes@v1\n.*?)```/s.exec(readme) ?? [];
  return [
    'name: one step',
    'on: { push: {} }',
    permissions,
    'jobs:',
    '  render:',
    '    runs-on: ubuntu-latest',
    '    timeout-minutes: 60',
    '    steps:',
    '      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
    ...step.split('\n').map((line) => `      ${line}`),
    '',
  ].join('\n');
}

/** git takes it. */
const BRANCH = 'film/$(touch${IFS}pwned)`touch${IFS}pwned`;\'"&|<>%0A%0Aset-output';

test("the README's step on a branch with a hostile name", async () => {
  await using repository = await openRepository({ files: { 'notes.txt': 'none' } });
  const sha = await commitFiles(
    repository.clone,
    { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }) },
    { branch: BRANCH },
  );
  const run = await repository.run(await readmeStep(), pushEvent(sha, BRANCH));
  expectGreen(run);
  const [job] = run.jobs;
  expectHarmless(job);
  expect(await readdir(job?.workspace ?? '')).not.toContain('pwned');
  expect(repository.accepted().sort()).toEqual(['Dawn', 'Dusk']);
  expect([...(await repository.lock(BRANCH)).renders.keys()]).toEqual(['dawn/kling', 'dusk/kling']);
  const refs = await git(repository.site.remote, 'for-each-ref', '--format=%(refname)');
  expect(refs.split('\n')).toContain('refs/rushes/record');
  // The same push again: everything is there.
  expectGreen(await repository.run(await readmeStep(), pushEvent(sha, BRANCH)));
  expect(repository.accepted()).toHaveLength(2);
});

const INPUTS = [
  'command',
  'manifests',
  'draft',
  'budget',
  'max-wall',
  'shard',
  'only',
  'model',
  'tag',
  'var',
  'retry-failed',
  'plan',
  'base',
  'comment-key',
  'pr-number',
  'over-budget',
  'fail-on',
  'branch',
  'chain',
  'chain-workflow',
  'environment',
  'store',
  'lock-from',
  'working-directory',
] as const;
const EVIL = [
  'a\n::set-output name=cost::0\n##[add-mask]x',
  '--upload-pack=touch pwned',
  '$(touch pwned)`touch pwned`; touch pwned',
  '../../../../etc/passwd',
  '\u001B[2J\u001B]0;owned\u0007<script>alert(1)</script> @octocat',
];

test.each(INPUTS)('input %s', async (name) => {
  await using here = await world();
  await here.write('manifests/film.yaml', manifestOf({ dawn: 'Dawn' }));
  await git(here.folder, 'init', '--quiet', '--initial-branch=main');
  await git(here.folder, 'add', '--all');
  await git(here.folder, 'commit', '--quiet', '--message', 'Film');
  const before = await readdir(here.folder);
  for (const text of EVIL.slice(0, sized(2, EVIL.length))) {
    await here.write('summary.md', '');
    await here.write('outputs', '');
    const ran = await here.rushes(['action'], {
      env: {
        GITHUB_ACTIONS: 'true',
        GITHUB_REPOSITORY: 'studio/film',
        GITHUB_WORKSPACE: here.folder,
        GITHUB_STEP_SUMMARY: path.join(here.folder, 'summary.md'),
        GITHUB_OUTPUT: path.join(here.folder, 'outputs'),
        INPUT_COMMAND: 'plan',
        PATH: process.env['PATH'],
        [`INPUT_${name.toUpperCase()}`]: text,
      },
    });
    expectHarmlessLog(ran.out + ran.err);
    expectHarmlessPage(await here.read('summary.md'));
    // Each output stands between its own two lines, whatever it holds.
    expect(await here.read('outputs')).not.toMatch(/^(?:::|##\[)/m);
  }
  expect(here.gateway.books().accepted).toEqual([]);
  const made = (await readdir(here.folder)).filter((one) => !before.includes(one));
  expect(made.filter((one) => one.includes('pwned'))).toEqual([]);
});
