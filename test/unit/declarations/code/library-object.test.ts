import { describe, expect, it } from 'vitest';
import type { LibraryObject } from '../../../../src/declarations/code/library-object.ts';
import { walk } from '../../../../src/declarations/code/walk.ts';
import { analysed } from '../../../helpers/code.ts';

/** What the argument of `probe(…)` is: library and kind, with `*` in a transaction and the size of the pool. */
function probed(code: string, more: Record<string, string> = {}): string | undefined {
  const analysis = analysed({ 'src/a.ts': code, ...more });
  let found: LibraryObject | undefined;
  walk(analysis.file.program, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.callee.name !== 'probe') return;
    const [argument] = node.arguments;
    found ??= argument && analysis.libraryObject(argument);
  });
  const max = found?.pool?.options.find(({ name }) => /max$|connectionLimit$/.test(name))?.value;
  const size = max?.kind === 'known' ? ` of ${max.value}` : '';
  return (
    found &&
    `${found.library} ${found.kind}${found.isTransactional ? '*' : ''}${found.takesCallbacks ? ' (callbacks)' : ''}${size}`
  );
}

const pgPool = "import { Pool } from 'pg'; const pool = new Pool({ max: 5 });";
const elsewhere = {
  'src/db.ts': `${pgPool} export { pool }; export default { pool };`,
  'src/index.ts': "export * from './db';",
};

