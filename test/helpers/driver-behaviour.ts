import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { driverEffects } from '../../src/size/driver-effects.ts';
import type { DriverFacts } from '../../src/size/driver-facts.ts';
import type { DriverCase, OpenPool } from './driver-cases/case.ts';
import { type Ground, groundFor, whoSql, withPool, withProxy } from './driver-ground.ts';
import type { Server } from './servers/facts.ts';
import { protocolOf, type Session } from './sessions.ts';

/** What a live test can see of a driver's behaviour, and holds against its profile. */
type Proof = Readonly<Record<string, unknown>>;

/** The same as `seenBehaviour`, by the profile; what it does not say is left out. */
export function saidBehaviour(facts: DriverFacts, { hasClientTimeout, cannotShow = [] }: DriverCase): Proof {
  const { lends, opens, idles, ends, checkout, exceeds = [] } = facts;
  const { idleAfterBurst } = driverEffects({ name: '', ...facts, setsIdleTimeout: true }, { connectionLimit: burst });
  const leaves = exceeds.some(({ by, most }) => by === 'timed-out-query' && most !== 0);
  const said = {
    ...(lends && { order: lends.order, sharesBusy: lends.sharesBusy ?? false }),
    ...(opens && { when: opens.when, atOnce: opens.atOnce }),
    ...(opens?.loginRoundTrips !== undefined && { loginRoundTrips: opens.loginRoundTrips }),
    ...(idles && { idleAfterBurst }),
    ...(ends && { held: ends.held === 'closes' ? 'closes' : 'waits', waiting: ends.waiting }),
    ...(checkout && {
      roundTrips: checkout.roundTrips,
      transactionRoundTrips: checkout.transactionRoundTrips ?? checkout.roundTrips + 2,
    }),
    ...(hasClientTimeout && { exceedsByTimedOutQueries: leaves }),
  };
  return Object.fromEntries(Object.entries(said).filter(([name]) => !cannotShow.includes(name)));
}

/** Tries a driver: all at once, each trial with a user of its own, at most 27 sessions. */
export async function seenBehaviour(driverCase: DriverCase, server: Server, watcher: Session): Promise<Proof> {
  const trials = {
    order: seenLending,
    sharesBusy: seenSharing,
    opening: seenOpening,
    atOnce: seenAtOnce,
    idleAfterBurst: seenIdling,
    ending: seenEnding,
    checkout: seenCheckout,
    exceedsByTimedOutQueries: seenExcess,
  };
  const seen = await Promise.all(
    Object.entries(trials).map(async ([name, trial]) => {
      const ground = await groundFor(driverCase, server, watcher);
      try {
        return [name, await trial(driverCase, ground)] as const;
      } finally {
        await ground.leave();
      }
    }),
  );
  const { opening, ending, checkout, ...plain } = Object.fromEntries(seen);
  return { ...plain, ...Object(opening), ...Object(ending), ...Object(checkout) };
}

/** Connections of a burst. */
const burst = 4;

/** Has so many queries at once until all connections are open; some pools open them one after the other. */
async function openAllOf(
  count: number,
  { countSessions }: Ground,
  who: (ms: number) => Promise<unknown>,
): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.all(Array.from({ length: count }, () => who(50)));
    if ((await countSessions()) === count) return;
  }
}

