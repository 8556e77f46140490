import type { PoolPrediction } from '../queueing/pool-model.ts';
import type { Targets } from './input.ts';

/** A target that the pool misses: what the model expects, and what was asked. Times in ms, shares 0 to 1. */
export interface MissedTarget {
  /** 'deadline': the share of the requests that hold a connection for longer. 'connections': so many at once are needed. */
  readonly target: 'wait' | 'loss' | 'utilization' | 'deadline' | 'connections';
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
  const { p99WaitMs, utilization } = prediction;
  const lost = prediction.rejectedRatio + prediction.timedOutRatio;
  return verdict({ lost, p99WaitMs, ...(isUtilizationAsked && { utilization }) }, targets);
}

interface Judged {
  readonly lost: number;
  readonly p99WaitMs: number | undefined;
  readonly utilization?: number;
}

function verdict({ lost, p99WaitMs, utilization = 0 }: Judged, targets: Targets): DemandVerdict {
  const missed: MissedTarget[] = [];
  if (lost > targets.maxLossRatio) missed.push({ target: 'loss', expected: lost, allowed: targets.maxLossRatio });
  if (p99WaitMs === undefined) missed.push({ target: 'wait', allowed: targets.maxWaitP99Ms });
  else if (p99WaitMs > targets.maxWaitP99Ms) {
    missed.push({ target: 'wait', expected: p99WaitMs, allowed: targets.maxWaitP99Ms });
  }
  if (utilization > targets.maxUtilization) {
    missed.push({ target: 'utilization', expected: utilization, allowed: targets.maxUtilization });
  }
  return { isMet: missed.length === 0, missed };
}
