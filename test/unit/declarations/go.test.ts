import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../../src/declarations/environment.ts';
import { goPools, mayMakeGoPools } from '../../../src/declarations/go/index.ts';

/** The pools of a file of Go, as "library engine" and options, with why a value is not known in angle brackets. */
function poolsOf(text: string, env = ''): { pool: string; options: Record<string, unknown>; opaque?: string }[] {
  const file = { file: 'db.go', text };
  const environment = environmentOf([{ file: '.env', text: env }], { services: [], poolers: [], notes: [] });
  if (!mayMakeGoPools(file)) return [];
  return goPools(file, { environment, read: () => undefined }).map(({ library, engine, options, opaque }) => ({
    pool: `${library} ${engine}`,
    options: Object.fromEntries(
      options.map(({ name, value }) => [name, value.kind === 'known' ? value.value : `<${value.why}>`]),
    ),
    ...(opaque !== undefined && { opaque }),
  }));
}

const inFunction = (body: string, before = '') =>
  `package db\n\nimport (\n\t"database/sql"\n\t_ "github.com/lib/pq"\n)\n${before}\nfunc Open() {\n\t${body}\n}\n`;

describe('a pool of database/sql', () => {
  it('has the limits that are set on it, with times in the units that Go gives them', () => {
    const text = inFunction(
      'db, err := sql.Open("mysql", dsn)\ndb.SetMaxOpenConns(maxOpen * 2)\ndb.SetMaxIdleConns(int(10))\ndb.SetConnMaxLifetime(5 * time.Minute)\ndb.SetConnMaxIdleTime(300)',
      'const maxOpen = 25',
    );
    expect(poolsOf(text)).toEqual([
      {
        pool: 'go-database-sql mysql',
        // 300 without a unit are nanoseconds.
        options: { SetMaxOpenConns: 50, SetMaxIdleConns: 10, SetConnMaxLifetime: '5m', SetConnMaxIdleTime: 300 },
      },
    ]);
  });

  it('is found below GORM and sqlx, and as a field', () => {
    expect(poolsOf(inFunction('sqlDB, err := gormDB.DB()\nsqlDB.SetMaxOpenConns(100)'))).toMatchObject([
      { pool: 'go-database-sql postgres', options: { SetMaxOpenConns: 100 } },
    ]);
    expect(poolsOf(inFunction('db := sqlx.MustConnect("pgx", dsn)\ndb.SetMaxOpenConns(7)'))).toMatchObject([
      { options: { SetMaxOpenConns: 7 } },
    ]);
    expect(poolsOf(inFunction('s.db.SetMaxOpenConns(9)'))).toMatchObject([{ options: { SetMaxOpenConns: 9 } }]);
  });

  it('is one for each value that limits are set on', () => {
    const text = inFunction('a.SetMaxOpenConns(1)\nb.SetMaxOpenConns(2)\na.SetMaxIdleConns(1)');
    expect(poolsOf(text).map(({ options }) => options)).toEqual([
      { SetMaxOpenConns: 1, SetMaxIdleConns: 1 },
      { SetMaxOpenConns: 2 },
    ]);
  });

  it('has no default where nothing is set here: another file may set it', () => {
    expect(poolsOf(inFunction('db, err := sql.Open("postgres", dsn)\nreturn db'))).toMatchObject([
      { options: {}, opaque: 'its limits may be set where it is handed to' },
    ]);
  });

  it('is left out where it is of a system that poolctl does not know', () => {
    expect(poolsOf(inFunction('db, err := sql.Open("sqlite3", dsn)\ndb.SetMaxOpenConns(1)'))).toEqual([]);
  });

  it.each([
    ['a field of a configuration', 'cfg.MaxOpen', '<it comes from cfg.MaxOpen>'],
    ['a variable that no file sets', 'atoi(os.Getenv("MAX"))', '<atoi() works it out when the program runs>'],
    ['a name that is set twice', 'n', '<n is set in several places>'],
  ])('does not know %s', (_, value, why) => {
    expect(poolsOf(inFunction(`n := 1\nn = 2\ndb.SetMaxOpenConns(${value})`))[0]?.options).toEqual({
      SetMaxOpenConns: why,
    });
  });

  it('has 010 as 8, as Go has it', () => {
    expect(poolsOf(inFunction('db.SetMaxOpenConns(010)'))[0]?.options).toEqual({ SetMaxOpenConns: 8 });
  });

  it('has what the environment sets, or the default of a helper', () => {
    const text = inFunction(
      'n, _ := strconv.Atoi(os.Getenv("OPEN"))\ndb.SetMaxOpenConns(n)\ndb.SetMaxIdleConns(getEnvInt("IDLE", 4))',
    );
    expect(poolsOf(text, 'OPEN=31\n')[0]?.options).toEqual({ SetMaxOpenConns: 31, SetMaxIdleConns: 4 });
  });
});

describe('a pool of pgxpool', () => {
  it('has the parameters of its connection text, in a URL or in words', () => {
    const url = '"postgres://app:secret@db/app?pool_max_conns=12&pool_max_conn_lifetime=1h30m&connect_timeout=5"';
    expect(poolsOf(inFunction(`pool, err := pgxpool.New(ctx, ${url})`))).toEqual([
      {
        pool: 'pgxpool postgres',
        options: { pool_max_conns: '12', pool_max_conn_lifetime: '1h30m', connect_timeout: '5' },
      },
    ]);
    const words = 'fmt.Sprintf("host=%s pool_max_conns=%d connect_timeout=%d", host, 8, wait)';
    expect(poolsOf(inFunction(`pool, err := pgxpool.Connect(ctx, ${words})`))[0]?.options).toEqual({
      pool_max_conns: '8',
      connect_timeout: '<a part of the URL is not known>',
    });
  });

  it('has the fields that are set on its configuration', () => {
    const body =
      'config, err := pgxpool.ParseConfig(os.Getenv("DATABASE_URL"))\nconfig.MaxConns = int32(20)\nconfig.MaxConnIdleTime = 90 * time.Second\nconfig.ConnConfig.RuntimeParams["statement_timeout"] = "5000"\nreturn pgxpool.NewWithConfig(ctx, config)';
    expect(poolsOf(inFunction(body))).toEqual([
      {
        pool: 'pgxpool postgres',
        options: { MaxConns: 20, MaxConnIdleTime: '1m30s', 'ConnConfig.RuntimeParams.statement_timeout': '5000' },
        opaque: 'the URL: DATABASE_URL is set in no file of the project',
      },
    ]);
  });
});

it('reads nothing in comments and raw texts, and never throws', () => {
  const text = inFunction('/* db.SetMaxOpenConns(1) */ // db.SetMaxOpenConns(2)\nx := `db.SetMaxOpenConns(3)`\n_ = x');
  expect(poolsOf(text)).toEqual([]);
  const whole = inFunction(
    'config, err := pgxpool.ParseConfig(fmt.Sprintf("%s?pool_max_conns=%d", os.Getenv("U"), 3))\nconfig.MaxConns = (1 + 2) * n[0]\ndb.SetMaxOpenConns(f(x{A: "b"}))',
  );
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(whole.length), (from, to) => {
      poolsOf(whole.slice(0, from) + whole.slice(to));
    }),
    { numRuns: 40 },
  );
});