/** Three are given back out of turn, and then three queries come one by one. */
async function seenLending(driverCase: DriverCase, ground: Ground) {
  return withPool(driverCase, ground.login, { connections: 3 }, async ({ query }) => {
    const who = (ms: number) => query(whoSql(driverCase.engine, ms));
    await openAllOf(3, ground, who);
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
async function seenSharing(driverCase: DriverCase, ground: Ground): Promise<boolean> {
  return withPool(driverCase, ground.login, { connections: 4 }, async ({ query }) => {
    const who = (ms: number) => query(whoSql(driverCase.engine, ms));
    await openAllOf(4, ground, who);
    const start = performance.now();
    const slow = who(1_500).then(() => performance.now() - start);
    const short = [who(40), who(40), who(40)];
    const fast = Array.from({ length: 20 }, () => who(1).then(() => performance.now() - start));
    const times = await Promise.all(fast);
    const slowMs = await slow;
    await Promise.all(short);
    return times.some((ms) => ms >= slowMs - 20);
  });
}

/** When connections are opened, how many logins are under way at once, and their round trips. */
async function seenOpening(driverCase: DriverCase, { login, countSessions }: Ground) {
  const connections = 4;
  return withProxy(driverCase, login, { connections }, async (pool, proxy) => {
    const who = (ms: number) => pool.query(whoSql(driverCase.engine, ms));
    const atStart = await settledCount(countSessions);
    // That of TCP, and that until a server which speaks first has spoken.
    const first = protocolOf[driverCase.engine] === 'mysql' ? 2 : 1;
    // Most have not been used yet; one may have been, and one may still be at it.
    const unused = first + (proxy.turnsOfEach.toSorted((a, b) => a - b)[1] ?? 0);
    await who(0);
    const afterOne = await countSessions();
    const when = atStart === connections ? 'start' : afterOne === connections ? 'first-query' : 'as-needed';
    await sleep(200); // Some reset a connection before it is free.
    // One is in use: the next query opens another connection.
    const { giveBack } = await hold(pool, whoSql(driverCase.engine, 0));
    const before = proxy.turns;
    await who(0);
    const loginRoundTrips = when === 'start' ? unused : first + proxy.turns - before - 1; // Without that of the query.
    await giveBack();
    return { when, loginRoundTrips };
  });
}

/** Sessions, when no more have come for a while: a pool may open its connections at the start. */
async function settledCount(count: () => Promise<number>): Promise<number> {
  let last = await count();
  for (let still = 0; still < 5; ) {
    await sleep(100);
    const now = await count();
    still = now === last ? still + 1 : 0;
    last = now;
  }
  return last;
}

/** Whether all the logins of a burst are under way before the first has ended. */
async function seenAtOnce(driverCase: DriverCase, { login }: Ground) {
  return withProxy(driverCase, login, { connections: 4 }, async ({ query }, proxy) => {
    await Promise.all(Array.from({ length: 4 }, () => query(whoSql(driverCase.engine, 0))));
    return proxy.mostUnanswered >= 3 ? 'all' : 'one';
  });
}

/** What stays open of a burst of four when queries come one by one for longer than the idle timeout. */
async function seenIdling(driverCase: DriverCase, ground: Ground) {
  const idleTimeoutMs = 1_000;
  return withPool(driverCase, ground.login, { connections: 4, idleTimeoutMs }, async (pool) => {
    const who = (ms: number) => pool.query(whoSql(driverCase.engine, ms));
    await openAllOf(4, ground, who);
    const untilMs = performance.now() + 2_400;
    while (performance.now() < untilMs) {
      await who(0);
      await sleep(20);
    }
    const { giveBack } = await hold(pool, whoSql(driverCase.engine, 0));
    const left = await ground.countSessions();
    await giveBack();
    return left;
  });
}

interface Fate {
  is: 'done' | 'failed' | 'pending';
}

function fateOf(promise: Promise<unknown>): Fate {
  const fate: Fate = { is: 'pending' };
  promise.then(
    () => Object.assign(fate, { is: 'done' }),
    () => Object.assign(fate, { is: 'failed' }),
  );
  return fate;
}

/** Holds a connection in a transaction that runs the statement at its start and at its end. */
async function hold(pool: OpenPool, sql: string) {
  const going = new EventEmitter();
  const work = pool.transaction(async (query) => {
    await query(sql);
    going.emit('held');
    await once(going, 'go on');
    await query(sql);
  });
  const transaction = fateOf(work);
  await once(going, 'held');
  const giveBack = () => {
    going.emit('go on');
    return work;
  };
  return { transaction, giveBack };
}

/** What becomes of a transaction that holds the only connection, and of those who wait for it, when the pool ends. */
async function seenEnding(driverCase: DriverCase, { login }: Ground) {
  const pool = await driverCase.open(login, { connections: 1 });
  const sql = whoSql(driverCase.engine, 0);
  const { transaction, giveBack } = await hold(pool, sql);
  const waiting = [1, 2].map(() => fateOf(pool.query(whoSql(driverCase.engine, 30))));
  await sleep(50);
  pool.end().catch(() => {});
  await sleep(150);
  giveBack().catch(() => {});
  const isOpen = () => [transaction, ...waiting].some((fate) => fate.is === 'pending');
  for (const untilMs = performance.now() + 2_000; isOpen() && performance.now() < untilMs; ) await sleep(20);
  const told = { done: 'serves', failed: 'refuses', pending: 'never-answers' } as const;
  return {
    held: { done: 'waits', failed: 'closes', pending: 'neither' }[transaction.is],
    // The first may be served by what the transaction gives back.
    waiting: told[waiting[1]?.is ?? 'pending'],
  };
}

/** Round trips of a query and of a transaction of one query, beside the query. */
async function seenCheckout(driverCase: DriverCase, { login }: Ground) {
  return withProxy(driverCase, login, { connections: 1 }, async ({ query, transaction }, proxy) => {
    const sql = whoSql(driverCase.engine, 0);
    const turnsOf = async (work: () => Promise<unknown>) => {
      const before = proxy.turns;
      await work();
      await sleep(250); // What comes after the answer.
      return proxy.turns - before - 1;
    };
    await turnsOf(() => query(sql));
    return {
      roundTrips: await turnsOf(() => query(sql)),
      transactionRoundTrips: await turnsOf(() => transaction(async (own) => void (await own(sql)))),
    };
  });
}

/** Whether a pool of one has more sessions while the client gives up on four queries. */
async function seenExcess(driverCase: DriverCase, { login, countSessions }: Ground): Promise<boolean | undefined> {
  if (!driverCase.hasClientTimeout) return undefined;
  return withPool(driverCase, login, { connections: 1, clientTimeoutMs: 150 }, async ({ query }) => {
    let most = 0;
    for (let turn = 0; turn < 4; turn++) {
      await query(whoSql(driverCase.engine, 1_500)).catch(() => {});
      most = Math.max(most, await countSessions());
    }
    return most > 1;
  });
}
