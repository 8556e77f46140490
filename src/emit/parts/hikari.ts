import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { EmitInput, Target } from '../target.ts';
import { wholeSeconds, withinSetting } from './amounts.ts';

/** A key below spring.datasource with its value, and a comment for the reader. */
export interface SpringSetting {
  readonly path: readonly string[];
  readonly value: string | number;
  readonly note?: string;
}

const longestMs = 2 ** 31 - 1;

/** Address and login by reference, which Spring Boot resolves. */
export function springLogin({ engine }: EmitInput): SpringSetting[] {
  const { scheme, defaultPort } = jdbcDrivers[engine];
  return [
    { path: ['url'], value: `jdbc:${scheme}://\${DB_HOST}:\${DB_PORT:${defaultPort}}/\${DB_DATABASE}` },
    { path: ['username'], value: reference('DB_USERNAME') },
    { path: ['password'], value: reference('DB_PASSWORD') },
  ];
}

/** As Spring Boot resolves it, from the environment. */
function reference(name: string): string {
  return `\${${name}}`;
}

/** The options of HikariCP, for YAML and for properties. */
export function hikariSettings({ settings, engine }: EmitInput, title: string): SpringSetting[] {
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
  const connect = jdbcDrivers[engine].connectTimeout;
  const statement = queryTimeoutMs === undefined ? undefined : statementLimit(engine, queryTimeoutMs);
  return [
    {
      path: ['hikari', 'maximum-pool-size'],
      value: connectionLimit,
      ...(queueLimit > 0 && {
        note: `no queue limit; with server.tomcat.threads.max ${connectionLimit + queueLimit} at most ${queueLimit} wait`,
      }),
    },
    acquireTimeoutMs === 0
      ? { path: ['hikari', 'connection-timeout'], value: 0, note: '0: waits 24.8 days for a connection' }
      : {
          path: ['hikari', 'connection-timeout'],
          value: withinSetting(acquireTimeoutMs, 250, longestMs, title, 'acquire timeout'),
          note: 'ms, longest wait for a connection',
        },
    ...validation(acquireTimeoutMs),
    {
      path: ['hikari', 'data-source-properties', connect.property],
      value:
        connect.unit === 's' ? wholeSeconds(connectTimeoutMs, 'pgjdbc', 'connect timeout') : wholeMs(connectTimeoutMs),
      note: `${connect.unit === 's' ? 'seconds' : 'ms'}, of the JDBC driver, to open a session`,
    },
    ...(statement ? [{ path: ['hikari', 'connection-init-sql'], value: statement.sql, note: statement.note }] : []),
  ];
}

/** Its 5 s by default; a test that takes longer than the wait would make the wait longer. */
function validation(acquireTimeoutMs: number): SpringSetting[] {
  if (acquireTimeoutMs === 0 || acquireTimeoutMs > 5_000) return [];
  const value = Math.max(250, Math.floor(acquireTimeoutMs / 2));
  return [{ path: ['hikari', 'validation-timeout'], value, note: 'ms, below connection-timeout' }];
}

export const hikariInstead: Target['instead'] = {
  connectTimeout: 'The snippet sets it in the JDBC driver, through data-source-properties.',
  queryTimeout: 'The snippet sets it on the server, for every session, through connection-init-sql.',
};
