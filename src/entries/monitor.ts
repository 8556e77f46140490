/** `poolctl/monitor`: what the pool of a running application does, without changing it. */
export type { AcquireKeeper, ObservedAcquire, PoolAcquire } from '../monitor/acquire.ts';
export type { Attached, OwnedPool, OwnerAdapter, PoolAdapter } from '../monitor/adapter.ts';
export type { PoolCounters, Times } from '../monitor/counters.ts';
export type { AlarmName, CheckoutEvent, CheckoutEventKind, MonitorEvent } from '../monitor/events.ts';
export { describeEvent } from '../monitor/events.ts';
export type {
  AcquireFacts,
  AcquireFailure,
  AcquireOutcome,
  AcquireSink,
  ConnectFacts,
  PoolSample,
  PoolSizes,
  WaitLimits,
} from '../monitor/facts.ts';
export { figuresOf, type PoolFigures } from '../monitor/figures.ts';
export { instrument, type Monitor } from '../monitor/instrument.ts';
export type { LeakOptions } from '../monitor/leaks.ts';
export {
  type BatchResultLike,
  type HistogramLike,
  type MeterLike,
  type MeterOptions,
  type MetricOptions,
  type ObservableLike,
  openTelemetry,
} from '../monitor/metrics/opentelemetry.ts';
export { prometheus, type RegistryLike } from '../monitor/metrics/prometheus.ts';
export type { Borrowers, Connecting, PoolObserver, ReleaseFacts } from '../monitor/observer.ts';
export type { InstrumentOptions } from '../monitor/options.ts';
export type { MonitoredPool, PoolPlugin } from '../monitor/pool-monitor.ts';
export { type MonitoredLoad, sizeInputOf } from '../monitor/size-input.ts';
export { type PoolSnapshot, snapshotOf, type TimesSummary } from '../monitor/snapshot.ts';
export type { BorrowerStack } from '../monitor/stack.ts';
export type { SuperviseOptions } from '../monitor/supervise.ts';
