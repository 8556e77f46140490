import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks, wholeSeconds } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { psycopgLimits, setsOnPsycopg } from '../parts/psycopg-pool.ts';
import type { EmitInput, Target } from '../target.ts';

const title = 'psycopg_pool';

export const psycopgPool: Target = {
  title,
  language: 'python',
  engines: ['postgres'],
  driver: 'psycopg-pool',
  instead: {},
  refusesAtOnce: true,
  sets: setsOnPsycopg,
  render: (input) => code`
    ${remarks('#', input.why)}
    import os

    from psycopg_pool import ConnectionPool

    # pip install "psycopg[pool]". One for each process: pool.open(wait=True) when it starts and after a fork, pool.close()
    # when it ends. AsyncConnectionPool takes the same arguments.
    pool = ConnectionPool(
        kwargs={
            "host": os.environ["DB_HOST"],
            "port": os.environ.get("DB_PORT", "5432"),
            "user": os.environ["DB_USERNAME"],
            "password": os.environ["DB_PASSWORD"],
            "dbname": os.environ["DB_DATABASE"],
            "connect_timeout": ${wholeSeconds(input.settings.connectTimeoutMs, title, 'connect timeout')},  # seconds
            ${query(input)}
        },
        open=False,
        ${psycopgLimits(input.settings, (name, value) => `${name}=${value},`)}
    )
  `,
};

function query({ settings: { queryTimeoutMs } }: EmitInput): string | undefined {
  if (queryTimeoutMs === undefined) return undefined;
  const { note } = statementLimit('postgres', queryTimeoutMs);
  return `"options": "-c statement_timeout=${wholeMs(queryTimeoutMs)}",  # ${note}`;
}
