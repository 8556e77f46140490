import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/declarations/environment.ts';
import { mayMakeRustPools, rustPools } from '../../../src/declarations/rust/index.ts';

/** The pools of a file of Rust, as "library engine" and options, with why a value is not known in angle brackets. */
function poolsOf(text: string, env = ''): { pool: string; options: Record<string, unknown>; opaque?: string }[] {
  const file = { file: 'src/db.rs', text };
  const environment = environmentOf([{ file: '.env', text: env }], { services: [], poolers: [], notes: [] });
  if (!mayMakeRustPools(file)) return [];
  return rustPools(file, { environment, read: () => undefined }).map(({ library, engine, options, opaque }) => ({
    pool: `${library} ${engine}`,
    options: Object.fromEntries(
      options.map(({ name, value }) => [name, value.kind === 'known' ? value.value : `<${value.why}>`]),
    ),
    ...(opaque !== undefined && { opaque }),
  }));
}

describe('a pool of sqlx', () => {
  it('has the options of its builder, and what the options of its connections set', () => {
    const text = `
      use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
      const MAX: u32 = 30;
      async fn open() -> Result<PgPool, sqlx::Error> {
          let options = PgConnectOptions::new().host("db").options([("statement_timeout", "1500")]);
          PgPoolOptions::new()
              .max_connections(MAX / 2)
              .acquire_timeout(Duration::from_millis(2_500))
              .idle_timeout(Some(Duration::from_secs(10 * 60)))
              .max_lifetime(None)
              .connect_with(options)
              .await
      }`;
    expect(poolsOf(text)).toEqual([
      {
        pool: 'sqlx postgres',
        options: {
          max_connections: 15,
          acquire_timeout: '2s500ms',
          idle_timeout: '10m',
          max_lifetime: null,
          statement_timeout: '1500',
        },
      },
    ]);
  });

  it('has the defaults where it is connected without a builder', () => {
    expect(poolsOf('async fn f() { let pool = MySqlPool::connect(&url).await?; }')).toEqual([
      { pool: 'sqlx mysql', options: {} },
    ]);
  });

  it('is followed over the variable that keeps its builder, within a function', () => {
    const text = 'let mut o = PgPoolOptions::new();\no = o.max_connections(9);';
    expect(poolsOf(`fn f() { ${text} let pool = o.connect_lazy(url)?; }`)).toEqual([
      { pool: 'sqlx postgres', options: { max_connections: 9 } },
    ]);
    expect(poolsOf(`fn f() { ${text} o }`)).toMatchObject([
      { opaque: 'what else is set on the builder is not followed to where the pool is made' },
    ]);
  });

  it('has what the environment sets, or what stands in its place', () => {
    const max = 'std::env::var("DB_MAX").unwrap_or_else(|_| "7".to_string()).parse::<u32>().unwrap()';
    const text = `fn f() { PgPoolOptions::new().max_connections(${max}).connect(&url).await }`;
    expect(poolsOf(text)[0]?.options).toEqual({ max_connections: 7 });
    expect(poolsOf(text, 'DB_MAX=12\n')[0]?.options).toEqual({ max_connections: 12 });
  });
});

describe('a pool of bb8 or r2d2', () => {
  const build = '.max_size(15).connection_timeout(Duration::from_secs(3)).build(manager)';

  it.each([
    ['bb8 postgres', 'use bb8::Pool;\nuse bb8_postgres::PostgresConnectionManager;', 'Pool::builder()'],
    ['bb8 postgres', 'use diesel_async::{pooled_connection::bb8::Pool, AsyncPgConnection};', 'Pool::builder()'],
    ['r2d2 postgres', 'use r2d2_postgres::PostgresConnectionManager;', 'r2d2::Pool::builder()'],
    ['r2d2 mysql', 'type Db = diesel::r2d2::Pool<ConnectionManager<MysqlConnection>>;', 'Db::builder()'],
    ['r2d2 mysql', 'use r2d2_mysql::MySqlConnectionManager;', 'r2d2::Builder::new()'],
  ])('is of %s by what the file brings in', (pool, uses, begin) => {
    expect(poolsOf(`${uses}\nfn f() { let pool = ${begin}${build}; }`)).toEqual([
      { pool, options: { max_size: 15, connection_timeout: '3s' } },
    ]);
  });

  it('is left out where it is of Redis or SQLite', () => {
    const text =
      'fn f() { let manager = RedisConnectionManager::new(url); let p = r2d2::Pool::builder().max_size(3).build(manager); }';
    expect(poolsOf(`use r2d2_postgres::PostgresConnectionManager;\n${text}`)).toEqual([]);
    expect(poolsOf('fn f() { bb8::Pool::builder().max_size(3).build(manager) }')).toEqual([]);
  });

  it('has the connect timeout and the limit of statements of its Config', () => {
    const text = `use bb8_postgres::PostgresConnectionManager;
      async fn f() {
          let mut config = tokio_postgres::Config::new();
          config.host("db").connect_timeout(Duration::from_secs(2)).options("-c statement_timeout=700");
          let manager = PostgresConnectionManager::new(config, NoTls);
          bb8::Pool::builder().max_size(n).build(manager).await
      }`;
    expect(poolsOf(text)[0]?.options).toEqual({
      max_size: '<it comes from n>',
      connect_timeout: '2s',
      statement_timeout: '700',
    });
  });
});

describe('a pool of deadpool', () => {
  it('has the PoolConfig that its Config is given', () => {
    const text = `use deadpool_postgres::{Config, PoolConfig, Timeouts};
      fn f() {
          let mut cfg = Config::new();
          cfg.options = Some("-c statement_timeout=900".into());
          cfg.pool = Some(PoolConfig {
              max_size: 16,
              timeouts: Timeouts { wait: Some(Duration::from_millis(500)), create: None, ..Timeouts::new() },
              ..PoolConfig::default()
          });
          let pool = cfg.create_pool(Some(Runtime::Tokio1), NoTls)?;
      }`;
    expect(poolsOf(text)).toEqual([
      {
        pool: 'deadpool postgres',
        options: { statement_timeout: '900', max_size: 16, 'timeouts.wait': '500ms', 'timeouts.create': null },
      },
    ]);
  });

  it('has the methods of its builder', () => {
    const text =
      'fn f() { deadpool_postgres::Pool::builder(mgr).max_size(16).wait_timeout(Some(Duration::from_secs(5))).build() }';
    expect(poolsOf(text)[0]?.options).toEqual({ max_size: 16, wait_timeout: '5s' });
  });

  it('is not known where its Config comes from elsewhere', () => {
    expect(poolsOf('use deadpool_postgres::Config;\nfn f(cfg: Config) { cfg.create_pool(None, NoTls) }')).toMatchObject(
      [{ options: {}, opaque: 'the configuration comes from elsewhere (cfg)' }],
    );
  });
});

it('reads nothing in comments and texts, and never throws', () => {
  const text = `fn f<'a>() { /* /* */ PgPoolOptions::new().connect(u) */ let x = r#"PgPool::connect(u) " "#; let c = '"'; }`;
  expect(poolsOf(text)).toEqual([]);
  const whole = `use bb8::Pool; type P = r2d2::Pool<M<PgConnection>>; fn f(s: &'a S) { P::builder().max_size(a[0] + 3 * (x | y)).build(m)?; let c = Config { pool: Some(PoolConfig::new(4)), ..d }; c.create_pool(|a| b, t) }`;
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(whole.length), (from, to) => {
      poolsOf(whole.slice(0, from) + whole.slice(to));
    }),
    { numRuns: 40 },
  );
});
