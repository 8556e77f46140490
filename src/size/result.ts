import type { Warning } from '../base/warning.ts';
import type { Budget, FleetDemand } from './budget.ts';
import type { DeadlockBound } from './deadlock.ts';
import type { DemandVerdict } from './demand.ts';
import type { DriverAnswer } from './driver-effects.ts';
import type { PoolSettings } from './input.ts';
import type { MemoryEstimate } from './memory.ts';
import type { Outlook } from './outlook.ts';
import type { Recommendation } from './recommend.ts';
import type { Shortfall } from './shortfall.ts';
import type { Step } from './steps.ts';
import type { QueueBounds } from './waiting-limits.ts';
import type { OfferedLoad } from './workload.ts';

/** The answer of `sizePool`: settings, how they behave, whether they fit, and why. */
export interface SizeResult extends PoolSettings {
  /** What decided connectionLimit. */
  readonly limitedBy:
    | 'demand'
    | 'targets'
    | 'model'
    | 'deadlock-floor'
    | 'platform'
    | 'requests-at-once'
    | 'proved'
    | 'given'
    | 'preset';
  readonly headroomRatio: number;
  /** What the formula answers, where another one was taken. */
  readonly connectionLimitByFormula?: number;
  /** How the formula's pool misses the targets, where it was raised for them. */
  readonly demandByFormula?: DemandVerdict;
  /** The queue by the rule, where that would refuse good traffic. */
  readonly queueLimitByRule?: number;
  readonly load?: OfferedLoad;
  readonly behaviour?: Behaviour;
  /** Whether the pool carries the load within its targets; absent without a load. */
  readonly demand?: DemandVerdict;
  /** What the model says of these settings. */
  readonly outlook?: Outlook;
  /** The bounds within which queueLimit was kept; present where a deadline or the model decides. */
  readonly queueBounds?: QueueBounds;
  readonly deadlock?: DeadlockBound;
  readonly fleet: FleetDemand & { readonly processesPerInstance: number };
  /** Bound on active connections of the whole server by its cores and disks. */
  readonly activeConnectionsBound?: number;
  readonly budget?: Budget;
  /** Present when the fleet does not fit: what fits, what that costs, and what would help. */
  readonly shortfall?: Shortfall;
  /** By the model, from demand and budget: the binding constraint, the slack to the others, the cheapest lever. */
  readonly recommendation?: Recommendation;
  readonly memory?: readonly MemoryEstimate[];
  /** What the driver makes of these settings; present where it was named. */
  readonly driver?: DriverAnswer;
  readonly because: readonly Step[];
  readonly warnings: readonly Warning[];
}

/** A result without its warnings, which an envelope carries beside it. */
export type Sized = Omit<SizeResult, 'warnings'>;

/** How one pool of the recommended size runs under the load of the formula. */
export interface Behaviour {
  /** Share of the connections in use, 0 to 1. */
  readonly utilization: number;
  /** Share of the requests that wait for a connection (Erlang C), 0 to 1. */
  readonly waitProbability: number;
  /** Requests a second that the pool can carry at this hold time, when every connection is always busy. */
  readonly capacityPerSecond: number;
  /** Wait of the request in the last place of the queue. */
  readonly lastQueuePlaceWaitMs: number;
}

/** A result before its steps and warnings are found. */
export type Found = Omit<SizeResult, 'because' | 'warnings'>;
