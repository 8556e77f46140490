import { PoolctlError } from '../../base/errors.ts';
import { code, literal } from '../parts/code.ts';
import { lackedBounds, needsTurns, turnLimits } from '../parts/gate.ts';
import { boundsQueue } from '../parts/limits.ts';
import { head, login, notSurviving, sections, statementTimeout } from '../parts/node.ts';
import { takeTurns } from '../parts/turns.ts';
import type { EmitInput, Target } from '../target.ts';

const insteadOfBoth =
  'The snippet lets queries and transactions wait their turn in takeTurns(), which bounds queue and wait.';

export const postgres: Target = {
  title: 'postgres.js',
  language: 'ts',
  engines: ['postgres'],
  driver: 'postgres',
  refusesAtOnce: true,
  instead: { queueLimit: insteadOfBoth, acquireTimeout: insteadOfBoth },
  render(input) {
    refuseBefore3(input);
    return needsTurns(input.settings) ? inTurns(input) : plain(input);
  },
};

function options({ connectionLimit, connectTimeoutMs, queryTimeoutMs }: EmitInput['settings']): string {
  return code`
    ${login('postgres')}
    max: ${literal(connectionLimit)},
    connect_timeout: ${literal(connectTimeoutMs / 1000)}, // s
    ${
      queryTimeoutMs &&
      code`
      connection: {
        ${statementTimeout(queryTimeoutMs)}
      },
    `
    }
  `.trim();
}

function plain({ settings, why }: EmitInput): string {
  return sections(
    head([...why, notSurviving('postgres.js')], "import postgres from 'postgres';"),
    code`
      export const sql = postgres({
        ${options(settings)}
      });
    `,
  );
}

function inTurns({ settings, why, driverVersion }: EmitInput): string {
  const { connectionLimit, queueLimit, acquireTimeoutMs } = settings;
  const [major, minor] = driverVersion ?? [3, 4];
  return sections(
    head([...why, notSurviving('postgres.js')], "import postgres from 'postgres';"),
    code`
      const pool = postgres({
        ${options(settings)}
      });

      // postgres.js ${lackedBounds(settings)}, and sends queries on busy connections, behind others.
      export const sql = takeTurns(pool, {
        connectionLimit: ${literal(connectionLimit)},
        ${boundsQueue(settings) ? `queueLimit: ${literal(queueLimit)},` : undefined}
        ${turnLimits(settings).includes('acquireTimeoutMs') ? `acquireTimeoutMs: ${literal(acquireTimeoutMs)}, // to wait; to connect then takes at most connect_timeout` : undefined}
      });
    `,
    takeTurns(settings, major > 3 || minor >= 4),
  );
}

function refuseBefore3({ driverVersion }: EmitInput): void {
  if (driverVersion === undefined || driverVersion[0] >= 3) return;
  throw new PoolctlError('INPUT_CONTRADICTION', 'The snippet for postgres.js is for version 3 and later.', {
    hint: 'Earlier versions send queries in another way, so that no wait in front of them can be bounded.',
  });
}
