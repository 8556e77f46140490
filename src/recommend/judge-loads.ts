import { PoolctlError } from '../base/errors.ts';
import { formatDuration, formatNumber } from '../base/units.ts';
import type { MeasuredLoad } from '../measure/document.ts';
import type { SeenFigure } from './compare.ts';
import type { KnownHold } from './hold-of.ts';
import type { RecommendInput, RecommendResult } from './result.ts';
import { sizingFor } from './sizing.ts';
import { changedBudget, withinBudget } from './within-budget.ts';

/** Room for the busiest hour, which a measurement of minutes has not seen. */
const marginRatio = 0.2;

/**
 * From measured loads alone, which have neither a time nor waits: a pool that is too small for them is raised; whether
 * another is right, a measurement of minutes does not say. @throws PoolctlError INPUT_MISSING
 */
export function judgeLoads(input: RecommendInput, pool: string): RecommendResult {
  const { before, after, fleet = {}, settings = {} } = input;
  const [now, old] = [heaviest(after.loads), heaviest(before?.loads ?? [])];
  if (!now) {
    throw new PoolctlError('INPUT_MISSING', 'There is no figure of a pool in the files of after.', {
      hint: 'Give lines of snapshot() or of `poolctl watch`, a recording, an answer of Prometheus, or what `poolctl measure` writes.',
    });
  }
  const limit = settings.connectionLimit;
  if (limit === undefined) {
    throw new PoolctlError('INPUT_MISSING', 'A measured load does not say how many connections the pool has.', {
      hint: 'Add --connection-limit N, the setting as it is now.',
    });
  }
  const instances = fleet.instances ?? 1;
  const ofOne = (load: MeasuredLoad) =>
    load.ratePerSecond / (load.isOfInstance ? 1 : instances) / (fleet.processesPerInstance ?? 1);
  const ratePerSecond = ofOne(now);
  const known: KnownHold = now.histogram
    ? { hold: { measured: { kind: 'histogram', buckets: now.histogram } }, basis: 'histogram' }
    : now.p95Ms === undefined
      ? { hold: { meanMs: now.meanMs }, basis: 'mean' }
      : { hold: { meanMs: now.meanMs, p95Ms: now.p95Ms }, basis: 'percentiles' };
  const load = (ratePerSecond * now.meanMs) / 1_000;
  const sizing = sizingFor(input, { ratePerSecond, load, unevenness: 1 }, known, instances);
  const [need, nextNeed] = [sizing.need(1), sizing.need(1 + marginRatio)];
  const isRaise = need.connectionLimit > limit;
  const measured = `${formatNumber(ratePerSecond)} requests a second, each holding a connection for ${formatDuration(now.meanMs)}, need ${need.connectionLimit}`;
  const to = isRaise ? nextNeed.connectionLimit : limit;
  const { judged, sized } = withinBudget(
    {
      decision: isRaise ? 'raise' : 'not-enough',
      connectionLimit: to,
      why: isRaise
        ? `Raise ${limit} to ${to} at least: ${measured}.`
        : `Not enough seen yet: ${measured}, of ${limit}; a measurement has neither the busiest hour nor waits. Watch the pool for a week.`,
    },
    nextNeed,
    sizing,
    limit,
    1 + marginRatio,
  );
  const { connectionLimit, notes: _, ...decided } = judged;
  const { warnings: __, ...withoutWarnings } = sized;
  return {
    pool: pool || now.what,
    ...decided,
    changes: [
      {
        ...{ setting: 'connectionLimit', now: limit, to: connectionLimit },
        change: connectionLimit > limit ? 'raise' : 'keep',
      },
    ],
    ...changedBudget(limit, sized),
    figures: figuresOf(old, now),
    seen: {
      after: { kinds: ['measurement'], hours: 0, days: 0, isWholeWeek: false, pools: instances, restarts: 0, gaps: 0 },
    },
    busiest: { instance: now.what, load, isAtLeast: false, unevenness: 1, ratePerSecond, holdMs: now.meanMs },
    need: { now: need.connectionLimit, nextWeek: nextNeed.connectionLimit },
    margin: { ratio: marginRatio, because: '20 %, for the busiest hour, which a measurement of minutes has not seen' },
    holdBasis: known.basis,
    ...(isRaise ? {} : { moreDays: 7 }),
    sized: withoutWarnings,
    notes: [...new Set([...(before?.notes ?? []), ...after.notes])],
    warnings: [],
  };
}

function heaviest(loads: readonly MeasuredLoad[]): MeasuredLoad | undefined {
  return loads.reduce<MeasuredLoad | undefined>(
    (most, one) => (one.ratePerSecond * one.meanMs > (most ? most.ratePerSecond * most.meanMs : -1) ? one : most),
    undefined,
  );
}

function figuresOf(old: MeasuredLoad | undefined, now: MeasuredLoad): SeenFigure[] {
  const known = (value: number) => ({ value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  return (
    [
      ['tps', 'ratePerSecond'],
      ['holdMs', 'meanMs'],
    ] as const
  ).map(([name, key]) => ({ name, ...(old && { before: known(old[key]) }), after: known(now[key]) }));
}
