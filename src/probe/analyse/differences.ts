import { type Estimate, mean } from '../../stats/estimate.ts';
import type { StepRun } from '../load/model.ts';
import { quantileMs } from '../quantile-ms.ts';
import type { Difference, ProbeRun } from '../result.ts';
import { lostOf } from '../runs.ts';
import {
  compareEstimates,
  comparePairs,
  comparePairsOfShares,
  comparePairsOfTimes,
  compareTimes,
} from './difference.ts';
import { meanServiceOf, meanWaitOf, shareOf, throughputOf, waitProbabilityOf } from './intervals.ts';

/** A figure that two settings are compared by, of a round and of a whole run; undefined where nothing was served. */
interface ComparedBy extends Pick<Difference, 'name' | 'unit'> {
  readonly ofRound: (round: StepRun) => number | undefined;
  readonly ofRun: (run: ProbeRun) => Estimate | undefined;
}

const figures: readonly ComparedBy[] = [
  {
    ...{ name: 'lost', unit: 'ratio' },
    ofRound: (round) => share(lostOf(round), round.requests),
    ofRun: lostShareOf,
  },
  {
    ...{ name: 'still waiting', unit: 'ratio' },
    ofRound: ({ stillWaiting, requests }) => share(stillWaiting, requests),
    ofRun: waitingShareOf,
  },
  {
    ...{ name: 'throughput', unit: 'perSecond' },
    ofRound: (round) => throughputOf(round).value,
    ofRun: ({ throughputPerSecond }) => throughputPerSecond,
  },
  {
    ...{ name: 'had to wait', unit: 'ratio' },
    ofRound: (round) => waitProbabilityOf(round)?.value,
    ofRun: ({ waitProbability }) => waitProbability,
  },
  {
    ...{ name: 'mean wait', unit: 'ms' },
    ofRound: (round) => meanWaitOf(round)?.value,
    ofRun: ({ meanWaitMs }) => meanWaitMs,
  },
  {
    ...{ name: 'p99 wait', unit: 'ms' },
    ofRound: ({ histogramsUs }) => quantileMs(histogramsUs.wait, 0.99),
    ofRun: ({ p99WaitMs }) => p99WaitMs,
  },
  {
    ...{ name: 'mean service time', unit: 'ms' },
    ofRound: (round) => meanServiceOf(round)?.value,
    ofRun: ({ meanServiceMs }) => meanServiceMs,
  },
  {
    ...{ name: 'p95 total', unit: 'ms' },
    ofRound: ({ histogramsUs }) => quantileMs(histogramsUs.total, 0.95),
    ofRun: () => undefined, // It has no interval of its own.
  },
];

const comparers = { ms: comparePairsOfTimes, ratio: comparePairsOfShares, perSecond: comparePairs } as const;

/**
 * Two settings over interleaved rounds, in the order of the rounds: the second less the first. One round each is compared
 * by the intervals within it. What is 0 in both is left out.
 */
export function differencesOfRounds(
  rounds: readonly (readonly [StepRun, StepRun])[],
  runs: readonly [ProbeRun, ProbeRun],
): Difference[] {
  if (rounds.length < 2) return differencesOfRuns(...runs);
  return figures.flatMap(({ name, unit, ofRound }) => {
    const both = rounds
      .map(([first, second]) => [ofRound(first), ofRound(second)] as const)
      .filter((pair): pair is readonly [number, number] => pair.every((value) => value !== undefined));
    const [before, after] = [both.map(([first]) => first), both.map(([, second]) => second)];
    const [first, second] = [mean(before), mean(after)];
    if (first === 0 && second === 0) return [];
    return [{ name, unit, first, second, ...comparers[unit](before, after) }];
  });
}

/** Two runs that were measured one after the other, each with intervals of its own. */
export function differencesOfRuns(first: ProbeRun, second: ProbeRun): Difference[] {
  return figures.flatMap(({ name, unit, ofRun }) => {
    const [before, after] = [ofRun(first), ofRun(second)];
    if (!before || !after || (before.value === 0 && after.value === 0)) return [];
    const compare = unit === 'ms' ? compareTimes : compareEstimates;
    return [{ name, unit, first: before.value, second: after.value, ...compare(before, after) }];
  });
}

function share(count: number, of: number): number | undefined {
  return of > 0 ? count / of : undefined;
}

/** Of the requests of a run, those that failed or never went out. */
export function lostShareOf(run: ProbeRun): Estimate | undefined {
  return shareOfRun(lostOf(run), run);
}

/** Those that still waited for a connection at the end. */
export function waitingShareOf(run: ProbeRun): Estimate | undefined {
  return shareOfRun(run.stillWaiting ?? run.unfinished, run);
}

function shareOfRun(count: number, run: ProbeRun): Estimate | undefined {
  const { requests } = run;
  return requests > 0 ? shareOf(count, requests / crowding(run), requests) : undefined;
}

/** How many requests in a row are as good as one, because they meet the same queue: by the interval of those that waited. */
function crowding({ waitProbability, completed }: ProbeRun): number {
  if (!waitProbability) return 1;
  const { value, low, high } = waitProbability;
  const byChance = (value * (1 - value)) / completed;
  return byChance > 0 ? Math.max(1, ((high - low) / (2 * 1.96)) ** 2 / byChance) : 1;
}
