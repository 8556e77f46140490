import { parseRecording, type Recording } from '../../measurements/recording.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMicroseconds, toMilliseconds } from '../../stats/hdr/microseconds.ts';
import type { Evidence, PoolPoint } from '../evidence.ts';
import { momentOf } from './ndjson.ts';

/** A recording of poolctl/monitor: every request of some minutes. @throws PoolctlError INPUT_INVALID */
export function readRecording(text: string, file: string): Evidence {
  const recording = parseRecording(text, file);
  const startMs = momentOf(recording.startedAt);
  const holds = new HdrHistogram();
  for (const { useMs } of recording.acquires) if (useMs !== undefined) holds.record(toMicroseconds(useMs));
  const at = (ratio: number) => toMilliseconds(holds.valueAt(ratio));
  return {
    histories: [
      {
        ...{ pool: recording.pool.name, instance: file, kind: 'recording', file, scope: 'instance' },
        hasClock: startMs !== undefined,
        points: pointsOf(recording, startMs ?? 0),
        useBoundsMs,
        ...(holds.count > 0 && { holdQuantiles: { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) } }),
      },
    ],
    loads: [],
    notes: [],
  };
}

/** Upper ends of the buckets that holds are counted in. */
const useBoundsMs = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, Infinity];

/** A point at each sample, with what had been counted until then. */
function pointsOf({ samples, acquires }: Recording, startMs: number): PoolPoint[] {
  const upTo = (momentsMs: readonly number[]) => {
    const sorted = momentsMs.toSorted((a, b) => a - b);
    let at = 0;
    return (ms: number) => {
      while (at < sorted.length && (sorted[at] ?? 0) <= ms) at += 1;
      return at;
    };
  };
  const ends = acquires
    .flatMap(({ askedMs, waitMs, useMs }) => (useMs === undefined ? [] : [{ atMs: askedMs + waitMs + useMs, useMs }]))
    .sort((a, b) => a.atMs - b.atMs);
  const failed = (outcome: string) =>
    upTo(acquires.flatMap((acquire) => (acquire.outcome === outcome ? [acquire.askedMs + acquire.waitMs] : [])));
  const [asked, timedOut, refused] = [
    upTo(acquires.map(({ askedMs }) => askedMs)),
    failed('timeout'),
    failed('refused'),
  ];
  let [uses, useMs] = [0, 0];
  const useCounts = useBoundsMs.map(() => 0);
  return samples.map(({ atMs, used, pending, limit }) => {
    for (let end = ends[uses]; end !== undefined && end.atMs <= atMs; end = ends[uses]) {
      uses += 1;
      useMs += end.useMs;
      const bucket = useBoundsMs.findIndex((bound) => (end?.useMs ?? 0) <= bound);
      useCounts[bucket] = (useCounts[bucket] ?? 0) + 1;
    }
    return {
      ...{ atMs: startMs + atMs, inUse: used, waiting: pending, uses, useMs, useCounts: [...useCounts] },
      ...{ asked: asked(atMs), timedOut: timedOut(atMs), refused: refused(atMs) },
      ...(limit !== undefined && { limit }),
    };
  });
}
