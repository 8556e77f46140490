import { atLeast, positive, whole } from '../base/check-number.ts';
import { maxDurationMs, maxRatePerSecond } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { HoldLaws } from '../queueing/fit/hold-laws.ts';
import { checkHoldTime, type HoldTimeBasis, type HoldTimeInput, holdTimeBasis } from '../queueing/fit/hold-time.ts';
import type { SplitBy } from '../queueing/split.ts';
import { traceLoad } from '../queueing/trace-load.ts';
import type { Fleet } from './budget.ts';
import type { DriverFacts } from './driver-facts.ts';

/** A factor so large that nothing comes between the bursts; finite, so that JSON can hold it. */
export const onAndOff = 1e9;

/** Bursts of `factor` times the quiet rate, `burstMs` long and `quietMs` apart, both on average. */
export interface Burst {
  readonly factor: number;
  readonly burstMs: number;
  readonly quietMs: number;
}

/** The load on the pools, as measured. */
export interface Workload extends HoldTimeInput {
  /** Requests (transactions) a second that want a connection. */
  readonly arrivalRatePerSecond?: number;
  /** What the rate was measured over: one instance (default), or the whole fleet, which is then divided by its instances. */
  readonly scope?: 'instance' | 'fleet';
  /** One round trip, added to the hold time, once more for each round trip of the driver's own: an SSH tunnel, another region. */
  readonly roundTripMs?: number;
  /** Arrivals in bursts: `factor` times the quiet rate for burstMs, quietMs apart, both on average. The rate stays the mean. */
  readonly burst?: Burst;
  /** Requests that come at one moment, 1 by default: a page that asks for ten things at once, a job that starts ten. */
  readonly batchSize?: number;
  /** Recorded moments of requests to one instance, in ms, not going back: their bursts are the load's. */
  readonly arrivalTimesMs?: readonly number[];
  /** Requests that fail come again so often, after this pause; the model then counts what fails for good. */
  readonly retries?: { readonly attempts: number; readonly pauseMs: number };
  /** Connections that one request holds at once; 1 by default. More nests acquisition and can deadlock. */
  readonly connectionsPerRequest?: number;
  /** The most requests that run together in one pool's process, when something bounds them (threads, a semaphore). */
  readonly concurrentRequests?: number;
  /** Batch jobs that run at once in one pool; each holds a connection for its whole run. */
  readonly batchJobs?: number;
}

/** The load as the formula sees it. All of one pool unless named otherwise. */
export interface OfferedLoad {
  readonly scope: 'instance' | 'fleet';
  readonly poolArrivalRatePerSecond: number;
  readonly instanceArrivalRatePerSecond: number;
  readonly fleetArrivalRatePerSecond: number;
  readonly holdTimeMs: number;
  readonly holdTimeBasis: HoldTimeBasis;
  /** Time on the wire in holdTimeMs. */
  readonly roundTripMs: number;
  /** The round trips that this is the time of, where the driver has some of its own beside the query. */
  readonly roundTrips?: number;
  readonly connectionsPerRequest: number;
  readonly batchJobs: number;
  /** As given, or as a trace shows them. */
  readonly burst?: Burst;
  readonly batchSize?: number;
  /** Variance over mean of the busy connections without a limit, of a trace whose arrivals are more even than chance. */
  readonly peakedness?: number;
  readonly retries?: NonNullable<Workload['retries']>;
  /** How the fleet's requests are dealt to its pools, where that is not at random. */
  readonly split?: { readonly pools: number; readonly splitBy: SplitBy };
  /** Connections in use by the formula: rate x hold time x connections per request. */
  readonly offeredLoad: number;
  /** Connections in use, on average, by the mean that the latencies stand for; low = high where it is known. */
  readonly meanLoad: {
    readonly estimate: number;
    readonly low: number;
    readonly high: number;
  };
}

/** A workload whose roundTripMs is the whole time on the wire of a hold. */
interface WiredWorkload extends Workload {
  readonly roundTrips?: number;
}

