import type { OwnedPool } from './adapter.ts';
import { claimPool, knownLibraries, releasePool, secondName, watchOwner } from './attachments.ts';
import { describeEvent, type MonitorEvent } from './events.ts';
import { figuresOf, type PoolFigures } from './figures.ts';
import { checkOptions, type InstrumentOptions } from './options.ts';
import type { MonitoredPool, PoolMonitor, PoolPlugin } from './pool-monitor.ts';
import { type MonitoredLoad, sizeInputOf } from './size-input.ts';
import { type PoolSnapshot, snapshotOf } from './snapshot.ts';
import { supervise } from './supervise.ts';
import { checkPlugin, WatchedPool, withoutThrowing } from './watched-pool.ts';

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
 * @throws TypeError where poolctl knows no such pool; RangeError where an option is wrong; Error where the pool has another
 * name already, and what a plugin throws: the pool is then left as it was
 */
export function instrument(target: object, options: InstrumentOptions = {}): Monitor {
  if (Object(target) !== target) throw unknownTarget();
  checkOptions(options);
  const known = monitors.get(target);
  const monitor = known ?? new TargetMonitor(target, options);
  if (known && options.name !== undefined) known.checkName(options.name);
  if (!known) monitors.set(target, monitor);
  try {
    for (const plugin of options.plugins ?? []) monitor.use(plugin);
  } catch (error) {
    if (!known) monitor.uninstrument();
    throw error;
  }
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
    if (!first)
      throw new Error(
        'There is no pool to observe: what was given to instrument() must be initialized first, and not be uninstrumented.',
      );
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
    checkPlugin(plugin);
    for (const pool of this.#pools.values()) pool.start(plugin);
    this.#plugins.add(plugin);
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
    const stop = watchOwner(target, (owned) =>
      this.#stop ? withoutThrowing('A pool is not observed', () => take(owned)) : take(owned),
    );
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

function ownName(name: string | undefined, role: string | undefined): string | undefined {
  return name !== undefined && role !== undefined ? `${name} ${role}` : name;
}

function unknownTarget(): TypeError {
  return new TypeError(
    `This is no pool that poolctl knows. It knows those of ${knownLibraries().join(', ')}, and what they are wrapped in.`,
  );
}

function warn(event: MonitorEvent): void {
  if (event.kind !== 'check') process.emitWarning(describeEvent(event), { type: 'PoolWarning', code: 'POOLCTL_POOL' });
}
