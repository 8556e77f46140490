import { type HdrData, HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import type { HistogramsOf, ShardRun, ShardSlice } from '../load/shard-run.ts';

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
  const total = (of: (slice: ShardSlice) => number) => slices.reduce((sum, slice) => sum + of(slice), 0);
  const failed = addedUp(slices.map((slice) => slice.failed));
  const [requests, completed] = [total((slice) => slice.requests), total((slice) => slice.completed)];
  const unsent = total((slice) => slice.unsent);
  const ended = completed + unsent + Object.values<number>(failed).reduce((sum, count) => sum + count, 0);
  const unfinished = Math.max(0, requests - ended);
  return {
    measuredMs: 1_000 * seconds,
    ...{ requests, completed, failed, unsent, unfinished, slices },
    failureLabels: addedUp(slices.map((slice) => slice.failureLabels)),
    // Of those that had not ended, when all had: which of them were due by then is not known one by one.
    stillWaiting: Math.min(unfinished, run.stillWaiting),
    histogramsUs: addedHistograms(slices),
    batchMs: run.batchMs,
    batches: run.batches.slice(0, Math.floor((1_000 * seconds) / run.batchMs + 1e-9)),
    seconds: run.seconds.slice(0, seconds),
    use: run.use,
    overCapacity: run.overCapacity,
    cutShort: true,
  };
}

function addedHistograms(slices: readonly ShardSlice[]): HistogramsOf<HdrData> {
  const of = (name: keyof HistogramsOf<HdrData>) => {
    const all = new HdrHistogram();
    for (const { histogramsUs } of slices) all.addData(histogramsUs[name]);
    return all.toData();
  };
  return { lag: of('lag'), wait: of('wait'), connect: of('connect'), service: of('service'), total: of('total') };
}

function addedUp(counts: readonly Readonly<Partial<Record<string, number>>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [name, count = 0] of counts.flatMap(Object.entries<number | undefined>)) {
    all[name] = (all[name] ?? 0) + count;
  }
  return all;
}
