import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { EngineId } from '../../../src/base/engine.ts';
import { type GivenSettings, putInto, type SettledFile } from '../../../src/emit/into.ts';
import { chooseTarget } from '../../../src/emit/run.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import type { PoolSettings } from '../../../src/size/input.ts';

const standard: PoolSettings = {
  connectionLimit: 12,
  queueLimit: 0,
  acquireTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
};

/** The file with what was given in it; all else has the defaults of `poolctl emit`. */
async function put(
  name: string,
  existing: string,
  given: Partial<PoolSettings> = { connectionLimit: 12 },
  engine?: EngineId,
): Promise<SettledFile> {
  const target = await chooseTarget(name, engine, undefined);
  if (!target.inFile) throw new Error(`${name} goes into no file`);
  const request = { names: [name], settings: { ...standard, ...given }, why: [], engine };
  return putInto(
    existing,
    'the.file',
    { ...target, inFile: target.inFile },
    request,
    Object.keys(given) as unknown as GivenSettings,
  );
}

const codes = ({ warnings }: SettledFile) => warnings.map(({ code }) => code);
const refusal = (result: Promise<SettledFile>) =>
  result.then(
    ({ text }) => ({ code: 'none', message: text, hint: '' }),
    (error: { code: string; message: string; hint: string }) => error,
  );

const urls = {
  postgres: 'jdbc:postgresql://h/db',
  mysql: 'jdbc:mysql://h/db',
  mariadb: 'jdbc:mariadb://h/db',
} as const;
const engines = ['postgres', 'mysql', 'mariadb'] as const;

/** Text with references, `§{NAME}` for the dollar sign that would be of a template. */
const dollars = (text: string) => text.replaceAll('§', '$');

/** One file of each kind with a pool of 33 that fails fast, for a server. */
const files = {
  'hikaricp-properties': (engine: EngineId) =>
    `spring.datasource.url=${urls[engine]}\nspring.datasource.hikari.maximum-pool-size=33\nspring.datasource.hikari.connection-timeout=2000\n`,
  hikaricp: (engine: EngineId) =>
    `spring:\n  datasource:\n    url: ${urls[engine]}\n    hikari:\n      maximum-pool-size: 33\n      connection-timeout: 2000\n`,
  dbcp2: (engine: EngineId) => `url=${urls[engine]}\nmaxTotal=33\nmaxIdle=33\nmaxWaitMillis=2000\n`,
  dbcp1: (engine: EngineId) => `url=${urls[engine]}\nmaxActive=33\nmaxIdle=33\nmaxWait=2000\n`,
  'tomcat-jdbc': (engine: EngineId) =>
    `spring.datasource.url=${urls[engine]}\nspring.datasource.tomcat.max-active=33\nspring.datasource.tomcat.max-wait=2000\n`,
  druid: (engine: EngineId) =>
    `spring:\n  datasource:\n    url: ${urls[engine]}\n    druid:\n      max-active: 33\n      max-wait: 2000\n`,
  quarkus: (engine: EngineId) =>
    `quarkus.datasource.jdbc.url=${urls[engine]}\nquarkus.datasource.jdbc.max-size=33\nquarkus.datasource.jdbc.acquisition-timeout=2S\n`,
  env: (engine: EngineId) =>
    `DATABASE_URL=${urls[engine].slice(5)}\nDB_POOL_CONNECTION_LIMIT=33\nDB_POOL_ACQUIRE_TIMEOUT_MS=2000\n`,
  pgbouncer: () =>
    '[databases]\napp = host=db\n\n[pgbouncer]\ndefault_pool_size = 33\nmax_db_connections = 33\nquery_wait_timeout = 2\n',
} as const;
const names = Object.keys(files) as (keyof typeof files)[];
const each = names.flatMap((name) =>
  (name === 'pgbouncer' ? ['postgres' as const] : engines).map((engine) => ({ name, engine })),
);

