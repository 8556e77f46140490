// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are templates in the code that is read
import { describe, expect, it } from 'vitest';
import { analysed, optionsOf } from '../../../helpers/code.ts';

/** Pools of a file in short: what they are, and their options. */
function poolsOf(code: string, more: Record<string, string> = {}) {
  return analysed({ 'src/a.ts': code, ...more }).pools.map((pool) =>
    [[pool.library, pool.driver ?? '-', pool.engine ?? '-', pool.made].join(' '), ...optionsOf(pool)].join(' | '),
  );
}

const cases: [library: string, code: string, ...pools: string[]][] = [
  ['pg', "import { Pool } from 'pg'; new Pool({ max: 5 })", 'pg - postgres new Pool | max 5'],
  ['pg', "import pg from 'pg'; new pg.Pool({ max: 5 })", 'pg - postgres new pg.Pool | max 5'],
  ['pg', "import pg from 'pg'; const { Pool: P } = pg; new P({ max: 5 })", 'pg - postgres new P | max 5'],
  ['pg', "import * as pg from 'pg'; new pg.native.Pool()", 'pg - postgres new pg.native.Pool'],
  ['pg', "const { Pool } = require('pg'); new Pool()", 'pg - postgres new Pool'],
  ['pg', "const { Pool } = require('pg').native; new Pool()", 'pg - postgres new Pool'],
  ['pg', "import pg = require('pg'); new pg.Pool()", 'pg - postgres new pg.Pool'],
  ['pg', "import { Pool } from 'npm:pg@8.11'; new Pool()", 'pg - postgres new Pool'],
  ['pg', "const { Pool } = await import('pg'); new Pool()", 'pg - postgres new Pool'],
  ['pg', "import Pool from 'pg-pool'; new Pool()", 'pg - postgres new Pool'],
  ['pg', "import { Pool } from '@neondatabase/serverless'; new Pool()", 'pg - postgres new Pool'],
  ['pg', "import { Pool } from './lib'; new Pool()", 'pg - postgres new Pool'],
  ['pg', "import { Client } from 'pg'; new Client()"],
  [
    'pg',
    "import pg from 'pg'; class Db extends pg.Pool { constructor() { super({ max: 5 }) } }",
    'pg - postgres extends pg.Pool | max 5',
  ],
  [
    'pg',
    "import { Pool } from 'pg'; new Pool({ connectionString: 'postgres://u:p@h/d?statement_timeout=500&max=9' })",
    'pg - postgres new Pool | connectionString "postgres://u:***@h/d?statement_timeout=500&max=9" | statement_timeout "500"',
  ],
  [
    'mysql2',
    "import mysql from 'mysql2'; mysql.createPool({ connectionLimit: 5 })",
    'mysql2 - mysql mysql.createPool | connectionLimit 5',
  ],
  [
    'mysql2',
    "import { createPool } from 'mysql2/promise'; createPool('mysql://u:p@h/d?connectionLimit=5')",
    'mysql2 - mysql createPool | uri "mysql://u:***@h/d?connectionLimit=5" | connectionLimit 5',
  ],
  [
    'mysql',
    "const mysql = require('mysql'); mysql.createPool({ acquireTimeout: 5 })",
    'mysql - mysql mysql.createPool | acquireTimeout 5',
  ],
  [
    'mariadb',
    "import * as mariadb from 'mariadb'; mariadb.createPool({ idleTimeout: 60 })",
    'mariadb - mariadb mariadb.createPool | idleTimeout 60',
  ],
  [
    'postgres.js',
    "import postgres from 'postgres'; postgres('postgres://h/d?idle_timeout=5', { max: 5 })",
    'postgres - postgres postgres | max 5 | url "postgres://h/d?idle_timeout=5" | idle_timeout "5"',
  ],
  [
    'typeorm',
    "import { DataSource } from 'typeorm'; new DataSource({ type: 'postgres', poolSize: 5, extra: { max: 6 } })",
    'typeorm-postgres pg postgres new DataSource | type "postgres" | poolSize 5 | extra.max 6',
  ],
  [
    'typeorm',
    "import { DataSource } from 'typeorm'; new DataSource({ type: 'mysql', connectionLimit: 5, pool: { max: 5 } })",
    'typeorm-mysql mysql2 mysql new DataSource | type "mysql" | connectionLimit 5 (misplaced) | pool.max 5 (misplaced)',
  ],
  ['typeorm', "import { DataSource } from 'typeorm'; new DataSource({ type: 'sqlite' })"],
  [
    'typeorm',
    "import { createConnection } from 'typeorm'; createConnection({ type: 'mariadb' })",
    'typeorm-mysql mysql2 mariadb createConnection | type "mariadb"',
  ],
  [
    'nestjs',
    "import { TypeOrmModule } from '@nestjs/typeorm'; @Module({ imports: [TypeOrmModule.forRoot({ type: 'mysql' })] }) class App {}",
    'typeorm-mysql mysql2 mysql TypeOrmModule.forRoot | type "mysql"',
  ],
  [
    'nestjs',
    "import { TypeOrmModule } from '@nestjs/typeorm'; import { ConfigService } from '@nestjs/config'; TypeOrmModule.forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => ({ type: 'postgres', host: config.get('HOST'), extra: { max: config.get<number>('DB_POOL', 15) } }) })",
    'typeorm-postgres pg postgres TypeOrmModule.forRootAsync | type "postgres" | host ? no file of the project sets HOST | extra.max 15',
  ],
  [
    'nestjs',
    "import { TypeOrmModule } from '@nestjs/typeorm'; class Options { createTypeOrmOptions() { return { type: 'mysql', poolSize: 7 } } } TypeOrmModule.forRootAsync({ useClass: Options })",
    'typeorm-mysql mysql2 mysql TypeOrmModule.forRootAsync | type "mysql" | poolSize 7',
  ],
  [
    'sequelize',
    "import { Sequelize } from 'sequelize'; new Sequelize('postgres://h/d?max=4', { pool: { max: 5 } })",
    'sequelize pg postgres new Sequelize | pool.max 5 | url "postgres://h/d?max=4" | dialectOptions.max "4"',
  ],
  [
    'sequelize',
    "const { Sequelize } = require('sequelize'); new Sequelize('db', 'user', 'secret', { dialect: 'mysql', max: 5 })",
    'sequelize mysql2 mysql new Sequelize | dialect "mysql" | max 5 (misplaced)',
  ],
  [
    'sequelize',
    "import { Sequelize } from '@sequelize/core'; new Sequelize({ dialect: 'mariadb', pool: { max: 5 } })",
    'sequelize7 mariadb mariadb new Sequelize | dialect "mariadb" | pool.max 5',
  ],
  ['sequelize', "import { Sequelize } from 'sequelize'; new Sequelize({ dialect: 'sqlite' })"],
  [
    'knex',
    "import knex from 'knex'; knex({ client: 'pg', pool: { max: 5 }, connection: { pool: { max: 6 } } })",
    'knex pg postgres knex | client "pg" | pool.max 5 | connection.pool.max 6 (misplaced)',
  ],
  [
    'knex',
    "import { knex } from 'knex'; knex({ client: 'mysql2', connection: 'mysql://u:p@h/d?connectTimeout=5' })",
    'knex mysql2 mysql knex | client "mysql2" | connection "mysql://u:***@h/d?connectTimeout=5" | connection.connectTimeout "5"',
  ],
  ['knex', "const knex = require('knex')({ client: 'better-sqlite3' })"],
  [
    'prisma',
    "import { PrismaClient } from '@prisma/client'; new PrismaClient({ datasourceUrl: 'postgresql://h/d?connection_limit=5' })",
    'prisma-engine - postgres new PrismaClient | url "postgresql://h/d?connection_limit=5" | connection_limit 5',
  ],
  [
    'prisma',
    "import { PrismaClient } from './generated/prisma'; import { PrismaPg } from '@prisma/adapter-pg'; const adapter = new PrismaPg({ max: 5 }); new PrismaClient({ adapter })",
    'prisma-adapter-pg pg postgres new PrismaPg | max 5',
  ],
  [
    'prisma',
    "import { PrismaMariaDb } from '@prisma/adapter-mariadb'; new PrismaMariaDb({ connectionLimit: 5 })",
    'prisma-adapter-mariadb mariadb mariadb new PrismaMariaDb | connectionLimit 5',
  ],
  [
    'prisma',
    "import { PrismaClient } from '@prisma/client'; class Db extends PrismaClient {}",
    'prisma-engine - - extends PrismaClient',
  ],
  [
    'drizzle',
    "import { drizzle } from 'drizzle-orm/node-postgres'; drizzle({ connection: { max: 5 }, max: 9 })",
    'drizzle pg postgres drizzle | max 9 (misplaced) | connection.max 5',
  ],
  [
    'drizzle',
    "import { drizzle } from 'drizzle-orm/mysql2'; drizzle('mysql://h/d?connectionLimit=5')",
    'drizzle mysql2 mysql drizzle | connection "mysql://h/d?connectionLimit=5" | connection.connectionLimit 5',
  ],
  [
    'drizzle',
    "import { drizzle } from 'drizzle-orm/node-postgres'; import { Pool } from 'pg'; drizzle(new Pool({ max: 5 }))",
    'pg - postgres new Pool | max 5',
  ],
  [
    'drizzle',
    "import { drizzle } from 'drizzle-orm/postgres-js'; import postgres from 'postgres'; drizzle({ client: postgres({ max: 5 }) })",
    'postgres - postgres postgres | max 5',
  ],
  [
    'kysely',
    "import { Kysely, PostgresDialect } from 'kysely'; import { Pool } from 'pg'; new Kysely({ dialect: new PostgresDialect({ pool: async () => new Pool({ max: 5 }) }) })",
    'pg - postgres new Pool | max 5',
  ],
  [
    'mikro-orm',
    "import { MikroORM } from '@mikro-orm/postgresql'; MikroORM.init({ pool: { max: 5 }, driverOptions: { pool: { max: 6 } } })",
    'mikro-orm-5-6 pg postgres MikroORM.init | pool.max 5 | driverOptions.pool.max 6 (misplaced)',
  ],
  [
    'mikro-orm',
    "import { MikroORM } from '@mikro-orm/core'; import { MySqlDriver, defineConfig } from '@mikro-orm/mysql'; MikroORM.init(defineConfig({ driver: MySqlDriver, pool: { max: 5 } }))",
    'mikro-orm-5-6 mysql2 mysql MikroORM.init | driver ? it is no plain value | pool.max 5',
  ],
  [
    'generic-pool',
    "import { createPool } from 'generic-pool'; import { Client } from 'pg'; createPool({ create: async () => { const client = new Client(); await client.connect(); return client }, destroy: (client) => client.end() }, { max: 5 })",
    'generic-pool - - createPool | max 5',
  ],
  [
    'generic-pool',
    "import { createPool } from 'generic-pool'; import puppeteer from 'puppeteer'; createPool({ create: () => puppeteer.launch() }, { max: 5 })",
  ],
  [
    'slonik',
    "import { createPool } from 'slonik'; await createPool('postgres://h/d', { maximumPoolSize: 5 })",
    'slonik pg postgres createPool | maximumPoolSize 5 | connectionUri "postgres://h/d"',
  ],
  [
    'pg-promise',
    "import pgPromise from 'pg-promise'; const pgp = pgPromise({ noWarnings: true }); const db = pgp({ max: 5 })",
    'pg-promise - postgres pgp | max 5',
  ],
  [
    'pg-promise',
    "const pgp = require('pg-promise')(); module.exports = pgp('postgres://u:p@h/d?statement_timeout=500&max=9')",
    'pg-promise - postgres pgp | connectionString "postgres://u:***@h/d?statement_timeout=500&max=9" | statement_timeout "500"',
  ],
  [
    'bun',
    "import { SQL } from 'bun'; new SQL('postgres://h/d', { max: 5 })",
    'bun-sql - postgres new SQL | max 5 | url "postgres://h/d"',
  ],
  [
    'bun',
    "import { SQL } from 'bun'; new SQL({ adapter: 'mysql', max: 5 })",
    'bun-sql - mysql new SQL | adapter "mysql" | max 5',
  ],
  ['bun', "import { SQL } from 'bun'; new SQL({ adapter: 'sqlite', filename: ':memory:' })"],
  ['bun', "new Bun.SQL('postgres://h/d', { max: 5 })", 'bun-sql - postgres new Bun.SQL | max 5 | url "postgres://h/d"'],
];

