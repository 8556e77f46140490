import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { PoolSettings } from '../../size/input.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { sqlalchemyUrl } from '../parts/sqlalchemy.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'SQLAlchemy';

/** psycopg (3) is known to SQLAlchemy from 2.0 on. */
function dialect({ engine, driverVersion: [major] = [2, 0] }: EmitInput): string {
  if (engine !== 'postgres') return `${engine}+pymysql`;
  return major < 2 ? 'postgresql+psycopg2' : 'postgresql+psycopg';
}

function version({ engine, driverVersion }: EmitInput): string[] {
  return engine === 'postgres' && driverVersion === undefined ? ['SQLAlchemy 2; for 1.4: --driver-version 1.4.'] : [];
}

export const sqlalchemy: Target = {
  title,
  language: 'python',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'sqlalchemy',
  has: { connectTimeout: false, queryTimeout: false },
  instead: {
    connectTimeout: 'The snippet gives it to the DBAPI, in connect_args.',
    queryTimeout: 'The snippet sets it on the server, for every session, in connect_args.',
  },
  refusesAtOnce: true,
  sets: () => ({ max_overflow: 0 }),
  render: (input) => code`
    ${remarks('#', [...input.why, ...version(input)])}
    import os

    from sqlalchemy import create_engine
    from sqlalchemy.engine import URL

    engine = create_engine(
        ${sqlalchemyUrl(dialect(input), input.engine)}
        pool_size=${input.settings.connectionLimit},
        max_overflow=0,  # pool_size is the limit${input.settings.queueLimit > 0 ? '; any number of threads may wait' : ''}
        ${acquire(input.settings)}
        connect_args={
            "connect_timeout": ${wholeSeconds(input.settings.connectTimeoutMs, title, 'connect timeout')},  # seconds
            ${query(input)}
        },
    )
  `,
};

function acquire({ acquireTimeoutMs: ms, nobodyWaits }: PoolSettings): string {
  if (nobodyWaits) return 'pool_timeout=0,  # nobody waits: a request is refused at once where no connection is free';
  return ms === 0
    ? 'pool_timeout=None,  # waits without a limit; 0 would fail at once'
    : `pool_timeout=${ms / 1_000},  # seconds, longest wait for a connection`;
}

function query({ settings: { queryTimeoutMs }, engine }: EmitInput): string | undefined {
  if (queryTimeoutMs === undefined) return undefined;
  const { sql, note } = statementLimit(engine, queryTimeoutMs);
  return engine === 'postgres'
    ? `"options": "-c statement_timeout=${wholeMs(queryTimeoutMs)}",  # ${note}`
    : `"init_command": "${sql}",  # ${note}`;
}
