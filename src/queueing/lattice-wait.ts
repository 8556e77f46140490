import { solveFalling } from '../stats/solve.ts';
import { admittedMasses, longestWaitMs, placeFree, stretchByLittle } from './admitted-waits.ts';
import { criticalSlack, type EffectivePool } from './effective-pool.ts';
import { realErlangC } from './erlang.ts';
import { type LimitedWait, type Mass, sharesOf } from './limited-wait.ts';
import { type Lattice, meanConditionalWaitMs, waitLattice, wholeCells } from './renewal.ts';
import { waitLevels } from './wait-levels.ts';
import { cumulative, momentUpTo, sumUpTo, tailEndMs, waitTail } from './wait-tail.ts';

/**
 * Cells of the lattice; the work grows with their square. Against M/M/c the quantiles are within 0.05 % up to a utilization
 * of 0.98, 0.1 % up to 0.995 and 0.4 % at 0.999; loss and waits with limits within 1 %.
 */
export const latticeCells = 242;
/** Enough for a search to come near, and where the law is a guess: 1 % at the worst, at a fifth of the work. */
export const roughCells = 95;

/**
 * Hold times of any law, for any load: the wait lattice, cut off at the timeout and thinned by the chance that the queue had
 * a free place, Q(q, lambda x) for an offered wait x. (A request leaves as many waiting behind as came while it waited, and
 * in the long run as many find n waiting as leave n behind.) Undefined where the load exceeds the connections so much that
 * only the limits matter: exponentialWait answers those, and pools where no request may wait.
 */
export function latticeWait(pool: EffectivePool, cells = latticeCells): LimitedWait | undefined {
  const isStable = pool.utilization < 1 - criticalSlack;
  const { places, patienceMs = Infinity } = bitingLimits(pool);
  if (isStable && places === undefined && patienceMs === Infinity) return unlimitedWait(pool, cells);
  const tailEnd = isStable ? tailEndMs(pool, smallestTail(pool)) : Infinity;
  const endMs = Math.min(tailEnd, places === undefined ? patienceMs : longestWaitMs(places, pool.arrivalsPerMs));
  if (!isStable && growth(pool, endMs) > 40) return undefined;
  const isFree = (t: number) => (places === undefined ? 1 : placeFree(places, pool.arrivalsPerMs * t));
  const admittedUpTo = (levelMs: number) => {
    const lattice = waitLattice(pool, levelMs, cellsAt(pool.utilization, cells));
    return lattice && { lattice, admitted: admittedMasses(lattice, isFree) };
  };
  const whole = admittedUpTo(endMs);
  if (!whole) return undefined;

  const { lattice, admitted } = whole;
  const stretch = places === undefined ? 1 : stretchByLittle(pool, places, lattice, admitted);
  const cut = { endMs, patienceMs: patienceMs / stretch, lattice, isFree, sums: cumulative(admitted) };
  const { beyond, beyondMeanMs, ...mass } = isStable ? belowCapacity(pool, cut) : aboveCapacity(pool, cut);

  const cutAt = Math.min(cut.patienceMs, endMs);
  const sumsAt = waitLevels(pool, endMs, lattice.masses.length, (levelMs) => {
    const level = levelMs < endMs ? admittedUpTo(levelMs) : undefined;
    return level
      ? { sums: cumulative(level.admitted), stepMs: level.lattice.stepMs }
      : { sums: cut.sums, stepMs: lattice.stepMs };
  });
  const tail = (t: number) => {
    const x = t / stretch;
    if (x >= cut.patienceMs) return 0;
    if (x > cutAt) return Math.max(0, beyond(x));
    const { sums, stepMs } = sumsAt(x);
    return Math.max(0, 1 - sumUpTo(sums, stepMs, x) / mass.kept);
  };
  const guessMs = (above: number) => (isStable ? Math.min(cutAt, tailEndMs(pool, above)) : cutAt) * stretch;
  const countedMeanMs = momentUpTo(cut.sums, lattice.stepMs, cutAt) / mass.kept + beyondMeanMs;
  return {
    ...sharesOf(pool, mass),
    meanMs: stretch * countedMeanMs,
    tail,
    exceededBy: (above) => exceeding(tail, above, guessMs(above)),
  };
}

