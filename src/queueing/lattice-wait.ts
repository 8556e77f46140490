import { gammaUpper } from '../stats/gamma.ts';
import { solveFalling } from '../stats/solve.ts';
import { criticalSlack, type EffectivePool } from './effective-pool.ts';
import { realErlangC } from './erlang.ts';
import { type LimitedWait, type Mass, sharesOf } from './limited-wait.ts';
import { type Lattice, meanConditionalWaitMs, waitLattice } from './renewal.ts';
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
 * only the limits matter: exponentialWait answers those, and pools where no request may wait.
 */
export function latticeWait(pool: EffectivePool, cells = latticeCells): LimitedWait | undefined {
  const isStable = pool.utilization < 1 - criticalSlack;
  const { places, patienceMs = Infinity } = bitingLimits(pool);
  const tailEnd = isStable ? tailEndMs(pool, smallestTail(pool)) : Infinity;
  const endMs = Math.min(tailEnd, places === undefined ? patienceMs : longestWaitMs(places, pool.arrivalsPerMs));
  if (!isStable && growth(pool, endMs) > 40) return undefined;
  const lattice = waitLattice(pool, endMs, cells);
  if (!lattice) return undefined;

  const isFree = (t: number) => (places === undefined ? 1 : placeFree(places, pool.arrivalsPerMs * t));
  const admitted = admit(lattice, isFree);
  const stretch = places === undefined || endMs === tailEnd ? 1 : stretchByLittle(pool, places, lattice, admitted);
  const cut = { endMs, patienceMs: patienceMs / stretch, lattice, isFree, admitted, sums: cumulative(admitted) };
  const { beyond, beyondMeanMs, ...mass } = isStable ? belowCapacity(pool, cut) : aboveCapacity(pool, cut);

  const cutAt = Math.min(cut.patienceMs, endMs);
  const tail = (t: number) => {
    const x = t / stretch;
    if (x >= cut.patienceMs) return 0;
    return Math.max(0, x <= cutAt ? 1 - sumUpTo(cut.sums, lattice.stepMs, x) / mass.kept : beyond(x));
  };
  const isUnlimited = places === undefined && patienceMs === Infinity;
  const countedMeanMs = firstMoment(admitted, lattice.stepMs, cutAt) / mass.kept + beyondMeanMs;
  return {
    ...sharesOf(pool, mass),
    meanMs: isUnlimited ? meanConditionalWaitMs(pool) : stretch * countedMeanMs,
    tail,
    exceededBy: (above) => {
      let high = cutAt * stretch;
      while (tail(high) > above) high *= 2;
      return solveFalling(tail, above, high);
    },
  };
}

/** The lattice with its limits, on the pool's clock: it ends at endMs, patience may end before or after. */
interface Cut {
  readonly endMs: number;
  readonly patienceMs: number;
  readonly lattice: Lattice;
  /** How likely the queue has a free place at this offered wait. */
  readonly isFree: (t: number) => number;
  readonly admitted: Float64Array;
  readonly sums: Float64Array;
}

/** The mass of the limits, and the waits beyond the end of the lattice: their tail, and what they add to the mean. */
interface CutMass extends Mass {
  readonly beyond: (t: number) => number;
  readonly beyondMeanMs: number;
}

/** Below capacity: what is lost is summed, without cancellation, and the tail goes on beyond the lattice. */
function belowCapacity(pool: EffectivePool, { endMs, patienceMs, lattice, isFree, sums }: Cut): CutMass {
  const slack = 1 - pool.utilization;
  const tail = waitTail(pool, lattice);
  const late = tail.above(patienceMs);
  const cutAt = Math.min(patienceMs, endMs);
  const { masses, stepMs } = lattice;
  const withoutPlace = slack * (sumUpTo(cumulative(masses), stepMs, cutAt) - sumUpTo(sums, stepMs, cutAt));
  const free = isFree(endMs);
  const lost = withoutPlace + late + (patienceMs <= endMs ? 0 : (tail.above(endMs) - late) * (1 - free));
  const beyond = (t: number) => ((tail.above(t) - late) * free) / (1 - lost);
  return {
    kept: (1 - lost) / slack,
    lost,
    timedOut: lost > 0 ? (late * isFree(patienceMs)) / lost : 0,
    beyond,
    beyondMeanMs: patienceMs > endMs ? beyond(endMs) * (endMs + tail.meanExcessMs) : 0,
  };
}

/** At capacity and above it, where the limits end the lattice. */
function aboveCapacity({ utilization }: EffectivePool, { endMs, patienceMs, lattice, isFree, sums }: Cut): CutMass {
  const { masses, stepMs } = lattice;
  const cutAt = Math.min(patienceMs, endMs);
  const kept = sumUpTo(sums, stepMs, cutAt);
  const lost = 1 + (utilization - 1) * kept;
  const late = patienceMs > endMs ? 0 : 1 + (utilization - 1) * sumUpTo(cumulative(masses), stepMs, cutAt);
  return { kept, lost, timedOut: (late * isFree(patienceMs)) / lost, beyond: () => 0, beyondMeanMs: 0 };
}

function admit({ masses, stepMs }: Lattice, isFree: (t: number) => number): Float64Array {
  return masses.map((mass, i) => mass * isFree(i * stepMs));
}

/** The limits that matter: a queue limit does not that the arrivals within the timeout hardly ever reach. */
function bitingLimits({ places, patienceMs, arrivalsPerMs }: EffectivePool) {
  if (places === undefined || patienceMs === undefined) return { places, patienceMs };
  const arrivals = arrivalsPerMs * patienceMs;
  return places > arrivals + 10 * Math.sqrt(arrivals) + 20 ? { places: undefined, patienceMs } : { places, patienceMs };
}

/** The share of the waits above 0 down to which the tail is worth computing: 1 request in 10,000. */
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