describe('a pool is found in every library and form of import', () => {
  it.each(cases)('%s: %s', (_, code, ...pools) => {
    expect(poolsOf(code, { 'src/lib.ts': "export { Pool } from 'pg';" })).toEqual(pools);
  });
});

it('is no pool where only the name is that of a library', () => {
  expect(
    poolsOf('class Pool {} new Pool(); declare function createPool(o: object): any; createPool({}); knex({})'),
  ).toEqual([]);
});

it('is one pool for each environment where the options are chosen by one', () => {
  const { pools } = analysed({
    'src/db.js':
      "const config = require('../knexfile'); module.exports = require('knex')(config[process.env.NODE_ENV || 'development']);",
    'knexfile.js':
      "module.exports = { development: { client: 'pg', pool: { max: 2 } }, production: { client: 'pg', pool: { max: 20 } } };",
  });
  expect(pools.map((pool) => [pool.environment, ...optionsOf(pool)])).toEqual([
    ['development', 'client "pg"', 'pool.max 2'],
    ['production', 'client "pg"', 'pool.max 20'],
  ]);
});

it('counts the endpoints of a replication', () => {
  const { pools } = analysed({
    'a.ts':
      "import { DataSource } from 'typeorm'; new DataSource({ type: 'mysql', replication: { master: {}, slaves: [{}, {}] } })",
  });
  expect(pools[0]?.endpoints).toBe(3);
});

