import type { PoolPrediction } from '../queueing/pool-model.ts';
import type { Targets } from './input.ts';

/** A target that the pool misses: what the model expects, and what was asked. Times in ms, shares 0 to 1. */
export interface MissedTarget {
  readonly target: 'wait' | 'loss' | 'utilization';
  /** Left out where it grows without end. */
  readonly expected?: number;
  readonly allowed: number;
}

/** Whether a pool carries its load within the targets. */
export interface DemandVerdict {
  readonly isMet: boolean;
  readonly missed: readonly MissedTarget[];
}

/** Loss first: who is refused is worse off than who waits. A utilization counts where it was asked for, or where it is full. */
export function demandVerdict(
  prediction: PoolPrediction,
  targets: Targets,
  isUtilizationAsked: boolean,
): DemandVerdict {
  const missed: MissedTarget[] = [];
  const lost = prediction.rejectedRatio + prediction.timedOutRatio;
  if (lost > targets.maxLossRatio) missed.push({ target: 'loss', expected: lost, allowed: targets.maxLossRatio });
  const { p99WaitMs } = prediction;
  if (p99WaitMs === undefined) missed.push({ target: 'wait', allowed: targets.maxWaitP99Ms });
  else if (p99WaitMs > targets.maxWaitP99Ms) {
    missed.push({ target: 'wait', expected: p99WaitMs, allowed: targets.maxWaitP99Ms });
  }
  if (isUtilizationAsked && prediction.utilization > targets.maxUtilization) {
    missed.push({ target: 'utilization', expected: prediction.utilization, allowed: targets.maxUtilization });
  }
  return { isMet: missed.length === 0, missed };
}
