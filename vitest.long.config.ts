import { defineConfig } from 'vitest/config';

/** `npm run test:long`: minutes each, one after the other, because they measure. */
export default defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts', 'test/github/harness/global-setup.ts'],
    include: [
      'test/**/*.long.ts',
      // Samples of these run in `npm test`: see test/sizes.ts.
      'test/cli/guards/secrets.test.ts',
      'test/cli/screens/screens.test.ts',
      'test/differential/agreement.test.ts',
      'test/github/hostile-names.test.ts',
      'test/github/release.test.ts',
      'test/lock/attempt.test.ts',
      'test/lock/file/format.test.ts',
      'test/lock/journal/move-between-locks.test.ts',
      'test/lock/journal/replay.test.ts',
      'test/lock/merge/merge-texts.test.ts',
      'test/manifest/hostile.test.ts',
      'test/manifest/linear-work.test.ts',
      'test/manifest/never-throws.test.ts',
      'test/models/total.test.ts',
      'test/plan/match/after-run.test.ts',
      'test/plan/match/ways-out.test.ts',
      'test/plan/properties.test.ts',
      'test/plan/resolve/all-findings-at-once.test.ts',
      'test/plan/resolve/request-cache.test.ts',
      'test/plan/select/part.test.ts',
      'test/run/task/download.test.ts',
    ],
    env: { RUSHES_TEST_SIZES: 'whole' },
    testTimeout: 900_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
