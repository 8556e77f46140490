import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import type { Assignment, EmitInput, SettingsFile, Target } from '../target.ts';
import { wholeSeconds, withinSetting } from './amounts.ts';
import { sessionLimit } from './assignments.ts';

/** A key with its value, and a comment for the reader. */
export type SpringSetting = Pick<Assignment, 'path' | 'value' | 'note'>;

const datasource = ['spring', 'datasource'];
const hikari = [...datasource, 'hikari'];

const longestMs = 2 ** 31 - 1;

/** Address and login by reference, which Spring Boot resolves. */
export function springLogin({ engine }: EmitInput): SpringSetting[] {
  const { scheme, defaultPort } = jdbcDrivers[engine];
  return [
    { path: [...datasource, 'url'], value: `jdbc:${scheme}://\${DB_HOST}:\${DB_PORT:${defaultPort}}/\${DB_DATABASE}` },
    { path: [...datasource, 'username'], value: reference('DB_USERNAME') },
    { path: [...datasource, 'password'], value: reference('DB_PASSWORD') },
  ];
}

/** As Spring Boot resolves it, from the environment. */
function reference(name: string): string {
  return `\${${name}}`;
}

/** The options of HikariCP, for YAML and for properties. */
export function hikariSettings(input: EmitInput, title: string): Assignment[] {
  const { settings, engine } = input;
  const { connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs } = settings;
  const connect = jdbcDrivers[engine].connectTimeout;
  return [
    {
      path: [...hikari, 'maximum-pool-size'],
      value: connectionLimit,
      of: 'connectionLimit',
      ...(queueLimit > 0 && {
        note: `no queue limit; with server.tomcat.threads.max ${connectionLimit + queueLimit} at most ${queueLimit} wait`,
      }),
    },
    {
      path: [...hikari, 'connection-timeout'],
      of: 'acquireTimeoutMs',
      ...(acquireTimeoutMs === 0
        ? { value: 0, note: '0: waits 24.8 days for a connection' }
        : {
            value: withinSetting(acquireTimeoutMs, 250, longestMs, title, 'acquire timeout'),
            note: 'ms, longest wait for a connection',
          }),
    },
    ...validation(acquireTimeoutMs),
    {
      path: [...hikari, 'data-source-properties', connect.property],
      of: 'connectTimeoutMs',
      value:
        connect.unit === 's' ? wholeSeconds(connectTimeoutMs, 'pgjdbc', 'connect timeout') : wholeMs(connectTimeoutMs),
      note: `${connect.unit === 's' ? 'seconds' : 'ms'}, of the JDBC driver, to open a session`,
    },
    ...sessionLimit(input, [...hikari, 'connection-init-sql']),
  ];
}

/** Its 5 s by default; a test that takes longer than the wait would make the wait longer. */
function validation(acquireTimeoutMs: number): Assignment[] {
  if (acquireTimeoutMs === 0 || acquireTimeoutMs > 5_000) return [];
  const value = Math.max(250, Math.floor(acquireTimeoutMs / 2));
  return [
    {
      path: [...hikari, 'validation-timeout'],
      value,
      of: 'acquireTimeoutMs',
      note: value < acquireTimeoutMs ? 'ms, below connection-timeout' : 'ms, the least it takes',
      isAside: true,
      replaces: (text) => !(Number(text) < acquireTimeoutMs),
    },
  ];
}

/** Where the options stand in a file of Spring Boot. */
export function hikariFile(format: 'yaml' | 'properties', title: string): SettingsFile {
  return { format, springBlock: 'hikari', assignments: (input) => hikariSettings(input, title) };
}

export const hikariInstead: Target['instead'] = {
  connectTimeout: 'The snippet sets it in the JDBC driver, through data-source-properties.',
  queryTimeout: 'The snippet sets it on the server, for every session, through connection-init-sql.',
};
