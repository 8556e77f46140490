import { describe, inject, type TestAPI, test } from 'vitest';
import type { Server } from './servers/facts.ts';

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

/** A suite against a real server, which is skipped, with the reason in its title, where the server cannot be had. */
export function describeWith(engine: keyof typeof names, suite: (server: Server) => void): void {
  const facts = inject(engine);
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
