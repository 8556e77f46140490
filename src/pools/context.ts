import type { PoolClock } from './clock.ts';
import type { PoolEmitter } from './emitter.ts';
import type { Ledger } from './ledger.ts';
import type { ManagerSettings } from './options.ts';

/** What all pools of a manager share. */
export interface PoolContext {
  readonly settings: ManagerSettings;
  readonly clock: PoolClock;
  readonly events: PoolEmitter;
  readonly ledger: Ledger;
}
