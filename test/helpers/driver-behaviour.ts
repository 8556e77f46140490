import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverCase, OpenPool, PoolWishes, Query } from './driver-cases/case.ts';
import { FaultProxy } from './fault-proxy.ts';
import type { Server } from './servers/facts.ts';
import { countSessions, type Engine, type Login, ordinary, protocolOf, type Session } from './sessions.ts';

/** Where a case is tried: with a user of its own, whose sessions can be counted. */
export interface Ground {
  readonly login: Login;
  countSessions(): Promise<number>;
  /** Ends what is left, and takes the user away. */
  leave(): Promise<void>;
}

/** Makes the user; `watcher` is a session of the administrator. */
export async function groundFor({ driver, engine }: DriverCase, server: Server, watcher: Session): Promise<Ground> {
  const protocol = protocolOf[engine];
  const login = { ...ordinary(server), user: `case_${driver.replaceAll(/\W/g, '_')}`, password: 'of-a-case' };
  const { user, password, database } = login;
  const made = {
    postgres: [`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`],
    mysql: [`CREATE USER ${user} IDENTIFIED BY '${password}'`, `GRANT ALL ON ${database}.* TO ${user}`],
  };
  for (const sql of made[protocol]) await watcher.rows(sql);
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

/** Which connection is lent next: three are given back out of turn, and then three queries come one by one. */
export async function seenLending(driverCase: DriverCase, { login }: Ground) {
  return withPool(driverCase, login, { connections: 3 }, async ({ query }) => {
    const who = (ms: number) => query(whoSql(driverCase.engine, ms));
    await Promise.all([who(40), who(40), who(40)]);
    const back = [250, 50, 150];
    const ids = await Promise.all(back.map(who));
    const lent: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      lent.push(await who(0));
      await sleep(20); // Some reset a connection before it is free.
    }
    const [slowest, first, second] = ids;
    const isAs = (expected: readonly unknown[]) => String(lent) === String(expected);
    if (isAs([slowest, slowest, slowest])) return 'last-in-first-out';
    if (isAs([first, second, slowest])) return 'first-in-first-out';
    return new Set(lent).size === 3 ? 'in-turn' : `of ${ids}: ${lent}`;
  });
}

/** Whether queries wait behind a slow one though connections are idle: all are taken for a moment, one for longer. */
export async function seenSharing(driverCase: DriverCase, { login }: Ground): Promise<boolean> {
  return withPool(driverCase, login, { connections: 4 }, async ({ query }) => {
    const who = (ms: number) => query(whoSql(driverCase.engine, ms));
    await Promise.all([who(40), who(40), who(40), who(40)]);
    const start = performance.now();
    const slow = who(800).then(() => performance.now() - start);
    const short = [who(40), who(40), who(40)];
    const fast = Array.from({ length: 20 }, () => who(1).then(() => performance.now() - start));
    const times = await Promise.all(fast);
    const slowMs = await slow;
    await Promise.all(short);
    return times.some((ms) => ms >= slowMs - 20);
  });
}

/** When connections are opened, how many logins are under way at once, and their round trips. */
export async function seenOpening(driverCase: DriverCase, { login, countSessions }: Ground) {
  const connections = 4;
  return withProxy(driverCase, login, { connections }, async (pool, proxy) => {
    const who = (ms: number) => pool.query(whoSql(driverCase.engine, ms));
    const atStart = await countSessions();
    await who(0);
    const afterOne = await countSessions();
    const when = atStart === connections ? 'start' : afterOne === connections ? 'first-query' : 'as-needed';
    await sleep(100); // Some reset a connection before it is free.
    const open = proxy.connections;
    // One is busy: the next query opens another connection.
    const busy = who(400);
    await sleep(100);
    const before = proxy.turns;
    await who(0);
    const loginRoundTrips = proxy.connections > open ? 1 + proxy.turns - before - 1 : undefined;
    await busy;
    return { when, loginRoundTrips };
  });
}

