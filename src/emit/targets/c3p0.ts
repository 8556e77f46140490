import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { remarks } from '../parts/amounts.ts';
import { assignmentLines, optionsAt } from '../parts/assignments.ts';
import { code } from '../parts/code.ts';
import { connectProperty, jdbcParameters } from '../parts/jdbc-url.ts';
import type { Assignment, EmitInput, Target } from '../target.ts';

/** What it keeps open and opens at the start by default, also where maxPoolSize is less. */
const leastByDefault = 3;

export const c3p0: Target = {
  title: 'c3p0 (c3p0.properties)',
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'c3p0',
  instead: {
    connectTimeout: 'The snippet sets it in the JDBC driver, through the URL.',
    queryTimeout: 'The snippet sets it on the server, for every session, through the URL.',
  },
  sets: (input) => optionsAt(assignments(input)),
  render(input) {
    const { scheme, className, defaultPort } = jdbcDrivers[input.engine];
    const { unit } = connectProperty(input);
    return code`
      ${remarks('#', input.why)}
      # c3p0 reads no environment: put the address in here; user and password: set them in code, from the environment.
      # connectTimeout: ${unit}, of the JDBC driver, to open a session
      c3p0.jdbcUrl=jdbc:${scheme}://localhost:${defaultPort}/app?${jdbcParameters(input)}
      c3p0.driverClass=${className}
      ${assignmentLines(assignments(input), '#', '=')}
    `;
  },
};

type C3p0Setting = Pick<Assignment, 'path' | 'value' | 'note'>;

function assignments({ settings: { connectionLimit, acquireTimeoutMs } }: EmitInput): C3p0Setting[] {
  const own = (name: string, value: string | number, note?: string): C3p0Setting => ({
    path: ['c3p0', name],
    value,
    ...(note !== undefined && { note }),
  });
  const waits = acquireTimeoutMs === 0 ? '0: waits without a limit' : 'ms, longest wait for a connection';
  return [
    own('maxPoolSize', connectionLimit),
    ...(connectionLimit < leastByDefault
      ? [
          own('minPoolSize', connectionLimit, `${leastByDefault} by default, which would be opened all the same`),
          own('initialPoolSize', connectionLimit),
        ]
      : []),
    own('checkoutTimeout', wholeMs(acquireTimeoutMs), waits),
    own(
      'testConnectionOnCheckout',
      'true',
      'false by default: connections that the server has ended would be lent. Before 0.9.5 it is slow without a query.',
    ),
    own('preferredTestQuery', 'SELECT 1'),
  ];
}
