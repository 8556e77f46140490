import { type Estimate, mean, sumOf } from '../../stats/estimate.ts';
import { tQuantile } from '../../stats/student-t.ts';
import type { Difference } from '../result.ts';
import { leastTellingMs } from './intervals.ts';

type Found = Pick<Difference, 'difference' | 'isReal'> & Partial<Pick<Difference, 'ratio' | 'rounds'>>;

/** Stands for infinity, which JSON does not have. */
export const openEnd = Number.MAX_VALUE;

/**
 * Second less first, from rounds that belong together by pairs: a drift of the server hits both of a pair alike and cancels.
 * By t with n - 1; one pair leaves the difference open.
 */
export function comparePairs(first: readonly number[], second: readonly number[]): Found {
  const found = meanOf(pairs(first, second, (a, b) => b - a));
  return { ...found, rounds: Math.min(first.length, second.length) };
}

/**
 * The same of times, which spread by factors: the interval is one of the logarithms, so that neither time can be below 0.
 * Both are taken 0.1 ms longer, since a wait below that is none.
 */
export function comparePairsOfTimes(first: readonly number[], second: readonly number[]): Found {
  const { difference: logs } = meanOf(pairs(first, second, (a, b) => logOf(b) - logOf(a)));
  return { ...timesApart(mean(first), mean(second), logs), rounds: Math.min(first.length, second.length) };
}

/** The same of shares, which stay between 0 and 1. */
export function comparePairsOfShares(first: readonly number[], second: readonly number[]): Found {
  const { difference, ...found } = comparePairs(first, second);
  return { ...found, difference: withinShares(difference, mean(first)) };
}

function withinShares({ value, low, high }: Estimate, first: number): Estimate {
  return { value, low: Math.max(-first, low), high: Math.min(1 - first, high) };
}

/**
 * Second less first where each is one run with an interval of its own. By the method of variance estimates recovery: Zou and
 * Donner, Statistics in Medicine 27 (2008), 1693.
 */
export function compareEstimates(first: Estimate, second: Estimate): Found {
  const difference = recovered(first, second);
  return { difference, isReal: isApart(difference) };
}

export function compareTimes(first: Estimate, second: Estimate): Found {
  return timesApart(first.value, second.value, recovered(logsOf(first), logsOf(second)));
}

function recovered(first: Estimate, second: Estimate): Estimate {
  const value = second.value - first.value;
  const low = value - Math.hypot(second.value - second.low, first.high - first.value);
  const high = value + Math.hypot(second.high - second.value, first.value - first.low);
  return { value, low: Math.max(-openEnd, low), high: Math.min(openEnd, high) };
}

/** From the difference of the logarithms. */
function timesApart(first: number, second: number, logs: Estimate): Found {
  const base = first + leastTellingMs;
  const at = (log: number) => base * Math.exp(log) - base;
  const value = second - first;
  // The mean of the rounds need not lie in an interval of their logarithms.
  const difference = {
    value,
    low: Math.max(-first, Math.min(value, at(logs.low))),
    high: Math.min(openEnd, Math.max(value, at(logs.high))),
  };
  const ratio = {
    value: (second + leastTellingMs) / base,
    low: Math.exp(logs.low),
    high: Math.min(openEnd, Math.exp(logs.high)),
  };
  return { difference, ratio, isReal: isApart(logs) && isApart(difference) };
}

function pairs(
  first: readonly number[],
  second: readonly number[],
  of: (first: number, second: number) => number,
): number[] {
  return second.slice(0, first.length).map((value, index) => of(first[index] ?? 0, value));
}

function meanOf(values: readonly number[]): Pick<Difference, 'difference' | 'isReal'> {
  const value = mean(values);
  if (values.length < 2) return { difference: { value, low: -openEnd, high: openEnd }, isReal: false };
  const variance = sumOf(values.map((each) => (each - value) ** 2)) / (values.length - 1);
  const half = tQuantile(0.975, values.length - 1) * Math.sqrt(variance / values.length);
  const difference = { value, low: value - half, high: value + half };
  return { difference, isReal: isApart(difference) };
}

function isApart({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}

function logOf(ms: number): number {
  return Math.log(Math.max(0, ms) + leastTellingMs);
}

function logsOf({ value, low, high }: Estimate): Estimate {
  return { value: logOf(value), low: logOf(low), high: logOf(high) };
}
