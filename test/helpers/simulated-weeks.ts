import { HdrHistogram } from '../../src/stats/hdr/hdr-histogram.ts';
import { toMicroseconds, toMilliseconds } from '../../src/stats/hdr/microseconds.ts';
import { RandomStream } from '../../src/traffic/random.ts';

/** A Monday, 0:00 UTC. */
export const monday = Date.UTC(2026, 10, 2);
export const dayMs = 86_400_000;
const minuteMs = 60_000;
const hour = 3_600_000;

/** Some weeks of the pools of an application: first come, first served, with a time-out, request by request. */
export interface WeekPlan {
  readonly seed: number;
  readonly startMs?: number;
  readonly days?: number;
  readonly instances?: number;
  readonly connectionLimit: number;
  readonly acquireTimeoutMs?: number;
  /** Requests a second of one instance at the busiest hour of a workday. */
  readonly peakPerSecond: number;
  readonly meanHoldMs: number;
  /** The lognormal of the holds. */
  readonly sigma?: number;
  readonly sampleMs?: number;
  /** A request that never gives its connection back, as a share. */
  readonly leakRatio?: number;
  /** All processes are started anew then, from the start. */
  readonly deployAtMs?: number;
  /** Holds last so many times as long in between. */
  readonly slow?: { readonly fromMs: number; readonly toMs: number; readonly factor: number };
  /** Every day at 10:30, for two minutes, so many times the usual rate. */
  readonly burstFactor?: number;
}

/** What a pool shows when it is read, as in a snapshot. Totals are of its process. */
export interface SimulatedReading {
  readonly atMs: number;
  readonly observedMs: number;
  readonly inUse: number;
  readonly waiting: number;
  readonly asked: number;
  readonly granted: number;
  readonly timedOut: number;
  readonly uses: number;
  readonly useMs: number;
  readonly queued: number;
  readonly queuedMs: number;
  readonly quantiles: readonly [number, number, number];
  readonly buckets: readonly number[];
}

/** What really happened in an hour of one instance. */
export interface TrueHour {
  readonly asked: number;
  /** Of those, how many waited longer than the mean hold, or got nothing. */
  readonly late: number;
  readonly lost: number;
}

export interface SimulatedWeek {
  readonly plan: WeekPlan;
  readonly instances: readonly { readonly name: string; readonly readings: readonly SimulatedReading[] }[];
  readonly hours: readonly TrueHour[];
}

export const boundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

export function simulateWeek(plan: WeekPlan): SimulatedWeek {
  const { instances = 2 } = plan;
  const rates = ratesOf(plan);
  const runs = Array.from({ length: instances }, (_, index) => ({
    name: `app-${index + 1}`,
    ...runPool(plan, index, rates),
  }));
  return {
    plan,
    instances: runs.map(({ name, readings }) => ({ name, readings })),
    hours: runs.flatMap(({ hours }) => hours),
  };
}

/** Requests a second of one instance, by the minute: days and weekends, days that differ, and a noise of some minutes. */
function ratesOf({ seed, days = 7, peakPerSecond, startMs = monday, burstFactor = 1 }: WeekPlan): Float64Array {
  const random = new RandomStream(seed, 21);
  const rates = new Float64Array(days * 1_440);
  let [ofDay, noise] = [1, 0];
  for (let minute = 0; minute < rates.length; minute += 1) {
    const atMs = startMs + minute * minuteMs;
    const time = (atMs % dayMs) / hour;
    if (minute % 1_440 === 0) ofDay = Math.exp(0.05 * random.normal());
    noise = 0.9 * noise + 0.03 * random.normal();
    const isWeekend = Math.floor(atMs / dayMs + 3) % 7 >= 5;
    const shape = 0.15 + 0.85 * Math.exp(-(((time - 14) / 4) ** 2));
    const isBurst = time >= 10.5 && time < 10.5 + 2 / 60;
    rates[minute] =
      peakPerSecond * shape * (isWeekend ? 0.5 : 1) * ofDay * Math.exp(noise) * (isBurst ? burstFactor : 1);
  }
  return rates;
}

function quantilesOf(holds: HdrHistogram): SimulatedReading['quantiles'] {
  const at = (ratio: number) => toMilliseconds(holds.valueAt(ratio));
  return [at(0.5), at(0.95), at(0.99)];
}

