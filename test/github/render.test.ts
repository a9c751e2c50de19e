/** The shipped render workflow on the main branch, and what becomes of its lock and its clips. */
import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { dispatchEvent, pushEvent, scheduleEvent } from './harness/event.ts';
import { cloneOf, commitFiles, definedOf, git } from './harness/git.ts';
import { output } from './harness/helper/helper.ts';
import { concurrencyGroup } from './harness/runner.ts';
import {
  manifestOf,
  openRepository,
  shippedWorkflow,
  expectGreen,
} from './harness/git-repository.ts';
import { oneStep } from './harness/one-step.ts';

const render = shippedWorkflow('rushes-render.yml');

describe('render on main', () => {
  test('lock from the tip, render, lock back, clips in the cache and in an artifact; a second push pays nothing', async () => {
    await using repository = await openRepository({
      reach: 'http',
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }) },
    });
    const {
      jobs: [, first],
      artifacts,
    } = await repository.run(render, pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')));
    expectGreen({ jobs: [first] });
    const step = first?.steps.find(({ id }) => id === 'render');
    expect(step?.outputs).toMatchObject({
      changed: 'true',
      completed: '2',
      failed: '0',
      pending: '0',
      ambiguous: '0',
      'lock-changed': 'true',
      exit: '0',
    });
    expect(Number(step?.outputs['charged-usd'])).toBeGreaterThan(0);
    expect(step?.outputs['cost']).toBe(step?.outputs['charged-usd']);
    expect(first?.summary).toContain('charged');
    const lock = await repository.lock();
    expect([...lock.renders.values()].map(({ status }) => status)).toEqual([
      'completed',
      'completed',
    ]);
    expect([...repository.site.stores.caches.keys()]).toHaveLength(1);
    const artifact = artifacts.get('rushes') ?? '';
    expect((await readdir(artifact, { recursive: true })).sort()).toEqual(
      expect.arrayContaining([
        'manifests/film.lock.json',
        'out/film/dawn/kling.mp4',
        'out/film/gallery.html',
      ]),
    );

    // Another scene, from a machine that has no clips: the cache fetches them.
    const tip = await repository
      .commit({ 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk', noon: 'Noon' }) })
      .catch(async () => {
        await git(repository.clone, 'pull', '--quiet', '--rebase');
        await git(repository.clone, 'push', '--quiet');
        return git(repository.clone, 'rev-parse', 'HEAD');
      });
    const {
      jobs: [, second],
    } = await repository.run(render, pushEvent(tip));
    expectGreen({ jobs: [second] });
    expect(repository.accepted().sort()).toEqual(['Dawn', 'Dusk', 'Noon']);
    expect(await readdir(path.join(second?.workspace ?? '', 'out/film'))).toEqual(
      expect.arrayContaining(['dawn', 'dusk', 'noon']),
    );

    // The cache is gone: the clips are elsewhere, which is not a failure and costs nothing.
    repository.site.stores.caches.clear();
    const { jobs } = await repository.run(
      render,
      dispatchEvent(await git(repository.site.remote, 'rev-parse', 'main')),
    );
    expect(jobs.map(({ conclusion }) => conclusion)).toEqual(['success', 'skipped']);
    expect(repository.accepted()).toHaveLength(3);
  });

  test('two pushes queued, and the first one run again later from its old commit: nothing is submitted twice', async () => {
    await using repository = await openRepository({
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    });
    const first = await git(repository.clone, 'rev-parse', 'HEAD');
    const second = await repository.commit({
      'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk' }),
    });
    // Both events are older than the locks that the jobs before them wrote.
    for (const sha of [first, second, first, second]) {
      const run = await repository.run(render, pushEvent(sha));
      expectGreen(run);
    }
    expect(repository.accepted().sort()).toEqual(['Dawn', 'Dusk']);
    expect([...(await repository.lock()).renders.keys()]).toEqual(['dawn/kling', 'dusk/kling']);
    expect(await git(repository.site.remote, 'show', 'main:manifests/film.yaml')).toContain('Dusk');
  });

  test('a protected branch: the lock lives on another one, and a lock committed by hand is not lost', async () => {
    await using repository = await openRepository({
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
      vars: { RUSHES_LOCK_BRANCH: 'rushes-locks' },
    });
    await protect(repository.site.remote, 'main');
    const run = await repository.run(
      render,
      pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')),
    );
    expectGreen(run);
    expect(await git(repository.site.remote, 'ls-tree', '-r', '--name-only', 'rushes-locks')).toBe(
      'manifests/film.lock.json',
    );
    expect(await git(repository.site.remote, 'ls-tree', '-r', '--name-only', 'main')).not.toContain(
      'lock',
    );
    // As if a person had rendered one more scene and committed its lock on main, as an
    // administrator.
    const byHand = (
      await git(repository.site.remote, 'show', 'rushes-locks:manifests/film.lock.json')
    )
      .replaceAll('dawn', 'noon')
      .replaceAll(/task_\w+/g, 'task_01M7XAW1CDM0GZY8KQDZEF4C74')
      .replace(/"attempt": "[^"]+"/, '"attempt": "0f1e0000-0000-4000-8000-000000000000"');
    await rmHook(repository.site.remote);
    const sha = await repository.commit({ 'manifests/film.lock.json': byHand });
    const again = await repository.run(render, pushEvent(sha));
    expectGreen(again);
    expectGreen(await repository.run(shippedWorkflow('rushes-collect.yml'), scheduleEvent(sha)));
    expect(repository.accepted()).toEqual(['Dawn']);
    expect([...(await repository.lock('rushes-locks')).renders.keys()]).toEqual([
      'dawn/kling',
      'noon/kling',
    ]);
  });

  test('a protected branch and no other one: the locks are in the record, and the next run pays nothing', async () => {
    await using repository = await openRepository({
      reach: 'http',
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    });
    await protect(repository.site.remote, 'main');
    const event = pushEvent(await git(repository.clone, 'rev-parse', 'HEAD'));
    const run = await repository.run(render, event);
    expectGreen(run);
    expect(run.jobs[1]?.log).toContain('refused the locks');
    const kept = await git(
      repository.site.remote,
      'ls-tree',
      '-r',
      '--name-only',
      'refs/rushes/record',
    );
    expect(kept).toMatch(/^locks\/[0-9a-f]{16}\/manifests\/film\.lock\.json$/m);
    const again = await repository.run(render, event);
    expect(again.jobs.map(({ conclusion }) => conclusion)).toEqual(['success', 'skipped']);
    expect(repository.accepted()).toEqual(['Dawn']);
  });

  test('a push to the branch, also to the lock, while the job renders: both results are kept', async () => {
    await using repository = await openRepository({
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    });
    const sha = await git(repository.clone, 'rev-parse', 'HEAD');
    let pushed = false;
    const other = await cloneOf(repository.site.remote);
    const run = await repository.run(render, pushEvent(sha), {
      afterCheckout: async () => {
        if (pushed) return;
        pushed = true;
        // The other job of the race, whole: it renders the same, and is first.
        await commitFiles(other, {
          'notes.txt': 'kept',
        });
        const done = await repository.run(render, pushEvent(await git(other, 'rev-parse', 'HEAD')));
        expectGreen(done);
      },
    });
    expectGreen(run);
    expect([...(await repository.lock()).renders.keys()]).toEqual(['dawn/kling']);
    expect(repository.accepted()).toEqual(['Dawn']);
    expect(await git(repository.site.remote, 'show', 'main:notes.txt')).toBe('kept');
  });

  test('two push at the same instant: both results are kept', async () => {
    await using repository = await openRepository({
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn', dusk: 'Dusk', noon: 'Noon' }) },
    });
    const env = { ...definedOf(process.env), ...repository.site.env, ...repository.site.secrets };
    const cli = path.join(repository.site.release, 'dist/cli.js');
    const clones = await Promise.all(
      ['dawn', 'dusk', 'noon'].map(() => cloneOf(repository.site.remote)),
    );
    const rushes = (cwd = '', ...args: string[]) =>
      output({ program: process.execPath, args: [cli, ...args], cwd, env });
    await Promise.all(
      ['dawn', 'dusk', 'noon'].map((scene, index) =>
        rushes(clones[index], 'render', '--only', `${scene}/*`),
      ),
    );
    await Promise.all(clones.map((clone) => rushes(clone, 'lock', 'push')));
    expect([...(await repository.lock()).renders.keys()]).toEqual([
      'dawn/kling',
      'dusk/kling',
      'noon/kling',
    ]);
    // Nobody's branch, index or other files were touched.
    for (const clone of clones)
      expect(await git(clone, 'status', '--porcelain', '--untracked-files=no')).toBe('');
  });

  test('a lock that cannot be read stops the job before it submits', async () => {
    await using repository = await openRepository({
      files: {
        'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }),
        'manifests/film.lock.json': '{ "lockVersion": 1, "renders": {',
      },
    });
    const {
      jobs: [job],
    } = await repository.run(render, pushEvent(await git(repository.clone, 'rev-parse', 'HEAD')));
    expect(job?.conclusion).toBe('failure');
    expect(job?.log).toContain('nothing was merged');
    expect(repository.accepted()).toEqual([]);
  });

  test('push, schedule and hand start of every workflow that may submit share one group for each lock', async () => {
    await using repository = await openRepository({
      files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    });
    const shard = shippedWorkflow('rushes-shard.yml');
    const groups = new Set([
      concurrencyGroup(repository.site, render, pushEvent('1'.repeat(40))),
      concurrencyGroup(repository.site, render, dispatchEvent('1'.repeat(40))),
      concurrencyGroup(repository.site, render, scheduleEvent('1'.repeat(40))),
      concurrencyGroup(repository.site, shard, dispatchEvent('1'.repeat(40))),
    ]);
    expect([...groups]).toEqual(['rushes-main']);
  });
});

