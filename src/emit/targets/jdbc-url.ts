import type { Warning } from '../../base/warning.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { connectProperty, jdbcParameters } from '../parts/jdbc-url.ts';
import type { EmitInput, Target } from '../target.ts';

export const jdbcUrl: Target = {
  title: 'JDBC URL',
  language: 'sh',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'jdbc-url',
  instead: {
    queueLimit: 'The pool that is given the URL has it, or not.',
    acquireTimeout: 'The pool that is given the URL has it.',
  },
  warnings: noPool,
  render(input) {
    const { scheme, defaultPort } = jdbcDrivers[input.engine];
    const { unit } = connectProperty(input);
    return code`
      ${remarks('#', input.why)}
      # A shell fills in the address. The login is apart: user and password of the pool that is given the URL.
      # connectTimeout: ${unit}
      JDBC_URL="jdbc:${scheme}://\${DB_HOST}:\${DB_PORT:-${defaultPort}}/\${DB_DATABASE}?${jdbcParameters(input)}"
    `;
  },
};

function noPool({ settings: { connectionLimit } }: EmitInput): Warning[] {
  return [
    {
      code: 'DRIVER_LACKS_OPTION',
      message: `JDBC URL has no limit of connections: a URL opens one, and the ${connectionLimit} are the pool's.`,
      hint: 'Write the pool too: hikaricp, tomcat-jdbc, dbcp2, druid, c3p0 or quarkus.',
    },
  ];
}
