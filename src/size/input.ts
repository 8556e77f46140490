import type { Fleet, ServerLimits } from './budget.ts';
import type { MemoryPerConnection } from './memory.ts';
import type { SizingRule } from './rule.ts';
import type { Workload } from './workload.ts';

/** What goes into the configuration of a pool. */
export interface PoolSettings {
  readonly connectionLimit: number;
  readonly queueLimit: number;
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
  readonly fleet?: Fleet;
  readonly server?: ServerLimits;
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
