import { describe, expect, inject, type SuiteAPI, type TestAPI, test } from 'vitest';
import type { Server, ServerName } from './servers/facts.ts';

const names = {
  postgres: 'PostgreSQL',
  postgres13: 'PostgreSQL 13',
  mariadb: 'MariaDB',
  mysql: 'MySQL',
  pgbouncer: 'PgBouncer',
} as const;

/** Stands in where there is no server: the tests are then listed by name but none of them runs. */
const noServer: Server = {
  available: true,
  startedHere: false,
  host: '',
  port: 0,
  database: '',
  user: '',
  password: '',
  adminUser: '',
  adminPassword: '',
  version: '',
};

/**
 * A suite against a real server, which is skipped, with the reason in its title, where the server cannot be had. In a
 * project that is about other servers (vitest.config.ts) it is no suite: the project of that server has it.
 */
export function describeWith(engine: ServerName, suite: (server: Server) => void): void {
  const facts = inject(engine);
  if (!facts) {
    expectAnother(engine);
    return;
  }
  const title = `with ${names[engine]}`;
  if (facts.available) describe(title, () => suite(facts));
  else describe.skip(`${title} (skipped: ${facts.reason})`, () => suite(noServer));
}

/**
 * For a test that is worth its time on some engines only: on the others it is no test, rather than one that is skipped for
 * want of something.
 */
export function testIf(isWorthIt: boolean): TestAPI {
  return isWorthIt ? test : ((() => {}) as unknown as TestAPI);
}

/** No suite may be lost: another project runs this file with that server. */
function expectAnother(engine: ServerName): void {
  const { testPath = '' } = expect.getState();
  if (!inject('servers') || inject('lacking')[engine]?.some((file) => testPath.endsWith(file))) {
    throw new Error(`vitest.config.ts has no project that runs ${testPath} with ${names[engine]}`);
  }
}

const none = Object.assign(() => {}, { runIf: () => none });

/** A suite that needs none of these servers, and would otherwise run once with each of them. */
export const describeOnce = (inject('postgres') ? describe : none) as SuiteAPI;
