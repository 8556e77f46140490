import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import knexOf from 'knex';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';

/** What `floating-query` says of libraries, on the libraries themselves. */
describe('a statement that nobody waits for', () => {
  it('is not sent by Knex', async () => {
    const knex = knexOf({ client: 'pg' });
    const asked: string[] = [];
    knex.client.acquireConnection = async () => {
      asked.push('a connection');
      throw new Error('none');
    };
    knex('log').insert({ id: 1 });
    knex.raw('SELECT 1');
    await turns();
    expect(asked).toEqual([]);
    await expect(knex('log').insert({ id: 1 })).rejects.toThrow('none');
    expect(asked).toEqual(['a connection']);
  });

  it('is not sent by Drizzle, execute() included', async () => {
    const sent: unknown[] = [];
    const query = async (statement: unknown) => {
      sent.push(statement);
      return { rows: [] };
    };
    const db = drizzle({ client: { query } as never });
    const log = pgTable('log', { id: integer() });
    db.insert(log).values({ id: 1 });
    db.execute('SELECT 1');
    await turns();
    expect(sent).toEqual([]);
    await db.execute('SELECT 1');
    expect(sent).toHaveLength(1);
  });

  it('is not sent by postgres.js', async () => {
    const sql = postgres({ host: '127.0.0.1', port: 1, connect_timeout: 1 });
    const dropped = sql`SELECT 1`;
    await turns();
    expect((dropped as unknown as { executed: boolean }).executed).toBe(false);
    await sql.end();
  });

  it('is sent by Kysely at execute()', async () => {
    const ran: string[] = [];
    const db = new Kysely<{ log: { id: number } }>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (kysely) => new PostgresIntrospector(kysely),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
      log({ query }) {
        ran.push(query.sql);
      },
    });
    db.insertInto('log').values({ id: 1 });
    await turns();
    expect(ran).toEqual([]);
    db.insertInto('log').values({ id: 1 }).execute();
    await turns();
    expect(ran).toHaveLength(1);
  });
});

const turns = () => new Promise((resolve) => setTimeout(resolve, 20));
