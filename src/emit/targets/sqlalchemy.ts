import { remarks, wholeMs, wholeSeconds } from '../amounts.ts';
import { code } from '../code.ts';
import { statementLimit } from '../statement-limit.ts';
import type { EmitInput, Engine, Target } from '../target.ts';

const title = 'SQLAlchemy';

const dialects: Readonly<Record<Engine, { name: string; defaultPort: number }>> = {
  postgres: { name: 'postgresql+psycopg', defaultPort: 5432 },
  mysql: { name: 'mysql+pymysql', defaultPort: 3306 },
  mariadb: { name: 'mariadb+pymysql', defaultPort: 3306 },
};

export const sqlalchemy: Target = {
  title,
  language: 'python',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'sqlalchemy',
  instead: {
    connectTimeout: 'The snippet gives it to the DBAPI, in connect_args.',
    queryTimeout: 'The snippet tells the server, for every session, in connect_args.',
  },
  render: ({ settings, why, engine }) => code`
    ${remarks('#', why)}
    import os

    from sqlalchemy import create_engine
    from sqlalchemy.engine import URL

    engine = create_engine(
        URL.create(
            "${dialects[engine].name}",
            username=os.environ["DB_USERNAME"],
            password=os.environ["DB_PASSWORD"],
            host=os.environ["DB_HOST"],
            port=int(os.environ.get("DB_PORT", ${dialects[engine].defaultPort})),
            database=os.environ["DB_DATABASE"],
        ),
        pool_size=${settings.connectionLimit},
        max_overflow=0,  # pool_size is the limit${settings.queueLimit > 0 ? '; any number of threads may wait' : ''}
        ${acquire(settings.acquireTimeoutMs)}
        connect_args={
            "connect_timeout": ${wholeSeconds(settings.connectTimeoutMs, title, 'connect timeout')},  # seconds
            ${query({ settings, engine })}
        },
    )
  `,
};

function acquire(ms: number): string {
  return ms === 0
    ? 'pool_timeout=None,  # waits for ever; 0 would fail at once'
    : `pool_timeout=${ms / 1_000},  # seconds, longest wait for a connection`;
}

function query({ settings: { queryTimeoutMs }, engine }: Pick<EmitInput, 'settings' | 'engine'>): string | undefined {
  if (queryTimeoutMs === undefined) return undefined;
  const { sql, note } = statementLimit(engine, queryTimeoutMs);
  return engine === 'postgres'
    ? `"options": "-c statement_timeout=${wholeMs(queryTimeoutMs)}",  # ${note}`
    : `"init_command": "${sql}",  # ${note}`;
}
