import { describe, expect, it } from 'vitest';
import type { ReadRequest } from '../../../src/convert/request.ts';
import { convertSettings, readPool } from '../../../src/convert/run.ts';

/** What people reported, or have in their repositories; names of hosts and secrets are made up. */
const pgbouncer = (lines: string, databases = 'app = host=db.example.test') =>
  `[databases]\n${databases}\n[pgbouncer]\n${lines}\n`;

const profiles = `spring:
  datasource:
    url: jdbc:postgresql://db.example.test:5432/app
---
spring:
  config:
    activate:
      on-profile: test
  datasource:
    hikari:
      maximum-pool-size: 1
---
spring:
  config:
    activate:
      on-profile: prod
  datasource:
    hikari:
      connection-timeout: 2000
`;

const byEnvironment = `{ "development": { "dialect": "mysql", "pool": { "max": 5, "acquire": 30000 } },
  "production": { "dialect": "mysql", "pool": { "max": 50, "acquire": 60000 } } }`;

const replication = `{ "type": "mysql", "replication": { "master": { "host": "m" }, "slaves": [ { "host": "s" } ] },
  "extra": { "connectionLimit": 20 } }`;

const mixed = `maximumPoolSize=5
connectionTimeout=120000
dbcp2.maximumIdle=4
dbcp2.removeAbandonedOnBorrow=true
`;

const strapi = `module.exports = ({ env }) => ({
  connection: {
    client: 'postgres',
    connection: { connectionString: env('DATABASE_URL') },
    acquireConnectionTimeout: 5000,
    pool: { min: 0, max: 10 },
  },
});
`;

const configMap = `apiVersion: v1
kind: ConfigMap
metadata: { name: pgbouncer }
data:
  pgbouncer.ini: |
    [databases]
    * = host=db.example.test
    [pgbouncer]
    pool_mode = transaction
    default_pool_size = 32
    max_client_conn = 1000
`;

type Asked = Omit<ReadRequest, 'text' | 'file'>;

describe('a file that people have', () => {
  const read = async (file: string, text: string, asked: Asked = {}) =>
    (await readPool({ text, file, ...asked })).settings;

  it.each<[what: string, file: string, text: string, expected: object, asked?: Asked]>([
    [
      'Spring without a profile',
      'a.yml',
      profiles,
      { connectionLimit: 10, acquireTimeoutMs: 30_000 },
      { springProfiles: ['default'] },
    ],
    [
      'the profile test',
      'a.yml',
      profiles,
      { connectionLimit: 1, acquireTimeoutMs: 30_000 },
      { springProfiles: ['test'] },
    ],
    [
      'the profile prod',
      'a.yml',
      profiles,
      { connectionLimit: 10, acquireTimeoutMs: 2_000 },
      { springProfiles: ['prod'] },
    ],
    [
      'a limit of the database below the size of the pool',
      'p.ini',
      pgbouncer('max_client_conn = 4096\ndefault_pool_size = 512\nmax_db_connections = 100'),
      { connectionLimit: 100, queueLimit: 3_996 },
    ],
    [
      'as many clients as connections: nobody can wait',
      'p.ini',
      pgbouncer('default_pool_size = 100\nquery_wait_timeout = 20'),
      { connectionLimit: 100, queueLimit: 0, nobodyWaits: true, acquireTimeoutMs: 20_000 },
    ],
    [
      'fewer clients than connections',
      'p.ini',
      pgbouncer('default_pool_size = 80\nmax_client_conn = 50'),
      { connectionLimit: 50, nobodyWaits: true },
    ],
    [
      '[pgbouncer] with nothing set',
      'p.ini',
      '[databases]\n[pgbouncer]\n;default_pool_size = 2\n',
      { connectionLimit: 20, queueLimit: 80 },
    ],
    [
      'one of two unlike databases',
      'p.ini',
      pgbouncer('default_pool_size = 50\nmax_client_conn = 500', 'small = pool_size=2\nbig = host=x'),
      { connectionLimit: 50, queueLimit: 450 },
      { at: ['big'] },
    ],
    [
      'waitForConnections: false',
      'm.json',
      '{ "connectionLimit": 10, "waitForConnections": false, "maxIdle": 10 }',
      { connectionLimit: 10, nobodyWaits: true },
    ],
    [
      'an environment of sequelize-cli',
      'c.json',
      byEnvironment,
      { connectionLimit: 50, acquireTimeoutMs: 60_000 },
      { at: ['production'] },
    ],
    [
      'Ghost: knex below `database`',
      'g.json',
      '{ "url": "x", "database": { "client": "mysql", "pool": { "min": 2, "max": 20 } } }',
      { connectionLimit: 20 },
    ],
    [
      'HikariCP below a prefix',
      'a.properties',
      'datasource.maximumPoolSize=60\ndatasource.connectionTimeout=250\n',
      { connectionLimit: 60, acquireTimeoutMs: 250 },
    ],
    [
      'DBCP and HikariCP in one file, by name',
      'a.properties',
      mixed,
      { connectionLimit: 5, acquireTimeoutMs: 120_000 },
      { from: 'hikaricp' },
    ],
    ['Strapi: an object that a function gives', 's.js', strapi, { connectionLimit: 10, acquireTimeoutMs: 5_000 }],
    ['pgbouncer.ini in a ConfigMap', 'c.yaml', configMap, { connectionLimit: 32, queueLimit: 968 }],
    [
      'a type of Spring Boot and nothing else',
      'a.properties',
      'spring.datasource.type=com.zaxxer.hikari.HikariDataSource\n',
      { connectionLimit: 10 },
    ],
    [
      'mysqljs as mysql2, where nothing tells them apart',
      'm.json',
      '{ "connectionLimit": 10, "host": "h" }',
      { connectionLimit: 10 },
      { from: 'mysql2' },
    ],
  ])('%s', async (_what, file, text, expected, asked) => {
    expect(await read(file, text, asked)).toMatchObject(expected);
  });

  it('has variables of a pool: of a service of compose, with its env_file', async () => {
    const compose =
      'services:\n  api:\n    image: x\n    env_file: api.env\n    environment:\n      DB_POOL_CONNECTION_LIMIT: 12\n';
    const env = 'DB_POOL_CONNECTION_LIMIT=9\nDB_POOL_QUEUE_LIMIT=4\n';
    const readBeside = (path: string) => (path === 'api.env' ? env : undefined);
    const { settings } = await readPool({ text: compose, file: 'compose.yml', readBeside });
    expect(settings).toMatchObject({ connectionLimit: 12, queueLimit: 4 });
    await expect(readPool({ text: compose, file: 'c.yml', readBeside: () => undefined })).rejects.toMatchObject({
      message: 'c.yml:4: this names api.env, which is not there: its variables would be missing.',
    });
  });

  it('includes others, by their paths', async () => {
    const text = '%include shared.ini\n[pgbouncer]\nlisten_port = 6432\n';
    const shared = '[databases]\n* = host=x\n[pgbouncer]\ndefault_pool_size = 100\nmax_client_conn = 300\n';
    const readBeside = (path: string) => (path === 'shared.ini' ? shared : undefined);
    const { settings, found } = await readPool({ text, file: 'p.ini', readBeside });
    expect(settings).toMatchObject({ connectionLimit: 100, queueLimit: 200 });
    expect(found[0]).toMatchObject({ file: 'shared.ini', line: 4 });
  });
});

