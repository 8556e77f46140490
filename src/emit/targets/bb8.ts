import { remarks } from '../parts/amounts.ts';
import { code } from '../parts/code.ts';
import { rustAcquire, rustTime, rustUses, tlsRemark, tokioPostgresConfig } from '../parts/rust.ts';
import type { EmitInput, Target } from '../target.ts';

export const bb8: Target = {
  title: 'bb8 (Rust)',
  language: 'rust',
  engines: ['postgres'],
  driver: 'bb8',
  instead: { queueLimit: 'The snippet refuses the request that would be one too many, in acquire().' },
  refusesAtOnce: true,
  render,
};

function render({ why, settings }: EmitInput): string {
  const wait = rustTime(settings.acquireTimeoutMs);
  const acquire = rustAcquire(settings, {
    pool: 'Pool',
    connection: "PooledConnection<'a, Manager>",
    target: 'Client',
    error: 'RunError<tokio_postgres::Error>',
    lend: 'get',
    isBorrowed: true,
    name: 'bb8',
  });
  const uses =
    acquire === undefined
      ? ['bb8_postgres::tokio_postgres::{Config, NoTls}', 'bb8_postgres::{bb8, PostgresConnectionManager}']
      : [
          'bb8_postgres::bb8::{self, PooledConnection, RunError}',
          'bb8_postgres::tokio_postgres::{self, Client, Config, NoTls}',
          'bb8_postgres::PostgresConnectionManager',
        ];
  return code`
    ${remarks('//', why)}
    // bb8-postgres, which brings bb8 and tokio-postgres with it.
    ${tlsRemark}
    ${rustUses(settings, uses)}

    type Manager = PostgresConnectionManager<NoTls>;
    pub type Pool = bb8::Pool<Manager>;

    /// Makes the pool, which opens sessions as they are needed.
    pub async fn open() -> Result<Pool, Box<dyn Error>> {
        ${tokioPostgresConfig(settings)}
        let manager = PostgresConnectionManager::new(config, NoTls);
        Ok(Pool::builder()
            .max_size(${settings.connectionLimit})
            // The wait for a free connection, and for the login where a new one is opened.
            ${wait.note && `// ${wait.note}`}
            .connection_timeout(${wait.value})
            .build(manager)
            .await?)
    }

    ${acquire}
  `;
}
