import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import type { EmitInput } from '../target.ts';
import { wholeSeconds } from './amounts.ts';

/** DBCP 1 and 2 close connections that are given back above maxIdle, and the next request opens them again. */
export function maxIdle({ settings: { connectionLimit } }: EmitInput): string | undefined {
  if (connectionLimit <= 8) return undefined;
  return `# 8 by default: connections given back above it would be closed at once.\nmaxIdle=${connectionLimit}`;
}

/** The connect timeout, which is the JDBC driver's. */
export function connectionProperties({ settings, engine }: EmitInput): string {
  const { property, unit } = jdbcDrivers[engine].connectTimeout;
  const [value, name] =
    unit === 's'
      ? [wholeSeconds(settings.connectTimeoutMs, 'pgjdbc', 'connect timeout'), 'seconds']
      : [wholeMs(settings.connectTimeoutMs), 'ms'];
  return `# ${name}, of the JDBC driver, to open a session\nconnectionProperties=${property}=${value}`;
}

/** A property file has no references. */
export const loginByCode = '# url, username and password: set them in code, from the environment.';