/** Every request may wait: the shares are Erlang's, and a lattice is made only where somebody asks how long. */
function unlimitedWait(pool: EffectivePool, cells: number): LimitedWait {
  const meanMs = meanConditionalWaitMs(pool);
  const endMs = lazily(() => tailEndMs(pool, smallestTail(pool)));
  const fineCells = cellsAt(pool.utilization, cells);
  const tailAt = lazily(() =>
    waitLevels(pool, endMs(), fineCells, (levelMs) => {
      const lattice = waitLattice(pool, levelMs, fineCells);
      return lattice ? waitTail(pool, lattice) : { above: (t: number) => Math.exp(-t / meanMs) };
    }),
  );
  const tail = (t: number) => tailAt()(t).above(t);
  return {
    ...sharesOf(pool, { kept: 1 / (1 - pool.utilization), lost: 0, timedOut: 0 }),
    meanMs,
    tail,
    exceededBy: (share) => exceeding(tail, share, tailEndMs(pool, share)),
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The time that a share `above` of the waits exceeds, looked for around a guess: a tail far from there is not asked. */
function exceeding(tail: (t: number) => number, above: number, guessMs: number): number {
  let high = guessMs;
  while (tail(high) > above) high *= 2;
  let low = high / 2;
  while (tail(low) <= above) {
    high = low;
    low /= 4;
    if (low < guessMs * 1e-12) return 0;
  }
  return low + solveFalling((t) => tail(low + t), above, high - low);
}

/** Near capacity the waits are long against the holds, and take more cells for the same precision. */
function cellsAt(utilization: number, cells: number): number {
  const slack = Math.max(1e-9, Math.abs(1 - utilization));
  return wholeCells(cells * Math.min(3.3, Math.max(1, Math.sqrt(0.05 / slack))));
}

/** The lattice with its limits, on the pool's clock: it ends at endMs, patience may end before or after. */
interface Cut {
  readonly endMs: number;
  readonly patienceMs: number;
  readonly lattice: Lattice;
  /** How likely the queue has a free place at this offered wait. */
  readonly isFree: (t: number) => number;
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
  const lost = withoutPlace + late + (free === 1 ? 0 : refusedBetween(tail.above, isFree, endMs, patienceMs));
  const beyond = (t: number) => ((tail.above(t) - late) * free) / (1 - lost);
  return {
    kept: (1 - lost) / slack,
    lost,
    timedOut: lost > 0 ? (late * isFree(patienceMs)) / lost : 0,
    beyond,
    beyondMeanMs: patienceMs > endMs ? beyond(endMs) * (endMs + tail.meanExcessMs) : 0,
  };
}

/** Share of the waits from `fromMs` up to `toMs` that find no free place. */
function refusedBetween(
  above: (t: number) => number,
  isFree: (t: number) => number,
  fromMs: number,
  toMs: number,
): number {
  const end = above(toMs);
  let refused = 0;
  let left = above(fromMs);
  for (let t = fromMs; left > end && left > 1e-12; t *= 1.1) {
    const free = isFree(t * 1.05);
    if (free === 0) return refused + left - end;
    const right = above(Math.min(toMs, t * 1.1));
    refused += (left - right) * (1 - free);
    left = right;
  }
  return refused;
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

/** About the logarithm by which an overloaded pool's lattice grows up to endMs (heavy traffic; Kingman 1962). */
function growth({ utilization, servers, hold }: EffectivePool, endMs: number): number {
  return ((utilization - 1) * endMs * servers * 2) / (hold.meanMs * (1 + hold.scv));
}
