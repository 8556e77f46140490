import type { ConnectTimes, LoadPool } from '../../drivers/driver.ts';
import { OpeningPace } from '../../drivers/opening-pace.ts';

/** All pools of a load seen as one, but for who gets a connection: see Traffic. */
export type LoadPools = Omit<LoadPool, 'acquire'>;

/** An instance of the application, as a load sees it. */
export interface Instance {
  readonly pool: LoadPool;
  /** Its requests that have begun and not ended. */
  inFlight: number;
}

/** One pool stays itself: it is asked how many wait at every request. */
export function poolsAsOne(pools: readonly LoadPool[]): LoadPools {
  const [first, ...others] = pools;
  return first && others.length === 0 ? first : new InstancePools(pools);
}

/** The pools of several instances. */
class InstancePools implements LoadPools {
  readonly #pools: readonly LoadPool[];

  constructor(pools: readonly LoadPool[]) {
    this.#pools = pools;
  }

  /** At most ten connections every 100 ms in all. */
  async openAll(signal: AbortSignal): Promise<readonly ConnectTimes[]> {
    const failing = new AbortController();
    const stop = AbortSignal.any([signal, failing.signal]);
    const pace = new OpeningPace();
    const opened = await Promise.all(
      this.#pools.map(async (pool) => {
        try {
          return await pool.openAll(stop, pace);
        } catch (error) {
          // The others are opened no further; what they say then is no cause.
          failing.abort();
          throw error;
        }
      }),
    );
    return opened.flat();
  }

  refuseWaiting(): void {
    for (const pool of this.#pools) pool.refuseWaiting();
  }

  get waiting(): number {
    return this.#sum((pool) => pool.waiting);
  }

  get connections(): number {
    return this.#sum((pool) => pool.connections);
  }

  get processIds(): readonly number[] {
    return this.#pools.flatMap(({ processIds }) => processIds);
  }

  async end(graceMs: number): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end(graceMs)));
  }

  #sum(of: (pool: LoadPool) => number): number {
    let sum = 0;
    for (const pool of this.#pools) sum += of(pool);
    return sum;
  }
}
