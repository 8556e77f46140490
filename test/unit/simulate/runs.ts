import type { HoldLaw } from '../../../src/queueing/hold-law.ts';
import { estimateFigures } from '../../../src/simulate/figures.ts';
import type { SimulationInput, SimulationRun } from '../../../src/simulate/model.ts';
import { simulate } from '../../../src/simulate/run.ts';

export const exponential = (meanMs: number): HoldLaw => ({ kind: 'exponential', meanMs });

/** Lognormal with this mean and coefficient of variation. */
export function lognormal(meanMs: number, cv: number): HoldLaw {
  const variance = Math.log(1 + cv ** 2);
  return { kind: 'lognormal', medianMs: meanMs * Math.exp(-variance / 2), sigma: Math.sqrt(variance) };
}

export const poisson = (ratePerSecond: number) => ({ kind: 'poisson', ratePerSecond }) as const;

/** A run of so many requests: 10 connections, 80 requests a second of 100 ms, unless told otherwise. */
export function ofRequests(count: number, changes: Partial<SimulationInput> = {}): SimulationInput {
  const arrivals = changes.arrivals ?? poisson(80);
  const ratePerSecond = arrivals.kind === 'trace' ? 80 : arrivals.ratePerSecond;
  const durationMs = (count / ratePerSecond) * 1_000;
  return { arrivals, hold: exponential(100), connections: 10, durationMs, seed: 1, ...changes };
}

export function replications(input: SimulationInput, count: number): SimulationRun[] {
  return Array.from({ length: count }, (_, index) => simulate({ ...input, seed: input.seed + index }));
}

export function estimates(input: SimulationInput, count = 20) {
  return estimateFigures(replications(input, count));
}
