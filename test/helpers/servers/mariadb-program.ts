import { debianProgram } from './apt.ts';

/**
 * The path of `mariadbd`. Its package cannot be on a machine together with MySQL's server, which must never be removed for
 * our tests.
 */
export function mariadbProgram(): Promise<string> {
  return debianProgram('mariadbd', 'mariadb-server-core', ['--no-remove']);
}
