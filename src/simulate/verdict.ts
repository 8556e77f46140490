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
  /** Whether the estimate meets it. One that may be anything, of runs that are too short, meets nothing. */
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
  const { maxWaitP99Ms, maxLossRatio, minInTimeRatio } = targets;
  const checks = [
    atMost('wait', 'p99WaitMs', figures, maxWaitP99Ms, Infinity),
    atMost('loss', 'lostRatio', figures, maxLossRatio, 1),
    ...(minInTimeRatio === undefined ? [] : [atLeast('deadline', 'answeredInTimeRatio', figures, minInTimeRatio)]),
  ];
  const missed = checks.filter(({ isMet }) => !isMet);
  return {
    meetsTargets: missed.length === 0,
    isSure: missed.length === 0 ? checks.every(({ isSure }) => isSure) : missed.some(({ isSure }) => isSure),
    checks,
  };
}

/** `unknown` is the upper bound where the runs know none. */
function atMost(target: TargetName, figure: FigureName, figures: Figures, bound: number, unknown: number): TargetCheck {
  const { mean, low, high } = figures[figure];
  return { target, figure, bound, isMet: mean <= bound && high < unknown, isSure: high <= bound || low > bound };
}

function atLeast(target: TargetName, figure: FigureName, figures: Figures, bound: number): TargetCheck {
  const { mean, low, high } = figures[figure];
  return { target, figure, bound, isMet: mean >= bound && low > 0, isSure: low >= bound || high < bound };
}
