import { poolText } from '../base/pool-notation.ts';
import { formatDuration, formatNumber, formatRatio, tidy } from '../base/units.ts';
import type { Warning } from '../base/warning.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { holdDistribution } from '../queueing/distribution.ts';
import { predictPool } from '../queueing/predict.ts';
import { meanRatePerSecond } from '../traffic/arrivals.ts';
import { maxRunMs } from './check-input.ts';
import type { Figures } from './figures.ts';
import type { RunPlan } from './run-plan.ts';
import { type LoadedPools, steadyLoadOf } from './steady-load.ts';
import { runLength } from './warmup.ts';

/** The most requests that one answer may take: about ten minutes of work. */
export const mostRequests = 2e9;

/** A plan that is shorter than the figures of one of its pools need. */
export function lengthWarning(
  { warmupMs, measuredMs, neededWarmupMs, neededMs }: RunPlan,
  pools: readonly LoadedPools[],
  runs: number,
): Warning[] {
  const isShort = (ms: number, neededLengthMs: number) => ms < 0.999 * neededLengthMs;
  const slowest = slowestOf(pools);
  if (!slowest || (!isShort(measuredMs, neededMs) && !isShort(warmupMs, neededWarmupMs))) return [];
  const lengthMs = Math.max(neededMs, measuredMs);
  const warmup = isShort(warmupMs, neededWarmupMs) ? ` after ${formatDuration(neededWarmupMs)}` : '';
  const requests = (meanRatePerSecond(slowest.arrivals) / 1_000) * (neededWarmupMs + lengthMs) * runs;
  const isPossible = requests <= mostRequests && lengthMs + neededWarmupMs <= maxRunMs;
  const { connections: connectionLimit, ...limits } = slowest;
  return [
    {
      code: 'RUN_TOO_SHORT',
      message: `Each run measures ${formatDuration(measuredMs)} after ${formatDuration(warmupMs)} of warm-up. The queue of ${poolText({ connectionLimit, ...limits })} changes so slowly that ${formatDuration(lengthMs)}${warmup} would be needed; the intervals allow for it.`,
      hint:
        isShort(measuredMs, neededMs) && isPossible
          ? `Add --duration ${roundedUp(lengthMs)}, which simulates ${Math.ceil(requests / 1e6)} million requests.`
          : `No run that poolctl takes is long enough this near to full load.${modelText(slowest)} Look at a few connections more.`,
    },
  ];
}

/** The pool whose queue forgets last. */
function slowestOf(pools: readonly LoadedPools[]): LoadedPools | undefined {
  const relaxationMs = (pool: LoadedPools) => {
    const load = steadyLoadOf(pool);
    return load ? runLength(load).relaxationMs : 0;
  };
  return pools.toSorted((a, b) => relaxationMs(b) - relaxationMs(a))[0];
}

/** What the model says instead, of a load that it knows. */
function modelText(pool: LoadedPools): string {
  const { arrivals, hold, connections, queueLimit, acquireTimeoutMs, pools = 1, lending = 'queue' } = pool;
  if (arrivals.kind !== 'poisson' || pools > 1 || lending !== 'queue') return '';
  const { p99WaitMs } = predictPool({
    hold,
    connections,
    arrivalRatePerSecond: arrivals.ratePerSecond,
    ...withoutUndefined({ queueLimit, acquireTimeoutMs }),
  });
  return p99WaitMs === undefined ? '' : ` The model expects a p99 wait of ${formatDuration(p99WaitMs)}.`;
}

/**
 * Connections in use against what the load must use, rate x mean hold x share served, wherever nothing happens and the
 * load can be carried: they differ when a run is too short for its holds or has not filled up.
 */
export function busyWarning(input: LoadedPools, { meanBusy, lostRatio }: Figures): Warning[] {
  if (!steadyLoadOf(input) || input.arrivals.kind === 'trace') return [];
  const { meanMs } = holdDistribution(input.hold);
  const served = 1 - lostRatio.mean;
  const expected = (meanRatePerSecond(input.arrivals) / 1_000) * meanMs * served;
  const difference = Math.abs(meanBusy.mean - expected);
  // Beyond twice the half width of 95 %, chance is out of the question.
  const isChance = difference <= 2 * (Number.isFinite(meanBusy.halfWidth) ? meanBusy.halfWidth : 0);
  if (isChance || difference <= 0.03 * expected) return [];
  return [
    {
      code: 'RUN_TOO_SHORT',
      message: `${formatNumber(meanBusy.mean)} connections are in use on average, but the load${served < 1 ? ` (${formatRatio(served)} of it served)` : ''} uses ${formatNumber(expected)}: the runs are too short for these hold times.`,
      hint: 'Leave --duration out, or make it longer.',
    },
  ];
}

/** A time as flags take it, with two digits, and no shorter. */
function roundedUp(ms: number): string {
  const [unit, unitMs] =
    ms < 120_000 ? (['s', 1_000] as const) : ms < 7_200_000 ? (['min', 60_000] as const) : (['h', 3_600_000] as const);
  const amount = ms / unitMs;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(amount)) - 1);
  return `${tidy(Math.ceil(amount / step) * step)}${unit}`;
}
