import type { Pool as Mysql2Pool } from 'mysql2/promise';
import type pg from 'pg';
import type { DataSource } from 'typeorm';

/** What the suite does with the pool of a snippet, whatever the driver. */
export interface SnippetPool {
  /** Takes a connection and answers with the call that gives it back. */
  acquire(): Promise<() => unknown>;
  /** A query that takes a connection and gives it back by itself. */
  query(sql?: string): Promise<unknown>;
  end(): Promise<unknown>;
}

/** The pool of an emitted module, by its target. */
export const adapters: Readonly<Record<string, (module: never) => Promise<SnippetPool>>> = {
  mysql2: async ({ pool }: { pool: Mysql2Pool }) => ({
    acquire: async () => {
      const connection = await pool.getConnection();
      return () => connection.release();
    },
    query: (sql = 'select 1') => pool.query(sql),
    end: () => pool.end(),
  }),
  pg: async ({ pool }: { pool: pg.Pool }) => ({
    acquire: async () => {
      const client = await pool.connect();
      return () => client.release();
    },
    query: (sql = 'select 1') => pool.query(sql),
    end: () => pool.end(),
  }),
  typeorm: async ({ connect }: { connect: () => Promise<DataSource> }) => {
    const dataSource = await connect();
    return {
      acquire: async () => {
        const runner = dataSource.createQueryRunner();
        await runner.connect();
        return () => runner.release();
      },
      query: (sql = 'select 1') => dataSource.query(sql),
      end: () => dataSource.destroy(),
    };
  },
};
