import type { PoolSizes, WaitLimits } from './facts.ts';
import type { PoolObserver } from './observer.ts';

/** A pool that is being observed. */
export interface Attached {
  /** What tells it from others where the application gives no name: host:port/database. Never a user or a password. */
  readonly name: string;
  /** OpenTelemetry's db.system.name, such as `postgresql`; undefined where the pool does not say it. */
  readonly system: string | undefined;
  sizes(): PoolSizes;
  waitLimits?(): WaitLimits;
  /** The package that gives metrics of the same names for this pool; undefined where none has been seen. */
  alsoMeteredBy?(): string | undefined;
  /** Leaves the pool as it was found. */
  detach(): void;
}

/** How the pools of one library are observed. An adapter imports no library: it knows pools by their shape. */
export interface PoolAdapter {
  readonly library: string;
  /** Undefined where the candidate is no pool of this library. */
  attach(candidate: object, observer: PoolObserver): Attached | undefined;
  recognises(candidate: object): boolean;
}

/** A pool of an owner, and what it is there, such as `replica 1`; undefined where it has only one. */
export interface OwnedPool {
  readonly pool: object;
  readonly role: string | undefined;
  /** Where it connects to, as of `Attached`, where only the owner knows: pools of anything do not. */
  readonly name?: string;
  readonly system?: string | undefined;
}

/** Something that has pools of its own or wraps one: a DataSource, a Knex, a cluster, the promise form of a pool. */
export interface OwnerAdapter {
  readonly library: string;
  /**
   * Calls `found` with the pools that are there now, possibly none, and again whenever others take their place. Gives the
   * function that stops it; undefined where the candidate is no owner of this library.
   */
  watch(candidate: object, found: (pools: readonly OwnedPool[]) => void): (() => void) | undefined;
  recognises(candidate: object): boolean;
}

/** An adapter from a guard of the pool's shape, and what to do with one. */
export function poolAdapter<Pool extends object>(
  library: string,
  isPool: (candidate: object) => candidate is Pool,
  attach: (pool: Pool, observer: PoolObserver) => Attached,
): PoolAdapter {
  return {
    library,
    recognises: isPool,
    attach: (candidate, observer) => (isPool(candidate) ? attach(candidate, observer) : undefined),
  };
}

/** The same for owners. */
export function ownerAdapter<Owner extends object>(
  library: string,
  isOwner: (candidate: object) => candidate is Owner,
  watch: (owner: Owner, found: (pools: readonly OwnedPool[]) => void) => () => void,
): OwnerAdapter {
  return {
    library,
    recognises: isOwner,
    watch: (candidate, found) => (isOwner(candidate) ? watch(candidate, found) : undefined),
  };
}
