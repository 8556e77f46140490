import { describe, expect, it } from 'vitest';
import { readPool } from '../../../src/convert/run.ts';

/** What a file comes to, by the name that says its format. */
const settingsOf = async (text: string, file: string, from?: string) => (await readPool({ text, file, from })).settings;

describe('HikariCP', () => {
  const expected = {
    connectionLimit: 20,
    queueLimit: 0,
    acquireTimeoutMs: 5_000,
    connectTimeoutMs: 7_000,
    queryTimeoutMs: 4_000,
  };

  it.each([
    [
      'YAML in kebab-case',
      'application.yml',
      `spring:
  datasource:
    url: jdbc:postgresql://db/app
    hikari:
      maximum-pool-size: 20
      connection-timeout: 5000
      data-source-properties:
        connectTimeout: 7
      connection-init-sql: SET statement_timeout = 4000
`,
    ],
    [
      'YAML in camelCase, and keys with dots',
      'application.yaml',
      `spring.datasource:
  url: jdbc:mysql://db/app
spring.datasource.hikari:
  maximumPoolSize: "20"
  connectionTimeout: 5000
  dataSourceProperties.connectTimeout: 7000
  connectionInitSql: SET SESSION max_execution_time=4000
`,
    ],
    [
      'properties in kebab-case',
      'application.properties',
      `spring.datasource.url=jdbc:mariadb://db/app
spring.datasource.hikari.maximum-pool-size=20
spring.datasource.hikari.connection-timeout: 5000
spring.datasource.hikari.data-source-properties.connectTimeout 7000
spring.datasource.hikari.connection-init-sql=SET SESSION max_statement_time = \\
    4
`,
    ],
    [
      'properties of its own',
      'hikari.properties',
      `jdbcUrl=jdbc:mysql://db/app?connectTimeout=7000
maximumPoolSize=20
connectionTimeout=5s
connectionInitSql=SET max_execution_time=4000;
`,
    ],
    [
      'several documents, where only one is of the pool',
      'application.yml',
      `spring: { application: { name: app } }
---
spring:
  datasource:
    driver-class-name: org.postgresql.Driver
    hikari: &pool { maximum-pool-size: 20, connection-timeout: 5000, connection-init-sql: SET statement_timeout TO '4000', data-source-properties: { connectTimeout: 7 } }
`,
    ],
  ])('is read from %s', async (_how, file, text) => {
    expect(await settingsOf(text, file)).toEqual(expected);
  });

  it('has its own defaults where the file says nothing', async () => {
    expect(await settingsOf('spring.datasource.hikari.minimum-idle=3\n', 'application.properties')).toEqual({
      connectionLimit: 10,
      queueLimit: 0,
      acquireTimeoutMs: 30_000,
      connectTimeoutMs: 10_000,
    });
  });

  it('takes the number behind the colon of a reference, and says that it may be another', async () => {
    const text = `spring.datasource.hikari.maximum-pool-size=\${POOL:25}\n`;
    const { settings, found } = await readPool({ text, file: 'application.properties' });
    expect(settings.connectionLimit).toBe(25);
    expect(found[0]).toMatchObject({ isReference: true, line: 1 });
  });

  it('keeps its unit where the engine is known only from --engine', async () => {
    const text = 'maximumPoolSize=2\ndataSource.connectTimeout=7\n';
    expect((await readPool({ text, file: 'h.properties', engine: 'postgres' })).settings.connectTimeoutMs).toBe(7_000);
    const unknown = await readPool({ text, file: 'h.properties' });
    expect(unknown.settings.connectTimeoutMs).toBe(10_000);
  });
});

describe('DBCP', () => {
  it.each([
    ['dbcp2', 'b.properties', 'maxTotal=30\nmaxWaitMillis=8000\ndefaultQueryTimeout=5\n', undefined],
    [
      'dbcp2 in Spring Boot',
      'application.properties',
      'spring.datasource.dbcp2.max-total=30\nspring.datasource.dbcp2.max-wait-millis=8000\nspring.datasource.dbcp2.default-query-timeout=5\n',
      undefined,
    ],
    ['dbcp1', 'b.properties', 'maxActive=30\nmaxWait=8000\ninitConnectionSqls=SET statement_timeout=5000\n', 'dbcp1'],
  ])('%s is read in its units', async (_which, file, text, from) => {
    expect(await settingsOf(text, file, from)).toMatchObject({
      connectionLimit: 30,
      acquireTimeoutMs: 8_000,
      queryTimeoutMs: 5_000,
    });
  });

  it('means by 0 what its version means: no limit in 1.x, at once in 2', async () => {
    expect((await settingsOf('maxActive=3\nmaxWait=0\n', 'b.properties', 'dbcp1')).acquireTimeoutMs).toBe(0);
    const { settings } = await readPool({ text: 'maxTotal=3\nmaxWaitMillis=0\n', file: 'b.properties' });
    expect(settings).toMatchObject({ nobodyWaits: true, queueLimit: 0, acquireTimeoutMs: 30_000 });
  });

  it('waits without a limit by default, and by anything negative', async () => {
    for (const line of ['', 'maxWaitMillis=-1', 'maxWaitMillis=-500']) {
      expect((await settingsOf(`maxTotal=3\n${line}\n`, 'b.properties')).acquireTimeoutMs).toBe(0);
    }
  });
});

