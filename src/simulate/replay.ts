import { tQuantile } from '../stats/student-t.ts';
import type { ArrivalLaw } from '../traffic/arrival-law.ts';
import { type FigureName, type Figures, figuresOfRun } from './figures.ts';
import type { MeanEstimate, SimulationInput, SimulationRun } from './model.ts';

/** Requests that came about together have holds of the same kind; among so many before and after, they are exchanged. */
const neighbours = 25;

/** Whether the load has the holds that were recorded with it. */
export function isReplay({ arrivals }: { readonly arrivals: ArrivalLaw }): boolean {
  return arrivals.kind === 'trace' && arrivals.holdsMs !== undefined;
}

/** The input of one of several runs: the first is what was recorded, the others exchange the holds of neighbours. */
export function replayOf(input: SimulationInput, run: number): SimulationInput {
  const { arrivals } = input;
  if (arrivals.kind !== 'trace' || run === 0) return input;
  return { ...input, arrivals: { ...arrivals, holdsFromWithin: neighbours } };
}

/**
 * The figures of what was recorded. Their intervals say what another time of the same kind would show: 95 % of them by
 * Student's t on the logarithm, as for one more value (Hahn and Meeker, Statistical Intervals, section 4.7), and all runs.
 */
export function predictFigures(runs: readonly SimulationRun[]): Figures {
  const figures = runs.map(figuresOfRun);
  const [first] = figures;
  const names = Object.keys(first ?? {}) as FigureName[];
  return Object.fromEntries(
    names.map((name) => [name, predictedFrom(figures.map((run) => run[name]))]),
  ) as unknown as Figures;
}

function predictedFrom(values: readonly number[]): MeanEstimate {
  const [mean = 0, ...others] = values;
  const count = others.length;
  if (count < 2) return { mean, halfWidth: Infinity, standardError: Infinity, low: 0, high: Infinity };
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (Math.min(...others) > 0) {
    const logs = others.map(Math.log);
    const center = logs.reduce((sum, log) => sum + log, 0) / count;
    const variance = logs.reduce((sum, log) => sum + (log - center) ** 2, 0) / (count - 1);
    const half = tQuantile(0.975, count - 1) * Math.sqrt(variance * (1 + 1 / count));
    [low, high] = [Math.min(low, Math.exp(center - half)), Math.max(high, Math.exp(center + half))];
  }
  return { mean, halfWidth: Math.max(mean - low, high - mean), standardError: (high - low) / 4, low, high };
}
