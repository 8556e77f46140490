import type { PoolLimits } from '../base/pool-notation.ts';
import { near } from '../stats/estimate.ts';
import { meetsTargets } from './analyse/targets.ts';
import type { ProbeResult, ProbeRun } from './result.ts';

/** The settings that a probe ended with, and whether a run under their load met the targets. */
export interface ProvedPool extends PoolLimits {
  /** Requests a second to one pool that they are for. */
  readonly ratePerSecond: number;
  /** A whole run at this rate waited and lost no more than the targets allow. */
  readonly isProved: boolean;
}

/** Of the mean rate of bursts. */
const rounding = 1e-6;

/** Undefined where a probe neither recommends settings for a rate nor tests one pool under one. */
export function provedPoolOf(result: ProbeResult): ProvedPool | undefined {
  const { recommendation, load, runs, mode } = result;
  if (recommendation) {
    const pool = limitsOf(recommendation);
    const { tps } = load;
    if (tps === undefined) return undefined;
    const run = runs.findLast((one) => isAt(pool, one) && near(one.wantedPerSecond ?? 0, tps, rounding));
    return poolAt(pool, tps, run, result);
  }
  const [run] = runs;
  const isOfOnePool = mode === 'load' || mode === 'verify';
  // Of unequal pools none stands for the others.
  if (!isOfOnePool || run?.wantedPerSecond === undefined || run.connectionsInAll !== undefined) return undefined;
  return poolAt(run.pool, run.wantedPerSecond / (run.instances ?? 1), run, result);
}

function poolAt(
  pool: PoolLimits,
  ratePerSecond: number,
  run: ProbeRun | undefined,
  { finished, shards }: ProbeResult,
): ProvedPool {
  // Shards that left no result may have loaded the server, or not.
  const isWhole = finished === 'complete' && (shards?.missing ?? []).length === 0;
  const isProved = isWhole && run !== undefined && meetsTargets(run);
  return { ...limitsOf(pool), ratePerSecond, isProved };
}

function limitsOf({ connectionLimit, queueLimit, acquireTimeoutMs }: PoolLimits): PoolLimits {
  return {
    connectionLimit,
    ...(queueLimit !== undefined && { queueLimit }),
    ...(acquireTimeoutMs !== undefined && { acquireTimeoutMs }),
  };
}

function isAt(pool: PoolLimits, { pool: of, loop }: ProbeRun): boolean {
  return (
    loop === 'open' &&
    of.connectionLimit === pool.connectionLimit &&
    of.queueLimit === pool.queueLimit &&
    of.acquireTimeoutMs === pool.acquireTimeoutMs
  );
}