/**
 * The workload with the time that a hold spends on the wire: the round trip of the query and those of the driver's own. The
 * hold times of the input are without either, so nothing is in them twice.
 */
export function onTheWire({
  workload = {},
  driver,
}: {
  readonly workload?: Workload;
  readonly driver?: Pick<DriverFacts, 'checkout'>;
}): WiredWorkload {
  const own = driver?.checkout?.roundTrips ?? 0;
  const { roundTripMs = 0 } = workload;
  if (own === 0 || roundTripMs === 0) return workload;
  return { ...workload, roundTripMs: roundTripMs * (1 + own), roundTrips: 1 + own };
}

/** Turns checked numbers and their law into the load on one pool; undefined without a rate, where only a preset can answer. */
export function offeredLoad(workload: WiredWorkload, { fit }: HoldLaws, fleet: Fleet): OfferedLoad | undefined {
  const { scope = 'instance', roundTripMs = 0, connectionsPerRequest = 1, arrivalTimesMs } = workload;
  const hold = holdTimeBasis(workload);
  const traced = arrivalTimesMs && hold && traceLoad(arrivalTimesMs, fit.meanMs + roundTripMs).load;
  const rate = workload.arrivalRatePerSecond ?? traced?.arrivalRatePerSecond;
  if (rate === undefined || hold === undefined) return undefined;

  const { instances = 1, processesPerInstance = 1, balancer } = fleet;
  const pools = instances * processesPerInstance;
  const instanceRate = scope === 'fleet' ? rate / instances : rate;
  const poolRate = instanceRate / processesPerInstance;
  const connections = (holdMs: number) => (poolRate * (holdMs + roundTripMs) * connectionsPerRequest) / 1_000;
  return {
    scope,
    poolArrivalRatePerSecond: poolRate,
    instanceArrivalRatePerSecond: instanceRate,
    fleetArrivalRatePerSecond: instanceRate * instances,
    holdTimeMs: hold.ms + roundTripMs,
    holdTimeBasis: hold.basis,
    roundTripMs,
    connectionsPerRequest,
    batchJobs: workload.batchJobs ?? 0,
    ...withoutUndefined({
      roundTrips: workload.roundTrips,
      burst: workload.burst ?? finite(traced?.bursts),
      batchSize: workload.batchSize,
      peakedness: traced?.peakedness,
      retries: workload.retries,
      split: balancer && balancer !== 'random' && pools > 1 ? { pools, splitBy: balancer } : undefined,
    }),
    offeredLoad: connections(hold.ms),
    meanLoad: {
      estimate: connections(fit.meanMs),
      low: connections(fit.lowMeanMs),
      high: connections(fit.highMeanMs),
    },
  };
}

function finite(bursts: Burst | undefined): Burst | undefined {
  return bursts && { ...bursts, factor: Math.min(bursts.factor, onAndOff) };
}

/** Refuses numbers that no load can have (VALUE_INVALID, INPUT_CONTRADICTION). */
export function checkWorkload(workload: Workload): void {
  positive('arrivalRatePerSecond', workload.arrivalRatePerSecond, maxRatePerSecond);
  for (const name of ['holdMs', 'meanMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const) {
    positive(name, workload[name], maxDurationMs);
  }
  atLeast('roundTripMs', workload.roundTripMs, 0, maxDurationMs);
  atLeast('burst.factor', workload.burst?.factor, 1, onAndOff);
  whole('batchSize', workload.batchSize, 1);
  whole('retries.attempts', workload.retries?.attempts, 0);
  atLeast('retries.pauseMs', workload.retries?.pauseMs, 0, maxDurationMs);
  positive('burst.burstMs', workload.burst?.burstMs, maxDurationMs);
  positive('burst.quietMs', workload.burst?.quietMs, maxDurationMs);
  whole('connectionsPerRequest', workload.connectionsPerRequest, 1);
  whole('concurrentRequests', workload.concurrentRequests, 1);
  whole('batchJobs', workload.batchJobs, 0);
  checkHoldTime(workload);
}
