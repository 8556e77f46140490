import { clumpedWait, isClumped } from './clumped-wait.ts';
import { holdDistribution } from './distribution.ts';
import { criticalSlack, type EffectivePool, effectivePool } from './effective-pool.ts';
import { exponentialWait } from './exponential-wait.ts';
import { latticeCells, latticeWait } from './lattice-wait.ts';
import type { LimitedWait } from './limited-wait.ts';
import type { PoolModel } from './pool-model.ts';

/** The wait of every request of a pool without limits. Times in ms. */
export interface WaitDistribution {
  /** Share of the requests that wait. */
  readonly waitProbability: number;
  readonly meanMs: number;
  /** The wait that a share p of the requests does not exceed; p from 0 to 1. */
  readonly quantile: (p: number) => number;
  /** Share of the requests that wait longer than t. */
  readonly tail: (t: number) => number;
  /** Share of the requests that find at least so many waiting; present for bursts and batches, where waits do not tell it. */
  readonly queueTail?: (places: number) => number;
}

/** A pool and its load, without limits. */
type UnlimitedPool = Omit<PoolModel, 'queueLimit' | 'acquireTimeoutMs'>;

/**
 * Where fewer than one request in a million finds all connections busy, the law of the hold times is left aside: what little
 * waiting there is gets an exponential wait with the mean that two moments give (Allen-Cunneen; Gans, Koole and Mandelbaum
 * (2003), section 4).
 */
export const negligibleWaitProbability = 1e-6;

/**
 * The wait in a pool without limits: exact for exponential holds, for one connection, and for the delay probability
 * of constant to exponential holds within some percent; see waitLattice. Undefined when the load is not below the connections.
 */
export function waitDistribution(
  { queueLimit: _, acquireTimeoutMs: __, ...pool }: UnlimitedPool & Partial<PoolModel>,
  cells = latticeCells,
): WaitDistribution | undefined {
  const load = (pool.arrivalRatePerSecond / 1_000) * holdDistribution(pool.hold).meanMs;
  if (load >= pool.connections * (1 - criticalSlack)) return undefined;
  const { waitProbability, meanMs, tail, exceededBy, queueTail } = modelWait(pool, cells);
  return {
    ...(queueTail && { queueTail }),
    waitProbability,
    meanMs: waitProbability * meanMs,
    quantile: (p) => (waitProbability <= 1 - p ? 0 : exceededBy((1 - p) / waitProbability)),
    tail: (t) => waitProbability * tail(t),
  };
}

/** The wait of a model of any kind. Times in ms. */
export function modelWait(model: PoolModel, cells = latticeCells): LimitedWait & Pick<WaitDistribution, 'queueTail'> {
  if (isClumped(model)) return clumpedWait(model);
  const pool = effectivePool(model);
  return onRealClock(limitedWait(pool, cells), pool.clock);
}

/** Picks the formula: exact for exponential holds and where no request may wait, the lattice else. Times of the effective pool. */
export function limitedWait(pool: EffectivePool, cells = latticeCells): LimitedWait {
  const { servers, hold, places, patienceMs, utilization, inverseBlocking } = pool;
  // No request may wait, or not for a millionth of the time between two connections that come back.
  const mayWait = places !== 0 && (patienceMs === undefined || patienceMs * servers > 1e-6 * hold.meanMs);
  if (hold.isMemoryless || !mayWait) return exponentialWait(pool);
  if (1 / inverseBlocking < negligibleWaitProbability * (1 - utilization)) return exponentialWait(pool);
  return latticeWait(pool, cells) ?? exponentialWait(pool);
}

/** Turns times of the effective pool into real ones. */
export function onRealClock(wait: LimitedWait, clock: number): LimitedWait {
  return {
    ...wait,
    meanMs: wait.meanMs * clock,
    tail: (t) => wait.tail(t / clock),
    exceededBy: (above) => wait.exceededBy(above) * clock,
  };
}