/** Whether all the logins of a burst are under way before the first has ended. */
export async function seenAtOnce(driverCase: DriverCase, { login }: Ground) {
  return withProxy(driverCase, login, { connections: 4 }, async ({ query }, proxy) => {
    const begun = proxy.connections;
    const burst = Array.from({ length: 4 }, () => query(whoSql(driverCase.engine, 100)));
    await Promise.race(burst);
    const first = proxy.connections - begun;
    await Promise.all(burst);
    return first >= 3 ? 'all' : 'one';
  });
}

/** What stays open of a burst of four when queries come one by one for longer than the idle timeout. */
export async function seenIdling(driverCase: DriverCase, { login, countSessions }: Ground) {
  const idleTimeoutMs = 1_000;
  return withPool(driverCase, login, { connections: 4, idleTimeoutMs }, async ({ query }) => {
    const who = (ms: number) => query(whoSql(driverCase.engine, ms));
    await Promise.all([who(50), who(50), who(50), who(50)]);
    const untilMs = performance.now() + 2.6 * idleTimeoutMs;
    while (performance.now() < untilMs) {
      await who(0);
      await sleep(50);
    }
    const left = await countSessions();
    return left;
  });
}

type Fate = 'done' | 'failed' | 'pending';

function watched(promise: Promise<unknown>): { readonly fate: Fate; readonly afterMs: number } {
  const start = performance.now();
  const seen: { fate: Fate; afterMs: number } = { fate: 'pending', afterMs: 0 };
  const settle = (fate: Fate) => () => Object.assign(seen, { fate, afterMs: performance.now() - start });
  promise.then(settle('done'), settle('failed'));
  return seen;
}

/** What becomes of a transaction that holds the only connection, and of the query that waits for it, when the pool ends. */
export async function seenEnding(driverCase: DriverCase, { login }: Ground) {
  const pool = await driverCase.open(login, { connections: 1 });
  const sql = whoSql(driverCase.engine, 0);
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let isHeld = () => {};
  const holding = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const transaction = watched(
    pool.transaction(async (query: Query) => {
      await query(sql);
      isHeld();
      await held;
      await query(sql);
    }),
  );
  await holding;
  const waiting = [100, 100].map((ms) => watched(pool.query(whoSql(driverCase.engine, ms))));
  await sleep(50);
  const end = watched(pool.end());
  await sleep(300);
  const endedBefore = end.fate;
  goOn();
  await sleep(400);
  const fates = {
    held: transaction.fate === 'done' ? 'waits' : transaction.fate === 'failed' ? 'closes' : 'pending',
    waiting: waiting.map(({ fate }) => (fate === 'done' ? 'serves' : fate === 'failed' ? 'refuses' : 'never-answers')),
  };
  return { ...fates, endedBefore, end: end.fate };
}

/** Round trips of a query and of a transaction of one query, beside the query. */
export async function seenCheckout(driverCase: DriverCase, { login }: Ground) {
  return withProxy(driverCase, login, { connections: 1 }, async ({ query, transaction }, proxy) => {
    const sql = whoSql(driverCase.engine, 0);
    const turnsOf = async (work: () => Promise<unknown>) => {
      const before = proxy.turns;
      await work();
      await sleep(100); // What comes after the answer.
      return proxy.turns - before - 1;
    };
    await turnsOf(() => query(sql));
    return {
      roundTrips: await turnsOf(() => query(sql)),
      transactionRoundTrips: await turnsOf(() => transaction(async (own) => void (await own(sql)))),
    };
  });
}

/** The most sessions of a pool of one while the client gives up on each of six queries. */
export async function seenMost(driverCase: DriverCase, { login, countSessions }: Ground): Promise<number> {
  return withPool(driverCase, login, { connections: 1, clientTimeoutMs: 150 }, async ({ query }) => {
    let most = 0;
    for (let turn = 0; turn < 6; turn++) {
      await query(whoSql(driverCase.engine, 1_500)).catch(() => {});
      most = Math.max(most, await countSessions());
    }
    return most;
  });
}
