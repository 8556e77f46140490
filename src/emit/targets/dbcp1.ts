import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { connectionProperties, loginByCode, maxIdle } from '../parts/dbcp.ts';
import type { EmitInput, Target } from '../target.ts';

export const dbcp1: Target = {
  title: 'Apache Commons DBCP 1.4',
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'dbcp1',
  instead: {
    connectTimeout: 'The snippet sets it in the JDBC driver, through connectionProperties.',
    queryTimeout: 'The snippet sets it on the server, for every session, through initConnectionSqls.',
  },
  render: (input) => code`
    ${remarks('#', input.why)}
    ${loginByCode}
    driverClassName=${jdbcDrivers[input.engine].className}
    maxActive=${input.settings.connectionLimit}
    ${maxIdle(input)}
    ${acquire(input.settings.acquireTimeoutMs)}
    ${connectionProperties(input)}
    ${query(input)}
  `,
  async merge(existing, snippet, file) {
    const { mergeLines } = await import('../merge/lines.ts');
    const { ownLines } = await import('../merge/own.ts');
    return mergeLines(
      existing,
      ownLines(snippet, existing, {
        own: /^(?!driverClassName)/,
        mixed: ['connectionProperties', 'initConnectionSqls'],
      }),
      file,
    );
  },
};

function acquire(ms: number): string {
  if (ms === 0) return '# -1: waits without a limit, as does 0\nmaxWait=-1';
  return `# ms, longest wait for a connection\nmaxWait=${wholeMs(ms)}`;
}

function query({ settings, engine }: EmitInput): string | undefined {
  if (settings.queryTimeoutMs === undefined) return undefined;
  const { sql, note } = statementLimit(engine, settings.queryTimeoutMs);
  return `# ${note}\ninitConnectionSqls=${sql}`;
}
