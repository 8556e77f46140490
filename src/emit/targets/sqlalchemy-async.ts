import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import type { PoolSettings } from '../../size/input.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { sqlalchemyUrl } from '../parts/sqlalchemy.ts';
import type { EmitInput, Target } from '../target.ts';

export const sqlalchemyAsync: Target = {
  title: 'SQLAlchemy (async)',
  language: 'python',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'sqlalchemy',
  has: { connectTimeout: false, queryTimeout: false },
  instead: {
    connectTimeout: 'The snippet gives it to the driver, in connect_args.',
    queryTimeout: 'The snippet gives it to the driver or sets it on the server, in connect_args.',
  },
  refusesAtOnce: true,
  sets: () => ({ max_overflow: 0 }),
  render: (input) => code`
    ${remarks('#', input.why)}
    import os

    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import create_async_engine

    # One for each process; await engine.dispose() ends it.
    engine = create_async_engine(
        ${sqlalchemyUrl(input.engine === 'postgres' ? 'postgresql+asyncpg' : `${input.engine}+aiomysql`, input.engine)}
        pool_size=${input.settings.connectionLimit},
        max_overflow=0,  # pool_size is the limit${input.settings.nobodyWaits ? '' : '; any number of requests may wait'}
        ${acquire(input.settings)}
        connect_args={
            ${session(input)}
        },
    )
  `,
};

/** 0 refuses every request once all connections have been opened: asyncio gives what is to be waited for no turn. */
function acquire({ acquireTimeoutMs: ms, nobodyWaits }: PoolSettings): string {
  if (nobodyWaits)
    return 'pool_timeout=0.001,  # seconds: nobody waits; 0 would refuse also where a connection is free';
  return ms === 0
    ? 'pool_timeout=None,  # waits without a limit'
    : `pool_timeout=${ms / 1_000},  # seconds, longest wait for a connection`;
}

function session({ settings: { connectTimeoutMs, queryTimeoutMs }, engine }: EmitInput): string {
  const connect = connectTimeoutMs / 1_000;
  if (engine === 'postgres') {
    const query =
      queryTimeoutMs === undefined ? [] : [`"command_timeout": ${queryTimeoutMs / 1_000},  # seconds, of a statement`];
    return [`"timeout": ${connect},  # seconds, to open a connection`, ...query].join('\n');
  }
  const limit = queryTimeoutMs === undefined ? undefined : statementLimit(engine, queryTimeoutMs);
  return [
    `"connect_timeout": ${connect},  # seconds`,
    ...(limit ? [`"init_command": "${limit.sql}",  # ${limit.note}`] : []),
  ].join('\n');
}
