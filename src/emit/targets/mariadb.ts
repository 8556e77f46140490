import { PoolctlError } from '../../base/errors.ts';
import { queueOfMariadb } from '../parts/bound-queues.ts';
import { code, literal, milliseconds } from '../parts/code.ts';
import { insteadOfQueueLimit, minimumIdle } from '../parts/limits.ts';
import { setsOnMariadb } from '../parts/mariadb.ts';
import { boundedWait, head, login, sections } from '../parts/node.ts';
import type { EmitInput, Target } from '../target.ts';

export const mariadb: Target = {
  title: 'mariadb (MariaDB Connector/Node.js)',
  language: 'ts',
  engines: ['mariadb', 'mysql'],
  driver: 'mariadb',
  instead: { queueLimit: insteadOfQueueLimit },
  refusesAtOnce: true,
  sets: setsOnMariadb,
  render(input) {
    refuseBefore3(input);
    const { settings, why, engine } = input;
    const { connectionLimit, acquireTimeoutMs, queryTimeoutMs } = settings;
    const { call, wrapper } = queueOfMariadb('pool', settings, {
      methods: isBefore(input, 2) ? methods : [...methods, 'importFile'],
    });
    return sections(
      head(why, "import * as mariadb from 'mariadb';"),
      code`
        export const pool = mariadb.createPool({
          ${login(engine)}
          ${engine === 'mysql' ? 'allowPublicKeyRetrieval: true, // for caching_sha2_password without TLS; with ssl leave it out' : undefined}
          connectionLimit: ${literal(connectionLimit)},
          minimumIdle: ${minimumIdle(input)}
          acquireTimeout: ${boundedWait(acquireTimeoutMs, '0 would fail at once')}; before it idle connections are pinged, for up to pingTimeout each
          connectTimeout: ${connectTimeout(settings)}
          ${queryTimeoutMs && queryTimeout(engine, queryTimeoutMs)}
        });
      `,
      call,
      wrapper,
    );
  },
};

/** The driver silently lowers it to acquireTimeout. */
function connectTimeout({ acquireTimeoutMs, connectTimeoutMs }: EmitInput['settings']): string {
  const lowered = acquireTimeoutMs > 0 && acquireTimeoutMs < connectTimeoutMs;
  return lowered
    ? `${milliseconds(acquireTimeoutMs)}; mariadb lets it be no more than acquireTimeout`
    : milliseconds(connectTimeoutMs);
}

/** Its queryTimeout makes every connection fail on MySQL; resetAfterUse drops sessionVariables, and not initSql. */
function queryTimeout(engine: EmitInput['engine'], ms: number): string {
  return engine === 'mariadb'
    ? `queryTimeout: ${milliseconds(ms)}; MariaDB stops the statement`
    : `initSql: 'SET SESSION max_execution_time = ${Math.ceil(ms)}', // ms; MySQL stops a SELECT, and lets other statements run`;
}

/** The pool's methods that take a connection, beside getConnection. */
const methods = ['query', 'execute', 'batch'];

/** Whether the user's version is older than 3.minor. */
function isBefore({ driverVersion: [major, own] = [3, 5] }: EmitInput, minor: number): boolean {
  return major === 3 && own < minor;
}

function refuseBefore3({ driverVersion }: EmitInput): void {
  if (driverVersion === undefined || driverVersion[0] >= 3) return;
  throw new PoolctlError('INPUT_CONTRADICTION', 'The snippet for mariadb is for version 3 and later.', {
    hint: 'In version 2, after one timeout, later requests wait without a limit.',
  });
}