describe('a file in use', () => {
  it('is every target that has a file of settings', async () => {
    const found = (await allTargets()).filter(({ target }) => target.inFile).map(({ name }) => name);
    expect(new Set(found)).toEqual(new Set(names));
  });

  it.each(each)('changes only in what was given: $name for $engine', async ({ name, engine }) => {
    const before = files[name](engine);
    const result = await put(name, before);
    const kept = name === 'dbcp1' || name === 'dbcp2' ? /(?<!maxIdle=)\b33\b/g : /\b33\b/g;
    expect(result).toMatchObject({ text: before.replace(kept, '12'), warnings: [] });
  });

  it.each(each)(
    'keeps all its lines when every setting is put in, and the ends of them: $name for $engine',
    async ({ name, engine }) => {
      const before = files[name](engine);
      const all = { ...standard, queueLimit: 7, acquireTimeoutMs: 4_000, queryTimeoutMs: 9_000 };
      const { text } = await put(name, before, all);
      const windows = await put(name, before.replaceAll('\n', '\r\n'), all);
      expect(windows.text).toBe(text.replaceAll('\n', '\r\n'));
      expect((await put(name, text, all)).text).toBe(text);
      expect(text.split('\n').length).toBeGreaterThan(before.split('\n').length);
    },
  );

  it('has the connect timeout in the unit of its own driver, with nobody naming the engine', async () => {
    const value = async (name: keyof typeof files, engine: EngineId) => {
      const { text } = await put(name, files[name](engine), { connectTimeoutMs: 10_000 });
      return /connectTimeout[=:] ?(\d+)/.exec(text)?.[1];
    };
    for (const name of ['hikaricp', 'hikaricp-properties', 'dbcp1', 'dbcp2'] as const) {
      expect([name, await value(name, 'postgres')]).toEqual([name, '10']);
      expect([name, await value(name, 'mysql')]).toEqual([name, '10000']);
      expect([name, await value(name, 'mariadb')]).toEqual([name, '10000']);
    }
  });

  it('keeps its server, its own spelling, and SQL with a purpose of its own, which it says', async () => {
    const before =
      'spring:\n  datasource:\n    url: jdbc:mysql://db/app # keep\n    hikari:\n      maximumPoolSize: 10\n      connection-init-sql: SET NAMES utf8\n';
    const result = await put('hikaricp', before, { ...standard, acquireTimeoutMs: 3_000, queryTimeoutMs: 1_000 });
    expect(parse(result.text).spring.datasource).toEqual({
      url: 'jdbc:mysql://db/app',
      hikari: {
        maximumPoolSize: 12,
        'connection-init-sql': 'SET NAMES utf8',
        'connection-timeout': 3_000,
        'validation-timeout': 1_500,
        'data-source-properties': { connectTimeout: 10_000 },
      },
    });
    expect(result.warnings).toContainEqual({
      code: 'SETTING_NOT_WRITTEN',
      message:
        'the.file:6: spring.datasource.hikari.connection-init-sql stays as it is, because it holds more than poolctl writes.',
      hint: 'Put `SET SESSION max_execution_time = 1000` into it by hand.',
    });
  });

  it('gets another time limit where the SQL is nothing but one', async () => {
    const before = `spring.datasource.url=${urls.postgres}\nspring.datasource.hikari.connection-init-sql=SET statement_timeout = 5000\n`;
    const result = await put('hikaricp-properties', before, { queryTimeoutMs: 1_500 });
    expect(result.text).toBe(before.replace('5000', '1500'));
    expect(codes(result)).toEqual(['DRIVER_LACKS_OPTION']);
  });

  it('keeps properties of the JDBC driver beside the connect timeout', async () => {
    const before = `url=${urls.mysql}\nconnectionProperties=useSSL=true;connectTimeout=3\n`;
    const result = await put('dbcp2', before, { connectTimeoutMs: 10_000 });
    expect(result.text).toBe(before);
    expect(result.warnings[0]).toMatchObject({
      code: 'SETTING_NOT_WRITTEN',
      hint: 'Put `connectTimeout=10000` into it by hand.',
    });
    const alone = await put('dbcp2', before.replace('useSSL=true;', ''), { connectTimeoutMs: 10_000 });
    expect(alone.text).toContain('\nconnectionProperties=connectTimeout=10000\n');
  });

  it('keeps its own validation timeout where that is below the wait, which HikariCP asks for', async () => {
    const before = 'spring.datasource.hikari.validation-timeout=700\n';
    const within = async (acquireTimeoutMs: number) =>
      (await put('hikaricp-properties', before, { acquireTimeoutMs })).text;
    expect(await within(2_000)).toContain('validation-timeout=700\n');
    expect(await within(600)).toContain('validation-timeout=300\n');
  });

  it('has the pool where its application has it, with the server beside it', async () => {
    const own = files.hikaricp('postgres').replace('spring:', 'app:').replace('datasource:', 'shop.db:');
    const before = `spring:\n  datasource:\n    url: ${urls.mysql}\n${own}`;
    const { text, engine } = await put('hikaricp', before, { connectionLimit: 12, connectTimeoutMs: 10_000 });
    expect([engine, text]).toEqual([
      'postgres',
      `${before.replace('33', '12')}      data-source-properties:\n        connectTimeout: 10\n`,
    ]);
  });

  it('is the pool of spring.datasource among several, and refused where that is not among them', async () => {
    const file = (...parents: string[]) => parents.map((parent) => `${parent}.hikari.maximum-pool-size=33\n`).join('');
    const among = file('app.one', 'spring.datasource');
    expect((await put('hikaricp-properties', among)).text).toBe(among.replace(/33\n$/, '12\n'));
    expect(await refusal(put('hikaricp-properties', file('app.one', 'app.two')))).toMatchObject({
      code: 'INPUT_CONTRADICTION',
      message: 'the.file has several pools: app.one.hikari, app.two.hikari.',
    });
  });

  it('says what the driver cannot do of what was given, and of nothing else', async () => {
    const before = files.hikaricp('mysql');
    expect(codes(await put('hikaricp', before))).toEqual([]);
    const result = await put('hikaricp', before, { queueLimit: 5 });
    expect(result.text).toBe(before);
    expect(result.warnings[0]?.message).toBe(
      'HikariCP (application.yml) has no queue limit: any number of callers may wait.',
    );
  });
});

