import { defaultPorts } from '../../base/engine.ts';
import { statementLimit } from '../../declarations/vocabulary/statement-limit.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import {
  rustAcquire,
  rustDuration,
  rustPort,
  rustTime,
  rustUses,
  tlsRemark,
  tokioPostgresConfig,
} from '../parts/rust.ts';
import type { EmitInput, Target } from '../target.ts';

export const r2d2: Target = {
  title: 'r2d2 (Rust)',
  language: 'rust',
  engines: ['postgres', 'mysql', 'mariadb'],
  driver: 'r2d2',
  instead: { queueLimit: 'The snippet refuses the request that would be one too many, in acquire().' },
  refusesAtOnce: true,
  render,
};

function render(input: EmitInput): string {
  const { why, settings, engine } = input;
  const isPostgres = engine === 'postgres';
  const wait = rustTime(settings.acquireTimeoutMs);
  const acquire = rustAcquire(settings, {
    pool: 'Pool',
    connection: 'PooledConnection<Manager>',
    target: isPostgres ? 'Client' : 'Conn',
    error: 'r2d2::Error',
    lend: 'get',
    isBlocking: true,
    name: 'r2d2',
  });
  const pooled = acquire === undefined ? [] : [`r2d2_${isPostgres ? 'postgres' : 'mysql'}::r2d2::PooledConnection`];
  return code`
    ${remarks('//', why)}
    // ${isPostgres ? 'r2d2_postgres, which brings r2d2 and postgres with it.' : 'r2d2_mysql, which brings r2d2 and mysql with it.'}
    ${isPostgres ? tlsRemark : undefined}
    ${rustUses(settings, [...(isPostgres ? postgresUses(acquire !== undefined) : mysqlUses(acquire !== undefined)), ...pooled].sort())}

    ${isPostgres ? 'type Manager = PostgresConnectionManager<NoTls>;' : 'type Manager = MySqlConnectionManager;'}
    pub type Pool = r2d2::Pool<Manager>;

    /// Makes the pool, which opens all of its sessions in the background.
    pub fn open() -> Result<Pool, Box<dyn Error>> {
        ${isPostgres ? tokioPostgresConfig(settings) : mysqlOptions(input)}
        let manager = ${isPostgres ? 'PostgresConnectionManager::new(config, NoTls)' : 'MySqlConnectionManager::new(options)'};
        Ok(Pool::builder()
            .max_size(${settings.connectionLimit})
            ${wait.note && `// ${wait.note}`}
            .connection_timeout(${wait.value})
            .build_unchecked(manager))
    }

    ${acquire}
  `;
}

function postgresUses(isCounting: boolean): string[] {
  return [
    `r2d2_postgres::postgres::{${isCounting ? 'Client, ' : ''}Config, NoTls}`,
    'r2d2_postgres::{r2d2, PostgresConnectionManager}',
  ];
}

function mysqlUses(isCounting: boolean): string[] {
  return [
    isCounting ? 'r2d2_mysql::mysql::{Conn, OptsBuilder}' : 'r2d2_mysql::mysql::OptsBuilder',
    'r2d2_mysql::{r2d2, MySqlConnectionManager}',
  ];
}

function mysqlOptions({ settings: { connectTimeoutMs, queryTimeoutMs }, engine }: EmitInput): string {
  const limit = queryTimeoutMs === undefined ? undefined : statementLimit(engine, queryTimeoutMs);
  return code`
    let options = OptsBuilder::new()
        .ip_or_hostname(Some(env::var("DB_HOST")?))
        .tcp_port(${rustPort(defaultPorts[engine])})
        .user(Some(env::var("DB_USERNAME")?))
        .pass(Some(env::var("DB_PASSWORD")?))
        .db_name(Some(env::var("DB_DATABASE")?))
        ${limit && `// ${limit.note}.\n.init(vec!["${limit.sql}"])`}
        // To reach the server, without the login.
        .tcp_connect_timeout(Some(${rustDuration(connectTimeoutMs)}));
  `.trimEnd();
}
