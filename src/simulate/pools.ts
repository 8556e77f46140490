/** What a request finds when it asks a pool for a connection. */
export type FoundConnection = 'idle' | 'can-open' | 'server-full' | 'none';

/** The connections of all pools: which are idle, busy, being opened, and how many the server still allows. */
export class Pools {
  readonly #limit: number;
  readonly #serverLimit: number;
  readonly #idle: Int32Array;
  readonly #opening: Int32Array;
  /** Idle, busy and being opened. */
  readonly #held: Int32Array;
  #heldByAll = 0;
  /** Pools that get requests: the first so many. The others finish what they have and close their connections. */
  #active: number;

  constructor(options: { pools: number; most: number; limit: number; serverLimit: number; startEmpty: boolean }) {
    const { pools, most, limit, serverLimit, startEmpty } = options;
    this.#limit = limit;
    this.#serverLimit = serverLimit;
    this.#idle = new Int32Array(most);
    this.#opening = new Int32Array(most);
    this.#held = new Int32Array(most);
    this.#active = pools;
    if (!startEmpty) for (let pool = 0; pool < pools; pool += 1) this.#fill(pool);
  }

  /** Gives a pool its connections; where the server allows fewer than all, the pools share alike. */
  #fill(pool: number): void {
    const share = Math.floor(this.#serverLimit / this.#active);
    const rest = this.#serverLimit === Infinity ? 0 : this.#serverLimit % this.#active;
    const connections = Math.min(this.#limit, share + (pool < rest ? 1 : 0));
    this.#idle[pool] = connections;
    this.#held[pool] = connections;
    this.#heldByAll += connections;
  }

  get active(): number {
    return this.#active;
  }

  busy(pool: number): number {
    return (this.#held[pool] ?? 0) - (this.#idle[pool] ?? 0) - (this.#opening[pool] ?? 0);
  }

  openingIn(pool: number): number {
    return this.#opening[pool] ?? 0;
  }

  /** What there is for one more request, with `waiting` before it. A connection being opened is for one that waits. */
  find(pool: number, waiting: number): FoundConnection {
    if ((this.#idle[pool] ?? 0) > 0) return 'idle';
    if ((this.#held[pool] ?? 0) >= this.#limit || (this.#opening[pool] ?? 0) > waiting) return 'none';
    return this.#heldByAll < this.#serverLimit ? 'can-open' : 'server-full';
  }

  takeIdle(pool: number): void {
    this.#idle[pool] = (this.#idle[pool] ?? 0) - 1;
  }

  /** Begins to open a connection. */
  open(pool: number): void {
    this.#opening[pool] = (this.#opening[pool] ?? 0) + 1;
    this.#held[pool] = (this.#held[pool] ?? 0) + 1;
    this.#heldByAll += 1;
  }

  /** A connection is open now; until it is put back it counts as busy. */
  opened(pool: number): void {
    this.#opening[pool] = (this.#opening[pool] ?? 0) - 1;
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
