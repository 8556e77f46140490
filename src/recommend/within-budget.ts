import type { SizeResult } from '../size/result.ts';
import type { PoolJudgement } from './judge.ts';
import type { RecommendResult } from './result.ts';
import type { Sizing } from './sizing.ts';

/** A judgement that the server has room for, and the pool as `size` sees it. */
export interface Fitted {
  readonly judged: PoolJudgement;
  readonly sized: SizeResult;
}

/** A pool that the server has no room for is not recommended: the largest that fits is, if it is larger than now. */
export function withinBudget(
  judged: PoolJudgement,
  nextNeed: SizeResult,
  sizing: Sizing,
  limit: number,
  factor: number,
): Fitted {
  const as = (connectionLimit: number) =>
    connectionLimit === nextNeed.connectionLimit ? nextNeed : sizing.judge({ connectionLimit }, factor);
  const sized = as(judged.connectionLimit);
  const { budget } = sized;
  if (judged.decision !== 'raise' || !budget || budget.fits) return { judged, sized };
  const most = budget.largestConnectionLimit;
  const room = `the server has ${budget.availableConnections} connections for all instances, ${most} for each pool`;
  if (most > limit) {
    const why = `${judged.why} But ${room}: raise it to ${most}, which is not enough.`;
    return { judged: { ...judged, connectionLimit: most, why }, sized: as(most) };
  }
  const why = `Keep ${limit}: it is too small (${judged.connectionLimit} are needed), and there is no room: ${room}.`;
  const cause = {
    cause: 'no-room',
    evidence: [judged.why],
    fix: 'Hold connections for a shorter time, run fewer instances, raise max_connections, or put a transaction pooler in front: `poolctl size` has the numbers.',
  } as const;
  return { judged: { ...judged, decision: 'keep', connectionLimit: limit, why, cause }, sized: as(limit) };
}

/** What the change takes of the server's connections; nothing where no server is known. */
export function changedBudget(
  limit: number,
  { budget, fleet, connectionLimit }: SizeResult,
): Pick<RecommendResult, 'budget'> {
  if (!budget) return {};
  const { pools } = fleet.rollout;
  const { availableConnections, fits } = budget;
  return {
    budget: { nowConnections: pools * limit, connections: pools * connectionLimit, availableConnections, fits },
  };
}
