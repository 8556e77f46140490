import { type PoolLimits, poolText } from '../../base/pool-notation.ts';
import type { Figures } from '../../simulate/figures.ts';
import type { ConnectionLending, ConnectionOpening, TimelineSlice } from '../../simulate/model.ts';
import type { PoolVerdict, SimulationTargets } from '../../simulate/verdict.ts';

/** A driver as it was played; what is left out is not known and was played as the simulator does without a driver. */
export interface SimulatedDriver {
  readonly name: string;
  /** In which version it was seen. */
  readonly version?: string;
  readonly lending?: ConnectionLending;
  readonly opening?: ConnectionOpening;
  /** A login, where the round trip is known. */
  readonly connectMs?: number;
  /** Round trips beside the query that are in the hold time, where the round trip is known. */
  readonly ownRoundTrips?: number;
}

/** A pool with what several runs of it came to. */
export interface SimulatedPool {
  readonly settings: { readonly connections: number } & Omit<PoolLimits, 'connectionLimit'>;
  readonly driver?: SimulatedDriver;
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
  /** What a login takes in a run that opens connections. */
  readonly connectMs?: number;
  readonly seed: number;
  readonly isSweep: boolean;
  readonly isFinished: boolean;
  readonly pools: readonly SimulatedPool[];
}

/** `90/50/30 s`, and the driver where one is played. */
export function settingsText({ settings, driver }: Pick<SimulatedPool, 'settings' | 'driver'>): string {
  const { connections, ...limits } = settings;
  const pool = poolText({ connectionLimit: connections, ...limits });
  return driver ? `${pool} ${driver.name}` : pool;
}

export function answerOf({ isSure, meetsTargets }: PoolVerdict): 'yes' | 'no' | 'unknown' {
  if (!isSure) return 'unknown';
  return meetsTargets ? 'yes' : 'no';
}
