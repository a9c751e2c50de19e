/**
 * The folder that a release ships, far from this repository and its node_modules; and this
 * repository's own self-test workflow.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { pushEvent } from './harness/event.ts';
import { bareRepository, cloneOf, commitFiles, definedOf, git } from './harness/git.ts';
import { output } from './harness/helper/helper.ts';
import { readWorkflow } from './harness/workflow.ts';
import { runWorkflow } from './harness/runner.ts';
import { startGitServer } from './harness/git-server.ts';
import { newStores } from './harness/cache-and-artifacts.ts';
import { sized } from '../sizes.ts';
import { release, manifestOf, REPOSITORY, expectGreen } from './harness/git-repository.ts';

const run = promisify(execFile);
const folder = release();
let project = '';
beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'rushes-project-'));
  await mkdir(path.join(project, 'manifests'));
  await writeFile(path.join(project, 'package.json'), '{}');
  await writeFile(
    path.join(project, 'manifests/film.yaml'),
    manifestOf({ dawn: '바다의 새벽', dusk: '夕暮れの海' }),
  );
});
const rushes = (...args: string[]) =>
  run(process.execPath, [path.join(folder, 'dist/cli.js'), ...args], {
    cwd: project,
    env: { PATH: process.env['PATH'], CI: 'true' },
  });

test('draws slates: wasm and fonts are found', async () => {
  const { stderr } = await rushes('render', '--draft');
  expect(stderr).toContain('2 done');
  expect((await stat(path.join(project, 'out/film/.draft/dawn/kling.mp4'))).size).toBeGreaterThan(
    10_000,
  );
});

test('simulates failures of a script', async () => {
  await writeFile(
    path.join(project, 'faults.yaml'),
    'rules:\n  - { when: { step: submit, first: 1 }, do: { fault: reset } }\n',
  );
  const failed = await rushes(
    'render',
    '--draft',
    '--faults',
    'faults.yaml',
    '--only',
    'dawn/*',
  ).catch((error: { code: number }) => error);
  expect(failed).not.toMatchObject({ code: 64 });
});

test('every command starts; schemas and workflows come along', async () => {
  await rushes('validate');
  await rushes('plan', '--json');
  await rushes('models');
  await rushes('status');
  await rushes('schema', 'manifest');
  await rushes('gallery', '--draft');
  const { stdout } = await rushes('init', '--github');
  expect(stdout).toContain('rushes-render.yml');
  expect(await readdir(path.join(project, '.github/workflows'))).toEqual(
    await readdir(path.join(REPOSITORY, 'assets/workflows')),
  );
});

test('is small, and its action.yml is the one of the repository', async () => {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const file of files)
    if (file.isFile()) bytes += (await stat(path.join(file.parentPath, file.name))).size;
  expect(bytes).toBeLessThan(20 * 1024 * 1024);
  expect(await readFile(path.join(folder, 'action.yml'), 'utf8')).toBe(
    await readFile(path.join(REPOSITORY, 'action.yml'), 'utf8'),
  );
});

test('self-test.yml: builds this repository, then uses ./', async () => {
  const remote = await bareRepository();
  const clone = await cloneOf(remote);
  for (const name of [
    'src',
    'scripts',
    'assets',
    'schemas',
    'manifests',
    'action.yml',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    '.gitignore',
  ])
    await cp(path.join(REPOSITORY, name), path.join(clone, name), { recursive: true });
  // The same steps on a smaller film: what the quickstart draws is looked at elsewhere.
  await writeFile(path.join(clone, 'manifests/quickstart.yaml'), manifestOf({ dawn: 'Dawn' }));
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message', 'This repository');
  await git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  // `npm ci` without a network: the packages that are here. `npm run build` has made what these
  // sources become before any test runs; the nightly run makes it again.
  const shortcuts = {
    ci: `exec ln -s '${path.join(REPOSITORY, 'node_modules')}' node_modules`,
    'run build': `exec cp -R '${path.join(REPOSITORY, 'dist')}' dist`,
  };
  const bin = await mkdtemp(path.join(tmpdir(), 'rushes-bin-'));
  const { stdout: npm } = await run('which', ['npm']);
  await writeFile(
    path.join(bin, 'npm'),
    [
      '#!/bin/sh',
      'case "$*" in',
      ...Object.entries(shortcuts)
        .slice(0, sized(2, 1))
        .map(([args, command]) => `'${args}') ${command} ;;`),
      'esac',
      `exec '${npm.trim()}' "$@"`,
      '',
    ].join('\n'),
  );
  await chmod(path.join(bin, 'npm'), 0o755);
  await using server = await startGitServer(new Map([['owner/rushes', remote]]));
  const site = {
    remote,
    server,
    repository: 'owner/rushes',
    release: 'nowhere',
    stores: newStores(),
    secrets: {},
    vars: {},
    env: {},
  };
  const workflow = await readFile(path.join(REPOSITORY, '.github/workflows/self-test.yml'), 'utf8');
  const done = await runWorkflow(site, workflow, pushEvent(await git(clone, 'rev-parse', 'HEAD')), {
    bin,
  });
  expectGreen(done);
  expect(
    await readdir(path.join(done.artifacts.get('self-test') ?? '', 'quickstart/.draft')),
  ).toContain('gallery.html');
});

test('carries the licence text of every package that it bundles, also of what those embed', async () => {
  const text = await readFile(path.join(folder, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const { dependencies } = JSON.parse(
    await readFile(path.join(REPOSITORY, 'package.json'), 'utf8'),
  ) as { dependencies: Readonly<Record<string, string>> };
  for (const name of Object.keys(dependencies))
    expect(text).toMatch(new RegExp(`^${name.replace('.', '\\.')} \\d+\\.\\d+`, 'm'));
  expect(text).toContain('libmp4v2');
  expect(text).toContain('MOZILLA PUBLIC LICENSE');
  expect(text).toContain('minih264');
  expect(text).toContain('HarfBuzz (in harfbuzzjs)');
});

/** A release job of its own: the steps that this machine can carry out, against a real remote. */
async function releaseOf(versions: readonly string[]): Promise<string> {
  const text = await readFile(path.join(REPOSITORY, '.github/workflows/release.yml'), 'utf8');
  const { jobs } = readWorkflow(text);
  const steps = jobs['release']?.steps ?? [];
  const tags = steps.find((step) => step.name === 'one commit, two tags');
  if (tags === undefined || !('run' in tags)) throw new Error('no such step');
  const remote = await bareRepository();
  const clone = await cloneOf(remote);
  await commitFiles(clone, { 'README.md': 'rushes' });
  for (const version of versions) {
    const temp = await mkdtemp(path.join(tmpdir(), 'rushes-release-job-'));
    await mkdir(path.join(temp, 'release'));
    await writeFile(path.join(temp, 'release/action.yml'), version);
    await output({
      program: 'bash',
      args: ['-e', '-c', tags.run],
      cwd: clone,
      env: {
        ...definedOf(process.env),
        VERSION: version,
        ACTION: 'studio/rushes',
        RUNNER_TEMP: temp,
        GITHUB_STEP_SUMMARY: path.join(temp, 'summary.md'),
      },
    });
    const summary = await readFile(path.join(temp, 'summary.md'), 'utf8');
    const commit = await git(remote, 'rev-parse', `v${version}`);
    expect(summary).toBe(`uses: studio/rushes@${commit} # v${version}\n`);
    expect(await readFile(path.join(temp, 'notes.md'), 'utf8')).toBe(summary);
  }
  return remote;
}

