import { percentilesOf } from '../../src/probe/analyse/figures.ts';
import type { LoopFigures, ProbeMode, ProbeResult, ProbeRun, RampLevel } from '../../src/probe/result.ts';
import { probeSchemaName } from '../../src/probe/schema-name.ts';
import { HdrHistogram } from '../../src/stats/hdr/hdr-histogram.ts';
import { known } from './known.ts';

/** A whole result of `probe`, as it is after a good run in that mode; `changes` go over it. */
export function probeResult(mode: ProbeMode = 'ramp', changes: Partial<ProbeResult> = {}): ProbeResult {
  return { ...common, mode, ...byMode[mode](), ...changes };
}

/** The document that `probe --json` writes, as text. */
export function probeDocument(result: ProbeResult, warnings: readonly object[] = []): string {
  const finite = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
  return JSON.stringify({ schema: probeSchemaName, poolctl: '0.1.0', result, warnings }, finite);
}

const around = (value: number, share = 0.05) => ({ value, low: value * (1 - share), high: value * (1 + share) });

/** Times between 0 and a few times their median, the same each time: quantiles of a lognormal law. */
export function histogramOf(medianMs: number, sigma: number, count = 6_000, zeros = 0): HdrHistogram {
  const histogram = new HdrHistogram();
  for (let index = 0; index < count; index += 1) {
    const u = (index + 0.5) / count;
    const isZero = u < zeros;
    const normal = Math.log((u - zeros) / (1 - u)) / 1.702; // The logistic law, near enough to the normal one.
    histogram.record(isZero ? 0 : medianMs * 1_000 * Math.exp(sigma * normal));
  }
  return histogram;
}

/** A run in open loop at 200 a second for half a minute. */
export function probeRun(
  changes: Partial<ProbeRun> = {},
  { waitMs = 4, serviceMs = 48 }: { waitMs?: number; serviceMs?: number } = {},
): ProbeRun {
  const [lag, wait, connect, service, total] = [
    histogramOf(0.05, 0.6),
    histogramOf(waitMs, 1, 6_000, 0.7),
    new HdrHistogram(),
    histogramOf(serviceMs, 0.45),
    histogramOf(serviceMs + waitMs / 3, 0.47),
  ] as const;
  const [waits, services] = [percentilesOf(wait), percentilesOf(service)];
  return {
    label: '200/s',
    pool: { connectionLimit: 16, queueLimit: 9, acquireTimeoutMs: 30_000 },
    loop: 'open',
    wantedPerSecond: 200,
    throughputPerSecond: around(199.6, 0.02),
    requests: 6_003,
    completed: 6_000,
    failed: {},
    failureLabels: {},
    unsent: 0,
    unfinished: 3,
    stillWaiting: 2,
    measuredMs: 30_000,
    waitMs: waits,
    waitProbability: around(0.3, 0.1),
    meanWaitMs: around(known(waits.mean), 0.2),
    p99WaitMs: around(known(waits.p99), 0.15),
    serviceMs: services,
    meanServiceMs: around(known(services.mean), 0.03),
    totalMs: percentilesOf(total),
    lagMs: percentilesOf(lag),
    trustworthy: true,
    steady: true,
    overCapacity: false,
    client: { eventLoopUtilization: 0.12, cpuPerSecond: 0.14, lagP99Ms: 0.31 },
    series: Array.from({ length: 30 }, (_, second) => ({
      completed: 200 + Math.round(14 * Math.sin(second * 1.7)),
      failed: 0,
      p50Ms: 49 + 3 * Math.sin(second),
      p95Ms: 98 + 12 * Math.sin(second * 0.9),
      p99Ms: 140 + 30 * Math.sin(second * 1.3),
      waiting: Math.max(0, Math.round(3 * Math.sin(second * 2.1))),
      longestQueue: Math.max(0, Math.round(3 * Math.sin(second * 2.1))) + 2,
      connections: 16,
    })),
    histogramsUs: {
      lag: lag.encode(),
      wait: wait.encode(),
      connect: connect.encode(),
      service: service.encode(),
      total: total.encode(),
    },
    serviceBuckets: service.buckets().map(({ from, to, count }) => ({ fromMs: from / 1_000, toMs: to / 1_000, count })),
    ...changes,
  };
}

const loop = (tps: number, p50: number, p95: number, share: number, busy: number): Required<LoopFigures> => ({
  throughputPerSecond: around(tps, share),
  serviceP50Ms: p50,
  serviceP95Ms: p95,
  totalP95Ms: p95 * 3,
  completed: Math.round(tps * 9),
  failed: 0,
  client: { eventLoopUtilization: busy, cpuPerSecond: busy * 0.8, lagP99Ms: 0.4 },
});

/** Throughput grows until 16 connections, and falls a little after. */
export const rampLevels: readonly RampLevel[] = (
  [
    [1, 21.5, 44, 71, 0.06, 0.05],
    [2, 44, 45, 70, 0.05, 0.07],
    [4, 86, 45, 74, 0.05, 0.1],
    [8, 165, 46, 82, 0.04, 0.16],
    [12, 231, 49, 96, 0.05, 0.21],
    [16, 268, 57, 118, 0.05, 0.25],
    [24, 272, 86, 181, 0.07, 0.26],
    [32, 264, 118, 262, 0.06, 0.26],
  ] as const
).map(([connectionLimit, tps, p50, p95, share, busy]) => ({
  ...loop(tps, p50, p95, share, busy),
  connectionLimit,
  rounds: 3,
  boundBy: connectionLimit < 16 ? 'pool' : 'server',
  steady: connectionLimit !== 24,
}));

