import type { Fleet, ServerLimits } from './budget.ts';
import type { DriverUse } from './driver-facts.ts';
import type { MemoryPerConnection } from './memory.ts';
import type { SizingRule } from './rule.ts';
import type { Workload } from './workload.ts';

/** What goes into the configuration of a pool. */
export interface PoolSettings {
  readonly connectionLimit: number;
  /** Requests that may wait; 0 for any number. */
  readonly queueLimit: number;
  /** Nobody may wait: a request that finds no free connection is refused at once. `queueLimit` is 0 then, and means nothing. */
  readonly nobodyWaits?: true;
  readonly acquireTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly queryTimeoutMs?: number;
}

/** What `sizePool` calculates from; everything may be left out but a load, or a preset connectionLimit. */
export interface SizeInput {
  readonly workload?: Workload;
  /** Settings from a profile. The formula decides where the workload is known. */
  readonly preset?: Partial<PoolSettings>;
  /** Settings that stay as they are, so that the answer says how they do: those that somebody has now. */
  readonly fixed?: Partial<PoolSettings>;
  /** Changes to the sizing rule; see `formulaRule`. */
  readonly rule?: Partial<SizingRule>;
  /** How long the application's caller waits in all, in ms; lowers acquireTimeoutMs to what the hold time leaves of it. */
  readonly deadlineMs?: number;
  /** What the pool must achieve, by the model; see `Outlook.targets` for the defaults. */
  readonly targets?: Partial<Targets>;
  /**
   * Which answer is recommended: the formula's, raised where it would miss the targets (default), or the smallest pool that
   * meets them, for the heaviest load that the figures allow.
   */
  readonly method?: 'formula' | 'model';
  /** Settings that a probe ended with. Where it proved them for this load, the answer starts from them. */
  readonly proved?: ProvedSettings;
  /** The smallest pool as a simulation found it, in place of the model's; `sizeBySimulation` fills it in. */
  readonly simulatedNeed?: SimulatedNeed;
  readonly fleet?: Fleet;
  /** What runs the application, where that bounds a pool. */
  readonly platform?: Platform;
  readonly server?: ServerLimits;
  /** The driver that opens the connections: its own round trips are part of each hold, and the answer says what it does. */
  readonly driver?: DriverUse;
  /** Cores and disks of the server, for a bound on its active connections. */
  readonly hardware?: { readonly cores: number; readonly spindles?: number };
  /** What a connection costs each engine the answer should speak of. */
  readonly memory?: readonly MemoryPerConnection[];
  /** Where values came from, by path (`workload.p95Ms`), to be carried into the steps. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** What a pool must achieve to be large enough. */
export interface Targets {
  readonly maxWaitP99Ms: number;
  /** Requests that may be refused or give up, as a share. */
  readonly maxLossRatio: number;
  /** Share of the connections in use; room for what no model knows. */
  readonly maxUtilization: number;
}

/** The fewest connections within the targets by simulation, of several searches with other random numbers: the most of them. */
export interface SimulatedNeed {
  readonly connectionLimit: number;
  readonly low: number;
  readonly high: number;
  /** How many searches it is of. */
  readonly searches: number;
  /** The shortest queue that refused no more than the targets allow; left out where the rule's was long enough. */
  readonly queueLimit?: number;
}

/** A platform that bounds the pools of what it runs. */
export interface Platform {
  readonly name: string;
  /** Requests that an instance is given at once, where the platform starts one for each: its pool never uses more. */
  readonly requestsPerInstance?: number;
  /** Connections that it lets one instance have. */
  readonly connectionsPerInstance?: number;
  /** What that limit is of: `container instance and database, through the built-in Cloud SQL connector`. */
  readonly limitIsPer?: string;
}

/** A pool as a probe ended with it. */
export interface ProvedSettings extends Pick<PoolSettings, 'connectionLimit'> {
  readonly queueLimit?: number;
  readonly acquireTimeoutMs?: number;
  /** Requests a second to one pool that it was for. */
  readonly ratePerSecond: number;
  /** Whether a whole run at that rate met the targets. */
  readonly isProved: boolean;
}
