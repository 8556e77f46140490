import { holdDistribution } from '../queueing/distribution.ts';
import { meanRatePerSecond } from '../traffic/arrivals.ts';
import type { QueueMemory } from './figures.ts';
import type { SimulationInput } from './model.ts';
import { type LoadedPools, steadyLoadOf } from './steady-load.ts';
import { runLength } from './warmup.ts';

/** How long each of several runs warms up and measures, in ms. */
export interface RunPlan {
  readonly warmupMs: number;
  readonly measuredMs: number;
  /** What the figures would need; the same or less where the plan is long enough, 0 where no state is steady. */
  readonly neededWarmupMs: number;
  readonly neededMs: number;
}

/** The runs that need 100 relaxation times each; fewer need longer ones. */
const usualReplications = 10;
/** Pools of one run that count as independent of each other. */
const mostIndependentPools = 5;
/** Without a need for more: a minute and 20 holds, or this many requests. */
const usualMs = 60_000;
const usualRequests = 100_000;
/** Where it is cheap, runs are longer than they need be, for narrower intervals: up to so many requests of all runs. */
const cheapRequests = 3e6;
const comfort = 4;

/**
 * Plans runs that all the pools of a comparison share: as long as the slowest needs, within `mostRequests` of all runs of
 * all pools together. `measuredMs` is what was asked for.
 */
export function planRuns(
  pools: readonly LoadedPools[],
  options: { readonly replications: number; readonly measuredMs?: number; readonly mostRequests: number },
): RunPlan {
  const { replications, measuredMs, mostRequests } = options;
  const needs = pools.map((pool) => needOf(pool, replications));
  const neededWarmupMs = Math.max(0, ...needs.map(({ warmupMs }) => warmupMs));
  const neededMs = Math.max(0, ...needs.map((need) => need.measuredMs));
  const [first] = pools;
  const meanHoldMs = first ? holdDistribution(first.hold).meanMs : 0;
  const requestsPerMs = first ? meanRatePerSecond(first.arrivals) / 1_000 : 0;
  const msOf = (requests: number) => requests / replications / Math.max(1, pools.length) / requestsPerMs;
  const mostMs = msOf(mostRequests);
  const wantedMs =
    measuredMs ??
    Math.max(
      neededMs,
      Math.min(comfort * neededMs, msOf(cheapRequests)),
      Math.min(Math.max(usualMs, 20 * meanHoldMs), usualRequests / requestsPerMs),
    );
  // Who asks for a long run pays for its warm-up too.
  const warmupMs = Math.min(neededWarmupMs, Math.max(mostMs / 4, mostMs - wantedMs, measuredMs ?? 0));
  return {
    warmupMs,
    measuredMs: measuredMs ?? Math.min(wantedMs, mostMs - warmupMs),
    neededWarmupMs,
    neededMs,
  };
}

/** What the runs know of the queue's ups and downs, for the intervals of their figures. */
export function queueMemoryOf(input: SimulationInput, replications: number): QueueMemory {
  const load = steadyLoadOf(input);
  if (!load) return {};
  const { relaxationMs } = runLength(load);
  const { warmupMs = 0, durationMs, pools = 1 } = input;
  const measuredMs = (durationMs - warmupMs) * replications * Math.min(pools, mostIndependentPools);
  const isWarm = warmupMs >= 2 * relaxationMs || durationMs >= 50 * relaxationMs;
  return {
    relaxationShare: relaxationMs / measuredMs,
    isSettled: isWarm && measuredMs >= 100 * relaxationMs,
    canLose: [input.queueLimit, input.acquireTimeoutMs, input.maxConnections].some(
      (limit = Infinity) => limit < Infinity,
    ),
  };
}

function needOf(input: LoadedPools, replications: number): { warmupMs: number; measuredMs: number } {
  const load = steadyLoadOf(input);
  const { meanMs, scv } = holdDistribution(input.hold);
  // In overload without limits there is no steady state; requests under way take the connections first.
  if (!load) return { warmupMs: (5 * meanMs * (1 + scv)) / 2, measuredMs: 0 };
  const { warmupMs, durationMs } = runLength(load, { quantile: 0.9 });
  const shares = replications * Math.min(input.pools ?? 1, mostIndependentPools);
  const ofARun = Math.max(0.2, usualReplications / shares);
  return { warmupMs, measuredMs: ofARun * Math.max(durationMs - warmupMs, 10 * burstCycleMs(input)) };
}

/** From a burst to the next; 0 where there are none. */
function burstCycleMs({ arrivals }: LoadedPools): number {
  return arrivals.kind === 'bursty' ? arrivals.burstMs + arrivals.quietMs : 0;
}
