import { holdDistribution } from './distribution.ts';
import type { HoldLaw } from './hold-law.ts';
import type { SplitBy } from './split.ts';

/** How far the model was off a simulation, for nine of ten workloads of a class. */
export interface StatedError {
  /** As a share of the simulated value: -0.1 is 10 % too low, 0.5 is 50 % too high. */
  readonly low: number;
  readonly high: number;
  /** Connections of the smallest pool beyond what the simulation needs: so many too few (below 0), so many too many. */
  readonly lowConnections: number;
  readonly highConnections: number;
  /** False for holds or pools unlike those measured: the figures are then those of the nearest class, and no promise. */
  readonly isMeasured: boolean;
}

/** [low, high, lowConnections, highConnections] */
type Range = readonly [number, number, number, number];

interface HoldClass {
  /** Bounds of the hold times of a class, as HoldDistribution has them. */
  readonly upToHeaviness: number;
  readonly upToScv: number;
}

/** The largest pools of the columns below; the smallest measured has 2 connections, and one connection is exact. */
const sizes = [5, 20, 60, 150];

/**
 * The p99 wait where limits lose hardly any request. Read off test/bench/formulas.mjs (`npm run bench`; 224 workloads of
 * Poisson arrivals, utilization 0.4 to 0.95, 2 to 24 in each range; November 2026). The laws of a class stand before it.
 * Bursts, batches and paced arrivals are not in it.
 */
const waitClasses: readonly (HoldClass & { readonly bySize: readonly [Range, Range, Range, Range] })[] = [
  // constant
  {
    ...{ upToHeaviness: 2.6, upToScv: 0.1 },
    bySize: [
      [0, 0.07, 0, 1],
      [-0.07, 0.02, 0, 0],
      [-0.13, 0.01, 0, 0],
      [-0.15, 0, -1, 0],
    ],
  },
  // gamma of scv 0.25, lognormal of scv 0.5
  {
    ...{ upToHeaviness: 2.6, upToScv: 0.6 },
    bySize: [
      [-0.01, 0.03, 0, 0],
      [-0.05, 0.04, 0, 1],
      [-0.08, 0.05, 0, 1],
      [-0.09, 0.02, 0, 0],
    ],
  },
  // lognormal of scv 1 (the guess from a p95 alone), exponential
  {
    ...{ upToHeaviness: 2.6, upToScv: 1.6 },
    bySize: [
      [-0.01, 0.05, 0, 1],
      [-0.04, 0.11, 0, 1],
      [-0.02, 0.14, 0, 1],
      [-0.02, 0.15, 0, 1],
    ],
  },
  // gamma of scv 4, one of ten 16 times as long
  {
    ...{ upToHeaviness: 2.6, upToScv: 5 },
    bySize: [
      [-0.13, 0.04, 0, 1],
      [-0.06, 0.06, 0, 1],
      [-0.01, 0.31, 0, 1],
      [-0.11, 0.08, 0, 1],
    ],
  },
  // 2 % of 5 s among 5 ms, 3 % 134 times as long
  {
    ...{ upToHeaviness: 2.6, upToScv: 50 },
    bySize: [
      [-0.07, 0.07, 0, 1],
      [-0.23, 0.09, 0, 1],
      [-0.37, 0.84, -1, 2],
      [-0.18, 0.23, -1, 2],
    ],
  },
  // lognormal of scv 2.25 and 4, Pareto 2.2 (cut above the time that one of 100,000 exceeds)
  {
    ...{ upToHeaviness: 7, upToScv: 5 },
    bySize: [
      [-0.02, 0.32, 0, 1],
      [0.17, 0.52, 0, 1],
      [-0.05, 0.63, 0, 2],
      [-0.05, 0.69, 0, 4],
    ],
  },
  // lognormal of scv 9
  {
    ...{ upToHeaviness: 11, upToScv: 10 },
    bySize: [
      [0.02, 0.4, 0, 1],
      [0.28, 0.87, 0, 2],
      [0.46, 1.59, 0, 3],
      [0.46, 1.59, 0, 5],
    ],
  },
  // lognormal of sigma 2, scv 54
  {
    ...{ upToHeaviness: 60, upToScv: 60 },
    bySize: [
      [-0.49, 0.97, 0, 1],
      [0.89, 2.4, 0, 2],
      [1.46, 2.68, 0, 4],
      [1.46, 2.68, 0, 7],
    ],
  },
];

