/** The shipped sharded render: three machines and a merge make what one machine would have made. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dispatchEvent, pushEvent } from './harness/event.ts';
import { definedOf, fileAt, git } from './harness/git.ts';
import { start } from './harness/helper/helper.ts';
import {
  manifestOf,
  openRepository,
  shippedWorkflow,
  expectGreen,
} from './harness/git-repository.ts';

const shard = shippedWorkflow('rushes-shard.yml');
const render = shippedWorkflow('rushes-render.yml');

/** As if the second machine had done nothing. */
const withoutSecond = shard.replace(
  'command: render\n',
  "command: ${{ matrix.shard == 2 && 'validate' || 'render' }}\n",
);

/**
 * The lock without what no two runs have in common: times, and the names that a gateway and chance
 * gave.
 */
const timeless = (lock: string): string =>
  lock
    .replaceAll(/("(?:attempt|task)": )"[^"]*"/g, '$1"…"')
    .replaceAll(/("(?:submittedAt|completedAt|expiresAt)": )"[^"]*"/g, '$1"…"')
    .replaceAll(/("tookSeconds": )[\d.]+/g, '$10');

/** 300 as on a large project: `RUSHES_SHARD_RENDERS=300`. A multiple of 3. */
const RENDERS = Number(process.env['RUSHES_SHARD_RENDERS'] ?? 9);

test('three shards: the lock of one run, each render submitted once, all clips in one artifact', async () => {
  const manifest = manifestOf(
    Object.fromEntries(
      Array.from({ length: RENDERS }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
    ),
    'budget: { usd: 100 }\n',
  );
  const vars = { RUSHES_BUDGET_USD: '100' };
  await using repository = await openRepository({
    vars,
    files: { 'manifests/film.yaml': manifest },
  });
  const run = await repository.run(
    shard,
    dispatchEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  expectGreen(run);
  expect(run.jobs).toHaveLength(4);
  expect(new Set(repository.accepted()).size).toBe(RENDERS);
  expect(repository.accepted()).toHaveLength(RENDERS);
  // Balanced, and never more in flight than the account may have.
  const submitted = run.jobs
    .slice(0, 3)
    .flatMap(({ steps }) =>
      steps.flatMap(({ outputs }) =>
        (outputs['submitted'] ?? '') === '' ? [] : [Number(outputs['submitted'])],
      ),
    );
  expect(submitted).toEqual([RENDERS / 3, RENDERS / 3, RENDERS / 3]);
  expect(repository.gateway.books().peak.get('apimart')).toBeLessThanOrEqual(30);
  expect(await readdir(path.join(run.artifacts.get('rushes') ?? '', 'out/film'))).toHaveLength(
    RENDERS + 1,
  );

  await using alone = await openRepository({
    vars,
    files: { 'manifests/film.yaml': manifest },
  });
  const whole = await alone.run(render, pushEvent(await git(alone.clone, 'rev-parse', 'HEAD')));
  expectGreen(whole);
  const [ours, theirs] = await Promise.all(
    [repository, alone].map(({ site }) => fileAt(site.remote, 'main', 'manifests/film.lock.json')),
  );
  expect(timeless(ours ?? '')).toBe(timeless(theirs ?? ''));

  // And the next run on the branch has nothing to do.
  const next = await repository.run(
    render,
    pushEvent(await git(repository.site.remote, 'rev-parse', 'main')),
  );
  expect(next.jobs.map(({ conclusion }) => conclusion)).toEqual(['success', 'skipped']);
  expect(repository.accepted()).toHaveLength(RENDERS);
});

test('a shard that is lost with its machine takes nothing of the others with it, and nothing of before', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ before: 'Before' }) },
  });
  const before = await repository.run(
    render,
    pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  expectGreen(before);
  await git(repository.clone, 'pull', '--quiet', '--rebase');
  const scenes = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`scene-${index}`, `Scene ${index}`]),
  );
  const sha = await repository.commit({
    'manifests/film.yaml': manifestOf({ before: 'Before', ...scenes }),
  });
  // The second machine never got to its lock: its artifact has clips at most.
  const broken = withoutSecond.replace(
    '            manifests/*.lock.json\n',
    "            ${{ matrix.shard == 2 && 'nothing' || 'manifests' }}/*.lock.json\n",
  );
  const run = await repository.run(broken, dispatchEvent(sha));
  expectGreen({ jobs: [run.jobs.at(-1)] });
  const ids = [...(await repository.lock()).renders.keys()];
  expect(ids).toContain('before/kling');
  expect(ids).toHaveLength(repository.accepted().length);
  const again = await repository.run(
    render,
    pushEvent(await git(repository.site.remote, 'rev-parse', 'main')),
  );
  expectGreen(again);
  expect(repository.accepted().sort()).toEqual(['Before', ...Object.values(scenes)].sort());
});

test('a shard that was killed before it could write its lock: its journal travels, and the merge has its tasks', async () => {
  await using repository = await openRepository({
    taskSeconds: 0.3,
    files: {
      'manifests/film.yaml': manifestOf(
        Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`s-${index}`, `S ${index}`])),
      ),
    },
  });
  const { clone, site } = repository;
  const killed = start(
    {
      program: process.execPath,
      args: [path.join(site.release, 'dist/cli.js'), 'render', '--shard', '2/3'],
      cwd: clone,
      env: { ...definedOf(process.env), CI: 'true', ...site.env, ...site.secrets },
    },
    (text) => {
      if (text.includes('accepted')) killed.signal('SIGKILL');
    },
  );
  expect((await killed.ended).signal).toBe('SIGKILL');
  const paid = repository.gateway.books().accepted;
  expect(paid.length).toBeGreaterThan(0);
  const broken = withoutSecond.replace(
    '      # Input of the job "merge"',
    `      - if: matrix.shard == 2
        run: cp -R ${clone}/manifests/.rushes manifests/
      # Input of the job "merge"`,
  );
  const run = await repository.run(broken, dispatchEvent(await git(clone, 'rev-parse', 'HEAD')));
  expectGreen({ jobs: [run.jobs.at(-1)] });
  // Killed between the gateway's answer and its line in the journal: the attempt is known, the task
  // not.
  const entries = [...(await repository.lock()).renders.values()];
  const unknown = paid.filter(
    ({ task, idempotencyKey }) =>
      !entries.some((entry) => entry.task === task || entry.attempt === idempotencyKey),
  );
  expect(unknown).toEqual([]);
  const accepted = repository.accepted();
  expect(accepted).toHaveLength(new Set(accepted).size);
  const artifact = run.artifacts.get('rushes-shard-2') ?? '';
  expect(await readdir(path.join(artifact, 'manifests/.rushes'))).toContain('film.journal.jsonl');
});

test('more shards than a limit can be split into: refused with the largest number that fits', async () => {
  await using repository = await openRepository({
    files: {
      'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }).replace(
        'limits: { in_flight: 30,',
        'limits: { in_flight: 2,',
      ),
    },
  });
  const run = await repository.run(
    shard,
    dispatchEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
  );
  expect(run.jobs[0]?.steps.some(({ outputs }) => outputs['exit'] === '64')).toBe(true);
  expect(run.jobs[0]?.log).toContain('At most 2 shards');
  expect(repository.accepted()).toEqual([]);
});
