import { normalCdf } from './normal.ts';
import { solveFalling } from './solve.ts';

/**
 * The share that waits in a large pool of load + beta sqrt(load) connections, beta above 0: 1 / (1 + beta Phi(beta) / phi(beta)).
 * To explain and to start a search, not to answer: at 60 erlangs it is 8 % off.
 * Source: S. Halfin and W. Whitt, Heavy-traffic limits for queues with many exponential servers, Operations Research 29 (1981).
 */
export function waitProbabilityAtMargin(beta: number): number {
  const density = Math.exp((-beta * beta) / 2) / Math.sqrt(2 * Math.PI);
  return 1 / (1 + (beta * normalCdf(beta)) / density);
}

/** The beta at which this share waits; 0 to 1. */
export function marginForWaitProbability(share: number): number {
  return solveFalling(waitProbabilityAtMargin, share, 40);
}

/** By how many square roots of the load a pool is larger than it: its margin in the unit in which the margin matters. */
export function marginOf(connections: number, load: number): number {
  return (connections - load) / Math.sqrt(load);
}
