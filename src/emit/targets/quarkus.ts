import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { remarks } from '../parts/amounts.ts';
import { assignmentLines, sessionLimit } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { connectProperty } from '../parts/jdbc-url.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

const jdbc = ['quarkus', 'datasource', 'jdbc'];
const kinds = { mysql: 'mysql', mariadb: 'mariadb', postgres: 'postgresql' } as const;

const test = {
  path: [...jdbc, 'foreground-validation-interval'],
  value: '1S',
  note: 'idle for longer, a connection is tested; untested, one that the server has ended would be lent',
};

export const quarkus: Target = {
  title: 'Quarkus (application.properties)',
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'quarkus',
  options: { prefix: 'quarkus.datasource.jdbc.' },
  instead: {
    connectTimeout: 'The snippet sets it in the JDBC driver, through additional-jdbc-properties.',
    queryTimeout: 'The snippet sets it on the server, for every session, through new-connection-sql.',
  },
  inFile: { format: 'properties', assignments },
  render(input) {
    const { scheme, defaultPort } = jdbcDrivers[input.engine];
    return code`
      ${remarks('#', input.why)}
      quarkus.datasource.db-kind=${kinds[input.engine]}
      quarkus.datasource.jdbc.url=jdbc:${scheme}://\${DB_HOST}:\${DB_PORT:${defaultPort}}/\${DB_DATABASE}
      quarkus.datasource.username=\${DB_USERNAME}
      quarkus.datasource.password=\${DB_PASSWORD}
      ${assignmentLines([...assignments(input), test], '#', '=')}
    `;
  },
};

function assignments(input: EmitInput): Assignment[] {
  const { connectionLimit, acquireTimeoutMs } = input.settings;
  const connect = connectProperty(input);
  return [
    { path: [...jdbc, 'max-size'], value: connectionLimit, of: 'connectionLimit' },
    {
      path: [...jdbc, 'acquisition-timeout'],
      of: 'acquireTimeoutMs',
      ...(acquireTimeoutMs === 0
        ? { value: 0, note: '0: waits without a limit' }
        : { value: `${wholeMs(acquireTimeoutMs) / 1_000}S`, note: 'longest wait for a connection' }),
    },
    {
      path: [...jdbc, 'additional-jdbc-properties', connect.name],
      value: connect.value,
      of: 'connectTimeoutMs',
      note: `${connect.unit}, of the JDBC driver, to open a session`,
    },
    ...sessionLimit(input, [...jdbc, 'new-connection-sql']),
  ];
}
