import { type Clumps, clumpsOf } from './clumps.ts';
import { holdDistribution } from './distribution.ts';
import { criticalSlack } from './effective-pool.ts';
import type { LevelChain } from './level-chain.ts';
import { levelsOf } from './levels.ts';
import type { LimitedWait } from './limited-wait.ts';
import { logGammaLowers, type PlaceWait, patientPlaceWait, placeWait } from './place-wait.ts';
import type { PoolModel } from './pool-model.ts';

/** The wait under bursts or batches, and how deep the queue is. Times in ms. */
export interface ClumpedWait extends LimitedWait {
  /** The share of the requests that finds at least so many waiting. */
  readonly queueTail: (places: number) => number;
}

/**
 * Beyond these the pool is counted in bundles of requests (Hayward's rule again), whose own chance no longer matters: numbers
 * of requests, connections - a search asks for many sizes - and requests of a batch within bursts, where the work is its square.
 */
const most = { levels: 30_000, servers: 20_000, batch: 200 };
/** A limit that fewer requests reach changes nothing. */
const negligible = 1e-10;

export function isClumped({ bursts, batchSize = 1 }: PoolModel): boolean {
  return batchSize > 1 || (bursts !== undefined && bursts.factor > 1);
}

/**
 * Bursts, batches and both together, over all the time. For exponential holds it is exact without limits and with a queue
 * limit. A timeout counts those that will give up as refused when they come, by the chance that their place is served too
 * late: within a tenth of the simulated loss where more than one in a hundred gives up, and up to twice as much, or half, where
 * it is rarer or bursts and batches are weak.
 * For other holds it is an approximation: the bursts and batches are made as strong as the holds let them overlap (see
 * holdOverlap), and the clock is turned (see clumpsOf); the smallest pool is then mostly within one or a tenth of the
 * simulated, and up to a fifth too small for very uneven holds in large batches. `peakedness` beside them is met by Hayward's rule.
 */
export function clumpedWait(model: PoolModel): ClumpedWait {
  const clumps = clumpsOf(model);
  const isStable = clumps.load < model.connections * (1 - criticalSlack);
  if (!isStable) return limited(model, clumps, clumps.clock(Infinity));
  const scale = clumps.scale * Math.max(bundleOf(clumps), model.connections / clumps.scale / most.servers);
  const free = solved(model, clumps, scale);
  const clock = clumps.clock(free.wait.mean * scale);
  const { queueLimit, acquireTimeoutMs } = model;
  const isBinding =
    (queueLimit !== undefined && free.wait.behind(Math.floor(queueLimit / scale / clock)) > negligible) ||
    (acquireTimeoutMs !== undefined && free.wait.tail(acquireTimeoutMs / free.unitMs / clock) > negligible);
  return isBinding ? limited(model, clumps, clock) : onClock(free, scale, clock);
}

function bundleOf({ rates, batchSize }: Clumps): number {
  return rates[0] === rates[1] ? 1 : Math.max(1, batchSize / most.batch);
}

interface Solved {
  readonly wait: PlaceWait;
  readonly rejectedRatio: number;
  readonly timedOutRatio: number;
  readonly unitMs: number;
}

/** The chain of the pool made smaller by `scale`. Limits: places of that pool, and the timeout in units of its mean hold / servers. */
function solved(model: PoolModel, clumps: Clumps, scale: number, places?: number, patience?: number): Solved {
  const servers = model.connections / scale;
  // A bundle is a batch of its own.
  const batchSize = Math.max(1, Math.round(((clumps.batchSize + 1) * clumps.scale) / scale - 1));
  const logs = places !== undefined && patience !== undefined ? logGammaLowers(0, places, patience) : undefined;
  // Where the queue is full before the timeout fires, those that will give up take places; else they are as if not there.
  const isQueueShort = places !== undefined && patience !== undefined && places <= patience;
  const chain: LevelChain = {
    servers,
    rates: [clumps.rates[0] / scale, clumps.rates[1] / scale],
    endings: clumps.endings,
    batchSize,
    ...(places !== undefined && { places }),
    ...(logs && isQueueShort && { leaving: logs.map((log, k) => servers * Math.exp((logs[k - 1] ?? 0) - log)) }),
    ...(logs && !isQueueShort && { staying: logs.map(Math.exp) }),
  };
  const { full, chances, flows, rest, endRatio } = levelsOf(chain);
  const load = clumps.load / scale;
  const top = chances.length - 1;
  // The place of a request is that of the next departure which leaves as many; between two whole pools, in part one more.
  const part = full - servers;
  const shares: number[] = [];
  let [rejectedRatio, timedOutRatio] = [0, 0];
  for (let n = full + 1; n <= top; n += 1) {
    const chance = chances[n] ?? 0;
    shares.push((servers * ((1 - part) * chance + part * (chances[n - 1] ?? 0))) / load);
    timedOutRatio += (chance * Math.max(0, (chain.leaving?.[n - full] ?? servers) - servers)) / load;
  }
  if (places !== undefined) {
    // How many of the requests that would take places up to k do not stay.
    const gone = (chain.staying ?? new Float64Array(places + 1)).map((share) => (chain.staying ? 1 - share : 0));
    for (let k = 1; k <= places; k += 1) gone[k] = (gone[k] ?? 0) + (k > 1 ? (gone[k - 1] ?? 0) : 0);
    const goneUpTo = (k: number) => (k < 1 ? 0 : (gone[Math.min(k, places)] ?? 0));
    for (let n = 0; n <= top; n += 1) {
      const last = n + batchSize - full;
      rejectedRatio += ((flows[n] ?? 0) * Math.min(batchSize, Math.max(0, last - places))) / load;
      timedOutRatio += ((flows[n] ?? 0) * (goneUpTo(last) - goneUpTo(n - full))) / load;
    }
  }
  const beyond = ((rest + part * (chances[top] ?? 0)) * servers) / load;
  if (places !== undefined && shares.length > 0) shares[shares.length - 1] = (shares.at(-1) ?? 0) + beyond;
  return {
    wait:
      patience === undefined
        ? placeWait({ shares, rest: places === undefined ? beyond : 0, endRatio })
        : patientPlaceWait(shares, patience),
    rejectedRatio,
    timedOutRatio,
    unitMs: holdDistribution(model.hold).meanMs / servers,
  };
}

