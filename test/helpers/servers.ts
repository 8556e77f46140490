import type { TestProject } from 'vitest/node';
import { Cleanup } from './servers/cleanup.ts';
import { mariadb } from './servers/mariadb.ts';
import { mysql } from './servers/mysql.ts';
import { preparePgbouncer } from './servers/pgbouncer.ts';
import { postgres, postgres13 } from './servers/postgres.ts';
import { prepare } from './servers/prepare.ts';

/**
 * Starts the real database servers that the tests in test/live share, once per run, and stops them at its end. Tests
 * reach them through `describeWith` of live.ts.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cleanup = new Cleanup();
  const onPostgres = prepare(postgres, cleanup);
  const preparations = {
    postgres: onPostgres,
    postgres13: prepare(postgres13, cleanup),
    mariadb: prepare(mariadb, cleanup),
    mysql: prepare(mysql, cleanup),
    pgbouncer: preparePgbouncer(onPostgres, cleanup),
  };
  await Promise.allSettled(Object.values(preparations)); // When one fails, the others must be ready to be torn down.
  try {
    for (const name of ['postgres', 'postgres13', 'mariadb', 'mysql', 'pgbouncer'] as const) {
      project.provide(name, await preparations[name]);
    }
  } catch (error) {
    // Vitest calls no teardown after a set-up that failed. What fails now only follows from the first error.
    await Promise.allSettled([cleanup.run()]);
    throw error;
  }
  return cleanup.run;
}