const recommendation = {
  connectionLimit: 16,
  queueLimit: 9,
  acquireTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  basis: 'demand',
  needed: 16,
  most: 24,
  reasons: [
    '200/s x 51 ms = 10.2 connections in use; 16 keep the p99 wait below 51 ms.',
    'More than 24 connections bring no more throughput.',
  ],
} as const;

const common = {
  finished: 'complete',
  target: {
    engine: 'postgres',
    version: '15.18',
    address: '127.0.0.1:5432',
    user: 'app',
    database: 'app',
    encrypted: false,
  },
  workload: {
    name: 'orders.sql',
    description: 'Reads an order with its items, by a random id.',
    readOnly: true,
    transportOnly: false,
  },
  budget: { usableConnections: 97, freeConnections: 92, limitedBy: 'max_connections', share: 0.5, allowed: 46 },
  load: { tps: 200, arrivals: 'poisson', seed: 1, threads: 1, durationMs: 60_000 },
  transport: {
    roundTripMs: { least: 0.061, p50: 0.094, p95: 0.45 },
    connectMs: { count: 20, tcp: 0.09, login: 3.4, setup: 0.4, p50: 3.9, p95: 6.5 },
  },
  cleanUp: { verified: true, sessionsOpened: 134, sessionsLeft: 0, cancelled: 0, objectsLeft: [] },
  seconds: 61.4,
  metadata: { startedAt: '2026-11-22T04:30:00.000Z', node: 'v20.20.2', drivers: 'pg 8.23.1', cores: 2 },
} as const;

const ramp = () => ({
  ramp: {
    workers: 64,
    rounds: 3,
    levels: rampLevels,
    knee: {
      connectionLimit: 16,
      throughputPerSecond: 268,
      limitedBy: 'server',
      reason: 'from 16 connections on, throughput stays at 268/s while the service time grows with the pool',
      power: 12,
    },
    usl: {
      singleThroughputPerSecond: 22.6,
      contention: 0.018,
      coherency: 0.00085,
      peak: {
        verdict: 'observed',
        concurrency: 34,
        throughputPerSecond: 290,
        concurrencyInterval: { low: 24, high: 40 },
        throughputInterval: { low: 270, high: 310 },
        concurrencyDelta: undefined,
        throughputDelta: undefined,
      },
      uncertainty: { singleThroughputPerSecond: undefined, contention: undefined, coherency: undefined },
    },
  } as const,
  recommendation,
});

const byMode: Readonly<Record<ProbeMode, () => Pick<ProbeResult, 'runs'> & Partial<ProbeResult>>> = {
  ramp: () => ({
    ...ramp(),
    runs: [
      probeRun({ label: '200/s, 12 connections', pool: { connectionLimit: 12 } }, { waitMs: 30 }),
      probeRun({ label: '200/s, 16 connections' }),
    ],
  }),
  load: () => ({ runs: [probeRun()] }),
  verify: () => ({
    runs: [probeRun()],
    verification: {
      checks: [
        { name: 'have to wait', predicted: 0.28, measured: around(0.3, 0.1), unit: 'ratio', agrees: true },
        { name: 'p99 wait', predicted: 61, measured: around(44, 0.15), unit: 'ms', agrees: false },
        { name: 'in use', predicted: 10.2, measured: around(10.1, 0.03), unit: 'connections', agrees: true },
        { name: 'served', predicted: 200, measured: around(199.6, 0.02), unit: 'perSecond', agrees: true },
      ],
      agrees: false,
    },
  }),
  compare: () => ({
    runs: [
      probeRun({ label: '10/0', pool: { connectionLimit: 10 } }, { waitMs: 180 }),
      probeRun({ label: '90/50', pool: { connectionLimit: 90, queueLimit: 50 } }, { waitMs: 2 }),
    ],
    comparison: [
      {
        ...{ name: 'p99 wait', unit: 'ms', first: 180, second: 2, isReal: true },
        difference: { value: -178, low: -190, high: -166 },
      },
      {
        ...{ name: 'mean wait', unit: 'ms', first: 41, second: 0.3, isReal: true, rounds: 5 },
        difference: { value: -40.7, low: -41, high: -36 },
        ratio: { value: 0.01, low: 0.004, high: 0.02 },
      },
      {
        ...{ name: 'lost', unit: 'ratio', first: 0, second: 0.01, isReal: false },
        difference: { value: 0.01, low: -Number.MAX_VALUE, high: Number.MAX_VALUE },
      },
    ],
  }),
  'compare-unpooled': () => ({
    runs: [],
    unpooled: [1, 4, 16].map((concurrency) => ({
      concurrency,
      pooled: loop(2_500 * concurrency ** 0.6, 0.3, 0.6, 0.06, 0.6),
      unpooled: loop(70 * concurrency ** 0.4, 8, 14, 0.08, 0.8),
    })),
  }),
  stall: () => ({
    runs: [
      probeRun({
        label: 'frozen for 5 s',
        failed: { 'acquire-timeout': 212, 'queue-full': 640, 'statement-timeout': 3 },
        failureLabels: { '57014': 3 },
        series: probeRun().series.map((second, index) =>
          index >= 10 && index < 15
            ? { completed: 0, failed: 170, waiting: 9, connections: second.connections }
            : second,
        ),
      }),
    ],
    stall: {
      fromMs: 10_000,
      toMs: 15_000,
      requestsDuring: 1_004,
      servedLate: 149,
      failedDuring: { 'acquire-timeout': 212, 'queue-full': 640, 'statement-timeout': 3 },
      longestQueue: 9,
      longestWaitMs: 5_010,
      recoveredAfterMs: 420,
    },
  }),
};
