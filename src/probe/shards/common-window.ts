import { failureCounts } from '../analyse/figures.ts';
import { joinSlices } from '../load/join.ts';
import type { ShardRun } from '../load/shard-run.ts';

/** What several shards of a step have all measured. */
export interface CommonPart {
  readonly runs: readonly ShardRun[];
  /** How long it is, where some shards ended before `durationMs` was over. */
  readonly cutToMs?: number;
}

/**
 * The windows of a step begin at the same moment. Where all lasted to their end they are taken whole; else each is cut to the
 * whole seconds that every one has. Undefined where that is none, or where a shard did not keep its seconds.
 */
export function commonPart(runs: readonly ShardRun[], durationMs: number): CommonPart | undefined {
  if (runs.every(({ measuredMs }) => measuredMs > durationMs - 1)) return { runs };
  const seconds = Math.min(...runs.map(wholeSeconds));
  if (!(seconds >= 1)) return undefined;
  return { runs: runs.map((run) => firstSeconds(run, seconds)), cutToMs: 1_000 * seconds };
}

function wholeSeconds({ measuredMs, slices = [] }: ShardRun): number {
  return Math.min(slices.length, Math.floor(measuredMs / 1_000 + 1e-9));
}

/** What the run would have been with a window of so many seconds; how busy poolctl was is still of all of it. */
export function firstSeconds(run: ShardRun, seconds: number): ShardRun {
  const slices = (run.slices ?? []).slice(0, seconds);
  const counts = joinSlices(slices);
  const { requests, completed, unsent } = counts;
  const unfinished = Math.max(0, requests - completed - unsent - failureCounts(counts));
  return {
    measuredMs: 1_000 * seconds,
    ...{ ...counts, unfinished, slices },
    // Of those that had not ended, when all had: which of them were due by then is not known one by one.
    stillWaiting: Math.min(unfinished, run.stillWaiting),
    batchMs: run.batchMs,
    batches: run.batches.slice(0, Math.floor((1_000 * seconds) / run.batchMs + 1e-9)),
    seconds: run.seconds.slice(0, seconds),
    use: run.use,
    overCapacity: run.overCapacity,
    cutShort: true,
  };
}
