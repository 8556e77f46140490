import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { RandomStream } from '../../src/traffic/random.ts';
import type { Server } from './servers/facts.ts';
import type { Protocol } from './sessions.ts';

/** How long a connection is to be held; the mean in ms. */
export type HoldTimes =
  | { readonly kind: 'constant'; readonly meanMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sigma: number };

export interface LoadPlan {
  readonly ratePerSecond: number;
  /** `paced`: in a steady rhythm; `poisson`: by chance. */
  readonly arrivals: 'paced' | 'poisson';
  readonly hold: HoldTimes;
  /**
   * `statement`: one that sleeps on the server and reads a table, by turns as text and prepared; `transaction`: two
   * statements, with the hold as idle time between them; `mixed`: by turns the one and the other; `tableless`: a
   * statement that only sleeps.
   */
  readonly work: 'statement' | 'transaction' | 'mixed' | 'tableless';
  readonly seed: number;
}

/** What really happened in a stretch of time, as the pool's users saw it. */
export interface Truth {
  readonly seconds: number;
  readonly ended: number;
  readonly ratePerSecond: number;
  /** Connections out of the pool, on average over time. */
  readonly held: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

interface Held {
  readonly from: number;
  to: number;
}

/**
 * An open-loop load: requests come by the plan, however long those before them take, on a pool that is larger than they
 * need. Each is remembered, so that it can be said afterwards what was true between any two moments.
 */
export class Load {
  readonly #pool: LoadPool;
  readonly #plan: LoadPlan;
  readonly #random: RandomStream;
  readonly #held: Held[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #arrivals: Promise<void>;
  #failure: unknown;

  /** Opens the connections, starts, and lets it become steady. */
  static async start(protocol: Protocol, server: Server, plan: LoadPlan): Promise<Load> {
    const connections = Math.ceil(((plan.ratePerSecond * plan.hold.meanMs) / 1_000) * 2 + 8);
    const pool = protocol === 'postgres' ? postgresPool(server, connections) : mysqlPool(server, connections);
    await pool.prepare();
    const load = new Load(pool, plan);
    await sleep(warmupMs[protocol]);
    return load;
  }

  private constructor(pool: LoadPool, plan: LoadPlan) {
    this.#pool = pool;
    this.#plan = plan;
    this.#random = new RandomStream(plan.seed, 0);
    this.#arrivals = this.#arrive();
  }

  /** Lets what runs come to its end. Throws what went wrong in the load, since that is no known load then. */
  async stop(): Promise<void> {
    await this.halt();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The same where the load was meant to fail. */
  async halt(): Promise<void> {
    this.#stopping.abort();
    await this.#arrivals;
    await Promise.all(this.#running);
    await this.#pool.end();
  }

  /** Of the requests between two moments of performance.now(), both in the past. */
  truth(from: number, to: number): Truth {
    const seconds = (to - from) / 1_000;
    const ended = this.#held.filter((held) => held.to >= from && held.to < to);
    const times = ended.map((held) => held.to - held.from).sort((a, b) => a - b);
    const heldMs = this.#held.reduce(
      (sum, held) => sum + Math.max(0, Math.min(held.to, to) - Math.max(held.from, from)),
      0,
    );
    const quantile = (p: number) => times[Math.min(times.length - 1, Math.floor(p * times.length))] ?? Number.NaN;
    return {
      seconds,
      ended: ended.length,
      ratePerSecond: ended.length / seconds,
      held: heldMs / 1_000 / seconds,
      meanMs: times.reduce((sum, time) => sum + time, 0) / times.length,
      p50Ms: quantile(0.5),
      p95Ms: quantile(0.95),
      p99Ms: quantile(0.99),
    };
  }

  async #arrive(): Promise<void> {
    const { ratePerSecond, arrivals, hold } = this.#plan;
    const { signal } = this.#stopping;
    let next = performance.now();
    while (!signal.aborted) {
      const holdMs = drawHold(hold, this.#random);
      const request = this.#request(holdMs).catch((error: unknown) => {
        this.#failure ??= error;
      });
      this.#running.add(request);
      request.then(() => this.#running.delete(request));
      const gap = arrivals === 'paced' ? 1 : this.#random.exponential();
      next += (gap * 1_000) / ratePerSecond;
      const left = next - performance.now();
      if (left > 0) await sleep(left, undefined, { signal }).catch(() => {});
    }
  }

