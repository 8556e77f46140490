import type { TestProject } from 'vitest/node';
import { Cleanup } from './servers/cleanup.ts';
import type { Facts, ServerName } from './servers/facts.ts';
import { mariadb } from './servers/mariadb.ts';
import { mysql } from './servers/mysql.ts';
import { preparePgbouncer } from './servers/pgbouncer.ts';
import { postgres, postgres13 } from './servers/postgres.ts';
import { prepare } from './servers/prepare.ts';

/**
 * Starts the real database servers that the project's tests share (`servers` of its `provide` in vitest.config.ts), once
 * per run, and stops them at its end. Tests reach them through `describeWith` of live.ts.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cleanup = new Cleanup();
  const preparations = new Map<ServerName, Promise<Facts>>();
  const start: Readonly<Record<ServerName, () => Promise<Facts>>> = {
    postgres: () => prepare(postgres, cleanup),
    postgres13: () => prepare(postgres13, cleanup),
    mariadb: () => prepare(mariadb, cleanup),
    mysql: () => prepare(mysql, cleanup),
    pgbouncer: () => preparePgbouncer(prepared('postgres'), cleanup),
  };
  function prepared(name: ServerName): Promise<Facts> {
    const preparation = preparations.get(name) ?? start[name]();
    preparations.set(name, preparation);
    return preparation;
  }
  const { servers = [] } = project.config.provide;
  // When one fails, the others must be ready to be torn down.
  await Promise.allSettled(servers.map(prepared));
  try {
    for (const name of servers) project.provide(name, await prepared(name));
  } catch (error) {
    // Vitest calls no teardown after a set-up that failed. What fails now only follows from the first error.
    await Promise.allSettled([cleanup.run()]);
    throw error;
  }
  return cleanup.run;
}
