import type { OwnedPool } from './adapter.ts';
import { claimPool, knownLibraries, releasePool, secondName, watchOwner } from './attachments.ts';
import { describeEvent, type MonitorEvent } from './events.ts';
import { figuresOf, type PoolFigures } from './figures.ts';
import { checkAfterMs } from './leaks.ts';
import type { MonitoredPool, PoolMonitor, PoolPlugin } from './pool-monitor.ts';
import { type MonitoredLoad, sizeInputOf } from './size-input.ts';
import { type PoolSnapshot, snapshotOf } from './snapshot.ts';
import { type SuperviseOptions, supervise } from './supervise.ts';

export interface InstrumentOptions extends SuperviseOptions {
  /** Of the pool in metrics, snapshots and recordings. Left out: host:port/database, as the pool's own options say it. */
  readonly name?: string;
  /** Metrics, a recorder. */
  readonly plugins?: readonly PoolPlugin[];
  /** Takes what happens. Left out: leaks, alarms and open transactions become warnings of the process. What it throws is lost. */
  readonly onEvent?: (event: MonitorEvent) => void;
}

/** What `instrument` gives: the pools of what it was given, and how to stop. */
export interface Monitor {
  /** Those that are there now: an owner may replace its pools. */
  readonly pools: readonly MonitoredPool[];
  /** Of the first pool; `snapshotOf` has the others. @throws Error where there is no pool, as before a DataSource is initialized */
  snapshot(): PoolSnapshot;
  /** Of the first pool, as a health service shows it. @throws Error as snapshot */
  status(): PoolFigures;
  /** The load on the first pool, for `sizePool` or as JSON for `poolctl size --from`; undefined before a connection was given back. */
  toSizeInput(): MonitoredLoad | undefined;
  /** A connection that is held for long on purpose (LISTEN, a lock) is no leak. False where it is not out. */
  longLived(connection: object): boolean;
  /** Adds a plugin to these pools and those to come; gives the function that ends it. */
  use(plugin: PoolPlugin): () => void;
  /** Leaves the pools as they were found. */
  uninstrument(): void;
}

const monitors = new WeakMap<object, TargetMonitor>();

/**
 * Observes a pool, or the pools of what owns some (a DataSource, a Knex, a cluster), without changing what it does.
 * The same target gives the same monitor again.
 * @throws TypeError where poolctl knows no such pool; Error where the pool has another name already
 */
export function instrument(target: object, options: InstrumentOptions = {}): Monitor {
  const known = monitors.get(target);
  const monitor = known ?? new TargetMonitor(target, options);
  if (known && options.name !== undefined) known.checkName(options.name);
  if (!known) monitors.set(target, monitor);
  for (const plugin of options.plugins ?? []) monitor.use(plugin);
  return monitor;
}

class TargetMonitor implements Monitor {
  readonly #target: object;
  readonly #name: string | undefined;
  readonly #options: InstrumentOptions;
  readonly #pools = new Map<object, WatchedPool>();
  readonly #plugins = new Set<PoolPlugin>();
  /** Undefined until the constructor is done: from then on the application is running, and nothing may be thrown. */
  readonly #stop: (() => void) | undefined;

  constructor(target: object, options: InstrumentOptions) {
    checkAfterMs(options.leak?.afterMs ?? 0);
    const { name } = options;
    this.#target = target;
    this.#name = name;
    this.#options = options;
    const stop = this.#follow({ pool: target }, name);
    if (!stop) throw unknownTarget();
    this.#stop = stop;
  }

