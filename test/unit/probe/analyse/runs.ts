import type { Batch, StepRun } from '../../../../src/probe/load/model.ts';
import type { RampLevel } from '../../../../src/probe/result.ts';
import type { HoldLaw } from '../../../../src/queueing/hold-law.ts';
import { HdrHistogram } from '../../../../src/stats/hdr/hdr-histogram.ts';
import { holdSampler } from '../../../../src/traffic/holds.ts';
import { randomStreams } from '../../../../src/traffic/random.ts';

/** A run in which nothing happened, with what a test changes. */
export function stepRun(changes: Partial<StepRun> = {}): StepRun {
  return {
    measuredMs: 1_000,
    requests: 0,
    completed: 0,
    failed: {},
    failureLabels: {},
    unsent: 0,
    unfinished: 0,
    stillWaiting: 0,
    histogramsUs: histograms(),
    batchMs: 50,
    batches: [],
    seconds: [],
    client: { eventLoopUtilization: 0.3, cpuPerSecond: 0.3, gcMs: 0, threads: 1 },
    overCapacity: false,
    cutShort: false,
    ...changes,
  };
}

export function histograms() {
  return {
    lag: new HdrHistogram(),
    wait: new HdrHistogram(),
    connect: new HdrHistogram(),
    service: new HdrHistogram(),
    total: new HdrHistogram(),
  };
}

/** A run that completed so many in each of its stretches of 50 ms. */
export function runOf(completed: readonly number[], client: Partial<StepRun['client']> = {}): StepRun {
  const batches = completed.map((count) => ({ completed: count, serviceMs: count * 2, waitMs: 0 }));
  const all = completed.reduce((sum, count) => sum + count, 0);
  const filled = histograms();
  filled.service.record(2_000, all);
  filled.total.record(2_000, all);
  const run = stepRun({
    measuredMs: completed.length * 50,
    requests: all,
    completed: all,
    batches,
    histogramsUs: filled,
  });
  return { ...run, client: { ...run.client, ...client } };
}

export interface SimulatedPool {
  readonly connections: number;
  readonly ratePerSecond: number;
  readonly hold: HoldLaw;
  readonly seconds: number;
  readonly seed: number;
}

/**
 * What an open loop would measure at a pool that is known: Poisson arrivals, each served by the connection that is free
 * first (Kiefer and Wolfowitz), after a fifth of the time to warm up. The batches are those of poolctl: a hundred.
 */
export function simulatedRun({ connections, ratePerSecond, hold, seconds, seed }: SimulatedPool): StepRun {
  const random = randomStreams(seed);
  const nextHold = holdSampler(hold, random.holds);
  const freeAtMs = new Float64Array(connections);
  const measuredMs = seconds * 1_000;
  const warmupMs = measuredMs / 5;
  const batchMs = measuredMs / 100;
  const filled = histograms();
  const batches: Required<Omit<Batch, 'ended'>>[] = Array.from({ length: 100 }, () => ({
    completed: 0,
    waited: 0,
    serviceMs: 0,
    waitMs: 0,
  }));
  let completed = 0;
  for (let nowMs = 0; ; ) {
    nowMs += (random.arrivals.exponential() * 1_000) / ratePerSecond;
    if (nowMs >= warmupMs + measuredMs) break;
    const first = earliest(freeAtMs);
    const startMs = Math.max(nowMs, freeAtMs[first] ?? 0);
    const serviceMs = nextHold();
    freeAtMs[first] = startMs + serviceMs;
    const batch = batches[Math.floor((nowMs - warmupMs) / batchMs)];
    if (nowMs < warmupMs || !batch) continue;
    const waitMs = startMs - nowMs;
    completed += 1;
    batches[Math.floor((nowMs - warmupMs) / batchMs)] = {
      completed: batch.completed + 1,
      waited: batch.waited + (waitMs > 0 ? 1 : 0),
      serviceMs: batch.serviceMs + serviceMs,
      waitMs: batch.waitMs + waitMs,
    };
    filled.lag.record(5);
    filled.wait.record(waitMs * 1_000);
    filled.service.record(serviceMs * 1_000);
    filled.total.record((waitMs + serviceMs) * 1_000);
  }
  return stepRun({ measuredMs, requests: completed, completed, histogramsUs: filled, batchMs, batches });
}

function earliest(freeAtMs: Float64Array): number {
  let first = 0;
  for (let index = 1; index < freeAtMs.length; index += 1) {
    if ((freeAtMs[index] ?? 0) < (freeAtMs[first] ?? 0)) first = index;
  }
  return first;
}

/** A level of a ramp as it was measured, with the noise that is given. */
export function level(
  connectionLimit: number,
  throughputPerSecond: number,
  serviceP50Ms: number,
  serviceP95Ms: number,
  changes: Partial<RampLevel> = {},
): RampLevel {
  return {
    connectionLimit,
    rounds: 3,
    boundBy: 'pool',
    steady: true,
    throughputPerSecond: {
      value: throughputPerSecond,
      low: throughputPerSecond * 0.98,
      high: throughputPerSecond * 1.02,
    },
    serviceP50Ms,
    serviceP95Ms,
    totalP95Ms: serviceP95Ms,
    completed: Math.round(throughputPerSecond),
    failed: 0,
    client: { eventLoopUtilization: 0.3, cpuPerSecond: 0.3, lagP99Ms: 0 },
    ...changes,
  };
}
