import type { Warning } from '../base/warning.ts';
import type { Fleet, ServerLimits } from '../size/budget.ts';
import type { Platform, PoolSettings, Targets } from '../size/input.ts';
import type { MemoryPerConnection } from '../size/memory.ts';
import type { Sized } from '../size/result.ts';
import type { BusiestHour } from './busiest.ts';
import type { FoundCause } from './causes/cause.ts';
import type { SeenFigure } from './compare.ts';
import type { LikeHours } from './cycle.ts';
import type { Evidence, EvidenceKind } from './evidence.ts';

/** What `recommend` decides from: evidence of the pool as it runs now, and of before it was changed. */
export interface RecommendInput {
  readonly after: Evidence;
  readonly before?: Evidence;
  /** Which pool, where the evidence is of several. */
  readonly pool?: string;
  /** The settings now, where the evidence does not show them; what is given here wins. */
  readonly settings?: Partial<PoolSettings>;
  readonly fleet?: Fleet;
  readonly platform?: Platform;
  readonly server?: ServerLimits;
  readonly memory?: readonly MemoryPerConnection[];
  readonly targets?: Partial<Targets>;
  /** How long the application's caller waits in all, in ms. */
  readonly deadlineMs?: number;
  /** A connection that is held for longer is slow, in ms; 1,000 by default. */
  readonly slowMs?: number;
  readonly sources?: Readonly<Record<string, string>>;
}

/**
 * `keep`: also where something else than the size is to be fixed, which `cause` names. `not-enough`: what was seen does not
 * decide it; `moreDays` says how much longer.
 */
export type RecommendDecision = 'keep' | 'raise' | 'lower' | 'not-enough';

/** One setting of the pool. `set`: what it is now is not known. */
export interface SettingChange {
  readonly setting: 'connectionLimit' | 'queueLimit' | 'acquireTimeoutMs';
  readonly change: 'keep' | 'raise' | 'lower' | 'set';
  readonly now?: number;
  readonly to: number;
}

/** How much of one side was seen. */
export interface SeenSide {
  readonly kinds: readonly EvidenceKind[];
  /** ISO 8601; left out where no clock tells. */
  readonly from?: string;
  readonly to?: string;
  readonly hours: number;
  readonly days: number;
  readonly isWholeWeek: boolean;
  /** Pools at the same time, usually. */
  readonly pools: number;
  readonly restarts: number;
  readonly gaps: number;
  readonly connectionLimit?: number;
}

/** Why the pool is given more than the busiest hour needs. */
export interface SeasonalMargin {
  readonly ratio: number;
  readonly because: string;
}

/** The answer of `recommend`. */
export interface RecommendResult {
  readonly pool: string;
  readonly decision: RecommendDecision;
  /** In one sentence. */
  readonly why: string;
  /** What a bigger pool does not cure; the decision is `keep` then. */
  readonly cause?: FoundCause;
  readonly changes: readonly SettingChange[];
  readonly figures: readonly SeenFigure[];
  /** Which hours of before and after were compared. */
  readonly comparedBy?: LikeHours;
  readonly slowFromMs?: number;
  readonly seen: { readonly after: SeenSide; readonly before?: SeenSide };
  /** Of the side after, one pool. */
  readonly busiest?: BusiestHour;
  /** The fewest connections of one pool for the busiest hour seen, and with the margin. */
  readonly need?: { readonly now: number; readonly nextWeek: number };
  /** The p99 wait of the busiest hour by the model, with the limit as it is and as recommended; left out where it has no end. */
  readonly expected?: { readonly nowP99WaitMs?: number; readonly p99WaitMs?: number; readonly targetMs: number };
  readonly margin?: SeasonalMargin;
  /** What the hold times were known from. */
  readonly holdBasis?: 'histogram' | 'percentiles' | 'mean' | 'unknown';
  readonly moreDays?: number;
  /** Connections of the fleet at the worst minute of a roll-out: with the limit as it is now, as recommended, and what the server has for it. */
  readonly budget?: {
    readonly nowConnections: number;
    readonly connections: number;
    readonly availableConnections: number;
    readonly fits: boolean;
  };
  /** The pool as `size` sees it, with the settings that are recommended. */
  readonly sized?: Sized;
  /** What the evidence lacks, and what was left out of it. */
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}
