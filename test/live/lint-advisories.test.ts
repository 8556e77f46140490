import { drizzle as onMysql2 } from 'drizzle-orm/mysql2';
import { drizzle as onPg } from 'drizzle-orm/node-postgres';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { expect, it } from 'vitest';
import { describeWith } from '../helpers/live.ts';
import { ordinary } from '../helpers/sessions.ts';

/** An isolation level that no server knows: it refuses to begin. */
const refused = { isolationLevel: 'none at all' as 'serializable' };

describeWith('postgres', (server) => {
  it('drizzle-orm-begin: drizzle on pg keeps a client whose BEGIN has failed', async () => {
    const pool = new pg.Pool({ ...ordinary(server), max: 2, connectionTimeoutMillis: 5_000 });
    let released = 0;
    pool.on('release', () => released++);
    try {
      const db = onPg(pool);
      await expect(db.transaction(async () => {}, refused)).rejects.toThrow();
      await expect(db.transaction(async () => {}, refused)).rejects.toThrow();
      expect({ released, taken: pool.totalCount - pool.idleCount }).toEqual({ released: 0, taken: 2 });
    } finally {
      await endLost(pool);
    }
  });

  it('drizzle-orm-query-timeout: drizzle on pg gives back a client whose statement still runs', async () => {
    const pool = new pg.Pool({ ...ordinary(server), max: 1, query_timeout: 300, connectionTimeoutMillis: 10_000 });
    try {
      const db = onPg(pool);
      await expect(db.transaction((tx) => tx.execute('SELECT pg_sleep(1.5)'))).rejects.toThrow();
      expect(pool.totalCount).toBe(1);
      await expect(pool.query('SELECT 1')).rejects.toThrow(/timeout/i);
    } finally {
      await pool.end();
    }
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, (server) => {
    it('drizzle-orm-begin: drizzle on mysql2 keeps a connection whose BEGIN has failed', async () => {
      const { host, port, user, password } = ordinary(server);
      const pool = mysql.createPool({ host, port, user, password, connectionLimit: 2 });
      let released = 0;
      pool.on('release', () => released++);
      try {
        await expect(onMysql2(pool).transaction(async () => {}, refused)).rejects.toThrow();
        expect(released).toBe(0);
      } finally {
        await pool.end();
      }
    });
  });
}

/** Ends a pool that waits for clients which nobody will give back. */
async function endLost(pool: pg.Pool): Promise<void> {
  const clients = (pool as unknown as { _clients: pg.PoolClient[] })._clients;
  for (const client of [...clients]) client.release(true);
  await pool.end();
}