/** With the limits that bind, the queue shorter by what the clock makes of it: the last place then waits as long as it does. */
function limited(model: PoolModel, clumps: Clumps, clock: number): ClumpedWait {
  const { connections, queueLimit = Infinity, acquireTimeoutMs = Infinity } = model;
  const { meanMs } = holdDistribution(model.hold);
  const limitsAt = (scale: number) => {
    const patience = (acquireTimeoutMs * connections) / (meanMs * scale * clock);
    const mayWait = queueLimit > 0 && patience > 1e-6;
    const inTime = Math.ceil(patience + 12 * Math.sqrt(patience) + 40);
    const places = mayWait ? Math.min(Math.round(queueLimit / scale / clock), inTime) : 0;
    return { places, patience: mayWait && patience < Infinity ? patience : undefined };
  };
  const levels = connections / clumps.scale + limitsAt(clumps.scale).places;
  const scale = clumps.scale * Math.max(bundleOf(clumps), levels / most.levels);
  const { places, patience } = limitsAt(scale);
  const found = solved(model, clumps, scale, places, patience);
  // Without a queue limit, and where no request may wait for a timeout of nothing, what finds no place gives up.
  const isQueueLimited =
    queueLimit < Infinity && (queueLimit === 0 || patience !== undefined || acquireTimeoutMs === Infinity);
  const { rejectedRatio, timedOutRatio } = found;
  return onClock(
    isQueueLimited ? found : { ...found, rejectedRatio: 0, timedOutRatio: timedOutRatio + rejectedRatio },
    scale,
    clock,
  );
}

function onClock({ wait, rejectedRatio, timedOutRatio, unitMs }: Solved, scale: number, clock: number): ClumpedWait {
  const stepMs = unitMs * clock;
  const tail = (t: number) => (wait.total > 0 ? Math.min(1, wait.tail(t / stepMs) / wait.total) : 0);
  return {
    waitProbability: Math.min(1, wait.total + rejectedRatio + timedOutRatio),
    waitedRatio: Math.min(1, wait.total),
    rejectedRatio: Math.min(1, rejectedRatio),
    timedOutRatio: Math.min(1 - Math.min(1, rejectedRatio), timedOutRatio),
    meanMs: wait.mean * stepMs,
    tail,
    exceededBy: (above) => {
      let high = 2 * stepMs * (wait.mean + 1);
      while (tail(high) > above) high *= 2;
      return exceeded(tail, above, high);
    },
    queueTail: (places) => wait.behind(Math.floor(places / scale / clock)),
  };
}

/** Where the smooth tail falls to `above`, between 0 and `high`: regula falsi on its logarithm (Illinois), a tail is dear. */
function exceeded(tail: (t: number) => number, above: number, high: number): number {
  const over = (t: number) => Math.log(Math.max(1e-300, tail(t)) / above);
  let [low, lowOver] = [0, over(0)];
  let [top, topOver] = [high, over(high)];
  if (lowOver <= 0) return 0;
  for (let round = 0; round < 100 && top - low > 1e-10 * top; round += 1) {
    const straight = (low * topOver - top * lowOver) / (topOver - lowOver);
    // Every fourth step halves, so that a bend cannot slow it down.
    const t = round % 4 === 3 ? (low + top) / 2 : straight;
    const value = over(t);
    if (value === 0) return t;
    if (value > 0) {
      [low, lowOver] = [t, value];
      topOver /= 2;
    } else {
      [top, topOver] = [t, value];
      lowOver /= 2;
    }
    if (Math.abs(value) < 1e-11) return t;
  }
  return (low + top) / 2;
}
