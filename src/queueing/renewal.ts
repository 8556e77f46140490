import { type BusyServers, grantAreas, meanFirstGrantMs } from './first-grant.ts';

/** A pool whose connections are all busy, with times in ms: what the waiting requests see. */
export interface BusyPool extends BusyServers {
  /** Offered load over servers; 1 and more is overload. */
  readonly utilization: number;
}

/** Masses of the offered wait at 0, step, 2 step ... Cumulative sums stand for the distribution at half steps. */
export interface Lattice {
  readonly stepMs: number;
  readonly masses: Float64Array;
}

/** Steps of the coarse lattice over those of the fine one: odd, so that half steps of the one are half steps of the other. */
const coarsening = 3;

/** The number of cells at or above this one that a lattice can have: its coarse twin ends on a half step too. */
export function wholeCells(cells: number): number {
  return coarsening * Math.ceil((cells + 1) / coarsening) - 1;
}

/**
 * The distribution of the wait behind busy connections, as in M/G/c where the pool drains like one server of c-fold speed:
 * U = F + rho R * F + rho^2 R * R * F + ..., with F the smallest of c residual holds and R a residual hold over c.
 * For rho < 1 its total is 1 / (1 - rho), and (1 - rho) U the wait of those that wait: exact for M/M/c and for M/G/1
 * (Pollaczek-Khinchine), else the approximation of Tijms, van Hoorn and Federgruen (1981); Tijms, A First Course in
 * Stochastic Models (2003), section 9.6.2. For rho >= 1 it grows without end, and a queue limit or a timeout cuts it off.
 * Its error falls with the square of the step, so a lattice of a third of the cells shows how much is left of it
 * (Richardson's extrapolation). `cells` is a number that wholeCells gives. Undefined where U is beyond what a number holds.
 */
export function waitLattice(pool: BusyPool, endMs: number, cells: number): Lattice | undefined {
  // The distribution at endMs falls on the last half step.
  const stepMs = endMs / (cells - 0.5);
  const areas = grantAreas(pool, stepMs, cells + 1);
  const means = stepMeans(pool, stepMs, cells + 1);
  const masses = renewalMasses(pool.utilization, areas, means, stepMs, 1);
  const coarse = masses && renewalMasses(pool.utilization, areas, means, stepMs, coarsening);
  if (coarse) extrapolate(masses, coarse);
  return masses && { stepMs, masses };
}

/** U on a lattice of steps `every` times as long; local moment matching (see averages) keeps the means of F and R. */
function renewalMasses(
  utilization: number,
  areas: Float64Array,
  means: Float64Array,
  stepMs: number,
  every: number,
): Float64Array | undefined {
  const cells = Math.floor((areas.length - (every === 1 ? 1 : 0)) / every);
  const first = grantMasses(areas, stepMs, cells, every);
  const step = stepMasses(means, stepMs, cells, every);
  const scale = 1 - utilization * (step[0] ?? 0);
  if (scale <= 0) return undefined;
  const masses = new Float64Array(cells);
  for (let i = 0; i < cells; i += 1) {
    const mass = ((first[i] ?? 0) + utilization * convolved(step, masses, i)) / scale;
    if (mass > 1e250) return undefined;
    masses[i] = mass;
  }
  return masses;
}

/** Sum of step[j] masses[i - j] over j >= 1. A function of its own, which the engine soon compiles. */
function convolved(step: Float64Array, masses: Float64Array, i: number): number {
  const most = Math.min(i, step.length - 1);
  let sum = 0;
  for (let j = 1; j <= most; j += 1) sum += (step[j] ?? 0) * (masses[i - j] ?? 0);
  return sum;
}

/**
 * Takes out of the running sums what an eighth of their distance from the coarse ones says, as a factor: an error that is
 * ninefold on ninefold squares of steps leaves an eighth of the difference. Half steps of the coarse lattice fall on every
 * third of the fine one; between them the factor goes straight.
 */
function extrapolate(masses: Float64Array, coarse: Float64Array): void {
  let sum = 0;
  let coarseSum = 0;
  let before = 0;
  let reached = 0;
  let factor = 1;
  for (let i = 0; i < coarse.length; i += 1) {
    const from = coarsening * i - 1;
    for (let j = Math.max(0, from); j <= from + 2; j += 1) sum += masses[j] ?? 0;
    coarseSum += coarse[i] ?? 0;
    const next = sum > 0 && coarseSum > 0 ? (sum / coarseSum) ** (1 / (coarsening ** 2 - 1)) : 1;
    if (i === 0) factor = next;
    for (let k = i === 0 ? 1 : 0; k < coarsening; k += 1) {
      before += masses[from + k] ?? 0;
      const corrected = before * (factor + ((next - factor) * (k + 1)) / coarsening);
      masses[from + k] = Math.max(0, corrected - reached);
      reached = Math.max(reached, corrected);
    }
    factor = next;
  }
}

/** Mean of min(R, t) x servers at the end of each cell. */
function stepMeans({ servers, hold }: BusyPool, stepMs: number, cells: number): Float64Array {
  const means = new Float64Array(cells);
  for (let i = 0; i < cells; i += 1) means[i] = hold.residualMeanUpTo(servers * stepMs * (i + 1)) / servers;
  return means;
}

/**
 * The masses of R that keep its mean: differences of the average of its distribution function over each cell (local moment
 * matching; Klugman, Panjer and Willmot, Loss Models, section 9.6.5). Ends where the rest is below 1e-13.
 */
function stepMasses(means: Float64Array, stepMs: number, cells: number, every: number): Float64Array {
  const masses = new Float64Array(cells);
  let reached = 0;
  let average = 0;
  for (let i = 0; i < cells; i += 1) {
    const next = means[every * (i + 1) - 1] ?? 0;
    const cellAverage = 1 - (next - reached) / (every * stepMs);
    masses[i] = Math.max(0, cellAverage - average);
    if (1 - cellAverage < 1e-13) return masses.subarray(0, i + 1);
    reached = next;
    average = Math.max(average, cellAverage);
  }
  return masses;
}

/** The masses of F, by the same rule. */
function grantMasses(areas: Float64Array, stepMs: number, cells: number, every: number): Float64Array {
  const masses = new Float64Array(cells);
  let average = 0;
  for (let i = 0; i < cells && average < 1; i += 1) {
    let area = 0;
    for (let j = every * i; j < every * (i + 1); j += 1) area += areas[j] ?? 0;
    const cellAverage = Math.max(average, 1 - area / (every * stepMs));
    masses[i] = cellAverage - average;
    average = cellAverage;
  }
  return masses;
}

/** Mean wait of the requests that wait, where every request may: exact means of the F and R above; for utilization below 1. */
export function meanConditionalWaitMs(pool: BusyPool): number {
  const { servers, utilization, hold } = pool;
  const meanStepMs = (hold.meanMs * (1 + hold.scv)) / 2 / servers;
  return meanFirstGrantMs(pool) + (utilization / (1 - utilization)) * meanStepMs;
}