describe('an expression is an object of a library', () => {
  it.each<[string, string, Record<string, string>?]>([
    [`${pgPool} probe(pool)`, 'pg pool of 5'],
    [`${pgPool} probe(await pool.connect())`, 'pg client of 5'],
    [
      `${pgPool} async function run() { const client = await pool.connect(); try { probe(client) } finally { client.release() } }`,
      'pg client of 5',
    ],
    [
      `${pgPool} async function run() { let client; try { client = await pool.connect(); probe(client) } finally {} }`,
      'pg client of 5',
    ],
    [`${pgPool} pool.connect((error, client, done) => { probe(client) })`, 'pg client of 5'],
    [`${pgPool} pool.connect((error, client, done) => { probe(done) })`, 'pg release of 5'],
    [`${pgPool} pool.connect().then((client) => { probe(client) })`, 'pg client of 5'],
    [`${pgPool} const db = { pool }; probe(db.pool)`, 'pg pool of 5'],
    [`${pgPool} const db = { connect: () => pool.connect() }; probe(await db.connect())`, 'pg client of 5'],
    [
      `${pgPool} async function withClient(run) { const client = await pool.connect(); return run(client) } withClient((c) => { probe(c) })`,
      'pg client of 5',
    ],
    [`${pgPool} async function use(client) { probe(client) } use(await pool.connect())`, 'pg client of 5'],
    ["import { Client } from 'pg'; const client = new Client(); probe(client)", 'pg connection'],
    [
      "import type { PoolClient } from 'pg'; export async function run(client: PoolClient) { probe(client) }",
      'pg client',
    ],
    ["import type { Pool } from 'pg'; export const make = ({ pool }: { pool: Pool }) => { probe(pool) }", 'pg pool'],
    [
      "import type { Pool } from 'pg'; interface Deps { db: { pool: Pool | undefined } } export const make = (deps: Deps) => { probe(deps.db.pool!) }",
      'pg pool',
    ],
    ["import type pg from 'pg'; export const run = (pool: pg.Pool) => { probe(pool) }", 'pg pool'],
    ["export const run = (pool: import('pg').Pool) => { probe(pool) }", 'pg pool'],
    [
      "import { Pool } from 'pg'; class Db { private pool: Pool; constructor() { this.pool = new Pool({ max: 5 }) } run() { probe(this.pool) } }",
      'pg pool of 5',
    ],
    [
      "import { Pool } from 'pg'; class Db { #pool = new Pool({ max: 5 }); run() { probe(this.#pool) } }",
      'pg pool of 5',
    ],
    [
      "import { Pool } from 'pg'; class Db { static pool = new Pool({ max: 5 }); static run() { probe(Db.pool) } }",
      'pg pool of 5',
    ],
    [
      "import { Pool } from 'pg'; class Db { constructor(private readonly pool: Pool) {} run() { probe(this.pool) } }",
      'pg pool',
    ],
    [
      "import { Pool } from 'pg'; class Db { constructor(readonly pool: Pool) {} } const db = new Db(new Pool({ max: 5 })); probe(db.pool)",
      'pg pool of 5',
    ],
    [
      "import { Pool } from 'pg'; let pool: Pool | undefined; function getPool() { if (!pool) pool = new Pool({ max: 5 }); return pool } probe(getPool())",
      'pg pool of 5',
    ],
    [
      "import { Pool } from 'pg'; const cached = (globalThis as any).pool ?? new Pool({ max: 5 }); probe(cached)",
      'pg pool of 5',
    ],
    ["import { pool } from './db'; probe(pool)", 'pg pool of 5', elsewhere],
    ["import db from './db'; probe(db.pool)", 'pg pool of 5', elsewhere],
    ["import { pool } from '.'; probe(pool)", 'pg pool of 5', elsewhere],
    ["const { pool } = require('./db'); probe(pool)", 'pg pool of 5', elsewhere],
    ["const db = await import('./db'); probe(db.pool)", 'pg pool of 5', elsewhere],
    [
      "import { Db } from './db'; class Service { constructor(private db: Db) {} run() { probe(this.db.pool) } }",
      'pg pool of 5',
      { 'src/db.ts': `import { Pool } from 'pg'; export class Db { pool = new Pool({ max: 5 }) }` },
    ],
    [
      "import mysql from 'mysql2'; const pool = mysql.createPool({ connectionLimit: 5 }); probe(pool)",
      'mysql2 pool (callbacks) of 5',
    ],
    [
      "import mysql from 'mysql2'; const pool = mysql.createPool({ connectionLimit: 5 }).promise(); probe(pool)",
      'mysql2 pool of 5',
    ],
    [
      "import mysql from 'mysql2'; const pool = mysql.createPool({ connectionLimit: 5 }); pool.getConnection((error, connection) => { probe(connection) })",
      'mysql2 client (callbacks) of 5',
    ],
    [
      "import mysql from 'mysql2/promise'; const pool = mysql.createPool({ connectionLimit: 5 }); const c = await pool.getConnection(); probe(c)",
      'mysql2 client of 5',
    ],
    [
      "import postgres from 'postgres'; const sql = postgres({ max: 5 }); await sql.begin(async (tx) => { probe(tx) })",
      'postgres transaction of 5',
    ],
    ["import postgres from 'postgres'; const sql = postgres({ max: 5 }); probe(sql`select 1`)", 'postgres query of 5'],
    [
      "import { DataSource } from 'typeorm'; class S { constructor(private ds: DataSource) {} async run() { const runner = this.ds.createQueryRunner(); probe(runner) } }",
      'typeorm queryRunner',
    ],
    [
      "import { DataSource } from 'typeorm'; class S { constructor(private ds: DataSource) {} async run() { const runner = this.ds.createQueryRunner(); probe(runner.manager) } }",
      'typeorm entityManager*',
    ],
    [
      "import { DataSource } from 'typeorm'; export const run = (ds: DataSource) => ds.transaction('SERIALIZABLE', async (manager) => { probe(manager) })",
      'typeorm entityManager*',
    ],
    [
      "import { DataSource } from 'typeorm'; export const run = (ds: DataSource) => ds.transaction(async (m) => { probe(m.getRepository(User)) })",
      'typeorm repository*',
    ],
    [
      "import { Repository } from 'typeorm'; class S { constructor(@InjectRepository(User) private users: Repository<User>) {} run() { probe(this.users) } }",
      'typeorm repository',
    ],
    [
      "import { Repository } from 'typeorm'; class Users extends Repository<User> { run() { probe(this.manager) } }",
      'typeorm entityManager',
    ],
    ["import { BaseEntity } from 'typeorm'; class User extends BaseEntity {} probe(User)", 'typeorm model'],
    [
      "import knex from 'knex'; const db = knex({ client: 'pg', pool: { max: 5 } }); db.transaction(async (trx) => { probe(trx) })",
      'knex transaction of 5',
    ],
    [
      "import knex from 'knex'; const db = knex({ client: 'pg', pool: { max: 5 } }); probe(db('users'))",
      'knex query of 5',
    ],
    [
      "import type { Knex } from 'knex'; export const run = (trx: Knex.Transaction) => { probe(trx) }",
      'knex transaction',
    ],
    ["import { Model } from 'objection'; class User extends Model {} probe(User)", 'objection model'],
    ["import { Model } from 'objection'; class User extends Model {} probe(User.query())", 'objection query'],
    [
      "import { Sequelize } from 'sequelize'; const db = new Sequelize({ dialect: 'mysql', pool: { max: 5 } }); db.transaction(async (t) => { probe(t) })",
      'sequelize transaction of 5',
    ],
    [
      "import { Sequelize } from 'sequelize'; const db = new Sequelize({ dialect: 'mysql', pool: { max: 5 } }); const User = db.define('user', {}); probe(User)",
      'sequelize model of 5',
    ],
    [
      "import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient(); prisma.$transaction(async (tx) => { probe(tx) })",
      '@prisma/client transaction',
    ],
    [
      "import { PrismaClient } from '@prisma/client'; class Db extends PrismaClient {} class S { constructor(private prisma: Db) {} run() { probe(this.prisma) } }",
      '@prisma/client prisma',
    ],
    [
      "import { drizzle } from 'drizzle-orm/node-postgres'; import { Pool } from 'pg'; const db = drizzle(new Pool({ max: 5 })); db.transaction(async (tx) => { probe(tx) })",
      'drizzle-orm transaction of 5',
    ],
    [
      "import { Kysely, PostgresDialect } from 'kysely'; import { Pool } from 'pg'; const db = new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ max: 5 }) }) }); db.transaction().execute(async (trx) => { probe(trx) })",
      'kysely transaction of 5',
    ],
    [
      "import { MikroORM } from '@mikro-orm/postgresql'; const orm = await MikroORM.init({ pool: { max: 5 } }); orm.em.transactional(async (em) => { probe(em) })",
      '@mikro-orm/core entityManager* of 5',
    ],
    [
      "import { createPool } from 'slonik'; const pool = await createPool('postgres://h/d'); pool.connect(async (connection) => { probe(connection) })",
      'slonik client',
    ],
    ["import { Pool } from 'pg'; probe(Pool)", 'pg module'],
  ])('%s', (code, expected, more) => {
    expect(probed(code, more)).toBe(expected);
  });
});

describe('without evidence, nothing is an object of a library', () => {
  it.each([
    'declare const pool: any; probe(pool)',
    'export function run(pool) { probe(pool) }',
    'export class S { constructor(private pool: Pool) {} run() { probe(this.pool) } }',
    "import { createClient } from 'redis'; const client = createClient(); probe(client)",
    "import { Pool } from './thread-pool'; probe(new Pool())",
    "import { Pool } from 'undici'; const pool = new Pool('http://h'); probe(await pool.connect())",
    'class Pool {} probe(new Pool())',
  ])('%s', (code) => {
    expect(probed(code, { 'src/thread-pool.ts': 'export class Pool {}' })).toBeUndefined();
  });
});