function runPool(plan: WeekPlan, index: number, rates: Float64Array) {
  const { seed, startMs = monday, connectionLimit, acquireTimeoutMs = 5_000, meanHoldMs, sigma = 1 } = plan;
  const { sampleMs = minuteMs, leakRatio = 0, deployAtMs = Infinity, slow } = plan;
  const random = new RandomStream(seed, 30 + index);
  const medianMs = meanHoldMs * Math.exp((-sigma * sigma) / 2);
  const readings: SimulatedReading[] = [];
  const hours: { asked: number; late: number; lost: number }[] = [];

  const freeMs = new Float64Array(connectionLimit);
  let [asked, granted, timedOut, uses, useMs, queued, queuedMs, bornMs] = [0, 0, 0, 0, 0, 0, 0, 0];
  let holds = new HdrHistogram();
  let buckets = new Array<number>(boundsMs.length + 1).fill(0);
  // What is held or waits: starts and ends rise by start; requests that will give up rise by that moment.
  let held: { startMs: number; endMs: number; holdMs: number; waitMs: number }[] = [];
  let givingUp: number[] = [];
  let isDeployed = false;
  // Looking for them takes a while, and they change slowly.
  let quantiles: SimulatedReading['quantiles'] = [0, 0, 0];

  const deploy = (nowMs: number) => {
    freeMs.fill(0);
    [asked, granted, timedOut, uses, useMs, queued, queuedMs, bornMs] = [0, 0, 0, 0, 0, 0, 0, nowMs];
    [holds, buckets, held, givingUp] = [new HdrHistogram(), new Array<number>(boundsMs.length + 1).fill(0), [], []];
    isDeployed = true;
  };
  const settle = (nowMs: number) => {
    let kept = 0;
    for (const one of held) {
      if (one.endMs > nowMs) {
        held[kept] = one;
        kept += 1;
        continue;
      }
      uses += 1;
      useMs += one.holdMs;
      holds.record(toMicroseconds(one.holdMs));
      const at = boundsMs.findIndex((bound) => one.holdMs <= bound);
      const bucket = at < 0 ? boundsMs.length : at;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    held.length = kept;
    const before = givingUp.length;
    givingUp = givingUp.filter((ms) => ms > nowMs);
    timedOut += before - givingUp.length;
  };
  const read = (nowMs: number) => {
    settle(nowMs);
    let [inUse, waiting, notYet, waitedMs, waitedBy] = [0, givingUp.length, 0, 0, 0];
    for (const free of freeMs) if (free > nowMs) inUse += 1;
    for (const { startMs: from, waitMs } of held) {
      if (from <= nowMs) continue;
      waiting += 1;
      notYet += 1;
      waitedMs += waitMs;
      waitedBy += 1;
    }
    if (readings.length % 30 === 0) quantiles = quantilesOf(holds);
    readings.push({
      ...{
        atMs: startMs + nowMs,
        observedMs: nowMs - bornMs,
        inUse,
        waiting,
        asked,
        granted: granted - notYet,
        timedOut,
        uses,
        useMs,
      },
      ...{ queued: queued - waitedBy, queuedMs: queuedMs - waitedMs },
      ...{ quantiles, buckets: [...buckets] },
    });
  };

  let [nowMs, nextReadMs] = [0, 0];
  for (let minute = 0; minute < rates.length; minute += 1) {
    const endMs = (minute + 1) * minuteMs;
    const perMs = (rates[minute] ?? 0) / 1_000;
    if (minute % 60 === 0) hours.push({ asked: 0, late: 0, lost: 0 });
    const trueHour = hours.at(-1) ?? { asked: 0, late: 0, lost: 0 };
    if (!isDeployed && minute * minuteMs >= deployAtMs) deploy(minute * minuteMs);
    nowMs = minute * minuteMs;
    for (;;) {
      nowMs += random.exponential() / perMs;
      const untilMs = Math.min(nowMs, endMs);
      while (nextReadMs <= untilMs) {
        read(nextReadMs);
        nextReadMs += sampleMs;
      }
      if (nowMs >= endMs) break;
      asked += 1;
      trueHour.asked += 1;
      let first = 0;
      for (let connection = 1; connection < connectionLimit; connection += 1) {
        if ((freeMs[connection] ?? 0) < (freeMs[first] ?? 0)) first = connection;
      }
      const from = Math.max(nowMs, freeMs[first] ?? 0);
      const waitMs = from - nowMs;
      if (waitMs > meanHoldMs) trueHour.late += 1;
      if (waitMs > acquireTimeoutMs) {
        trueHour.lost += 1;
        givingUp.push(nowMs + acquireTimeoutMs);
        continue;
      }
      const factor = slow && nowMs >= slow.fromMs && nowMs < slow.toMs ? slow.factor : 1;
      const holdMs = factor * medianMs * Math.exp(sigma * random.normal());
      const isLeaked = leakRatio > 0 && random.uniform() < leakRatio;
      freeMs[first] = isLeaked ? Infinity : from + holdMs;
      granted += 1;
      if (waitMs > 0) {
        queued += 1;
        queuedMs += waitMs;
      }
      if (!isLeaked) held.push({ startMs: from, endMs: from + holdMs, holdMs, waitMs });
      if (held.length > 4 * connectionLimit + 64) settle(nowMs);
    }
  }
  return { readings, hours };
}

/** The week as an application with poolctl/monitor logs it. */
export function asSnapshots({ plan, instances }: SimulatedWeek): string {
  const lines = instances.flatMap(({ name, readings }) =>
    readings.map((reading) => {
      const { atMs, observedMs, inUse, waiting, asked, granted, timedOut, uses, useMs, queued, queuedMs } = reading;
      const [p50Ms = 0, p95Ms = 0, p99Ms = 0] = reading.quantiles;
      const none = { count: 0, meanMs: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 };
      return JSON.stringify({
        ...{ at: new Date(atMs).toISOString(), instance: name, pool: 'orders', library: 'pg', used: inUse },
        ...{
          idle: 0,
          connecting: 0,
          pending: waiting,
          limit: plan.connectionLimit,
          oldestWaitMs: 0,
          observedMs,
          asked,
          granted,
        },
        failed: { timeout: timedOut, refused: 0, closed: 0, connect: 0, aborted: 0, other: 0 },
        ...{
          errorTypes: {},
          returned: uses,
          destroyed: 0,
          connected: 0,
          connectFailed: 0,
          releasedInTransaction: 0,
          overdue: 0,
        },
        queuedTime: { ...none, count: queued, meanMs: queued > 0 ? queuedMs / queued : 0 },
        ...{ connectTime: none, waitTime: none },
        useTime: { count: uses, meanMs: uses > 0 ? useMs / uses : 0, p50Ms, p95Ms, p99Ms, maxMs: p99Ms },
      });
    }),
  );
  return `${lines.join('\n')}\n`;
}

/** The week as Prometheus has it of poolctl/monitor, in one answer of query_range. */
export function asPrometheus({ plan, instances }: SimulatedWeek): string {
  const result = instances.flatMap(({ name, readings }) => {
    const series = (metric: string, of: (reading: SimulatedReading) => number, more: Record<string, string> = {}) => ({
      metric: { __name__: metric, db_client_connection_pool_name: 'orders', instance: name, job: 'app', ...more },
      values: readings.map((reading) => [reading.atMs / 1_000, String(of(reading))]),
    });
    const use = 'db_client_connection_use_time_seconds';
    let upTo = (_reading: SimulatedReading) => 0;
    const cumulative = [...boundsMs, Infinity].map((bound, at) => {
      const below = upTo;
      const of = (reading: SimulatedReading) => below(reading) + (reading.buckets[at] ?? 0);
      upTo = of;
      return series(`${use}_bucket`, of, { le: bound === Infinity ? '+Inf' : String(bound / 1_000) });
    });
    return [
      series('db_client_connection_count', ({ inUse }) => inUse, { db_client_connection_state: 'used' }),
      series('db_client_connection_limit', () => plan.connectionLimit),
      series('db_client_connection_pending_requests', ({ waiting }) => waiting),
      series('db_client_connection_timeouts_total', ({ timedOut }) => timedOut),
      series('db_client_connection_wait_time_seconds_count', ({ granted }) => granted),
      series(`${use}_count`, ({ uses }) => uses),
      series(`${use}_sum`, ({ useMs }) => useMs / 1_000),
      series('poolctl_connection_queued_time_seconds_sum', ({ queuedMs }) => queuedMs / 1_000),
      ...cumulative,
    ];
  });
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}

/** The week as `poolctl watch` sees it on PgBouncer. */
export function asWatch({ plan, instances }: SimulatedWeek): string {
  const lines = instances.flatMap(({ name, readings }) =>
    readings.map(({ atMs, inUse, waiting }) =>
      JSON.stringify({
        ...{
          schema: 'poolctl.watch/1',
          target: name,
          kind: 'pgbouncer',
          at: new Date(atMs).toISOString(),
          phase: 'up',
        },
        pools: [
          {
            database: 'app',
            user: 'app',
            clientsActive: inUse,
            clientsWaiting: waiting,
            serversActive: inUse,
            serversIdle: 0,
            servers: inUse,
            limit: plan.connectionLimit,
            maxWaitSeconds: 0,
          },
        ],
        alarms: [],
      }),
    ),
  );
  return `${lines.join('\n')}\n`;
}

/** Whether the pool kept its targets in every hour: p99 wait within a mean hold, one in a thousand lost. */
export function keepsTargets({ hours }: SimulatedWeek, slack = 1): boolean {
  return hours.every(
    ({ asked, late, lost }) => asked < 100 || (late <= 0.01 * slack * asked + 3 && lost <= 0.001 * slack * asked + 3),
  );
}
