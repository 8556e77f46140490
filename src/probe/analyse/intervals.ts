import { batchMeans, type Estimate, mean, sumOf } from '../../stats/estimate.ts';
import type { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMilliseconds } from '../../stats/hdr/microseconds.ts';
import { tQuantile } from '../../stats/student-t.ts';
import type { StepRun } from '../load/model.ts';

const mostBatches = 20;
const leastBatches = 12;
/** Neighbours that correlate more are joined into one batch. */
const mostAlike = 0.3;
/** A shorter wait cannot be told from the time that asking takes. */
const leastWaitUs = 100;
/** The same in ms: added to times before they are compared by their ratio. */
export const leastTellingMs = 0.1;

/**
 * The ratio of two sums over a run, from stretches in order: 12 to 20 batches, longer and fewer (down to 6) while
 * neighbours are alike. What likeness is left widens the interval as it would for a first-order autoregression, and what
 * the batches are skewed by moves it: of waits most batches see less than the mean, and a few far more.
 * Source: Tafazzoli, Wilson, Lada and Steiger, "Skart: a skewness- and autoregression-adjusted batch-means procedure for
 * simulation analysis" (2008).
 */
export function batchedRatio(over: readonly number[], under: readonly number[]): Estimate | undefined {
  const found = batched(over, under);
  if (!found) return undefined;
  const { value, error, t, bend } = found;
  if (error === undefined) return { value, low: 0, high: Number.POSITIVE_INFINITY };
  return { value, low: Math.max(0, value - bend(t) * error), high: value - bend(-t) * error };
}

interface Batched {
  readonly value: number;
  /** Standard error; undefined of a single batch. */
  readonly error: number | undefined;
  readonly t: number;
  readonly bend: (t: number) => number;
}

function batched(over: readonly number[], under: readonly number[]): Batched | undefined {
  let size = Math.max(1, Math.ceil(over.length / mostBatches));
  while (Math.floor(over.length / (2 * size)) >= leastBatches / 2 && alikeness(restOf(over, under, size)) > mostAlike) {
    size *= 2;
  }
  const count = Math.floor(over.length / size);
  const below = sumOf(inLots(under, size));
  if (count === 0 || !(below > 0)) return undefined;
  const value = sumOf(inLots(over, size)) / below;
  if (count < 2) return { value, error: undefined, t: 0, bend: (t) => t };
  const rest = restOf(over, under, size);
  const deviation = Math.sqrt(sumOf(rest.map((entry) => entry * entry)) / (count - 1));
  // Marriott and Pope, Biometrika 41 (1954): of few batches the correlation comes out too low by so much.
  const correlation = alikeness(rest);
  const alike = Math.min(0.9, Math.max(0, correlation + (1 + 3 * correlation) / count));
  return {
    value,
    error: ((deviation * Math.sqrt(count)) / below) * Math.sqrt((1 + alike) / (1 - alike)),
    t: tQuantile(0.975, count - 1),
    bend: unskewed(skewnessOf(rest, deviation) / (6 * Math.sqrt(count))),
  };
}

/** Sums of `length` values in a row; the remainder at the start is left out. */
function inLots(values: readonly number[], length: number): number[] {
  const count = Math.floor(values.length / length);
  const start = values.length - count * length;
  return Array.from({ length: count }, (_, lot) =>
    sumOf(values.slice(start + lot * length, start + (lot + 1) * length)),
  );
}

/** What is left of each batch when the common ratio is taken out. */
function restOf(over: readonly number[], under: readonly number[], size: number): number[] {
  const [above, below] = [inLots(over, size), inLots(under, size)];
  const ratio = sumOf(above) / sumOf(below);
  return above.map((value, index) => value - ratio * (below[index] ?? 0));
}

/** Correlation of neighbours. */
function alikeness(rest: readonly number[]): number {
  const squares = sumOf(rest.map((value) => value * value));
  if (!(squares > 0)) return 0;
  return sumOf(rest.slice(1).map((value, index) => value * (rest[index] ?? 0))) / squares;
}

