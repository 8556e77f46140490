import type { PoolDefinition } from './definition.ts';

/** How many connections this process may hold. */
export interface BudgetOptions {
  /** Most connections to one server (`host:port`), of all processes together; 40. */
  readonly perServer?: number;
  /** Most connections in all, of all processes together; 200. */
  readonly total?: number;
  /** How many processes like this one share both; 1. Each gets its part, rounded down, at least 1. */
  readonly instances?: number;
}

/** Options of `PoolManager`. Times are in ms. */
export interface PoolManagerOptions {
  readonly budget?: BudgetOptions;
  /** Definitions of ids that were not registered, as from a table; undefined where there is none. */
  readonly lookup?: (id: string) => Promise<PoolDefinition | undefined>;
  /** Most pools that are open at a time; 100. */
  readonly maxPools?: number;
  /** A pool that was not used for so long is closed; 600 000. */
  readonly idleMs?: number;
  /** Longest wait for a connection: queue, opening and validation together; 5 000. */
  readonly acquireTimeoutMs?: number;
  /** A wait of so long is told by the event `acquire.slow`; 1 000. */
  readonly slowAcquireMs?: number;
  /** A connection that is out for so long is told by the event `leak`, and left alone; 60 000, 0 for never. */
  readonly leakMs?: number;
  /** How often idle connections, idle pools and leaks are looked for; 5 000. */
  readonly sweepMs?: number;
  /** How often health is checked, give or take 20 %; 60 000. */
  readonly healthMs?: number;
  /** Longest wait for the answer of a health check; 2 000. */
  readonly healthTimeoutMs?: number;
  /** Whether a pool without connections opens one for its health check; false, so that sleeping databases sleep on. */
  readonly probeWhenEmpty?: boolean;
  /** A full pool is stalled when nothing came back for so long while something waits; 30 000. */
  readonly stalledMs?: number;
  /** A connection that was idle for longer is asked before it is lent; 5 000. */
  readonly validateAfterMs?: number;
  /** Longest wait for that answer; 1 000. */
  readonly validationTimeoutMs?: number;
  /** How long a closed-down pool may wait for its holders before it is told once more; 30 000, and 3 600 000 as an error. */
  readonly drainWarnMs?: number;
  readonly drainErrorMs?: number;
  /** Longest wait for the goodbye of a connection, before its socket is destroyed; 5 000. */
  readonly endTimeoutMs?: number;
  /** The circuit opens after so many failures to connect in a row; 5. */
  readonly circuitFailures?: number;
  /** First and longest time that it stays open; 500 and 30 000. */
  readonly circuitBaseMs?: number;
  readonly circuitCapMs?: number;
}

/** `PoolManagerOptions` with its defaults. */
export type ManagerSettings = Required<Omit<PoolManagerOptions, 'budget' | 'lookup'>> & {
  readonly perServer: number;
  readonly total: number;
};
