/** `poolctl`: pools sized from measured load, and its errors. */
export type { EngineId } from './base/engine.ts';
export { type ErrorCode, type ExitCode, errorCodes, exitCodes, PoolctlError } from './base/errors.ts';
export type { PoolLimits } from './base/pool-notation.ts';
export type { Warning } from './base/warning.ts';
export type { WarningCode } from './base/warning-codes.ts';
export type { HoldTimeBasis, HoldTimeInput } from './queueing/fit/hold-time.ts';
export type { HoldLaw } from './queueing/hold-law.ts';
export type { Budget, Demand, Fleet, FleetDemand, ServerCap, ServerLimits } from './size/budget.ts';
export type { DeadlockBound } from './size/deadlock.ts';
export type { DemandVerdict, MissedTarget } from './size/demand.ts';
export type { EmittableSize } from './size/document.ts';
export type {
  AfterOutage,
  BeyondLimit,
  DriverAnswer,
  DriverEffects,
  DriverFleet,
  MostSessions,
  PoolOpening,
} from './size/driver-effects.ts';
export type { DriverExcess, DriverFacts, DriverUse } from './size/driver-facts.ts';
export type { Platform, PoolSettings, ProvedSettings, SimulatedNeed, SizeInput, Targets } from './size/input.ts';
export type { MemoryEstimate, MemoryPerConnection } from './size/memory.ts';
export type { Outlook } from './size/outlook.ts';
export type { BindingConstraint, Recommendation, RecommendedLever } from './size/recommend.ts';
export type { Behaviour, Sized, SizeResult } from './size/result.ts';
export { formulaRule, type SizingRule } from './size/rule.ts';
export type { Lever, Shortfall } from './size/shortfall.ts';
export { sizePool } from './size/size.ts';
export type { Quantity, Step, Unit } from './size/steps.ts';
export type { QueueBounds } from './size/waiting-limits.ts';
export type { Burst, OfferedLoad, Workload } from './size/workload.ts';
export type { HistogramBucket, MeasuredHistogram } from './stats/histogram-bucket.ts';
