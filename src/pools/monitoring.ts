import type { MonitoredPool, PoolMonitor, PoolPlugin } from '../monitor/pool-monitor.ts';
import { checkPlugin, WatchedPool, withoutThrowing } from '../monitor/watched-pool.ts';

/** The manager's pools as `poolctl/monitor` sees pools, with the plugins that run on each of them. */
export class Monitoring {
  readonly #watched = new Set<WatchedPool>();
  readonly #plugins = new Set<PoolPlugin>();

  get pools(): readonly MonitoredPool[] {
    return [...this.#watched].map(({ monitor }) => monitor);
  }

  /** Until its observer ends. It comes within a request, which a plugin must not fail. */
  add(pool: PoolMonitor): void {
    const watched = new WatchedPool(pool);
    this.#watched.add(watched);
    pool.observer.whenEnded(() => this.#watched.delete(watched));
    for (const plugin of this.#plugins)
      withoutThrowing('A plugin of a pool did not start', () => watched.start(plugin));
  }

  /** On these pools and those to come; gives the function that ends it. @throws TypeError, and what the plugin throws */
  use(plugin: PoolPlugin): () => void {
    checkPlugin(plugin);
    for (const pool of this.#watched) pool.start(plugin);
    this.#plugins.add(plugin);
    return () => {
      this.#plugins.delete(plugin);
      for (const pool of this.#watched) pool.stop(plugin);
    };
  }
}
