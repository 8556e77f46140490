// What real servers and libraries say when a connection is not to be had, or ends, is found by `poolctl explain`, in a log too.

import { createPool as createGenericPool } from 'generic-pool';
import knex from 'knex';
import mariadb from 'mariadb';
import mysql2 from 'mysql2/promise';
import pg from 'pg';
import { Sequelize } from 'sequelize';
import { Pool as TarnPool } from 'tarn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { explain } from '../../src/profiles/explain.ts';
import { LogSigns } from '../../src/profiles/log-signs.ts';
import { allSigns } from '../../src/profiles/signs.ts';
import { allSymptoms } from '../../src/profiles/symptoms.ts';
import { describeWith } from '../helpers/live.ts';
import { type OwnServer, startOwn } from '../helpers/servers/own-server.ts';
import { admin, endAll, open, openAll, ordinary, run } from '../helpers/sessions.ts';

const signs = await allSigns(await allSymptoms());

/** How `console.error(error)` begins: its class, its message, its code. */
function logged(error: unknown): string {
  const { name = 'Error', message = '', code } = error as { name?: string; message?: string; code?: string };
  return `${name}: ${message}${code === undefined ? '' : ` { code: '${code}' }`}`;
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

async function expectSymptom(symptom: string, work: () => Promise<unknown>): Promise<void> {
  const error = await failureOf(work);
  const { symptoms } = await explain((error as Error).message || (error as Error).name);
  expect(symptoms, logged(error)).toContain(symptom);
  const reader = new LogSigns(signs);
  reader.read(`2026-11-30 10:00:00 ${logged(error)}`);
  expect(
    reader.result().map((row) => row.symptom),
    logged(error),
  ).toEqual([symptom]);
}

function login(own: OwnServer) {
  const { database = '', ...other } = ordinary(own);
  return { ...other, database };
}

/** Holds the only connection, and asks for another. */
async function heldTwice(take: () => Promise<() => unknown>): Promise<unknown> {
  const release = await take();
  try {
    return await take();
  } finally {
    await release();
  }
}

describeWith('postgres', () => {
  let own: OwnServer;
  beforeAll(async () => {
    own = await startOwn('postgres', { max_connections: 8, superuser_reserved_connections: 2 });
    await run('postgres', admin(own), 'CREATE ROLE few LOGIN CONNECTION LIMIT 1', "ALTER ROLE few PASSWORD 'few'");
  });
  afterAll(() => own.stop());
  const ask = async (...statements: string[]) => {
    const client = new pg.Client(ordinary(own));
    client.on('error', () => {});
    await client.connect();
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end().catch(() => {});
    }
  };
  const poolOf = (options: pg.PoolConfig) => {
    const pool = new pg.Pool({ ...ordinary(own), max: 1, connectionTimeoutMillis: 100, ...options });
    pool.on('error', () => {});
    return pool;
  };

  it('pg: the pool has no connection in time, is closed, gets one back twice', async () => {
    const pool = poolOf({});
    await expectSymptom('pool-exhausted', () =>
      heldTwice(async () => {
        const client = await pool.connect();
        return () => client.release();
      }),
    );
    const client = await pool.connect();
    client.release();
    await expectSymptom('released-twice', async () => client.release());
    await pool.end();
    await expectSymptom('pool-closed', () => pool.connect());
  });

  it('knex, tarn, generic-pool, Sequelize: the pool has no connection in time', async () => {
    const { user, host, port, password, database } = ordinary(own);
    const db = knex({
      client: 'pg',
      connection: login(own),
      pool: { min: 0, max: 1 },
      acquireConnectionTimeout: 100,
    });
    await expectSymptom('pool-exhausted', () => db.transaction(() => db.raw('select 1')));
    await db.destroy();
    const tarn = new TarnPool({
      create: async () => ({}),
      destroy: async () => {},
      min: 0,
      max: 1,
      acquireTimeoutMillis: 100,
    });
    await tarn.acquire().promise;
    await expectSymptom('pool-exhausted', () => tarn.acquire().promise);
    const factory = { create: async () => ({}), destroy: async () => {} };
    const generic = createGenericPool(factory, { max: 1, acquireTimeoutMillis: 100 });
    await expectSymptom('pool-exhausted', () =>
      heldTwice(async () => {
        const resource = await generic.acquire();
        return () => generic.release(resource);
      }),
    );
    const sequelize = new Sequelize({
      ...{ dialect: 'postgres', host, port, username: user, password, logging: false },
      ...(database !== undefined && { database }),
      pool: { max: 1, acquire: 100 },
    });
    await expectSymptom('pool-exhausted', () => sequelize.transaction(() => sequelize.query('select 1')));
    await sequelize.close();
  });

  it('the server is full; its role is; it ends sessions and statements', async () => {
    const first = await open('postgres', { ...ordinary(own), user: 'few', password: 'few' });
    await expectSymptom('account-full', () => open('postgres', { ...ordinary(own), user: 'few', password: 'few' }));
    await first.end();
    await expectSymptom('statement-timeout', () => ask("SET statement_timeout = '20ms'", 'SELECT pg_sleep(1)'));
    await expectSymptom('server-restarted', () => ask('SELECT pg_terminate_backend(pg_backend_pid())'));
    const pool = poolOf({ max: 20, connectionTimeoutMillis: 0 });
    const held = await Promise.allSettled([...Array(9)].map(() => pool.connect()));
    const refused = held.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    await expectSymptom('server-full', () => Promise.reject(refused.reason));
    for (const one of held) if (one.status === 'fulfilled') one.value.release();
    await pool.end();
  });
});

