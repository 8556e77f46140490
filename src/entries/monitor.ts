/** `poolctl/monitor`: what the pool of a running application does, without changing it. */
export type { PoolAcquire } from '../monitor/acquire.ts';
export type { Attached, OwnedPool, OwnerAdapter, PoolAdapter } from '../monitor/adapter.ts';
export type {
  AcquireFacts,
  AcquireFailure,
  AcquireOutcome,
  AcquireSink,
  ConnectFacts,
  PoolSample,
  PoolSizes,
} from '../monitor/facts.ts';
export { type InstrumentOptions, instrument, type Monitor } from '../monitor/instrument.ts';
export type { PoolObserver } from '../monitor/observer.ts';
export type { MonitoredPool, PoolPlugin } from '../monitor/pool-monitor.ts';
