import { wholeMs } from '../../base/units.ts';
import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { rustAcquire, rustDuration, rustPort, rustUses, tlsRemark } from '../parts/rust.ts';
import type { EmitInput, Target } from '../target.ts';

export const deadpool: Target = {
  title: 'deadpool (Rust)',
  language: 'rust',
  engines: ['postgres'],
  driver: 'deadpool',
  instead: { queueLimit: 'The snippet refuses the request that would be one too many, in acquire().' },
  refusesAtOnce: true,
  render,
};

function render({ why, settings }: EmitInput): string {
  const { connectionLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs } = settings;
  const acquire = rustAcquire(settings, {
    pool: 'Pool',
    connection: 'Client',
    target: 'ClientWrapper',
    error: 'PoolError',
    lend: 'get',
    name: 'deadpool',
  });
  const names = ['Config', 'Pool', 'PoolConfig', 'Runtime', 'Timeouts'];
  const all =
    acquire === undefined
      ? `{${names.join(', ')}}`
      : `{\n    ${[...names, 'Client', 'ClientWrapper', 'PoolError'].sort().join(', ')},\n}`;
  return code`
    ${remarks('//', why)}
    // deadpool-postgres and tokio-postgres.
    ${tlsRemark}
    ${rustUses(settings, [`deadpool_postgres::${all}`, 'tokio_postgres::NoTls'])}

    /// Makes the pool, which opens sessions as they are needed.
    pub fn open() -> Result<Pool, Box<dyn Error>> {
        let mut config = Config::new();
        config.host = Some(env::var("DB_HOST")?);
        config.port = Some(${rustPort(5432)});
        config.user = Some(env::var("DB_USERNAME")?);
        config.password = Some(env::var("DB_PASSWORD")?);
        config.dbname = Some(env::var("DB_DATABASE")?);
        ${queryTimeoutMs === undefined ? undefined : `// ms for a statement, on the server; not through a transaction pooler.\nconfig.options = Some("-c statement_timeout=${wholeMs(queryTimeoutMs)}".into());`}
        config.pool = Some(PoolConfig {
            max_size: ${connectionLimit},
            timeouts: Timeouts {
                wait: ${acquireTimeoutMs > 0 ? `Some(${rustDuration(acquireTimeoutMs)})` : 'None'},
                // For a new session, with its login.
                create: Some(${rustDuration(connectTimeoutMs)}),
                recycle: None,
            },
            ..PoolConfig::default()
        });
        Ok(config.create_pool(Some(Runtime::Tokio1), NoTls)?)
    }

    ${acquire}
  `;
}
