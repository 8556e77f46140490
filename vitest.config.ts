import { defineConfig } from 'vitest/config';
import type { ServerName } from './test/helpers/servers/facts.ts';

const setupFiles = ['test/helpers/fuzz-seed.ts'];
// The tests run as in CI; which of the two it is decides whether a missing program fails or skips.
const env = { FORCE_COLOR: '0', NO_COLOR: '1', CI: '1', POOLCTL_CI: process.env['CI'] ?? '' };

// They share their process with no other file: one replaces a module, one weighs the memory.
const alone = ['test/unit/measure/watch.test.ts', 'test/unit/simulate/run.test.ts'];
// Projects to lint, which may have tests of their own.
const fixtures = 'test/unit/lint/fixtures/**';
// They measure time in windows of seconds: they have the processors before all others (test/run.mjs).
const quiet = [
  'test/live/measure.test.ts',
  'test/live/measure-answers.test.ts',
  'test/live/probe-waits.test.ts',
  'test/live/recording.test.ts',
  'test/live/secrets.test.ts',
];
// Asks for none of the servers that are started for the tests.
const serverless = [
  'alerts',
  'demand',
  'embedded',
  'emit-job',
  'fleet-page',
  'majors',
  'playground',
  'poolboy',
  'probe-html',
  'watch-page',
].map((name) => `test/live/${name}.test.ts`);
// Has nothing about that server: `describeWith` sees to it. All other files run once with each kind.
const alonePostgres = [
  'commands',
  'driver-behaviour-postgres',
  'emit/behaviour',
  'emit/beside-node',
  'emit/by-hand-jvm',
  'emit/php',
  'enforce-pgbouncer',
  'monitor/docs',
  'otel-gauges',
  'parallel-workers',
  'pooler-limits',
  'pooler-named',
  'pools-pooler',
  'probe-freeze',
  'probe-pooler-secrets',
  'probe-shards-merged',
  'simulate-driver',
  'watch-failover',
  'watch-screen',
  'watch-listen',
  'watch-pooler',
  'watch-postgres',
];
/** Has nothing about PostgreSQL. */
const onMysql = ['driver-behaviour-mysql', 'open-files', 'watch-mysql'].map((name) => `test/live/${name}.test.ts`);
const onPostgres = alonePostgres.map((name) => `test/live/${name}.test.ts`);
const lacking = {
  mariadb: [...onPostgres, 'test/live/hostile-server.test.ts'],
  mysql: [
    ...onPostgres,
    'test/live/emit/activerecord.test.ts',
    // Its packages are those of MariaDB.
    'test/live/emit/by-hand.test.ts',
    'test/live/emit/jvm.test.ts',
    'test/live/emit/python.test.ts',
    'test/live/probe-pooler.test.ts',
    'test/live/probe-truth.test.ts',
    'test/live/monitor-libraries.test.ts',
    'test/live/monitor-metrics.test.ts',
    'test/live/monitor-nestjs.test.ts',
    'test/live/monitor-owners.test.ts',
    'test/live/pools-faults.test.ts',
    'test/live/pools-budget.test.ts',
    'test/live/incidents.test.ts',
  ],
};

const live = {
  // The files of a project share the servers, and some of them fill one up.
  fileParallelism: false,
  isolate: false,
  // Loads and windows take their time.
  env: { ...env, POOLCTL_TEST_CLOCK: 'runs' },
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

/** Tests with these servers, which `globalSetup` starts for the project. */
function onServers(
  name: string,
  servers: ServerName[],
  files: { include: string[]; exclude?: string[]; isolate?: true },
) {
  return { test: { ...live, ...files, name, globalSetup: ['test/helpers/servers.ts'], provide: { servers, lacking } } };
}

const include = ['test/live/**/*.test.ts'];
const exclude = [...serverless, ...quiet];
// Most tests are with PostgreSQL, so these have a lane, and servers, of their own.
const loads = ['test/live/{probe,load}-*.test.ts', 'test/live/control.test.ts'];
// Apart from the rest, so that the lanes take about as long as each other. The instrumentation of OpenTelemetry finds no
// module that its process has loaded before: here each file has a process.
const more = ['commands', 'emit/beside-node', 'otel-gauges', 'probe-truth'].map((name) => `test/live/${name}.test.ts`);
const poolers = ['test/live/probe-pooler*.test.ts', 'test/live/pooler-*.test.ts'];
const everyServer: ServerName[] = ['postgres', 'postgres13', 'mariadb', 'mysql', 'pgbouncer'];
const postgres: ServerName[] = ['postgres', 'postgres13', 'pgbouncer'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...{ name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: [...alone, fixtures], setupFiles, env },
          // They leave nothing behind, and a process for each would take longer than the tests.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      { test: { name: 'unit-alone', include: alone, setupFiles, env, testTimeout: 30_000 } },
      {
        test: { name: 'cli', include: ['test/cli/**/*.test.ts'], isolate: false, setupFiles, env, testTimeout: 60_000 },
      },
      { test: { ...live, name: 'live', include: serverless } },
      onServers('live-postgres', postgres, {
        include,
        exclude: [...exclude, ...onMysql, ...loads, ...poolers, ...more],
      }),
      onServers('live-postgres-more', postgres, { include: more, isolate: true }),
      onServers('live-postgres-loads', postgres, { include: loads, exclude: [...exclude, ...more, ...poolers] }),
      onServers('live-postgres-poolers', postgres, { include: poolers }),
      onServers('live-mariadb', ['mariadb'], { include, exclude: [...exclude, ...lacking.mariadb] }),
      onServers('live-mysql', ['mysql'], { include, exclude: [...exclude, ...lacking.mysql] }),
      onServers('quiet', everyServer, { include: quiet }),
      // Outside of the lanes: it installs Slurm (npm run test:slurm).
      onServers('slurm', ['postgres'], { include: ['test/slurm/*.test.ts'] }),
    ],
  },
});
