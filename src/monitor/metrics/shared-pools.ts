import type { MonitoredPool } from '../pool-monitor.ts';

/** The pools of an exporter, each once, however many monitors ask for it. */
export class SharedPools<State> {
  readonly #entries = new Map<MonitoredPool, { readonly state: State; users: number }>();

  get size(): number {
    return this.#entries.size;
  }

  /** Each pool with what `start` gave for it. */
  *[Symbol.iterator](): IterableIterator<[MonitoredPool, State]> {
    for (const [pool, { state }] of this.#entries) yield [pool, state];
  }

  /** Gives what takes the pool away: with its last user it goes, and `stop` is called. */
  add(pool: MonitoredPool, start: () => State, stop: (state: State) => void): () => void {
    const entry = this.#entries.get(pool) ?? { state: start(), users: 0 };
    this.#entries.set(pool, entry);
    entry.users += 1;
    let isUsing = true;
    return () => {
      if (!isUsing) return;
      isUsing = false;
      entry.users -= 1;
      if (entry.users > 0) return;
      this.#entries.delete(pool);
      stop(entry.state);
    };
  }
}
