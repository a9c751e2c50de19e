import { defineConfig } from 'vitest/config';

/** `npm run test:long`: minutes each, one after the other, because they measure. */
export default defineConfig({
  test: {
    globalSetup: 'test/github/harness/global-setup.ts',
    include: ['test/**/*.long.ts'],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