  async #request(holdMs: number): Promise<void> {
    const connection = await this.#pool.acquire();
    const held: Held = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    this.#held.push(held);
    try {
      await work(this.#plan.work, connection, holdMs, this.#held.length);
    } finally {
      held.to = performance.now();
      connection.release();
    }
  }
}

async function work(kind: LoadPlan['work'], connection: LoadConnection, holdMs: number, number: number): Promise<void> {
  const seconds = (holdMs / 1_000).toFixed(4);
  switch (kind) {
    case 'statement':
      return number % 2 === 0
        ? connection.prepared(`select ${connection.sleep}(?) from held_for_a_while where id = 1`, Number(seconds))
        : connection.query(`select ${connection.sleep}(${seconds}) from held_for_a_while where id = 1`);
    case 'tableless':
      return connection.query(`select ${connection.sleep}(${seconds})`);
    case 'transaction':
      await connection.query('begin');
      await connection.query('select id from held_for_a_while where id = 1');
      await sleep(holdMs);
      await connection.query('select id from held_for_a_while where id = 1');
      return connection.query('commit');
    case 'mixed':
      return work(number % 2 === 0 ? 'transaction' : 'statement', connection, holdMs, (number - 1) / 2);
    default:
      return kind satisfies never;
  }
}

interface LoadPool {
  /** Makes the table, and opens all connections, so that none is opened while it is measured. */
  prepare(): Promise<void>;
  acquire(): Promise<LoadConnection>;
  end(): Promise<void>;
}

interface LoadConnection {
  readonly sleep: 'pg_sleep' | 'sleep';
  query(sql: string): Promise<void>;
  prepared(sql: string, value: number): Promise<void>;
  release(): void;
}

/** After that the load is steady, and so is the lag of PostgreSQL's counters, which is up to a second. */
const warmupMs = { postgres: 1_500, mysql: 500 } as const;

const tableSql = [
  'create table if not exists held_for_a_while (id int primary key)',
  'delete from held_for_a_while',
  'insert into held_for_a_while values (1)',
];

function postgresPool({ host, port, database, user, password }: Server, connections: number): LoadPool {
  const pool = new pg.Pool({ host, port, database, user, password, max: connections, idleTimeoutMillis: 0 });
  // A server that goes away is told by the requests that meet it.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const acquire = async (): Promise<LoadConnection> => {
    const client = await pool.connect();
    return {
      sleep: 'pg_sleep',
      query: async (sql) => void (await client.query(sql)),
      prepared: async (sql, value) =>
        void (await client.query({ name: 'load', text: sql.replace('?', '$1'), values: [value] })),
      release: () => client.release(),
    };
  };
  return { prepare: () => prepare(acquire, connections), acquire, end: () => pool.end() };
}

function mysqlPool({ host, port, database, user, password }: Server, connections: number): LoadPool {
  const pool = mysql.createPool({ host, port, database, user, password, connectionLimit: connections });
  const acquire = async (): Promise<LoadConnection> => {
    const connection = await pool.getConnection();
    return {
      sleep: 'sleep',
      query: async (sql) => void (await connection.query(sql)),
      prepared: async (sql, value) => void (await connection.execute(sql, [value])),
      release: () => connection.release(),
    };
  };
  return { prepare: () => prepare(acquire, connections), acquire, end: () => pool.end() };
}

async function prepare(acquire: () => Promise<LoadConnection>, connections: number): Promise<void> {
  const all = await Promise.all(Array.from({ length: connections }, acquire));
  for (const sql of tableSql) await all[0]?.query(sql);
  for (const connection of all) connection.release();
}

function drawHold(hold: HoldTimes, random: RandomStream): number {
  switch (hold.kind) {
    case 'constant':
      return hold.meanMs;
    case 'exponential':
      return hold.meanMs * random.exponential();
    case 'lognormal':
      return hold.meanMs * Math.exp(hold.sigma * random.normal() - hold.sigma ** 2 / 2);
    default:
      return hold satisfies never;
  }
}

/** A user who may look at everything and do nothing. */
export interface Watcher {
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes that user, with the grants that `poolctl measure` asks for. */
export async function createWatcher(protocol: Protocol, server: Server): Promise<Watcher> {
  const { host, port, database, password, user } = server;
  const name = `${user}_watcher`;
  const url = `${protocol}://${name}:${password}@${host}:${port}/${database}`;
  const grants =
    protocol === 'postgres'
      ? [`create role ${name} login password '${password}'`, `grant pg_monitor to ${name}`]
      : [
          `create user '${name}'@'%' identified by '${password}'`,
          `grant process on *.* to '${name}'@'%'`,
          `grant select on performance_schema.* to '${name}'@'%'`,
          `grant select on ${database}.* to '${name}'@'%'`,
        ];
  await asAdmin(protocol, server, grants);
  const drop = protocol === 'postgres' ? `drop role ${name}` : `drop user '${name}'@'%'`;
  return { url, drop: () => asAdmin(protocol, server, [drop]) };
}

async function asAdmin(protocol: Protocol, server: Server, statements: readonly string[]): Promise<void> {
  const { host, port, database, adminUser: user, adminPassword: password } = server;
  if (protocol === 'postgres') {
    const client = new pg.Client({ host, port, database, user, password });
    await client.connect();
    for (const sql of statements) await client.query(sql);
    await client.end();
  } else {
    const connection = await mysql.createConnection({ host, port, database, user, password });
    for (const sql of statements) await connection.query(sql);
    await connection.end();
  }
}
