import type { MonitoredPool, PoolMonitor, PoolPlugin } from '../monitor/pool-monitor.ts';

/** The manager's pools as `poolctl/monitor` sees pools, with the plugins that run on each of them. */
export class Monitoring {
  readonly #running = new Map<PoolMonitor, Map<PoolPlugin, () => void>>();
  readonly #plugins = new Set<PoolPlugin>();

  get pools(): readonly MonitoredPool[] {
    return [...this.#running.keys()];
  }

  /** Until its observer ends. */
  add(pool: PoolMonitor): void {
    const running = new Map<PoolPlugin, () => void>();
    this.#running.set(pool, running);
    for (const plugin of this.#plugins) running.set(plugin, plugin(pool));
    pool.observer.whenEnded(() => {
      this.#running.delete(pool);
      for (const end of running.values()) end();
    });
  }

  /** On these pools and those to come; gives the function that ends it. */
  use(plugin: PoolPlugin): () => void {
    this.#plugins.add(plugin);
    for (const [pool, running] of this.#running) if (!running.has(plugin)) running.set(plugin, plugin(pool));
    return () => {
      this.#plugins.delete(plugin);
      for (const running of this.#running.values()) {
        running.get(plugin)?.();
        running.delete(plugin);
      }
    };
  }
}
