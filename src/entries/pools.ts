/** `poolctl/pools`: pools of connections to many databases, by id. */
export type { EngineId } from '../base/engine.ts';
export type { DefinitionSource, PoolDefinition, PoolSecret, PoolTls } from '../pools/definition.ts';
export {
  AcquireTimeoutError,
  BudgetExhaustedError,
  CircuitOpenError,
  ConnectFailedError,
  InactivePoolError,
  PoolClosedError,
  PoolError,
  type PoolErrorCode,
  PoolLimitError,
  type PoolMoment,
  UnknownPoolError,
} from '../pools/errors.ts';
export type { ClosedReason, EvictionReason, OfGeneration, PoolEventMap, PoolEventName } from '../pools/events.ts';
export type { FailureKind } from '../pools/failure-kind.ts';
export type { BudgetOptions, PoolManagerOptions } from '../pools/options.ts';
export type {
  CircuitState,
  DrainingReport,
  PoolEntryReport,
  PoolEntryState,
  PoolHealth,
  Reachable,
} from '../pools/report.ts';