describe('the engine of a file', () => {
  const connect = { connectTimeoutMs: 10_000 };
  const told = async (text: string, name = 'hikaricp-properties') => (await put(name, text, connect)).engine;

  it.each([
    ['a URL of Spring', 'spring.datasource.url=jdbc:postgresql://h/db'],
    ['a URL of HikariCP', 'spring.datasource.hikari.jdbc-url=jdbc:postgresql://h/db'],
    ['a URL through a wrapper', 'spring.datasource.url=jdbc:p6spy:postgresql://h/db'],
    ['the default of a reference', dollars('spring.datasource.url=§{DB_URL:jdbc:postgresql://h/db}')],
    ['a driver', 'spring.datasource.driver-class-name=org.postgresql.Driver'],
    ['a data source', 'spring.datasource.hikari.data-source-class-name=org.postgresql.ds.PGSimpleDataSource'],
    ['a dialect', 'spring.jpa.properties.hibernate.dialect=org.hibernate.dialect.PostgreSQLDialect'],
    ['the database of JPA', 'spring.jpa.database=POSTGRESQL'],
    ['a reactive URL', 'spring.r2dbc.url=r2dbc:pool:postgresql://h/db'],
    ['a provider', 'datasource.provider=postgresql'],
    ['a client', 'db.client=pg'],
    ['DATABASE_URL', 'DATABASE_URL=postgres://u:p@h/db'],
    ['a dialect with a driver', 'DATABASE_URL=postgresql+psycopg://u:p@h/db'],
    ['DB_CONNECTION', 'DB_CONNECTION=pgsql'],
  ])('is told by %s', async (_what, line) => {
    expect(await told(`a.b=c\n${line}\n`)).toBe('postgres');
  });

  it.each([
    ['MySQL', 'mysql', 'spring.datasource.url=jdbc:mysql://h/db'],
    ['MySQL', 'mysql', 'spring.datasource.driver-class-name=com.mysql.cj.jdbc.Driver'],
    ['MariaDB', 'mariadb', 'spring.datasource.driver-class-name=org.mariadb.jdbc.Driver'],
    [
      'MariaDB',
      'mariadb',
      dollars('spring.jpa.database-platform=org.hibernate.dialect.MariaDBDialect\nspring.datasource.url=§{URL}'),
    ],
  ])('is %s by %s', async (_name, engine, lines) => {
    expect(await told(`${lines}\n`)).toBe(engine);
  });

  it('is the one of the pool itself where the file speaks of another server too', async () => {
    const text = 'spring.flyway.url=jdbc:mysql://h/db\nspring.datasource.url=jdbc:postgresql://h/db\n';
    expect(await put('hikaricp-properties', text, connect)).toMatchObject({
      engine: 'postgres',
      toldBy: { key: 'spring.datasource.url', line: 2 },
    });
  });

  it('is not told by the name of a database', async () => {
    expect(await refusal(put('dbcp2', 'DB_DATABASE=postgres\n', connect))).toMatchObject({ code: 'INPUT_MISSING' });
  });

  it.each(['hikaricp', 'hikaricp-properties', 'dbcp1', 'dbcp2'])(
    'has to be named where neither tells it and the value depends on it: %s',
    async (name) => {
      const { code, message, hint } = await refusal(put(name, '# nothing\n', connect));
      expect({ code, hint }).toEqual({ code: 'INPUT_MISSING', hint: 'Give --engine mysql, or mariadb, or postgres.' });
      expect(message).toMatch(/10000 for MySQL, \S*10000 for MariaDB, \S*10 for PostgreSQL/);
    },
  );

  it('need not be named where nothing depends on it', async () => {
    for (const name of names) expect((await put(name, '# nothing\n', { connectionLimit: 12 })).engine).toBeUndefined();
  });

  it('has to be named where the file speaks of two, and then counts', async () => {
    const text = 'a.url=jdbc:mysql://h/db\nb.url=jdbc:postgresql://h/db\n';
    expect((await refusal(put('hikaricp-properties', text, connect))).message).toContain(
      'the.file speaks of MySQL (line 1) and of PostgreSQL (line 2)',
    );
    expect((await put('hikaricp-properties', text, connect, 'postgres')).text).toContain('connectTimeout=10\n');
  });

  it.each(each.filter(({ name }) => name !== 'pgbouncer'))(
    'contradicts another one that is named: $name for $engine',
    async ({ name, engine }) => {
      const other = engine === 'postgres' ? 'mysql' : 'postgres';
      const { code, message } = await refusal(put(name, files[name](engine), { connectionLimit: 12 }, other));
      expect(code).toBe('INPUT_CONTRADICTION');
      expect(message).toMatch(
        /^(PostgreSQL was named, and the\.file:\d+ is for (MySQL|MariaDB)|MySQL was named, and the\.file:\d+ is for PostgreSQL) \(\S+\)\.$/,
      );
    },
  );

  it('is not asked for in a file that cannot be read, nor is the text of that quoted', async () => {
    const { code, message, hint } = await refusal(put('hikaricp', 'a: 1\npassword: "hunter2\n', connect));
    expect({ code, hint }).toEqual({
      code: 'INPUT_INVALID',
      hint: 'Write to a new file, and put it in place by hand.',
    });
    expect(message).toMatch(/^the\.file:\d+: this is not YAML/);
    expect(message).not.toContain('hunter2');
  });

  it('may be MariaDB behind a driver for MySQL', async () => {
    const { text } = await put(
      'hikaricp-properties',
      files['hikaricp-properties']('mysql'),
      { queryTimeoutMs: 1_500 },
      'mariadb',
    );
    expect(text).toContain('connection-init-sql=SET SESSION max_statement_time = 1.5\n');
  });
});