describe('a question and not a guess', () => {
  const refused = (file: string, text: string, asked: Asked = {}) => expect(readPool({ text, file, ...asked })).rejects;

  it.each([
    [
      'profiles',
      'a.yml',
      profiles,
      /profile default \(10 connections\); profile test \(1 connection\); profile prod \(10/,
      /^Choose with --spring-profile test/,
    ],
    [
      'environments',
      'c.json',
      byEnvironment,
      /2 pools: development \(5 connections\); production \(50/,
      /--at production.*--all/,
    ],
    [
      'unlike databases',
      'p.ini',
      pgbouncer('default_pool_size = 50', 'small = pool_size=2\nbig = host=x'),
      /small \(2 connections\); big \(50/,
      /--at big/,
    ],
    [
      'a stray key of another pool',
      'a.properties',
      mixed,
      /dbcp2.maximumIdle in line 3 is of Apache Commons DBCP 2, maximumPoolSize in line 1 is of HikariCP/,
      /dbcp2, hikaricp/,
    ],
  ])('where a file has several: %s', async (_what, file, text, message, hint) => {
    await refused(file, text).toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('where a file that is included is not there', async () => {
    await refused('p.ini', '%include x.ini\n[pgbouncer]\n').toMatchObject({
      message: expect.stringContaining('includes x.ini'),
    });
  });

  it('where an option is an expression', async () => {
    const text = "import pg from 'pg';\nexport const pool = new pg.Pool({ max: sizeOf(cpus()) });\n";
    await refused('db.ts', text).toMatchObject({
      message: expect.stringMatching(/^db.ts:2: max is set, and it is not known: /),
    });
  });
});

describe('what is said beside the settings', () => {
  const converted = (file: string, text: string, from?: string) =>
    convertSettings({ text, file, from, names: ['mysql2'] });

  it('names several pools as several', async () => {
    const { remarks } = await converted('t.json', replication);
    expect(remarks[0]?.message).toContain(
      't.json makes 2 pools of 20, one for each of its nodes of the replication: together 40',
    );
    const nine = Array.from({ length: 9 }, (_, index) => `d${index} = host=x`).join('\n');
    const { remarks: said } = await converted(
      'p.ini',
      pgbouncer('default_pool_size = 50\nmax_client_conn = 900', nine),
    );
    expect(said[0]?.message).toContain(
      '9 pools of 50, one for each of its databases: together 450 connections; they share max_client_conn',
    );
  });

  it('says what an option of another system is called here', async () => {
    const text =
      '{ "max": 10, "connectionLimit": 20, "queueLimit": 50, "idleTimeout": 60000, "maxLifetime": 600, "connectTimeout": 3, "minIdle": 2 }';
    const { dropped } = await converted('p.json', text, 'pg');
    expect(dropped.map(({ key, why }) => [key, why])).toEqual([
      ['connectionLimit', 'here it is max'],
      ['queueLimit', expect.not.stringContaining('Did you mean')],
      ['idleTimeout', 'here it is idleTimeoutMillis'],
      ['maxLifetime', 'here it is maxLifetimeSeconds'],
      ['connectTimeout', 'here it is connectionTimeoutMillis'],
      ['minIdle', 'here it is min'],
    ]);
    const spring = 'spring.datasource.hikari.connection-limit=20\n';
    const { dropped: kebab } = await converted('a.properties', spring);
    expect(kebab[0]?.why).toBe('here it is maximum-pool-size');
  });

  it("leaves Spring Boot's own keys of a data source alone", async () => {
    const text =
      'spring.datasource.initialization-mode=always\nspring.datasource.continue-on-error=true\nspring.datasource.schema=a.sql\nspring.datasource.hikari.maximum-pool-size=3\n';
    expect((await converted('a.properties', text)).dropped).toEqual([]);
  });

  it('names the first twenty keys that are not known, and counts the others', async () => {
    const text = JSON.stringify({
      max: 3,
      ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x${index}`, index])),
    });
    const { dropped, remarks } = await converted('p.json', text, 'pg');
    expect(dropped).toHaveLength(20);
    expect(remarks.map(({ message }) => message)).toEqual([
      'p.json: 280 more keys are not known to pg (node-postgres), and left out.',
    ]);
  });
});

describe('the same system in and out', () => {
  const out = async (file: string, text: string, from: string, name = from) =>
    convertSettings({ text, file, from, names: [name] }).then(({ emitted, dropped }) => ({
      text: emitted.snippets[0]?.text ?? '',
      dropped: dropped.map(({ key }) => key),
    }));

  it('keeps the mode of PgBouncer, and what else it has', async () => {
    const ini = pgbouncer(
      'pool_mode = session\ndefault_pool_size = 20\nmax_db_connections = 20\nserver_idle_timeout = 60',
    );
    const { text, dropped } = await out('p.ini', ini, 'pgbouncer');
    expect(text.match(/^pool_mode = .*$/gm)).toEqual(['pool_mode = session']);
    expect(text).toContain('server_idle_timeout = 60');
    expect(text).not.toContain('do not outlive a transaction');
    expect(dropped).toEqual([]);
  });

  it('keeps what HikariCP has beside the five settings', async () => {
    const text =
      'spring.datasource.hikari:\n  maximum-pool-size: 9\n  minimum-idle: 4\n  connection-timeout: 900\n  validation-timeout: 450\n';
    const { text: yaml, dropped } = await out('a.yml', text, 'hikaricp');
    expect(yaml).toMatch(/^ {6}maximum-pool-size: 9\n {6}minimum-idle: 4$/m);
    expect(dropped).toEqual([]);
    const { text: properties } = await out('a.yml', text, 'hikaricp', 'hikaricp-properties');
    expect(properties).toMatch(/^spring.datasource.hikari.minimum-idle=4$/m);
  });

  it('keeps the least connections and the idle time of Knex', async () => {
    const json = '{ "client": "pg", "pool": { "min": 2, "max": 9, "idleTimeoutMillis": 5000 } }';
    const { text, dropped } = await out('k.json', json, 'knex');
    expect(text).toMatch(/^ {4}min: 2,\n/m);
    expect(text).toMatch(/^ {4}max: 9,\n {4}idleTimeoutMillis: 5000,\n/m);
    expect(dropped).toEqual([]);
  });
});

describe('what is not read is named, with the way by hand', () => {
  it.each([
    [
      'Pool.java',
      'config.setMaximumPoolSize(55);\n',
      /^Pool.java is Java, .*Line 1 has config.setMaximumPoolSize 55/,
      /--connection-limit 55/,
    ],
    [
      'kc.conf',
      'db-pool-max-size=40\n',
      /settings of Keycloak, .*Line 1 has db-pool-max-size 40/,
      /--connection-limit 40/,
    ],
    [
      'app.yml',
      'my:\n  maxPoolConns: 30\n',
      /^Which system's settings are in app.yml\? It is YAML, .*maxPoolConns 30/,
      /--connection-limit 30/,
    ],
  ])('%s', async (file, text, message, hint) => {
    await expect(readPool({ text, file })).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
