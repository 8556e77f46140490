import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import type { Assignment, EmitInput } from '../target.ts';
import { remarks, wholeSeconds } from './amounts.ts';
import { assignmentLines } from './assignments.ts';
import { code } from './code.ts';

/** The number of connections, under its name, and what goes with it. */
export function dbcpLimit({ settings: { connectionLimit } }: EmitInput, name: string): Assignment[] {
  const limit: Assignment = { path: [name], value: connectionLimit, of: 'connectionLimit' };
  if (connectionLimit <= 8) return [limit];
  // DBCP 1 and 2 close connections that are given back above maxIdle, and the next request opens them again.
  const note = '8 by default: connections given back above it would be closed at once.';
  return [limit, { ...limit, path: ['maxIdle'], note, isAside: true, replaces: () => false }];
}

/** The wait for a connection, under its name; `unlimited` says why no limit is not 0. */
export function dbcpWait({ settings }: EmitInput, name: string, unlimited: string): Assignment {
  const ms = settings.acquireTimeoutMs;
  const own =
    ms === 0 ? { value: -1, note: unlimited } : { value: wholeMs(ms), note: 'ms, longest wait for a connection' };
  return { path: [name], of: 'acquireTimeoutMs', ...own };
}

/** The connect timeout, which is the JDBC driver's. */
export function connectionProperties({ settings, engine }: EmitInput): Assignment {
  const { property, unit } = jdbcDrivers[engine].connectTimeout;
  const [value, name] =
    unit === 's'
      ? [wholeSeconds(settings.connectTimeoutMs, 'pgjdbc', 'connect timeout'), 'seconds']
      : [wholeMs(settings.connectTimeoutMs), 'ms'];
  return {
    path: ['connectionProperties'],
    value: `${property}=${value}`,
    of: 'connectTimeoutMs',
    note: `${name}, of the JDBC driver, to open a session`,
    // It may hold more than one property.
    replaces: (text) => /^\s*connectTimeout=\d+\s*;?\s*$/.test(text),
  };
}

/** A property file of BasicDataSourceFactory, which has no references. */
export function dbcpFile({ why, engine }: EmitInput, assignments: readonly Assignment[]): string {
  return code`
    ${remarks('#', why)}
    # url, username and password: set them in code, from the environment.
    driverClassName=${jdbcDrivers[engine].className}
    ${assignmentLines(assignments, '#', '=')}
  `;
}