for (const engine of ['mariadb', 'mysql'] as const) {
  describeWith(engine, () => {
    let own: OwnServer;
    beforeAll(async () => {
      own = await startOwn(engine, { 'max-connections': 10 });
      await run('mysql', admin(own), "CREATE USER few@'%' IDENTIFIED BY 'Few-4711' WITH MAX_USER_CONNECTIONS 1");
    });
    afterAll(() => own.stop());

    it('mysql2 and mariadb: the queue is full, the pool has no connection in time, or is closed', async () => {
      const pool = mysql2.createPool({ ...login(own), connectionLimit: 1, queueLimit: 1 });
      const held = await pool.getConnection();
      const waiting = pool.getConnection();
      await expectSymptom('queue-full', () => pool.getConnection());
      held.release();
      (await waiting).release();
      await pool.end();
      await expectSymptom('pool-closed', () => pool.getConnection());
      const other = mariadb.createPool({ ...login(own), connectionLimit: 1, acquireTimeout: 200 });
      await expectSymptom('pool-exhausted', () =>
        heldTwice(async () => {
          const connection = await other.getConnection();
          return () => connection.release();
        }),
      );
      await other.end();
    });

    it('the server is full; its user is; a lock is not to be had; a session is killed', async () => {
      const few = { ...ordinary(own), user: 'few', password: 'Few-4711', database: undefined };
      const first = await open('mysql', few);
      await expectSymptom('account-full', () => open('mysql', few));
      await first.end();
      const [holder, waiter] = await openAll(2, 'mysql', ordinary(own));
      await run('mysql', ordinary(own), 'CREATE TABLE t (id INT PRIMARY KEY)', 'INSERT INTO t VALUES (1)');
      await holder?.rows('BEGIN');
      await holder?.rows('UPDATE t SET id = 2');
      await waiter?.rows('SET innodb_lock_wait_timeout = 1');
      await expectSymptom('lock-wait', async () => waiter?.rows('UPDATE t SET id = 3'));
      await endAll([holder, waiter].filter((session) => session !== undefined));
      const all = await Promise.allSettled([...Array(12)].map(() => open('mysql', ordinary(own))));
      const refused = all.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      await expectSymptom('server-full', () => Promise.reject(refused.reason));
      await endAll(all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    });
  });
}
