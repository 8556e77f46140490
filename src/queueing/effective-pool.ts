import { holdDistribution } from './distribution.ts';
import { inverseErlangB } from './erlang.ts';
import type { PoolModel } from './pool-model.ts';
import type { BusyPool } from './renewal.ts';

/**
 * The pool that the formulas solve instead of the real one. Bursts of peakedness z are met by Hayward's rule: a pool, queue
 * and load z times smaller under Poisson arrivals (A. A. Fredericks, Congestion in blocking systems, Bell System Technical
 * Journal 59 (1980)). With z = 1 it is the pool itself.
 */
export interface EffectivePool extends BusyPool {
  /** 1 / Erlang B of its servers and load; Infinity where no request waits. */
  readonly inverseBlocking: number;
  /** Arrivals per ms over z, on the clock of this pool. */
  readonly arrivalsPerMs: number;
  /** Waiting places over z; undefined where there is no limit. */
  readonly places: number | undefined;
  readonly patienceMs: number | undefined;
  /** Real time over this pool's time. 1 except for bursts with hold times that are not exponential. */
  readonly clock: number;
}

/** A load this near to the connections counts as overload: there only the limits decide what the queue does. */
export const criticalSlack = 1e-9;

export function effectivePool(model: PoolModel): EffectivePool {
  const { connections, arrivalRatePerSecond, peakedness = 1, queueLimit, acquireTimeoutMs } = model;
  const hold = holdDistribution(model.hold);
  const load = (arrivalRatePerSecond / 1_000) * hold.meanMs;
  const clock = clockRate(peakedness, hold.scv);
  return {
    servers: connections / peakedness,
    utilization: load / connections,
    hold,
    inverseBlocking: inverseErlangB(connections / peakedness, load / peakedness),
    arrivalsPerMs: ((arrivalRatePerSecond / 1_000) * clock) / peakedness,
    places: queueLimit === undefined ? undefined : queueLimit / peakedness,
    patienceMs: acquireTimeoutMs === undefined ? undefined : acquireTimeoutMs / clock,
    clock,
  };
}

/**
 * Hayward's pool waits z (1 + cs2) / 2 in units of mean / connections; heavy traffic says (ca2 + cs2) / 2, with ca2 = 2 z - 1
 * the index of dispersion of bursts short against the hold time (J. F. C. Kingman (1962); Whitt, The Queueing Network
 * Analyzer (1983)). Their ratio turns the clock; 1 for Poisson arrivals and for exponential holds. Not below 0.1: evenly paced
 * arrivals and constant holds never quite leave the pool empty.
 */
function clockRate(peakedness: number, scv: number): number {
  return Math.max(0.1, (2 * peakedness - 1 + scv) / (peakedness * (1 + scv)));
}
