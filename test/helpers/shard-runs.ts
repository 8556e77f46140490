import { Batches } from '../../src/probe/load/batches.ts';
import type { HistogramsOf, ShardRun, ShardSecond, ShardSlice } from '../../src/probe/load/shard-run.ts';
import { type HdrData, HdrHistogram } from '../../src/stats/hdr/hdr-histogram.ts';
import { toMicroseconds } from '../../src/stats/hdr/microseconds.ts';
import { RandomStream } from '../../src/traffic/random.ts';

/** A request of an open loop as it ended; times in ms, `dueMs` from the start of the window. */
export interface MadeRequest {
  readonly dueMs: number;
  readonly lagMs: number;
  readonly waitMs: number;
  readonly serviceMs: number;
  readonly outcome: 'served' | 'queue-full' | 'unfinished';
}

/** Requests of a Poisson process, the same each time for a seed: one in a hundred is refused. */
export function madeRequests(
  seed: number,
  count: number,
  { ratePerSecond = 200, lagMs = 0.05, serviceMs = 20, refused = 0.01 } = {},
): MadeRequest[] {
  const random = new RandomStream(seed, 0);
  let dueMs = 0;
  return Array.from({ length: count }, () => {
    dueMs += (random.exponential() * 1_000) / ratePerSecond;
    return {
      dueMs,
      lagMs: lagMs * random.exponential(),
      waitMs: random.uniform() < 0.3 ? 8 * random.exponential() : 0,
      serviceMs: serviceMs * random.exponential(),
      outcome: random.uniform() < refused ? 'queue-full' : 'served',
    };
  });
}

/** What a shard that sent these requests would have counted in a window of that length. */
export function shardRunOf(
  requests: readonly MadeRequest[],
  windowMs: number,
  changes: Partial<ShardRun> = {},
): ShardRun {
  const within = requests.filter(({ dueMs }) => dueMs < windowMs);
  const batches = new Batches(windowMs);
  for (const request of within.filter(({ outcome }) => outcome === 'served')) {
    const { dueMs, waitMs, serviceMs } = request;
    batches.add(dueMs, { serviceMs, waitMs, waited: waitMs > 0 });
    batches.ended(endOf(request));
  }
  const whole = Math.floor(windowMs / 1_000);
  const of = (second: number, at: (request: MadeRequest) => number) =>
    within.filter((request) => Math.floor(at(request) / 1_000) === second);
  const counts = sliceOf(within);
  return {
    ...counts,
    measuredMs: windowMs,
    unfinished: within.filter(({ outcome }) => outcome === 'unfinished').length,
    stillWaiting: 0,
    ...batches.upTo(windowMs),
    seconds: Array.from({ length: whole }, (_, second) => secondOf(of(second, endOf))),
    slices: Array.from({ length: whole }, (_, second) => sliceOf(of(second, ({ dueMs }) => dueMs))),
    use: { eventLoopUtilization: 0.2, cpuPerSecond: 0.2, loopDelayP99Ms: 0.5, gcMs: 3 },
    ...{ overCapacity: false, cutShort: false },
    ...changes,
  };
}

const endOf = ({ dueMs, lagMs, waitMs, serviceMs }: MadeRequest) => dueMs + lagMs + waitMs + serviceMs;

function sliceOf(requests: readonly MadeRequest[]): ShardSlice {
  const served = requests.filter(({ outcome }) => outcome === 'served');
  const refused = requests.filter(({ outcome }) => outcome === 'queue-full').length;
  return {
    requests: requests.length,
    completed: served.length,
    failed: refused > 0 ? { 'queue-full': refused } : {},
    failureLabels: refused > 0 ? { QUEUE: refused } : {},
    unsent: 0,
    histogramsUs: histogramsOf(requests, served),
  };
}

function histogramsOf(all: readonly MadeRequest[], served: readonly MadeRequest[]): HistogramsOf<HdrData> {
  const ended = all.filter(({ outcome }) => outcome !== 'unfinished');
  return {
    lag: dataOf(ended.map(({ lagMs }) => lagMs)),
    wait: dataOf(served.map(({ waitMs }) => waitMs)),
    connect: dataOf([]),
    service: dataOf(served.map(({ serviceMs }) => serviceMs)),
    total: dataOf(served.map((request) => endOf(request) - request.dueMs)),
  };
}

function secondOf(ended: readonly MadeRequest[]): ShardSecond {
  const served = ended.filter(({ outcome }) => outcome === 'served');
  return {
    completed: served.length,
    failed: ended.filter(({ outcome }) => outcome === 'queue-full').length,
    timesUs: dataOf(served.map((request) => endOf(request) - request.dueMs)),
    ...{ waiting: 0, longestQueue: 1, connections: 4 },
  };
}

function dataOf(timesMs: readonly number[]): HdrData {
  const histogram = new HdrHistogram();
  for (const ms of timesMs) histogram.record(toMicroseconds(ms));
  return histogram.toData();
}
