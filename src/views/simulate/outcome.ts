import { type PoolLimits, poolText } from '../../base/pool-notation.ts';
import type { Figures } from '../../simulate/figures.ts';
import type { TimelineSlice } from '../../simulate/model.ts';
import type { PoolVerdict, SimulationTargets } from '../../simulate/verdict.ts';

/** A pool with what several runs of it came to. */
export interface SimulatedPool {
  readonly settings: { readonly connections: number } & Omit<PoolLimits, 'connectionLimit'>;
  readonly replications: number;
  readonly figures: Figures;
  readonly verdict: PoolVerdict;
  /** The first run's slices, without its warm-up. */
  readonly timeline: readonly TimelineSlice[];
  /** When the incident was, and how long after it the pool was back, on average; absent when it never was in some run. */
  readonly recovery?: { readonly fromMs: number; readonly toMs: number; readonly meanMs?: number };
}

/** What `simulate` found. */
export interface SimulationOutcome {
  readonly scenario: string;
  readonly summary: string;
  /** What the charts mark; absent where nothing happens. */
  readonly label?: string;
  /** The load in words. */
  readonly load: string;
  readonly targets: SimulationTargets;
  readonly deadlineMs?: number;
  /** The most that run at once. */
  readonly mostInstances: number;
  readonly instances: number;
  readonly maxConnections?: number;
  readonly warmupMs: number;
  /** Measured, after the warm-up. */
  readonly durationMs: number;
  readonly seed: number;
  readonly isSweep: boolean;
  readonly isFinished: boolean;
  readonly pools: readonly SimulatedPool[];
}

export function settingsText({ connections, ...limits }: SimulatedPool['settings']): string {
  return poolText({ connectionLimit: connections, ...limits });
}

export function answerOf({ isSure, meetsTargets }: PoolVerdict): 'yes' | 'no' | 'unknown' {
  if (!isSure) return 'unknown';
  return meetsTargets ? 'yes' : 'no';
}
