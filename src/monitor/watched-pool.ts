import type { MonitoredPool, PoolPlugin } from './pool-monitor.ts';

/** The plugins of one pool. They end with the pool, so that its series stop. */
export class WatchedPool<Pool extends MonitoredPool = MonitoredPool> {
  readonly monitor: Pool;
  readonly #running = new Map<PoolPlugin, () => void>();

  constructor(monitor: Pool) {
    this.monitor = monitor;
    monitor.observer.whenEnded(() => this.stopAll());
  }

  /** @throws what the plugin throws */
  start(plugin: PoolPlugin): void {
    if (!this.#running.has(plugin) && !this.monitor.observer.isEnded) this.#running.set(plugin, plugin(this.monitor));
  }

  stop(plugin: PoolPlugin): void {
    const end = this.#running.get(plugin);
    this.#running.delete(plugin);
    // One that gives nothing has nothing to end.
    withoutThrowing('A plugin of a pool did not end', () => end?.());
  }

  stopAll(): void {
    for (const plugin of this.#running.keys()) this.stop(plugin);
  }
}

/** @throws TypeError */
export function checkPlugin(plugin: unknown): void {
  if (typeof plugin !== 'function')
    throw new TypeError('A plugin must be a function, such as prometheus(registry) gives.');
}

/** For what comes within a call of the application. */
export function withoutThrowing(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    process.emitWarning(`${what}: ${error instanceof Error ? error.message : error}`, {
      type: 'PoolWarning',
      code: 'POOLCTL_POOL',
    });
  }
}
