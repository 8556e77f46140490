import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverCase, OpenPool, PoolWishes } from './driver-cases/case.ts';
import { FaultProxy } from './fault-proxy.ts';
import type { Server } from './servers/facts.ts';
import { countSessions, type Engine, type Login, open, ordinary, protocolOf, type Session } from './sessions.ts';

/** Where a case is tried: with a user of its own, whose sessions can be counted. */
export interface Ground {
  readonly login: Login;
  countSessions(): Promise<number>;
  /** Ends what is left, and takes the user away. */
  leave(): Promise<void>;
}

let users = 0;

/** Makes the user; `watcher` is a session of the administrator. */
export async function groundFor({ engine }: DriverCase, server: Server, watcher: Session): Promise<Ground> {
  const protocol = protocolOf[engine];
  const login = { ...ordinary(server), user: `case_${process.pid}_${++users}`, password: 'of-a-case' };
  const { user, password, database } = login;
  const made = {
    postgres: [`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`],
    mysql: [`CREATE USER ${user} IDENTIFIED BY '${password}'`, `GRANT ALL ON ${database}.* TO ${user}`],
  };
  for (const sql of made[protocol]) await watcher.rows(sql);
  // The first login to MySQL takes longer: it sends the password itself, by the server's key.
  if (protocol === 'mysql') await (await open(protocol, login)).end();
  return {
    login,
    countSessions: () => countSessions(protocol, watcher, user),
    async leave() {
      for (const { sql } of await watcher.rows(endSql(user)[protocol])) await watcher.rows(String(sql)).catch(() => {});
      await watcher.rows(protocol === 'postgres' ? `DROP ROLE ${user}` : `DROP USER ${user}`);
    },
  };
}

/** The statements that end the sessions of a user. */
function endSql(user: string) {
  return {
    postgres: `SELECT 'SELECT pg_terminate_backend(' || pid || ')' AS sql FROM pg_stat_activity WHERE usename = '${user}'`,
    mysql: `SELECT CONCAT('KILL ', ID) AS \`sql\` FROM information_schema.PROCESSLIST WHERE USER = '${user}'`,
  };
}

/** The session's number, after so many ms. */
const whoAfter = {
  postgres: (ms: number) => `SELECT pg_backend_pid() AS id FROM pg_sleep(${ms / 1_000})`,
  mysql: (ms: number) => `SELECT CONNECTION_ID() AS id, SLEEP(${ms / 1_000}) AS slept`,
};

export function whoSql(engine: Engine, ms: number): string {
  return whoAfter[protocolOf[engine]](ms);
}

/** Opens a pool, and ends it however the work with it went. */
export async function withPool<T>(
  { open }: DriverCase,
  login: Login,
  wishes: PoolWishes,
  work: (pool: OpenPool) => Promise<T>,
): Promise<T> {
  const pool = await open(login, wishes);
  try {
    return await work(pool);
  } finally {
    await Promise.race([pool.end(), sleep(2_000)]).catch(() => {}); // Some wait without a limit for what is lost.
  }
}

/** The same through a proxy; `delayMs` for each way. */
export async function withProxy<T>(
  driverCase: DriverCase,
  login: Login,
  wishes: PoolWishes,
  work: (pool: OpenPool, proxy: FaultProxy) => Promise<T>,
  delayMs = 15,
): Promise<T> {
  const proxy = await FaultProxy.start(login.host, login.port);
  if (delayMs > 0) proxy.switchTo({ delayMs });
  try {
    const through = { ...login, host: '127.0.0.1', port: proxy.port };
    return await withPool(driverCase, through, wishes, (pool) => work(pool, proxy));
  } finally {
    await proxy.close();
  }
}
