import type { EngineId } from '../base/engine.ts';
import type { FailureKind } from './failure-kind.ts';

/** `registered`: known, without a pool. `degraded`: its circuit is not closed. */
export type PoolEntryState = 'registered' | 'creating' | 'open' | 'degraded' | 'closed';

export type CircuitState = 'closed' | 'open' | 'half-open';

export type Reachable = 'unknown' | 'yes' | 'no';

/** Health as separate facts: a full pool is saturated and reachable, a pool without connections is unknown. */
export interface PoolHealth {
  readonly reachable: Reachable;
  /** Since when that is so: ms since 1970. */
  readonly sinceMs: number;
  /** Why the last attempt to connect or check failed, if it did. */
  readonly lastFailure?: FailureKind;
  /** All connections are in use and something waits, or the server or budget gives no more. */
  readonly saturatedBy?: 'pool' | 'server' | 'budget';
  /** How long the oldest request waits; 0 when none does. */
  readonly oldestWaitMs: number;
  /** Full, with something waiting, and nothing came back for `stalledMs`. */
  readonly isStalled: boolean;
  readonly circuit: CircuitState;
  /** Until the next attempt, while the circuit is open. Undefined: not before the definition changes. */
  readonly retryAfterMs?: number;
}

/** An earlier generation that waits for its holders. */
export interface DrainingReport {
  readonly generation: number;
  readonly used: number;
  readonly ageMs: number;
}

/** An entry of the manager at one moment. */
export interface PoolEntryReport {
  readonly id: string;
  /** Undefined until its definition was read. */
  readonly engine?: EngineId;
  readonly state: PoolEntryState;
  /** 1 for the first pool of the entry, 0 before it. */
  readonly generation: number;
  readonly used: number;
  readonly idle: number;
  readonly connecting: number;
  readonly pending: number;
  /** Undefined until its definition was read. */
  readonly limit?: number;
  /** Ms since 1970: when it was registered, and last lent or took back a connection. */
  readonly createdAtMs: number;
  readonly lastUsedAtMs?: number;
  /** 0 while a connection is out, otherwise since the last use, or since `createdAtMs`. */
  readonly idleForMs: number;
  readonly health: PoolHealth;
  readonly draining: readonly DrainingReport[];
}
