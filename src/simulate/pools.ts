import type { ConnectionOpening } from './model.ts';
import type { WaitingLine } from './waiting-line.ts';

/** What a request finds when it asks a pool for a connection. */
export type FoundConnection = 'idle' | 'can-open' | 'server-full' | 'none';

export interface PoolsOptions {
  /** How many get requests at first, and how many there are at most. */
  readonly pools: number;
  readonly most: number;
  readonly limit: number;
  readonly serverLimit: number;
  /** Connections that each of them has at first. */
  readonly atStart: readonly number[];
  readonly opening: ConnectionOpening;
}

/** The connections of all pools: which are idle, busy, being opened, and how many the server still allows. */
export class Pools {
  readonly #limit: number;
  readonly #serverLimit: number;
  readonly #opening: ConnectionOpening;
  readonly #mostLogins: number;
  readonly #idle: Int32Array;
  readonly #logins: Int32Array;
  /** Idle, busy and being opened. */
  readonly #held: Int32Array;
  #heldByAll = 0;
  /** Pools that get requests: the first so many. The others finish what they have and close their connections. */
  #active: number;

  constructor({ pools, most, limit, serverLimit, atStart, opening }: PoolsOptions) {
    this.#limit = limit;
    this.#serverLimit = serverLimit;
    this.#opening = opening;
    this.#mostLogins = opening.atOnce === 'one' ? 1 : Infinity;
    this.#idle = new Int32Array(most);
    this.#logins = new Int32Array(most);
    this.#held = new Int32Array(most);
    this.#active = pools;
    for (const [pool, connections] of atStart.entries()) {
      this.#idle[pool] = connections;
      this.#held[pool] = connections;
      this.#heldByAll += connections;
    }
  }

  get active(): number {
    return this.#active;
  }

  get hasRoom(): boolean {
    return this.#heldByAll < this.#serverLimit;
  }

  /** Idle, busy and being opened. */
  held(pool: number): number {
    return this.#held[pool] ?? 0;
  }

  busy(pool: number): number {
    return (this.#held[pool] ?? 0) - (this.#idle[pool] ?? 0) - (this.#logins[pool] ?? 0);
  }

  /** Requests that a pool serves and that wait for it. */
  requestsOf(pool: number, line: WaitingLine): number {
    return this.busy(pool) + line.lengthOf(pool);
  }

  /** Requests in the queue of a pool; one that waits for a connection being opened takes no place in it. */
  queueOf(pool: number, line: WaitingLine): number {
    return line.lengthOf(pool) - (this.#logins[pool] ?? 0);
  }

  /** What there is for one more request, with `waiting` before it. A connection being opened is for one that waits. */
  find(pool: number, waiting: number): FoundConnection {
    if ((this.#idle[pool] ?? 0) > 0) return 'idle';
    if ((this.#held[pool] ?? 0) >= this.#limit) return 'none';
    const logins = this.#logins[pool] ?? 0;
    if (logins > waiting || logins >= this.#mostLogins) return 'none';
    if (this.#heldByAll < this.#serverLimit) return 'can-open';
    // A pool that opens connections by itself goes on trying, and its requests wait.
    return this.#opening.when === 'start' ? 'none' : 'server-full';
  }

  takeIdle(pool: number): void {
    this.#idle[pool] = (this.#idle[pool] ?? 0) - 1;
  }

  /** Begins to open a connection, or all that the pool lacks where it opens them together; `begin` is told of each. */
  open(pool: number, begin: (pool: number) => void): void {
    do {
      this.#logins[pool] = (this.#logins[pool] ?? 0) + 1;
      this.#held[pool] = (this.#held[pool] ?? 0) + 1;
      this.#heldByAll += 1;
      begin(pool);
    } while (this.#opening.when !== 'as-needed' && this.#canOpen(pool));
  }

  /** A pool that opens one connection at a time goes on with the next, for `waiting` requests or until it has all. */
  openNext(pool: number, waiting: number, begin: (pool: number) => void): void {
    const isWanted = this.#opening.when !== 'as-needed' || (this.#logins[pool] ?? 0) < waiting;
    if (this.#mostLogins === 1 && isWanted && pool < this.#active && this.#canOpen(pool)) this.open(pool, begin);
  }

  /** Active pools that open connections without a request begin with it. */
  openUnasked(begin: (pool: number) => void): void {
    if (this.#opening.when !== 'start') return;
    for (let pool = 0; pool < this.#active; pool += 1) if (this.#canOpen(pool)) this.open(pool, begin);
  }

  #canOpen(pool: number): boolean {
    return this.held(pool) < this.#limit && (this.#logins[pool] ?? 0) < this.#mostLogins && this.hasRoom;
  }

  /** A connection is open now; until it is put back it counts as busy. */
  opened(pool: number): void {
    this.#logins[pool] = (this.#logins[pool] ?? 0) - 1;
  }

  /** Puts a connection back that no request waits for. */
  putBack(pool: number): void {
    if (pool < this.#active) this.#idle[pool] = (this.#idle[pool] ?? 0) + 1;
    else this.#close(pool, 1);
  }

  /** From now on the first `count` pools get the requests. */
  activate(count: number): void {
    this.#active = count;
    for (let pool = count; pool < this.#idle.length; pool += 1) {
      this.#close(pool, this.#idle[pool] ?? 0);
      this.#idle[pool] = 0;
    }
  }

  #close(pool: number, connections: number): void {
    this.#held[pool] = (this.#held[pool] ?? 0) - connections;
    this.#heldByAll -= connections;
  }
}

/** Connections of pools that start full; where the server allows fewer than all, they share alike. */
export function fullPools(pools: number, limit: number, serverLimit: number): number[] {
  const share = Math.floor(serverLimit / pools);
  const rest = serverLimit === Infinity ? 0 : serverLimit % pools;
  return Array.from({ length: pools }, (_, pool) => Math.min(limit, share + (pool < rest ? 1 : 0)));
}
