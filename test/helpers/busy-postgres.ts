import pg from 'pg';
import { expect, vi } from 'vitest';
import { type OwnServer, startOwn } from './servers/own-server.ts';
import { admin, endAll, type Login, open, openAll, ordinary, run, type Session } from './sessions.ts';

/** Beside these, of clients: `boss`, two sessions that query in parallel, and one in another database. */
export const clientsAtWork = 4;
export const workersAtWork = 6;
export const walsendersAtWork = 2;

const password = 'Eau-de-Nil-7';

/** A PostgreSQL of the test's own on which all is at work that may be taken for a session of a client. */
export interface BusyPostgres {
  readonly own: OwnServer;
  /** An administrator's session. */
  readonly boss: Session;
  /** Another role, which the administrator has made with this password. */
  as(role: string): Login;
  /** How to open a session of replication; `database` for a logical one. */
  replication(role: string, kind: 'true' | 'database'): Promise<pg.Client>;
  stop(): Promise<void>;
}

export const passwordSql = `LOGIN PASSWORD '${password}'`;

export async function startBusyPostgres(
  engine: Parameters<typeof startOwn>[0],
  settings: Readonly<Record<string, number>>,
): Promise<BusyPostgres> {
  const own = await startOwn(engine, {
    wal_level: 'logical',
    max_worker_processes: 16,
    max_parallel_workers: 8,
    autovacuum_naptime: '1s',
    autovacuum_max_workers: 1,
    ...settings,
  });
  const { host, port, adminUser, adminPassword, database } = own;
  const boss = await open('postgres', admin(own));
  const as = (user: string): Login => ({ ...ordinary(own), user, password });
  const replication = async (user: string, kind: 'true' | 'database') => {
    const client = new pg.Client({ ...as(user), replication: kind } as pg.ClientConfig);
    await client.connect();
    return client;
  };
  for (const sql of [
    `CREATE ROLE somebody ${passwordSql}`,
    `CREATE ROLE copier REPLICATION ${passwordSql}`,
    // The one worker of autovacuum comes here at last, and stays: nowhere else is it slow.
    `CREATE TABLE big WITH (parallel_workers = 3, autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
      AS SELECT i, repeat('x', 500) AS x FROM generate_series(1, 60000) i`,
    'GRANT SELECT ON big TO somebody',
    'DELETE FROM big WHERE i % 2 = 0',
    'CREATE PUBLICATION everything FOR TABLE big',
    `SELECT pg_create_logical_replication_slot('copy', 'pgoutput')`,
    'CREATE DATABASE copy',
  ]) {
    await boss.rows(sql);
  }
  const copy = await open('postgres', { ...admin(own), database: 'copy' });
  await copy.rows('CREATE TABLE big (i int, x text)');
  await copy.rows(`CREATE SUBSCRIPTION copy CONNECTION
    'host=${host} port=${port} user=${adminUser} password=${adminPassword} dbname=${database}'
    PUBLICATION everything WITH (create_slot = false, slot_name = 'copy', copy_data = false)`);
  // A physical walsender, as pg_receivewal is one.
  const physical = await replication('copier', 'true');
  await physical.query('IDENTIFY_SYSTEM');
  const leaders = await openAll(2, 'postgres', as('somebody'));
  for (const leader of leaders) {
    await leader.rows(`SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0;
      SET parallel_tuple_cost = 0; SET max_parallel_workers_per_gather = 4`);
  }
  const query = 'SELECT count(*) FROM big WHERE i % 7 = 0 AND pg_sleep(0.03) IS NOT NULL';
  const working = Promise.allSettled(leaders.map((leader) => leader.rows(query)));
  await vi.waitFor(
    async () =>
      expect(await kinds(boss)).toMatchObject({
        'parallel worker': workersAtWork,
        walsender: walsendersAtWork,
        'autovacuum worker': 1,
      }),
    { timeout: 20_000 },
  );
  return {
    ...{ own, boss, as, replication },
    async stop() {
      await run(
        'postgres',
        admin(own),
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'somebody'`,
      );
      await working;
      await endAll([copy, ...leaders, boss]);
      await physical.end();
      await own.stop();
    },
  };
}

/** PostgreSQL 10 calls a parallel worker a background worker. Autovacuum may be in another database for a moment first. */
async function kinds(boss: Session): Promise<Record<string, number>> {
  const rows = await boss.rows(`SELECT CASE WHEN usename = 'somebody' AND backend_type = 'background worker'
     THEN 'parallel worker' ELSE backend_type END AS kind, count(*)::int AS n
    FROM pg_stat_activity WHERE pid <> pg_backend_pid()
     AND (backend_type <> 'autovacuum worker' OR datname = current_database()) GROUP BY 1`);
  return Object.fromEntries(rows.map((row) => [String(row['kind']), Number(row['n'])]));
}