describe('a URL with gaps', () => {
  it.each([
    ['`mysql://${user}:${password}@${host}/${database}`', undefined],
    ["'mysql://' + user + ':' + password + '@h/d?connectionLimit=5'", undefined],
    ['`mysql://u:p@h/d?connectionLimit=${size}`', undefined],
    ['`mysql://u:p@h/d?${parameters}`', 'the URL: parameters comes from the caller'],
    ['`${url}?connectionLimit=5`', 'the URL: url comes from the caller'],
    ['`mysql://${url}`', 'the URL: url comes from the caller'],
    ['url', 'url comes from the caller'],
  ])('%s', (url, opaque) => {
    const code = `import { createPool } from 'mysql2/promise'; export const make = (user, password, host, database, size, parameters, url) => createPool(${url})`;
    expect(analysed({ 'a.ts': code }).pools[0]?.opaque).toBe(opaque);
  });
});

it('keeps no secret of options and URLs', () => {
  const { pools } = analysed({
    'a.ts': `import { Pool } from 'pg'; const url = 'postgres://app:hunter2@db/x?sslpassword=hunter2';
      new Pool({ connectionString: url, password: 'hunter2', ssl: { key: 'hunter2' } });
      new Pool({ connectionString: \`postgres://app:\${'hunter2'}@db/x\` });`,
  });
  expect(JSON.stringify(pools)).not.toContain('hunter2');
});

it.each([
  ["import { DataSource } from 'typeorm'; export const make = (options) => new DataSource(options)", 'new DataSource'],
  [
    "import { TypeOrmModule } from '@nestjs/typeorm'; TypeOrmModule.forRootAsync({ inject: [C], useFactory: (c) => c.get('db') })",
    'TypeOrmModule.forRootAsync',
  ],
])('says that a pool is not judged whose database is not known: %s', (code, made) => {
  const { pools, notes } = analysed({ 'src/a.ts': code });
  expect(pools).toEqual([]);
  expect(notes.map(({ text }) => text)).toEqual([
    `${made}: which database \`type\` names is not known, so the pool was not judged`,
  ]);
});

it('says nothing of a database that poolctl does not judge', () => {
  const { pools, notes } = analysed({
    'src/a.ts': "import { DataSource } from 'typeorm'; new DataSource({ type: 'sqlite' })",
  });
  expect([pools, notes]).toEqual([[], []]);
});
