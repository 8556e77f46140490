import { defaultPorts } from '../../base/engine.ts';
import { wholeMs } from '../../base/units.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { type RustPool, rustAcquire, rustPort, rustTime, rustUses } from '../parts/rust.ts';
import type { EmitInput, Target } from '../target.ts';

export const sqlx: Target = {
  title: 'sqlx (Rust)',
  language: 'rust',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'sqlx',
  instead: {
    queueLimit: 'The snippet refuses the request that would be one too many, in acquire().',
    connectTimeout: 'A new session has what is left of the acquire timeout.',
  },
  refusesAtOnce: true,
  render,
};

function render({ why, settings, engine }: EmitInput): string {
  const isPostgres = engine === 'postgres';
  const prefix = isPostgres ? 'Pg' : 'MySql';
  const { connectionLimit, acquireTimeoutMs } = settings;
  const statement = isPostgres ? statementOption(settings.queryTimeoutMs) : undefined;
  const wait = rustTime(acquireTimeoutMs);
  const acquire = rustAcquire(settings, sqlxPool(prefix));
  const own = `sqlx::${isPostgres ? 'postgres' : 'mysql'}::{${prefix}ConnectOptions, ${prefix}Pool, ${prefix}PoolOptions}`;
  const lent = [
    'sqlx::pool::PoolConnection',
    isPostgres ? 'sqlx::{PgConnection, Postgres}' : 'sqlx::{MySql, MySqlConnection}',
  ];
  const uses = acquire === undefined ? [own] : [own, ...lent].sort();
  return code`
    ${remarks('//', why)}
    // sqlx 0.6 or newer, with the features ${isPostgres ? 'postgres' : 'mysql'} and runtime-tokio.
    ${rustUses(settings, uses)}

    /// Makes the pool, which opens sessions as they are needed.
    pub fn open() -> Result<${prefix}Pool, Box<dyn Error>> {
        let options = ${prefix}ConnectOptions::new()
            .host(&env::var("DB_HOST")?)
            .port(${rustPort(defaultPorts[engine])})
            .username(&env::var("DB_USERNAME")?)
            .password(&env::var("DB_PASSWORD")?)
            .database(&env::var("DB_DATABASE")?)${statement === undefined ? ';' : ''}
            ${statement}
        Ok(${prefix}PoolOptions::new()
            .max_connections(${connectionLimit})
            // The wait for a free connection, and for the login where a new one is opened.
            ${wait.note && `// ${wait.note}`}
            .acquire_timeout(${wait.value})
            ${isPostgres ? undefined : statementHook(settings.queryTimeoutMs, engine)}
            .connect_lazy_with(options))
    }

    ${acquire}
  `;
}

function sqlxPool(prefix: 'Pg' | 'MySql'): RustPool {
  return {
    pool: `${prefix}Pool`,
    connection: `PoolConnection<${prefix === 'Pg' ? 'Postgres' : 'MySql'}>`,
    target: `${prefix}Connection`,
    error: 'sqlx::Error',
    lend: 'acquire',
    name: 'sqlx',
  };
}

function statementOption(ms: number | undefined): string | undefined {
  return ms === undefined
    ? undefined
    : `// ms for a statement, on the server; not through a transaction pooler.\n.options([("statement_timeout", "${wholeMs(ms)}")]);`;
}

/** MySQL and MariaDB are told at the start of each session. */
function statementHook(ms: number | undefined, engine: EmitInput['engine']): string | undefined {
  if (ms === undefined) return undefined;
  const { sql, note } = statementLimit(engine, ms);
  return code`
    // ${note}.
    .after_connect(|connection, _| {
        Box::pin(async move {
            sqlx::query("${sql}")
                .execute(connection)
                .await?;
            Ok(())
        })
    })
  `.trimEnd();
}