  get pools(): readonly MonitoredPool[] {
    return [...this.#pools.values()].map(({ monitor }) => monitor);
  }

  snapshot(): PoolSnapshot {
    return snapshotOf(this.#first());
  }

  status(): PoolFigures {
    return figuresOf(this.#first().sizes());
  }

  toSizeInput(): MonitoredLoad | undefined {
    return sizeInputOf(this.#first());
  }

  longLived(connection: object): boolean {
    return this.pools.some(({ observer }) => observer.longLived(connection));
  }

  #first(): MonitoredPool {
    const [first] = this.pools;
    if (!first) throw new Error('There is no pool to observe yet. Initialize what was given to instrument() first.');
    return first;
  }

  readonly #emit = (event: MonitorEvent): void => {
    try {
      (this.#options.onEvent ?? warn)(event);
    } catch {
      // The pool must not fail because somebody's log does.
    }
  };

  checkName(name: string): void {
    const known = this.#name ?? this.pools[0]?.name;
    if (known !== undefined && name !== known) throw secondName(known, name);
  }

  use(plugin: PoolPlugin): () => void {
    this.#plugins.add(plugin);
    for (const pool of this.#pools.values()) pool.start(plugin);
    return () => {
      this.#plugins.delete(plugin);
      for (const pool of this.#pools.values()) pool.stop(plugin);
    };
  }

  uninstrument(): void {
    if (monitors.get(this.#target) !== this) return; // done before
    monitors.delete(this.#target);
    this.#stop?.();
  }

  /** Observes a pool, or an owner's pools as they come and go. Undefined where the target is neither. */
  #follow(place: Omit<OwnedPool, 'role'>, name: string | undefined): (() => void) | undefined {
    const target = place.pool;
    const monitor = claimPool(place, name, (pool) => supervise(pool, this.#options, this.#emit));
    if (monitor) return this.#add(target, monitor);
    const followed = new Map<object, () => void>();
    const take = (owned: readonly OwnedPool[]) => {
      const there = new Set(owned.map(({ pool }) => pool));
      // First, so that the next pool has the name of the one whose place it takes.
      for (const [pool, leave] of followed) {
        if (there.has(pool)) continue;
        followed.delete(pool);
        leave();
      }
      for (const { role, ...own } of owned) {
        const leave = followed.get(own.pool) ?? this.#follow(own, ownName(name, role));
        if (leave) followed.set(own.pool, leave);
      }
    };
    const stop = watchOwner(target, (owned) => (this.#stop ? withoutThrowing(() => take(owned)) : take(owned)));
    if (!stop) return undefined;
    return () => {
      stop();
      for (const leave of followed.values()) leave();
    };
  }

  #add(target: object, monitor: PoolMonitor): () => void {
    const pool = new WatchedPool(monitor);
    this.#pools.set(target, pool);
    for (const plugin of this.#plugins) pool.start(plugin);
    return () => {
      this.#pools.delete(target);
      pool.stopAll();
      releasePool(target);
    };
  }
}

/** The plugins of one pool. They end with the pool, so that its series stop. */
class WatchedPool {
  readonly monitor: PoolMonitor;
  readonly #running = new Map<PoolPlugin, () => void>();

  constructor(monitor: PoolMonitor) {
    this.monitor = monitor;
    monitor.observer.whenEnded(() => this.stopAll());
  }

  start(plugin: PoolPlugin): void {
    if (!this.#running.has(plugin) && !this.monitor.observer.isEnded) this.#running.set(plugin, plugin(this.monitor));
  }

  stop(plugin: PoolPlugin): void {
    this.#running.get(plugin)?.();
    this.#running.delete(plugin);
  }

  stopAll(): void {
    for (const plugin of this.#running.keys()) this.stop(plugin);
  }
}

function ownName(name: string | undefined, role: string | undefined): string | undefined {
  return name !== undefined && role !== undefined ? `${name} ${role}` : name;
}

function unknownTarget(): TypeError {
  return new TypeError(
    `This is no pool that poolctl knows. It knows those of ${knownLibraries().join(', ')}, and what they are wrapped in.`,
  );
}

/** For what comes within a call of the application. */
function withoutThrowing(act: () => void): void {
  try {
    act();
  } catch (error) {
    process.emitWarning(`A pool is not observed: ${error instanceof Error ? error.message : error}`, {
      type: 'PoolWarning',
      code: 'POOLCTL_POOL',
    });
  }
}

function warn(event: MonitorEvent): void {
  if (event.kind !== 'check') process.emitWarning(describeEvent(event), { type: 'PoolWarning', code: 'POOLCTL_POOL' });
}
