import type { FailureKind } from './failure-kind.ts';

/** What a pool looked like when a request got nothing. */
export interface PoolMoment {
  readonly used: number;
  readonly idle: number;
  readonly connecting: number;
  /** Requests that wait, this one included. */
  readonly pending: number;
  readonly limit: number;
  /** How long the oldest holder has its connection; 0 when nobody has one. */
  readonly longestHolderMs: number;
}

/** Codes of the errors of `PoolManager`; stable. */
export type PoolErrorCode =
  | 'POOL_ACQUIRE_TIMEOUT'
  | 'POOL_BUDGET_EXHAUSTED'
  | 'POOL_LIMIT'
  | 'POOL_CIRCUIT_OPEN'
  | 'POOL_CONNECT_FAILED'
  | 'POOL_CLOSED'
  | 'POOL_INACTIVE'
  | 'POOL_UNKNOWN'
  | 'POOL_LEASE_OVER'
  | 'POOL_QUERY_TIMEOUT';

/** The base of all errors that `PoolManager` makes. Their texts have ids and counts, and never a host, user or secret. */
export class PoolError extends Error {
  override readonly name: string = 'PoolError';
  readonly code: PoolErrorCode;
  /** The id of the pool; undefined when it is about the manager itself. */
  readonly id: string | undefined;

  constructor(code: PoolErrorCode, id: string | undefined, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.id = id;
  }
}

/** No connection came within the deadline. */
export class AcquireTimeoutError extends PoolError {
  override readonly name: string = 'AcquireTimeoutError';
  readonly waitedMs: number;
  readonly pool: PoolMoment;

  constructor(id: string, waitedMs: number, pool: PoolMoment, why: string, cause?: unknown) {
    super('POOL_ACQUIRE_TIMEOUT', id, `No connection of "${id}" within ${Math.round(waitedMs)} ms: ${why}`, cause);
    this.waitedMs = waitedMs;
    this.pool = pool;
  }
}

/** The deadline passed while the budget of the server, or of all, was used up by other requests. */
export class BudgetExhaustedError extends PoolError {
  override readonly name: string = 'BudgetExhaustedError';
  readonly waitedMs: number;
  /** Which budget it was, and how large it is for this process. */
  readonly scope: 'server' | 'total';
  readonly budget: number;

  constructor(id: string, waitedMs: number, scope: 'server' | 'total', budget: number) {
    const whose = scope === 'server' ? 'its server' : 'all pools';
    super(
      'POOL_BUDGET_EXHAUSTED',
      id,
      `No connection of "${id}" within ${Math.round(waitedMs)} ms: all ${budget} connections of the budget for ${whose} are in use.`,
    );
    this.waitedMs = waitedMs;
    this.scope = scope;
    this.budget = budget;
  }
}

/** The deadline passed while as many pools as may be were open, all of them in use. */
export class PoolLimitError extends PoolError {
  override readonly name: string = 'PoolLimitError';
  readonly maxPools: number;

  constructor(id: string, waitedMs: number, maxPools: number) {
    super(
      'POOL_LIMIT',
      id,
      `No pool for "${id}" within ${Math.round(waitedMs)} ms: ${maxPools} pools are open (maxPools), and all of them are in use.`,
    );
    this.maxPools = maxPools;
  }
}

/** Opening a connection failed; the driver's error is the cause. */
export class ConnectFailedError extends PoolError {
  override readonly name: string = 'ConnectFailedError';
  readonly kind: FailureKind;

  constructor(id: string, kind: FailureKind, what: string, cause: unknown) {
    super('POOL_CONNECT_FAILED', id, `No connection of "${id}" could be opened: ${what}`, cause);
    this.kind = kind;
  }
}

/** Connecting failed too often just now; nothing is tried before `retryAfterMs`. The last failure is the cause. */
export class CircuitOpenError extends PoolError {
  override readonly name: string = 'CircuitOpenError';
  /** Undefined: not before the definition changes. */
  readonly retryAfterMs: number | undefined;

  constructor(id: string, retryAfterMs: number | undefined, cause: unknown) {
    const when =
      retryAfterMs === undefined
        ? 'nothing is tried before its definition changes'
        : `the next try is in ${Math.ceil(retryAfterMs)} ms`;
    super('POOL_CIRCUIT_OPEN', id, `"${id}" cannot be connected to; ${when}.`, cause);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The manager is closing, or closed. */
export class PoolClosedError extends PoolError {
  override readonly name: string = 'PoolClosedError';

  constructor(id: string | undefined) {
    super('POOL_CLOSED', id, 'The pool manager is closed: it lends no connections any more.');
  }
}

/** The entry is switched off (`is_active` is not "Y"). */
export class InactivePoolError extends PoolError {
  override readonly name: string = 'InactivePoolError';

  constructor(id: string) {
    super('POOL_INACTIVE', id, `The connection "${id}" is switched off (is_active is not "Y").`);
  }
}

/** Nothing of that id was registered or found. */
export class UnknownPoolError extends PoolError {
  override readonly name: string = 'UnknownPoolError';

  constructor(id: string) {
    super('POOL_UNKNOWN', id, `No connection "${id}" is defined.`);
  }
}
