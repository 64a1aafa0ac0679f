import { defineConfig } from 'vitest/config';

// Compares how long others wait with and without it, so that nothing else may run beside it.
const BY_ITSELF = 'e2e/faults/hostile-files.test.ts';

// A test that passes at its second try is told by name at the end of the run (scripts/test-run.mjs).
const AGAIN = 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          retry: AGAIN,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          globalSetup: ['src/platform/testing/global-setup.ts'],
          setupFiles: ['src/platform/testing/property-seed.ts'],
          pool: 'forks',
          // Much of it waits for processes that start and end.
          maxWorkers: 3,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          retry: AGAIN,
          include: ['e2e/**/*.test.ts', ...(process.env['PARAPET_SOAK'] ? ['e2e/**/*.soak.ts'] : [])],
          exclude: [BY_ITSELF],
          globalSetup: ['e2e/template.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'alone',
          retry: AGAIN,
          include: [BY_ITSELF],
          globalSetup: ['e2e/template.ts'],
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        // The long runs of what `unit` samples; `npm run soak` alone runs them.
        test: {
          name: 'soak',
          include: ['src/**/*.soak.ts', 'src/app/access-matrix.test.ts', 'src/app/walk.test.ts', 'src/app/each-call-fails.test.ts', 'src/platform/snapshot/killed.test.ts'],
          globalSetup: ['src/platform/testing/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 1_800_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
