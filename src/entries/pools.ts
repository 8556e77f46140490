/** `poolctl/pools`: pools of connections to many databases, by id. */
export type { EngineId } from '../base/engine.ts';
export { LateSecret } from '../pools/credentials/late-secret.ts';
export {
  type PasswordPlace,
  type ProvidedPassword,
  SecretUnavailableError,
} from '../pools/credentials/password-place.ts';
export type { DefinitionSource, PoolDefinition, PoolSecret, PoolTls } from '../pools/definition.ts';
export { settingsForUsers, type UserSettings } from '../pools/definitions/by-users.ts';
export { DefinitionError, type DefinitionList } from '../pools/definitions/definition-list.ts';
export { type DefinitionFileOptions, definitionsFromFile } from '../pools/definitions/file.ts';
export {
  type DefinitionRegistry,
  type FollowedDefinitions,
  type FollowOptions,
  followDefinitions,
} from '../pools/definitions/follow.ts';
export { type ConnectionRow, type ConnectionTable, definitionsFromTable } from '../pools/definitions/table.ts';
export type { QueryResult } from '../pools/drivers/driver.ts';
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
export type { Lease } from '../pools/lease.ts';
export { type LogPoolsOptions, logPools, type PoolEventSource, type PoolLogger } from '../pools/log/log-pools.ts';
export { PoolManager } from '../pools/manager.ts';

export type { BudgetOptions, PoolManagerOptions } from '../pools/options.ts';
export { type ClosedAtEnd, installSignals, type SignalOptions } from '../pools/process.ts';
export type {
  CircuitState,
  DrainingReport,
  PoolEntryReport,
  PoolEntryState,
  PoolHealth,
  Reachable,
} from '../pools/report.ts';
export type { AcquireOptions } from '../pools/request-line.ts';
export type { StatusRequest } from '../pools/request-refusal.ts';
export { type PoolLocale, type PoolStatus, type PoolStatusEntry, poolStatus } from '../pools/status.ts';
export {
  type PoolStatusHandlerOptions,
  poolStatusHandler,
  poolStatusPath,
  type StatusResponse,
  type StatusSource,
} from '../pools/status-handler.ts';
