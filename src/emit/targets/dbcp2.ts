import { wholeMs } from '../../base/units.ts';
import { jdbcDrivers } from '../../declarations/vocabulary/jdbc.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { connectionProperties, loginByCode, maxIdle } from '../parts/dbcp.ts';
import type { Target } from '../target.ts';

const title = 'Apache Commons DBCP 2';

export const dbcp2: Target = {
  title,
  language: 'properties',
  engines: ['mysql', 'mariadb', 'postgres'],
  driver: 'dbcp2',
  instead: { connectTimeout: 'The snippet sets it in the JDBC driver, through connectionProperties.' },
  render: (input) => code`
    ${remarks('#', input.why)}
    ${loginByCode}
    driverClassName=${jdbcDrivers[input.engine].className}
    maxTotal=${input.settings.connectionLimit}
    ${maxIdle(input)}
    ${acquire(input.settings.acquireTimeoutMs)}
    ${connectionProperties(input)}
    ${input.settings.queryTimeoutMs === undefined ? undefined : `# seconds\ndefaultQueryTimeout=${wholeSeconds(input.settings.queryTimeoutMs, title, 'query timeout')}`}
  `,
  async merge(existing, snippet, file) {
    const { mergeLines } = await import('../merge/lines.ts');
    const { ownLines } = await import('../merge/own.ts');
    return mergeLines(
      existing,
      ownLines(snippet, existing, { own: /^(?!driverClassName)/, mixed: ['connectionProperties'] }),
      file,
    );
  },
};

function acquire(ms: number): string {
  if (ms === 0) return '# -1: waits without a limit; 0 would fail at once\nmaxWaitMillis=-1';
  return `# ms, longest wait for a connection\nmaxWaitMillis=${wholeMs(ms)}`;
}