/** The lost share where limits lose requests: 162 workloads of 5 to 60 connections, utilization 0.8 to 1.1, loss from 0.1 % on. */
const lossClasses: readonly (HoldClass & { readonly range: Range })[] = [
  { upToHeaviness: 2.6, upToScv: 1.6, range: [-0.15, 0.01, 0, 0] },
  { upToHeaviness: 2.6, upToScv: 50, range: [0, 0.23, 0, 1] },
  { upToHeaviness: 7, upToScv: 5, range: [0, 0.95, 0, 2] },
  { upToHeaviness: 60, upToScv: 60, range: [0.01, 3.2, 0, 5] },
];

/** The p99 wait of several pools: 48 workloads, 4 and 10 pools of 3 and 10 connections, exponential and lognormal of scv 4. */
const splitRanges: Readonly<Record<SplitBy, Range>> = {
  random: [-0.02, 0.46, 0, 1],
  'round-robin': [-0.04, 0.24, 0, 1],
  'least-busy': [0.02, 1.28, 0, 1],
};

const exact: StatedError = { low: 0, high: 0, lowConnections: 0, highConnections: 0, isMeasured: true };

/**
 * The error of the p99 wait of a pool of this size (of any measured size when left out), where limits lose hardly any request.
 * `hold` is the law or, where only that is known, its squared coefficient of variation, taken as of a lognormal above 1.5.
 */
export function statedError(hold: HoldLaw | number, connections?: number): StatedError {
  const shape = shapeOf(hold);
  if (shape.isMemoryless) return exact;
  const { found, isMeasured } = classOf(waitClasses, shape);
  if (connections === undefined) return stated(found.bySize, isMeasured);
  const column = sizes.findIndex((size) => connections <= size);
  const range = found.bySize[column] ?? found.bySize[3];
  return stated([range], isMeasured && column >= 0);
}

/** The error of the share that a queue limit and a timeout lose, from 0.1 % on. Their waits are not stated. */
export function statedLossError(hold: HoldLaw | number, connections?: number): StatedError {
  const shape = shapeOf(hold);
  if (shape.isMemoryless) return exact;
  const { found, isMeasured } = classOf(lossClasses, shape);
  return stated([found.range], isMeasured && (connections ?? 0) <= 60);
}

/** The error of the p99 wait of several pools; measured up to lognormal holds of scv 4, and 10 pools of 10 connections. */
export function statedSplitError(splitBy: SplitBy, hold: HoldLaw | number): StatedError {
  const { heaviness, scv } = shapeOf(hold);
  return stated([splitRanges[splitBy]], heaviness <= 5 && scv <= 4);
}

interface HoldShape {
  readonly heaviness: number;
  readonly scv: number;
  readonly isMemoryless?: boolean;
}

function shapeOf(hold: HoldLaw | number): HoldShape {
  if (typeof hold !== 'number') return holdDistribution(hold);
  return { scv: hold, heaviness: hold > 1.5 ? 1 + hold : 1.5 };
}

/** The first class that these holds lie in, else the last one, of the longest tails. */
function classOf<Class extends HoldClass>(
  classes: readonly Class[],
  { heaviness, scv }: HoldShape,
): { found: Class; isMeasured: boolean } {
  const found = classes.find(({ upToHeaviness, upToScv }) => heaviness <= upToHeaviness && scv <= upToScv);
  const nearest = found ?? classes.at(-1);
  if (!nearest) throw new Error('There are no classes.');
  return { found: nearest, isMeasured: found !== undefined };
}

/** What holds for all of the ranges. */
function stated(ranges: readonly Range[], isMeasured: boolean): StatedError {
  return {
    low: Math.min(...ranges.map(([low]) => low)),
    high: Math.max(...ranges.map(([, high]) => high)),
    lowConnections: Math.min(...ranges.map(([, , few]) => few)),
    highConnections: Math.max(...ranges.map(([, , , many]) => many)),
    isMeasured,
  };
}
