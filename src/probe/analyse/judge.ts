import type { Difference, ProbeRun } from '../result.ts';
import { effectToCome, type ShownEffect } from './effect.ts';

/** Whether what shows a difference is far above poolctl's own delay in both, so that it is none of that. */
export function isBeyondLag({ by }: Judgement, runs: readonly ProbeRun[]): boolean {
  const lagMs = Math.max(...runs.map(({ lagMs: { p99 = 0 } }) => p99));
  return by.every(({ unit, first, second }) => unit !== 'ms' || Math.abs(second - first) > lagMs);
}

/** What the differences of two settings say together. */
export interface Judgement {
  /** Which one does better; left out where nothing shows it. */
  readonly better?: 'first' | 'second';
  /** What shows it: losses before throughput before waits. */
  readonly by: readonly Difference[];
  /** Waits by which the other one does better all the same. */
  readonly against: readonly Difference[];
  /** Where nothing shows a difference: how large one would have to be, and how long it would take to see one. */
  readonly effect?: ShownEffect;
}

/** What is asked first decides: what was not served does not wait either. Names of before stand behind the present ones. */
const inOrder = [['lost', 'failed'], ['still waiting']] as const;
/** In an open loop both serve what comes, and what each does not serve is lost or still waits. */
const inOrderClosed = [...inOrder, ['throughput']] as const;
const waitNames = ['mean wait', 'had to wait', 'p99 wait'] as const;
/** A real difference may be too small to choose by: of shares, of the throughput, and of times in ms. */
const leastShare = 0.001;
const leastRateRatio = 0.02;
const leastMs = 0.1;
/**
 * So many of the three figures of waits have to agree. Each is wrong in 5 of 100 cases where nothing differs; any of three
 * would be in up to 15.
 */
const agreeing = 2;

export interface ComparedUnder {
  /** How long both were measured together. */
  readonly durationMs?: number | undefined;
  readonly loop?: 'open' | 'closed';
}

/** Which of two settings did better, by all that tells it. */
export function judge(
  differences: readonly Difference[],
  { durationMs, loop = 'open' }: ComparedUnder = {},
): Judgement {
  const clear = differences.filter((difference) => difference.isReal && matters(difference));
  const waits = waitNames.flatMap((name) => clear.filter((one) => one.name === name));
  for (const names of loop === 'open' ? inOrder : inOrderClosed) {
    const found = clear.find(({ name }) => names.some((each) => each === name));
    if (!found) continue;
    const better = winnerOf(found);
    return { better, by: [found], against: agreed(waits.filter((wait) => winnerOf(wait) !== better)) };
  }
  for (const better of ['first', 'second'] as const) {
    const by = agreed(waits.filter((wait) => winnerOf(wait) === better));
    if (by.length > 0) return { better, by, against: waits.filter((wait) => winnerOf(wait) !== better) };
  }
  const effect = effectToCome(differences, durationMs);
  return { by: [], against: [], ...(effect && { effect }) };
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
