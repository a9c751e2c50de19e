import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Files that change what the whole process has: its user, its environment, its worker threads. Each
 * runs alone. All others share the modules of one process, which saves a quarter of the time.
 */
const ALONE = [
  'test/chaos/**/*.test.ts',
  'test/cli/guards/outputs.test.ts',
  'test/cli/guards/secrets.test.ts',
  'test/manifest/linear-work.test.ts',
  'test/workflow/up-to-date.test.ts',
];

/** They share a release of the action. */
const GITHUB = ['test/github/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: 'test/temporary-folder.ts',
    // Real sockets, real processes: slow machines get time, but no test may depend on it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A loaded machine plays a clip slowly.
    expect: { poll: { timeout: 20_000 } },
    // Much of the time is spent waiting for sockets, disks and other processes: two workers leave a
    // third of two cores idle. A percentage would be capped at the number of cores.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...GITHUB],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        test: {
          name: 'github',
          include: GITHUB,
          isolate: false,
          // A job is tens of real processes: a busy machine gets its time.
          testTimeout: 120_000,
          globalSetup: 'test/github/harness/global-setup.ts',
        },
      },
    ],
  },
});
