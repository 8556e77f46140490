import type { EngineId } from '../base/engine.ts';
import { PoolctlError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import type { FailureKind } from './failure-kind.ts';
import type { CircuitState, PoolHealth, Reachable } from './report.ts';

/** Which pool it is about. A changed definition makes the next generation. */
export interface OfGeneration {
  readonly id: string;
  readonly generation: number;
}

/** Why a pool was closed. */
export type EvictionReason = 'idle' | 'least-recently-used' | 'changed' | 'removed' | 'closing';

/** Why a connection was closed. */
export type ClosedReason =
  | 'idle'
  | 'lifetime'
  | 'drained'
  | 'budget'
  | 'lost'
  | 'validation'
  | 'health'
  | 'busy'
  | 'discarded'
  | 'closing';

/** What a manager tells. None of it has a host, a user or a secret. */
export interface PoolEventMap {
  /** A pool is being made: its definition is known, no connection is open yet. */
  readonly 'pool.created': OfGeneration & { readonly engine: EngineId; readonly max: number };
  /** Its first connection is open. */
  readonly 'pool.opened': OfGeneration & { readonly engine: EngineId; readonly max: number; readonly tookMs: number };
  /** Its circuit opened: connecting failed too often. */
  readonly 'pool.degraded': OfGeneration & { readonly failure: FailureKind; readonly retryAfterMs?: number };
  readonly 'pool.recovered': OfGeneration & { readonly degradedMs: number };
  /** Out of the map, with holders: at first, and again after `drainWarnMs` and `drainErrorMs`. */
  readonly 'pool.draining': OfGeneration & {
    readonly reason: EvictionReason;
    readonly used: number;
    readonly ageMs: number;
    readonly level: 'info' | 'warn' | 'error';
  };
  readonly 'pool.evicted': OfGeneration & {
    readonly reason: 'idle' | 'least-recently-used';
    readonly idleForMs: number;
  };
  /** All its connections are closed. */
  readonly 'pool.closed': OfGeneration & { readonly reason: EvictionReason };
  readonly 'connection.opened': OfGeneration & { readonly tookMs: number; readonly open: number };
  readonly 'connection.failed': OfGeneration & { readonly failure: FailureKind; readonly tookMs: number };
  readonly 'connection.closed': OfGeneration & {
    readonly reason: ClosedReason;
    readonly ageMs: number;
    readonly open: number;
  };
  /** A connection is lent and given back: at 1000 a second this is the load itself, so log it at `debug`. */
  readonly 'connection.acquired': OfGeneration & {
    readonly waitedMs: number;
    readonly used: number;
    readonly max: number;
  };
  readonly 'connection.released': OfGeneration & {
    readonly usedMs: number;
    readonly used: number;
    readonly max: number;
  };
  readonly 'acquire.slow': OfGeneration & { readonly waitedMs: number; readonly used: number; readonly max: number };
  /** Out for longer than `leakMs`; with `returned`, it came back after all. `stack` is the borrower's, where it was kept. */
  readonly leak: OfGeneration & { readonly ageMs: number; readonly returned: boolean; readonly stack?: string };
  readonly 'health.changed': OfGeneration & {
    readonly from: Reachable;
    readonly to: Reachable;
    readonly health: PoolHealth;
  };
  readonly 'circuit.changed': OfGeneration & {
    readonly from: CircuitState;
    readonly to: CircuitState;
    readonly retryAfterMs?: number;
  };
  /** A request begins to wait for the budget. */
  readonly 'budget.exhausted': OfGeneration & { readonly scope: 'server' | 'total'; readonly budget: number };
  /** A statement of `executeQuery` or `lease.query` failed. */
  readonly 'query.failed': OfGeneration & { readonly error: unknown };
}

export type PoolEventName = keyof PoolEventMap;

/** The names, for those who write them without the types. */
const names: Readonly<Record<PoolEventName, true>> = {
  'pool.created': true,
  'pool.opened': true,
  'pool.degraded': true,
  'pool.recovered': true,
  'pool.draining': true,
  'pool.evicted': true,
  'pool.closed': true,
  'connection.opened': true,
  'connection.failed': true,
  'connection.closed': true,
  'connection.acquired': true,
  'connection.released': true,
  'acquire.slow': true,
  leak: true,
  'health.changed': true,
  'circuit.changed': true,
  'budget.exhausted': true,
  'query.failed': true,
};

/** @throws PoolctlError VALUE_INVALID for a name that no event has: its listener would never be called */
export function checkEventName(name: string): void {
  if (Object.hasOwn(names, name)) return;
  const known = Object.keys(names);
  throw new PoolctlError('VALUE_INVALID', `Pools have no event "${name}".${didYouMean(name, known)}`, {
    hint: `The events are ${known.join(', ')}.`,
  });
}