test('the tag of the major moves forward only', async () => {
  const remote = await releaseOf(['1.9.0', '1.10.0', '1.9.1', '2.0.0']);
  for (const [major, newest] of [
    ['v1', '1.10.0'],
    ['v2', '2.0.0'],
  ] as const)
    expect(await git(remote, 'show', `${major}:action.yml`)).toBe(newest);
  expect(await git(remote, 'show', 'v1.9.1:action.yml')).toBe('1.9.1');
});

test('the notes of a release are its part of the changelog; a version that it does not name is refused', async () => {
  const notes = (version: string): Promise<string> =>
    output({
      program: process.execPath,
      args: ['scripts/release-notes.mjs', version],
      cwd: REPOSITORY,
      env: definedOf(process.env),
    });
  expect(await notes('0.1.0')).toMatch(/^### Added\n/);
  await expect(notes('0.1')).rejects.toThrow('has no part');
});

test('the npm package holds every page and manifest that the README links to', async () => {
  const listed = JSON.parse(
    await output({
      program: 'npm',
      args: ['pack', '--dry-run', '--json', '--ignore-scripts'],
      cwd: REPOSITORY,
      env: definedOf(process.env),
    }),
  ) as readonly { readonly files: readonly { readonly path: string }[] }[];
  const files = listed[0]?.files.map((file) => file.path) ?? [];
  const readme = await readFile(path.join(REPOSITORY, 'README.md'), 'utf8');
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = '']) =>
    path.posix.normalize(to).replace(/\/$/, ''),
  );
  expect(links.length).toBeGreaterThan(5);
  expect(
    links.filter((to) => !files.some((name) => name === to || name.startsWith(`${to}/`))),
  ).toEqual([]);
});