describe('a value from outside the file', () => {
  const key = 'spring.datasource.hikari.maximum-pool-size';
  const springs = [
    ['hikaricp-properties', (value: string) => `${key}=${value}\n`],
    ['hikaricp', (value: string) => `spring:\n  datasource:\n    hikari:\n      maximum-pool-size: ${value}\n`],
  ] as const;

  it.each(springs)('keeps its say in Spring Boot, with the number as its default: %s', async (name, file) => {
    for (const [before, after] of [
      [dollars('§{POOL_MAX:20}'), dollars('§{POOL_MAX:12}')],
      [dollars('§{POOL_MAX}'), dollars('§{POOL_MAX:12}')],
      [dollars('§{db.pool-max:20}'), dollars('§{db.pool-max:12}')],
      [dollars('§{POOL_MAX:§{OLD_MAX:20}}'), dollars('§{POOL_MAX:§{OLD_MAX:12}}')],
    ] as const) {
      const result = await put(name, file(before));
      expect(result.text).toBe(file(after));
      expect(codes(result)).toEqual(['REFERENCE_IN_FILE']);
    }
  });

  it('is said, with what decides from now on', async () => {
    const line = dollars('spring.datasource.hikari.maximum-pool-size=§{POOL_MAX:20}\n');
    const [warning] = (await put('hikaricp-properties', `# mine\n${line}`)).warnings;
    expect(warning).toEqual({
      code: 'REFERENCE_IN_FILE',
      message: `the.file:2: ${key} was \${POOL_MAX:20}. The reference stays, and 12 is its default now.`,
      hint: 'Where POOL_MAX is set, that decides: set it to 12 there.',
    });
  });

  it('keeps its quotes in YAML', async () => {
    const file = springs[1][1];
    expect((await put('hikaricp', file(dollars('"§{POOL_MAX:20}"')))).text).toBe(file(dollars('"§{POOL_MAX:12}"')));
  });

  it.each([
    [dollars('§{POOL_MAX:-20}'), dollars('§{POOL_MAX:-12}')],
    [dollars('§{POOL_MAX-20}'), dollars('§{POOL_MAX-12}')],
    [dollars('"§{POOL_MAX:-20}" # by Compose'), dollars('"§{POOL_MAX:-12}" # by Compose')],
  ])('keeps its say in .env where it has a default: %s', async (before, after) => {
    const result = await put('env', `DB_POOL_CONNECTION_LIMIT=${before}\n`);
    expect(result.text).toBe(`DB_POOL_CONNECTION_LIMIT=${after}\n`);
    expect(result.warnings[0]?.hint).toBe('Where POOL_MAX is set, that decides: set it to 12 there.');
  });

  it.each([
    ['hikaricp-properties', key, '#{systemProperties.max}'],
    ['hikaricp-properties', key, '@pool.max@'],
    ['hikaricp-properties', key, '"@pool.max@"'],
    ['hikaricp-properties', key, dollars('§{TENS:2}0')],
    ['hikaricp-properties', key, '%{hiera(pool_max)}'],
    ['hikaricp-properties', key, '<%= ENV["POOL_MAX"] %>'],
    ['env', 'DB_POOL_CONNECTION_LIMIT', '$POOL_MAX'],
    ['env', 'DB_POOL_CONNECTION_LIMIT', dollars('§{POOL_MAX}')],
    ['env', 'DB_POOL_CONNECTION_LIMIT', '%POOL_MAX%'],
    ['dbcp2', 'maxTotal', '{{ pool_max }}'],
  ])('gives way to the number where its syntax has no default, which is said: %s %s=%s', async (name, where, value) => {
    const result = await put(name, `${where}=${value}\n`);
    expect(result.text).toMatch(new RegExp(`^${where}=12\\n`));
    expect(result.warnings[0]?.message).toBe(
      `the.file:1: ${where} was ${value}, and is 12 now. Nothing outside the file sets it any more.`,
    );
  });

  it('gives way in PgBouncer and at an alias of YAML too', async () => {
    const ini = await put('pgbouncer', '[pgbouncer]\ndefault_pool_size = <%= @size %>\n');
    expect(ini.text).toContain('default_pool_size = 12\n');
    expect(codes(ini)).toEqual(['REFERENCE_IN_FILE']);
    const yaml = await put('hikaricp', `max: &max 20\n${springs[1][1]('*max')}`);
    expect(yaml.text).toBe(`max: &max 20\n${springs[1][1]('12')}`);
    expect(codes(yaml)).toEqual(['REFERENCE_IN_FILE']);
  });

  it('is not what a plain value is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.nat(), async (name, value) => {
        expect(codes(await put(name, files[name]('mysql').replaceAll('33', String(value))))).toEqual([]);
      }),
    );
  });
});