describe('PgBouncer', () => {
  const ini = (lines: string) =>
    `[databases]\napp = host=db password='it''s secret' dbname=app\n\n[pgbouncer]\n${lines}\n`;

  it('is read in seconds, and counts waiting clients', async () => {
    const lines =
      'default_pool_size = 25\nmax_client_conn = 100\nquery_wait_timeout = 0.5\nserver_connect_timeout=3\nquery_timeout = 20';
    expect(await settingsOf(ini(lines), 'pgbouncer.ini')).toEqual({
      connectionLimit: 25,
      queueLimit: 75,
      acquireTimeoutMs: 500,
      connectTimeoutMs: 3_000,
      queryTimeoutMs: 20_000,
    });
  });

  it('has its defaults: 20 connections, 100 clients, 120 s', async () => {
    expect(await settingsOf(ini('pool_mode = transaction'), 'pgbouncer.ini')).toEqual({
      connectionLimit: 20,
      queueLimit: 80,
      acquireTimeoutMs: 120_000,
      connectTimeoutMs: 15_000,
    });
  });

  it('has the pool_size of the database decide over the default one', async () => {
    const text = '[databases]\na = host=x pool_size=7\n[pgbouncer]\ndefault_pool_size = 25\n';
    expect((await settingsOf(text, 'p.ini')).connectionLimit).toBe(7);
  });

  it('says it where no client can wait', async () => {
    const { settings, found } = await readPool({ text: ini('max_client_conn = 20'), file: 'p.ini' });
    expect(settings).toMatchObject({ queueLimit: 0, nobodyWaits: true, connectionLimit: 20 });
    expect(found[1]).toMatchObject({ key: 'max_client_conn', isNone: true });
  });
});

describe('Prisma', () => {
  it.each([
    [
      'DATABASE_URL="postgresql://u:p?w@h:5432/d?schema=public&connection_limit=7&pool_timeout=20&connect_timeout=3&socket_timeout=9"',
    ],
    [
      "export DATABASE_URL='mysql://u:p@h/d?connection_limit=7&pool_timeout=20&connect_timeout=3&socket_timeout=9' # the shop's",
    ],
    [
      'OTHER=1\nDATABASE_URL=postgres://h/d?connection_limit=7&pool_timeout=20&connect_timeout=3&socket_timeout=9\nDIRECT_URL=postgres://h/d\n',
    ],
  ])('is read from %s', async (text) => {
    expect(await settingsOf(text, '.env')).toEqual({
      connectionLimit: 7,
      queueLimit: 0,
      acquireTimeoutMs: 20_000,
      connectTimeoutMs: 3_000,
      queryTimeoutMs: 9_000,
    });
  });

  it('waits without a limit by pool_timeout=0, where some guides say the opposite', async () => {
    expect((await settingsOf('U=mysql://h/d?connection_limit=7&pool_timeout=0', '.env')).acquireTimeoutMs).toBe(0);
  });

  it('has no number of connections by itself: its default is of the machine', async () => {
    await expect(settingsOf('DATABASE_URL=mysql://h/d?pool_timeout=5', '.env')).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      hint: expect.stringContaining('num_physical_cpus * 2 + 1'),
    });
  });
});

