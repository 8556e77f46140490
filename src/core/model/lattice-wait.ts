import type { EffectivePool } from './effective-pool.ts';
import { realErlangC } from './erlang.ts';
import { gammaUpper } from './gamma.ts';
import { type LimitedWait, sharesOf } from './limited-wait.ts';
import { type Lattice, meanConditionalWaitMs, waitLattice } from './renewal.ts';
import { solveFalling } from './solve.ts';
import { cumulative, sumUpTo, tailEndMs, waitTail } from './wait-tail.ts';

/**
 * Cells of the lattice; the work grows with their square. Against M/M/c the quantiles are within 0.05 % up to a utilization
 * of 0.95, 0.1 % at 0.99 and 0.4 % at 0.999.
 */
export const latticeCells = 800;
/** Enough for a search to come near: 2 % at the worst, at a tenth of the work. */
export const roughCells = 256;

/**
 * Hold times of any law, for any load: the wait lattice, cut off at the timeout and thinned by the chance that the queue had
 * a free place, Q(q, lambda x) for an offered wait x. (A request leaves as many waiting behind as came while it waited, and
 * in the long run as many find n waiting as leave n behind.) Undefined where the load exceeds the connections so much that
 * only the limits matter: exponentialWait answers those, and pools where nobody may wait.
 */
export function latticeWait(pool: EffectivePool, cells = latticeCells): LimitedWait | undefined {
  const slack = 1 - pool.utilization;
  const isStable = slack > 1e-9;
  const { places, patienceMs = Infinity } = bitingLimits(pool);
  const tailEnd = isStable ? tailEndMs(pool, smallestTail(pool)) : Infinity;
  const endMs = Math.min(tailEnd, places === undefined ? patienceMs : longestWaitMs(places, pool.arrivalsPerMs));
  if (!isStable && growth(pool, endMs) > 40) return undefined;
  const lattice = waitLattice(pool, endMs, cells);
  if (!lattice) return undefined;

  const { stepMs, masses } = lattice;
  const isPlaceFree = (t: number) => (places === undefined ? 1 : placeFree(places, pool.arrivalsPerMs * t));
  const admitted = places === undefined ? masses : masses.map((mass, i) => mass * isPlaceFree(i * stepMs));
  const stretch = places === undefined || endMs === tailEnd ? 1 : stretchByLittle(pool, places, lattice, admitted);
  const patience = patienceMs / stretch;
  const cutAt = Math.min(patience, endMs);
  const sums = cumulative(admitted);
  const counted = sumUpTo(sums, stepMs, cutAt);

  let [kept, lost] = [counted, 1 - slack * counted];
  let late = patience > endMs ? 0 : 1 - slack * sumUpTo(cumulative(masses), stepMs, cutAt);
  let beyond = (_t: number) => 0;
  let beyondMeanMs = 0;
  if (isStable) {
    const tail = waitTail(pool, lattice);
    const free = isPlaceFree(endMs);
    late = tail.above(patience);
    // Summed without cancellation: without a place before the cut, and after it without a place or too late.
    const withoutPlace = places === undefined ? 0 : slack * (sumUpTo(cumulative(masses), stepMs, cutAt) - counted);
    lost = withoutPlace + (patience <= endMs ? late : late + (tail.above(endMs) - late) * (1 - free));
    kept = (1 - lost) / slack;
    beyond = (t) => ((tail.above(t) - late) * free) / (1 - lost);
    if (patience > endMs) beyondMeanMs = beyond(endMs) * (endMs + tail.meanExcessMs);
  }
  const tail = (t: number) => {
    const x = t / stretch;
    if (x >= patience) return 0;
    return Math.max(0, x <= cutAt ? 1 - sumUpTo(sums, stepMs, x) / kept : beyond(x));
  };
  const isUnlimited = places === undefined && patienceMs === Infinity;
  return {
    ...sharesOf(pool, { kept, lost, timedOutShare: lost > 0 ? Math.min(1, (late * isPlaceFree(patience)) / lost) : 0 }),
    meanMs: isUnlimited
      ? meanConditionalWaitMs(pool)
      : stretch * (firstMoment(admitted, stepMs, cutAt) / kept + beyondMeanMs),
    tail,
    exceededBy: (above) => {
      let high = cutAt * stretch;
      while (tail(high) > above) high *= 2;
      return solveFalling(tail, above, high);
    },
  };
}

/** The limits that matter: a queue limit does not that the arrivals within the timeout hardly ever reach. */
function bitingLimits({ places, patienceMs, arrivalsPerMs }: EffectivePool) {
  if (places === undefined || patienceMs === undefined) return { places, patienceMs };
  const arrivals = arrivalsPerMs * patienceMs;
  return places > arrivals + 10 * Math.sqrt(arrivals) + 20 ? { places: undefined, patienceMs } : { places, patienceMs };
}

/** The share of the waits, of those who wait, down to which the tail is worth computing: 1 request in 10,000. */
function smallestTail({ servers, utilization }: EffectivePool): number {
  return Math.min(0.02, 1e-4 / realErlangC(servers, servers * utilization));
}

/** The offered wait at which the queue is all but surely full. */
function longestWaitMs(places: number, arrivalsPerMs: number): number {
  return (places + 9 * Math.sqrt(places) + 20) / arrivalsPerMs;
}

/** About the logarithm by which an overloaded pool's lattice grows up to endMs (heavy traffic; Kingman 1962). */
function growth({ utilization, servers, hold }: EffectivePool, endMs: number): number {
  return ((utilization - 1) * endMs * servers * 2) / (hold.meanMs * (1 + hold.scv));
}

function placeFree(places: number, arrivals: number): number {
  if (arrivals === Infinity) return 0;
  const far = 9 * Math.sqrt(Math.max(places, arrivals)) + 20;
  if (arrivals < places - far) return 1;
  return arrivals > places + far ? 0 : gammaUpper(places, arrivals);
}

/**
 * By how much to stretch the admitted waits so that they obey Little's law: mean wait = mean queue / rate of the admitted.
 * The mean queue counts j arrivals in an offered wait x as Q(q, lambda x) does. 1 for exponential holds, and for a queue
 * that is hardly ever full; in overload it turns the wait at the last place into q x mean / connections.
 */
function stretchByLittle(
  pool: EffectivePool,
  places: number,
  { masses, stepMs }: Lattice,
  admitted: Float64Array,
): number {
  const { arrivalsPerMs, utilization } = pool;
  let [kept, waits, queue] = [0, 0, 0];
  for (let i = 0; i < masses.length; i += 1) {
    const t = i * stepMs;
    kept += admitted[i] ?? 0;
    waits += (admitted[i] ?? 0) * t;
    if (places > 1) queue += (masses[i] ?? 0) * arrivalsPerMs * t * placeFree(places - 1, arrivalsPerMs * t);
  }
  const full = 1 - (1 - utilization) * kept;
  const stretch = (queue + places * Math.max(0, full)) / (arrivalsPerMs * waits);
  return waits > 0 ? Math.min(5, Math.max(0.2, stretch)) : 1;
}

function firstMoment(masses: Float64Array, stepMs: number, endMs: number): number {
  let sum = 0;
  const cells = Math.min(masses.length, endMs / stepMs);
  for (let i = 0; i < cells; i += 1) sum += (masses[i] ?? 0) * i * stepMs;
  return sum;
}