/** What a protected branch answers: a refusal that no retry cures. */
async function protect(remote: string, branch: string): Promise<void> {
  const hook = path.join(remote, 'hooks/update');
  await writeFile(
    hook,
    `#!/bin/sh\nif [ "$1" = refs/heads/${branch} ]; then echo "error: GH006: Protected branch update failed for $1." >&2; exit 1; fi\n`,
  );
  await chmod(hook, 0o755);
}

async function rmHook(remote: string): Promise<void> {
  await rm(path.join(remote, 'hooks/update'));
}

test('a branch that is deleted while it renders is not made again: its lock is in the record', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
  });
  const { remote } = repository.site;
  const sha = await git(repository.clone, 'rev-parse', 'HEAD');
  await git(remote, 'update-ref', 'refs/heads/topic', sha);
  const hook = path.join(remote, 'hooks/post-receive');
  await writeFile(hook, '#!/bin/sh\nexec git update-ref -d refs/heads/topic\n');
  await chmod(hook, 0o755);
  const step = oneStep('          command: render\n', { on: 'push' });
  const { jobs } = await repository.run(step, pushEvent(sha, 'topic'));
  expectGreen({ jobs });
  expect(repository.accepted()).toEqual(['Dawn']);
  expect(jobs[0]?.log).toContain('the branch topic is gone');
  expect(await git(remote, 'for-each-ref', '--format=%(refname)')).toBe(
    'refs/heads/main\nrefs/rushes/record',
  );
  expect(await git(remote, 'ls-tree', '-r', '--name-only', 'refs/rushes/record')).toMatch(
    /^locks\/.*film\.lock\.json$/m,
  );
});

test('a store that is down: the clips are in the artifact, and the next run pays for nothing', async () => {
  await using repository = await openRepository({
    files: { 'manifests/film.yaml': manifestOf({ dawn: 'Dawn' }) },
    vars: { RUSHES_STORE: 'file:///no/such/store' },
  });
  const sha = await git(repository.clone, 'rev-parse', 'HEAD');
  const { jobs, artifacts } = await repository.run(render, pushEvent(sha));
  expectGreen({ jobs });
  expect(await readdir(artifacts.get('rushes') ?? '', { recursive: true })).toContain(
    'out/film/dawn/kling.mp4',
  );
  expect(repository.accepted()).toEqual(['Dawn']);
});
