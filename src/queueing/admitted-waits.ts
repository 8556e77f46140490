import { gammaUpper, logPoisson } from '../stats/gamma.ts';
import type { EffectivePool } from './effective-pool.ts';
import type { Lattice } from './renewal.ts';

/** The masses of a lattice that find a free place in the queue. */
export function admittedMasses({ masses, stepMs }: Lattice, isFree: (t: number) => number): Float64Array {
  return masses.map((mass, i) => mass * isFree(i * stepMs));
}

/** The offered wait at which the queue is all but surely full. */
export function longestWaitMs(places: number, arrivalsPerMs: number): number {
  return (places + 9 * Math.sqrt(places) + 20) / arrivalsPerMs;
}

/** How likely a queue of so many places has a free one, where so many arrivals are expected: Q(places, arrivals). */
export function placeFree(places: number, arrivals: number): number {
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
export function stretchByLittle(
  pool: EffectivePool,
  places: number,
  { masses, stepMs }: Lattice,
  admitted: Float64Array,
): number {
  const { arrivalsPerMs, utilization } = pool;
  let [total, kept, waits, queue] = [0, 0, 0, 0];
  for (let i = 0; i < masses.length; i += 1) {
    const t = i * stepMs;
    const mass = masses[i] ?? 0;
    const taken = admitted[i] ?? 0;
    total += mass;
    kept += taken;
    waits += taken * t;
    // Q(q - 1, x) = Q(q, x) - x^(q - 1) e^-x / Gamma(q)
    const isOpen = taken > 0 && places > 1;
    const last = isOpen && taken < mass ? mass * Math.exp(logPoisson(places - 1, arrivalsPerMs * t)) : 0;
    if (isOpen) queue += Math.max(0, taken - last) * arrivalsPerMs * t;
  }
  const slack = 1 - utilization;
  const beyond = (1 - slack * total) * (1 - placeFree(places, arrivalsPerMs * (masses.length - 0.5) * stepMs));
  const full = beyond + slack * (total - kept);
  const stretch = (queue + places * Math.max(0, full)) / (arrivalsPerMs * waits);
  return waits > 0 ? Math.min(5, Math.max(0.2, stretch)) : 1;
}
