import type { PoolObserver } from '../monitor/observer.ts';
import type { ConnectFailedError } from './errors.ts';
import type { PoolHealth } from './report.ts';

/** The entry that a generation belongs to. */
export interface GenerationHost {
  readonly id: string;
  readonly observer: PoolObserver;
  health(): PoolHealth;
  /** There is an idle connection, or a free place. */
  changed(): void;
  openFailed(error: ConnectFailedError): void;
  /** Whether a connection that comes back is closed for a pool that needs its place more. */
  handsOn(): boolean;
  /** A draining generation has closed its last connection. */
  ended(number: number): void;
}