describe('options of Node drivers', () => {
  it.each([
    [
      'mysql2',
      'json',
      '{"connectionLimit": 12, "queueLimit": 30, "connectTimeout": 2000}',
      [12, 30, 0, 2_000, undefined],
    ],
    ['mysql2', 'yaml', 'connectionLimit: 12\n', [12, 0, 0, 10_000, undefined]],
    [
      'pg',
      'json',
      '{\n\t"max": 12,\n\t"connectionTimeoutMillis": 900,\n\t"statement_timeout": 4000\n}',
      [12, 0, 900, 900, 4_000],
    ],
    ['pg', 'yaml', 'max: 12\nidleTimeoutMillis: 5\n', [12, 0, 0, 10_000, undefined]],
    [
      'knex',
      'json',
      '{"client": "pg", "pool": {"min": 0, "max": 12}, "connection": {"connectionTimeoutMillis": 700}}',
      [12, 0, 60_000, 700, undefined],
    ],
    [
      'knex',
      'json',
      '{"client": "mysql2", "pool": {"max": 12, "acquireTimeoutMillis": 900}, "acquireConnectionTimeout": 500}',
      [12, 0, 500, 30_000, undefined],
    ],
    [
      'sequelize',
      'json',
      '{"dialect": "postgres", "pool": {"max": 12, "acquire": 900}, "dialectOptions": {"connectionTimeoutMillis": 700, "statement_timeout": 4000}}',
      [12, 0, 900, 700, 4_000],
    ],
    [
      'sequelize',
      'json',
      '{"dialect": "mysql", "pool": {"max": 12, "acquire": 0}}',
      [12, 0, 30_000, 10_000, undefined],
    ],
    [
      'typeorm',
      'json',
      '{"type": "mysql", "poolSize": 12, "extra": {"queueLimit": 30}, "connectTimeout": 700}',
      [12, 30, 0, 700, undefined],
    ],
    [
      'typeorm',
      'yaml',
      'type: postgres\npoolSize: 12\nconnectTimeoutMS: 900\nextra:\n  query_timeout: 4000\n',
      [12, 0, 900, 900, 4_000],
    ],
  ] as const)(
    '%s, as %s: %s',
    async (from, ending, text, [connectionLimit, queueLimit, acquireTimeoutMs, connectTimeoutMs, queryTimeoutMs]) => {
      expect(await settingsOf(text, `pool.${ending}`, from)).toEqual({
        connectionLimit,
        queueLimit,
        acquireTimeoutMs,
        connectTimeoutMs,
        ...(queryTimeoutMs !== undefined && { queryTimeoutMs }),
      });
    },
  );
});

describe('whose settings they are', () => {
  const guessed = async (text: string, file: string) => (await readPool({ text, file })).name;

  it.each([
    ['a.yml', 'spring:\n  datasource:\n    hikari:\n      idle-timeout: 3\n', 'hikaricp'],
    ['a.properties', 'minimumIdle=3\n', 'hikaricp'],
    ['a.yml', 'spring:\n  datasource:\n    dbcp2:\n      min-idle: 3\n', 'dbcp2'],
    ['a.properties', 'maxTotal=3\n', 'dbcp2'],
    ['a.properties', 'spring.datasource.dbcp.max-active=3\n', 'dbcp1'],
    ['a.ini', '[pgbouncer]\nlisten_port=1\n', 'pgbouncer'],
    ['-', '[databases]\nx = host=y\n', 'pgbouncer'],
    ['-', 'DATABASE_URL=mysql://h/d?connection_limit=3\n', 'prisma'],
    ['.env.production', 'DB_POOL_CONNECTION_LIMIT=3\n', 'env'],
    ['-', '{"max": 3, "connectionTimeoutMillis": 5}', 'pg'],
    ['-', '{"pool": {"max": 3, "acquire": 5}}', 'sequelize'],
    ['-', '{"pool": {"max": 3}, "acquireConnectionTimeout": 5}', 'knex'],
    ['-', '{"poolSize": 3, "type": "mysql"}', 'typeorm'],
    ['-', '{"connectionLimit": 3, "maxIdle": 2}', 'mysql2'],
  ])('%s with %j is of %s', async (file, text, name) => {
    const { name: found } = await readPool({ text, file, from: undefined }).catch(() => ({ name: 'asked' }));
    expect(found).toBe(name);
  });

  it.each([
    ['{"connectionLimit": 3, "queueLimit": 2}', /^Give --from with one of mysql2, mysql, mariadb\.$/],
    ['{"pool": {"max": 3}}', /^Give --from with one of knex, sequelize\.$/],
    ['maxActive=3\nmaxWait=5\n', /^Give --from with one of dbcp1, tomcat, druid\.$/],
    ['hello: world\n', /^Give --from with one of/],
  ])('is asked for where it is open: %j', async (text, hint) => {
    await expect(guessed(text, '-')).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      hint: expect.stringMatching(hint),
    });
  });
});
