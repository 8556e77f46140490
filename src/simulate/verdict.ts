import type { FigureName, Figures } from './figures.ts';

/** What a simulated pool must achieve. */
export interface SimulationTargets {
  readonly maxWaitP99Ms: number;
  /** Share of the requests that may fail for good. */
  readonly maxLossRatio: number;
  /** Share of the requests to be answered within the deadline; only with one. */
  readonly minInTimeRatio?: number;
}

type TargetName = 'wait' | 'loss' | 'deadline';

/** One target and how the pool did by it. */
export interface TargetCheck {
  readonly target: TargetName;
  readonly figure: FigureName;
  readonly bound: number;
  /** Whether the estimate meets it, and the runs can tell: an estimate without an upper bound meets nothing. */
  readonly isMet: boolean;
  /** False where the interval of the estimate reaches to both sides of the bound. */
  readonly isSure: boolean;
}

/** How a pool did by its targets. */
export interface PoolVerdict {
  readonly meetsTargets: boolean;
  readonly isSure: boolean;
  readonly checks: readonly TargetCheck[];
}

export function judgePool(figures: Figures, targets: SimulationTargets): PoolVerdict {
  const checks = [
    checkOf('wait', 'p99WaitMs', figures, targets.maxWaitP99Ms, 'at most'),
    checkOf('loss', 'lostRatio', figures, targets.maxLossRatio, 'at most'),
    ...(targets.minInTimeRatio === undefined
      ? []
      : [checkOf('deadline', 'answeredInTimeRatio', figures, targets.minInTimeRatio, 'at least')]),
  ];
  const missed = checks.filter(({ isMet }) => !isMet);
  return {
    meetsTargets: missed.length === 0,
    isSure: missed.length === 0 ? checks.every(({ isSure }) => isSure) : missed.some(({ isSure }) => isSure),
    checks,
  };
}

function checkOf(
  target: TargetName,
  figure: FigureName,
  figures: Figures,
  bound: number,
  side: 'at most' | 'at least',
): TargetCheck {
  const { mean, low, high } = figures[figure];
  if (side === 'at least') return { target, figure, bound, isMet: mean >= bound, isSure: low >= bound || high < bound };
  return { target, figure, bound, isMet: mean <= bound && high < Infinity, isSure: high <= bound || low > bound };
}
