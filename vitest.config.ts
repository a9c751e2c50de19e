import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real sockets, real processes: slow machines get time, but no test may depend on it.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
