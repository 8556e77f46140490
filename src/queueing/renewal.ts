import type { HoldDistribution } from './hold-distribution.ts';

/** A pool whose connections are all busy, with times in ms: what the waiting requests see. */
export interface BusyPool {
  /** Connections; a real number where bursts shrink the pool (Hayward). */
  readonly servers: number;
  /** Offered load over servers; 1 and more is overload. */
  readonly utilization: number;
  readonly hold: HoldDistribution;
}

/** Masses of the offered wait at 0, step, 2 step ... Cumulative sums stand for the distribution at half steps. */
export interface Lattice {
  readonly stepMs: number;
  readonly masses: Float64Array;
}

/**
 * The distribution of the wait behind busy connections, as in M/G/c where the pool drains like one server of c-fold speed:
 * U = F + rho R * F + rho^2 R * R * F + ..., with F the smallest of c residual holds and R a residual hold over c.
 * For rho < 1 its total is 1 / (1 - rho), and (1 - rho) U the wait of those that wait: exact for M/M/c and for M/G/1
 * (Pollaczek-Khinchine), else the approximation of Tijms, van Hoorn and Federgruen (1981); Tijms, A First Course in
 * Stochastic Models (2003), section 9.6.2. For rho >= 1 it grows without end, and a queue limit or a timeout cuts it off.
 * Undefined where it grows beyond what a number holds.
 */
export function waitLattice(pool: BusyPool, endMs: number, cells: number): Lattice | undefined {
  // The distribution at endMs falls on the last half step.
  const stepMs = endMs / (cells - 0.5);
  const first = firstGrantMasses(pool, stepMs, cells);
  const step = stepMasses(pool, stepMs, cells);
  const { utilization } = pool;
  const scale = 1 - utilization * (step[0] ?? 0);
  if (scale <= 0) return undefined;
  const masses = new Float64Array(cells);
  for (let i = 0; i < cells; i += 1) {
    const mass = ((first[i] ?? 0) + utilization * convolved(step, masses, i)) / scale;
    if (mass > 1e250) return undefined;
    masses[i] = mass;
  }
  return { stepMs, masses };
}

/** Sum of step[j] masses[i - j] over j >= 1. A function of its own, which the engine soon compiles. */
function convolved(step: Float64Array, masses: Float64Array, i: number): number {
  const most = Math.min(i, step.length - 1);
  let sum = 0;
  for (let j = 1; j <= most; j += 1) sum += (step[j] ?? 0) * (masses[i - j] ?? 0);
  return sum;
}

/**
 * The masses of R that keep its mean: differences of the average of its distribution function over each cell (local moment
 * matching; Klugman, Panjer and Willmot, Loss Models, section 9.6.5). Ends where the rest is below 1e-13.
 */
function stepMasses({ servers, hold }: BusyPool, stepMs: number, cells: number): Float64Array {
  const masses = new Float64Array(cells);
  let [reached, average] = [0, 0];
  for (let i = 0; i < cells; i += 1) {
    const next = hold.residualMeanUpTo(servers * stepMs * (i + 1));
    const cellAverage = 1 - (next - reached) / (servers * stepMs);
    masses[i] = Math.max(0, cellAverage - average);
    if (1 - cellAverage < 1e-13) return masses.subarray(0, i + 1);
    reached = next;
    average = Math.max(average, cellAverage);
  }
  return masses;
}

/** The masses of F, by the same rule with the averages from Simpson's formula on panels of at most a quarter of mean / servers. */
function firstGrantMasses({ servers, hold }: BusyPool, stepMs: number, cells: number): Float64Array {
  const masses = new Float64Array(cells);
  const panels = Math.min(200, Math.max(1, Math.ceil((4 * stepMs * servers) / hold.meanMs)));
  const width = stepMs / panels;
  const above = (t: number) => (1 - hold.residualCdf(t)) ** servers;
  let [average, left] = [0, 1];
  for (let i = 0; i < cells && average < 1; i += 1) {
    let area = 0;
    for (let panel = 0; panel < panels && left > 1e-14; panel += 1) {
      const from = i * stepMs + panel * width;
      const right = above(from + width);
      area += ((left + 4 * above(from + width / 2) + right) * width) / 6;
      left = right;
    }
    const cellAverage = Math.max(average, 1 - area / stepMs);
    masses[i] = cellAverage - average;
    average = cellAverage;
  }
  return masses;
}

/** Mean of F: the time until the first of the busy connections comes back, for a request that comes at a random moment. */
export function meanFirstGrantMs({ servers, hold }: BusyPool): number {
  const scale = hold.meanMs / servers;
  if (servers === 1) return (hold.meanMs * (1 + hold.scv)) / 2;
  if (hold.scv === 0) return hold.meanMs / (servers + 1);
  // The trapezoidal rule on ln t, where both ends fall off fast; below its start all holds still go on.
  const width = 0.2;
  const start = -8;
  let sum = 1 / Math.expm1(width);
  for (let u = 0; u < 60; u += width) {
    const t = scale * Math.exp(start + u);
    const area = (1 - hold.residualCdf(t)) ** servers * Math.exp(u);
    sum += area;
    if (area < 1e-9 * sum && u > -start) break;
  }
  return sum * width * scale * Math.exp(start);
}

/** Mean wait of the requests that wait, where every request may: exact means of the F and R above; for utilization below 1. */
export function meanConditionalWaitMs(pool: BusyPool): number {
  const { servers, utilization, hold } = pool;
  const meanStepMs = (hold.meanMs * (1 + hold.scv)) / 2 / servers;
  return meanFirstGrantMs(pool) + (utilization / (1 - utilization)) * meanStepMs;
}