function skewnessOf(rest: readonly number[], deviation: number): number {
  const count = rest.length;
  if (count < 3 || !(deviation > 0)) return 0;
  return (sumOf(rest.map((value) => (value / deviation) ** 3)) * count) / ((count - 1) * (count - 2));
}

/** Quantiles of t bent to those of a skewed mean; `shift`: skewness / (6 sqrt(n)). Willink, Biometrika 92 (2005). */
function unskewed(shift: number): (t: number) => number {
  if (Math.abs(shift) < 1e-6) return (t) => t;
  return (t) => (Math.cbrt(1 + 6 * shift * (t - shift)) - 1) / (2 * shift);
}

const column = (run: StepRun, of: 'completed' | 'serviceMs' | 'waitMs') => run.batches.map((batch) => batch[of]);

export function throughputOf(run: StepRun): Estimate {
  const seconds = run.batches.map(() => run.batchMs / 1_000);
  const ended = run.batches.map(({ ended, completed }) => ended ?? completed);
  const byBatches = batchedRatio(ended, seconds);
  if (byBatches && run.batches.length > 1) return byBatches;
  // Too short for batches: the interval of the count alone, as in a Poisson process.
  const perSecond = run.measuredMs > 0 ? 1_000 / run.measuredMs : 0;
  const half = 1.96 * Math.sqrt(run.completed) * perSecond;
  const value = run.completed * perSecond;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** Undefined where nothing was served, as all times and shares here. */
export function meanServiceOf(run: StepRun): Estimate | undefined {
  return ofEach(run, 'serviceMs', run.histogramsUs.service);
}

export function meanWaitOf(run: StepRun): Estimate | undefined {
  return ofEach(run, 'waitMs', run.histogramsUs.wait);
}

function ofEach(run: StepRun, name: 'serviceMs' | 'waitMs', histogram: HdrHistogram): Estimate | undefined {
  const byBatches = batchedRatio(column(run, name), column(run, 'completed'));
  if (byBatches && Number.isFinite(byBatches.high)) return aboveZero(byBatches);
  return histogram.count === 0 ? undefined : aboveZero(byChance(histogram));
}

/** Times that were seen have a mean above 0, however wide the interval: where it nears 0, it goes on by the logarithm. */
function aboveZero({ value, low, high }: Estimate): Estimate {
  return { value, low: value > 0 ? Math.max(low, value * Math.exp((-2 * (value - low)) / value)) : low, high };
}

/** The interval of independent times. */
function byChance(histogram: HdrHistogram): Estimate {
  const { mean: value, variance } = momentsOf(histogram);
  const half = 1.96 * Math.sqrt(variance / histogram.count);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** In ms. */
function momentsOf(histogram: HdrHistogram): { readonly mean: number; readonly variance: number } {
  const mean = toMilliseconds(histogram.mean);
  const middles = histogram
    .buckets()
    .map(({ from, to, count }) => ({ ms: toMilliseconds((from + to - 1) / 2), count }));
  const squares = sumOf(middles.map(({ ms, count }) => count * (ms - mean) ** 2));
  return { mean, variance: histogram.count > 0 ? squares / histogram.count : 0 };
}

/**
 * How many requests of a run count as one that has nothing to do with the others: by how much the batches spread more than
 * independent waits would. 1 or more.
 */
export function likeness(run: StepRun): number {
  const { wait } = run.histogramsUs;
  const { error, t = 0 } = batched(column(run, 'waitMs'), column(run, 'completed')) ?? {};
  const naive = momentsOf(wait).variance / wait.count;
  if (error === undefined || !(naive > 0)) return 1;
  return Math.max(1, ((t / 1.96) * error) ** 2 / naive);
}

/**
 * A quantile in ms with its 95 % interval: the order statistics n p -+ 1.96 sqrt(n p (1 - p)), with n divided by the
 * likeness of neighbours. Where the sample is too small for an upper one, twice the largest time.
 */
export function quantileOf(histogram: HdrHistogram, p: number, alike = 1): Estimate | undefined {
  const { count } = histogram;
  if (count === 0) return undefined;
  const at = (ratio: number) => toMilliseconds(histogram.valueAt(ratio));
  const half = 1.96 * Math.sqrt((p * (1 - p) * alike) / count);
  const value = at(p);
  const high = p + half < 1 ? at(p + half) : 2 * at(1) - value;
  return { value, low: p - half > 0 ? at(p - half) : 0, high };
}

/** A quantile of the waits of a run. It can be as far above what was seen as the mean can: both hang on rare crowds. */
export function waitQuantileOf(run: StepRun, p: number): Estimate | undefined {
  const quantile = quantileOf(run.histogramsUs.wait, p, likeness(run));
  const mean = meanWaitOf(run);
  if (!quantile || !mean) return quantile;
  const stretch = mean.value > 0 && Number.isFinite(mean.high) ? mean.high / mean.value : 1;
  return { ...quantile, high: Math.max(quantile.high, quantile.value * stretch) };
}

/** Share of the requests that waited: as the pool tells, else those that waited longer than 0.1 ms. */
export function waitProbabilityOf(run: StepRun): Estimate | undefined {
  const told = run.batches.map(({ waited }) => waited);
  if (told.length > 0 && told.every((waited) => waited !== undefined)) {
    const byBatches = batchedRatio(told, column(run, 'completed'));
    if (byBatches) return { ...byBatches, high: Math.min(1, byBatches.high) };
  }
  const { wait } = run.histogramsUs;
  return wait.count === 0 ? undefined : shareOf(wait.countAbove(leastWaitUs), wait.count / likeness(run), wait.count);
}

/** Wilson's interval of a share; `worth` is what the count is worth where neighbours are alike. */
export function shareOf(part: number, worth: number, count = worth): Estimate {
  const value = part / count;
  const z = 1.96 ** 2 / worth;
  const middle = (value + z / 2) / (1 + z);
  const half = (1.96 * Math.sqrt((value * (1 - value)) / worth + z / (4 * worth))) / (1 + z);
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * One figure over rounds: the mean of the rounds, with the interval of their spread (t, n - 1), since what differs between
 * rounds is not seen within one. Two rounds are too few for that: then all that either leaves open. Undefined where no
 * round has the figure.
 */
export function overRounds(
  runs: readonly StepRun[],
  of: (run: StepRun) => Estimate | undefined,
  spread: (values: readonly number[]) => Estimate | undefined = batchMeans,
): Estimate | undefined {
  const each = runs.map(of).filter((estimate) => estimate !== undefined);
  if (each.length === 2) {
    return {
      value: mean(each.map(({ value }) => value)),
      low: Math.min(...each.map(({ low }) => low)),
      high: Math.max(...each.map(({ high }) => high)),
    };
  }
  return each.length < 2 ? each[0] : spread(each.map(({ value }) => value));
}

/** The same of times, whose rounds spread by factors: the interval is one of logarithms, so it never reaches below 0. */
export function timesOverRounds(
  runs: readonly StepRun[],
  of: (run: StepRun) => Estimate | undefined,
): Estimate | undefined {
  return overRounds(runs, of, meanOfTimes);
}

/** The mean of times above 0 with the t interval of their logarithms, stretched to the mean where that lies outside. */
export function meanOfTimes(values: readonly number[]): Estimate | undefined {
  const value = mean(values);
  if (values.length < 2) return batchMeans(values);
  const logs = values.map((each) => Math.log(each + leastTellingMs));
  const middle = mean(logs);
  const deviation = Math.sqrt(sumOf(logs.map((log) => (log - middle) ** 2)) / (logs.length - 1));
  const half = (tQuantile(0.975, logs.length - 1) * deviation) / Math.sqrt(logs.length);
  const at = (log: number) => Math.max(0, Math.exp(log) - leastTellingMs);
  return { value, low: Math.min(value, at(middle - half)), high: Math.max(value, at(middle + half)) };
}
