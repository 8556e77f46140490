import { defineConfig } from 'vitest/config';

const setupFiles = ['test/helpers/fuzz-seed.ts'];
// The tests run as in CI; which of the two it is decides whether a missing program fails or skips.
const env = { FORCE_COLOR: '0', NO_COLOR: '1', CI: '1', POOLCTL_CI: process.env['CI'] ?? '' };

const onServers = {
  globalSetup: ['test/helpers/servers.ts'],
  // The files of a project share the servers, and some of them fill one up.
  fileParallelism: false,
  env,
  testTimeout: 60_000,
  hookTimeout: 120_000,
};
// Counts samples in windows of seconds: nothing else may take the processors from it.
const quietTests = ['test/live/measure.test.ts'];
const probeTests = ['test/live/{probe,load}-*.test.ts', 'test/live/{control,embedded}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], setupFiles, env, testTimeout: 30_000 } },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], setupFiles, env, testTimeout: 60_000 } },
      {
        test: {
          ...onServers,
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          exclude: [...probeTests, ...quietTests],
        },
      },
      { test: { ...onServers, name: 'probe', include: probeTests } },
      { test: { ...onServers, name: 'quiet', include: quietTests } },
    ],
  },
});
