import type { Difference, ProbeRun } from '../result.ts';
import { effectToCome, type ShownEffect } from './effect.ts';

/** What the differences of two settings say together. */
export interface Judgement {
  /** Which one does better; left out where nothing shows it. */
  readonly better?: 'first' | 'second';
  /** What shows it: losses before throughput before waits. */
  readonly by: readonly Difference[];
  /** By what the other one does better all the same. */
  readonly against: readonly Difference[];
  /** Without a better one: what does differ, by too little or too alone to choose by it. */
  readonly slight?: readonly Difference[];
  /** Where nothing shows a difference: how large one would have to be, and how long it would take to see one. */
  readonly effect?: ShownEffect;
}

export interface ComparedUnder {
  /** How long both were measured together. */
  readonly durationMs?: number | undefined;
  readonly loop?: 'open' | 'closed';
  /** Of each, whether more came than it could serve: what it did not lose then still stood in its queue. */
  readonly overCapacity?: readonly [first: boolean, second: boolean];
}

/** What is asked first decides: what was not served does not wait either. `failed` is the name of before. */
const losses = ['lost', 'failed', 'still waiting'];
const waitNames = ['mean wait', 'had to wait', 'p99 wait'];
/**
 * So many of the three figures of waits have to agree. Each is wrong in 5 of 100 cases where nothing differs; any of three
 * would be in up to 15.
 */
const agreeing = 2;
/** A real difference may be too small to choose by: of shares, of the throughput, and of times in ms. */
const leastShare = 0.001;
const leastRateRatio = 0.02;
const leastMs = 0.1;

/** Which of two settings did better, by all that tells it. */
export function judge(differences: readonly Difference[], under: ComparedUnder = {}): Judgement {
  const { durationMs, loop = 'open', overCapacity: [first, second] = [false, false] } = under;
  const isDrowning = { first, second };
  // In an open loop both serve what comes, and what one does not serve is lost or still waits.
  const decisive = loop === 'open' ? losses : [...losses, 'throughput'];
  const clear = differences.filter((difference) => difference.isReal && matters(difference));
  const waits = named(waitNames, clear);
  const served = named(decisive, clear);
  const decides = served.find((one) => !isDrowning[winnerOf(one)]);
  if (decides) {
    const better = winnerOf(decides);
    return { better, by: [decides], against: agreed(waits.filter((one) => winnerOf(one) !== better)) };
  }
  for (const better of ['first', 'second'] as const) {
    const by = agreed(waits.filter((one) => winnerOf(one) === better));
    if (by.length > 0) return { better, by, against: [...served, ...waits].filter((one) => winnerOf(one) !== better) };
  }
  const real = differences.filter(({ isReal }) => isReal);
  const slight = [...named(decisive, real), ...named(waitNames, real)];
  if (slight.length > 0) return { by: [], against: [], slight };
  const effect = effectToCome(differences, durationMs);
  return { by: [], against: [], ...(effect && { effect }) };
}

/** Whether what shows a difference is far above poolctl's own delay in both, so that it is none of that. */
export function isBeyondLag({ by }: Judgement, runs: readonly ProbeRun[]): boolean {
  const lagMs = Math.max(...runs.map(({ lagMs: { p99 = 0 } }) => p99));
  return by.every(({ unit, first, second }) => unit !== 'ms' || Math.abs(second - first) > lagMs);
}

/** In the order of the names. */
function named(names: readonly string[], differences: readonly Difference[]): Difference[] {
  return names.flatMap((name) => differences.filter((one) => one.name === name));
}

function agreed(waits: readonly Difference[]): readonly Difference[] {
  return waits.length >= agreeing ? waits : [];
}

function matters({ name, unit, first, second }: Difference): boolean {
  const apart = Math.abs(second - first);
  if (unit === 'ms') return apart >= leastMs;
  return name === 'throughput' ? apart >= leastRateRatio * Math.max(first, second) : apart >= leastShare;
}

function winnerOf({ name, first, second }: Difference): 'first' | 'second' {
  return second > first === (name === 'throughput') ? 'second' : 'first';
}
