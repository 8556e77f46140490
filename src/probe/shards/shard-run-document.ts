import * as v from 'valibot';
import { failures, nonNegative, object, optional } from '../../documents/fields.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import type { HistogramsOf, ShardRun } from '../load/shard-run.ts';

type Data = ReturnType<HdrHistogram['toData']>;

/** HdrHistogram's compressed V2 form in base64; left out where nothing was counted. */
const histogram = v.pipe(
  v.exactOptional(v.string(), ''),
  v.rawTransform(({ dataset, addIssue, NEVER }): Data => {
    try {
      return (dataset.value === '' ? new HdrHistogram() : HdrHistogram.decode(dataset.value)).toData();
    } catch {
      addIssue({ message: 'no HdrHistogram' });
      return NEVER;
    }
  }),
);

const histogramsUs = object({
  lag: histogram,
  wait: histogram,
  connect: histogram,
  service: histogram,
  total: histogram,
});

const counts = {
  requests: nonNegative,
  completed: nonNegative,
  failed: failures,
  failureLabels: failures,
  unsent: nonNegative,
  histogramsUs,
};

const second = object({
  completed: nonNegative,
  failed: nonNegative,
  timesUs: histogram,
  waiting: nonNegative,
  longestQueue: nonNegative,
  connections: nonNegative,
});

/** Times in ms, those of histograms in microseconds. */
export const shardRunSchema = object({
  ...counts,
  measuredMs: nonNegative,
  window: optional(object({ fromMs: nonNegative, toMs: nonNegative })),
  unfinished: nonNegative,
  stillWaiting: nonNegative,
  batchMs: nonNegative,
  batches: v.array(
    object({
      completed: nonNegative,
      ended: optional(nonNegative),
      waited: optional(nonNegative),
      serviceMs: nonNegative,
      waitMs: nonNegative,
    }),
  ),
  slices: optional(v.array(object(counts))),
  seconds: v.array(second),
  use: object({
    eventLoopUtilization: nonNegative,
    cpuPerSecond: nonNegative,
    loopDelayP99Ms: nonNegative,
    gcMs: nonNegative,
  }),
  overCapacity: v.boolean(),
  cutShort: v.boolean(),
});

/** The same as plain JSON: histograms as text. */
export function shardRunDocument(run: ShardRun): object {
  return {
    ...run,
    histogramsUs: textsOf(run.histogramsUs),
    ...(run.slices && {
      slices: run.slices.map((slice) => ({ ...slice, histogramsUs: textsOf(slice.histogramsUs) })),
    }),
    seconds: run.seconds.map(({ timesUs, ...rest }) => ({ ...rest, ...textOf('timesUs', timesUs) })),
  };
}

function textsOf({ lag, wait, connect, service, total }: HistogramsOf<Data>): object {
  const texts = { lag, wait, connect, service, total };
  return Object.assign({}, ...Object.entries(texts).map(([name, data]) => textOf(name, data)));
}

function textOf(name: string, data: Data): Record<string, string> {
  return data.indexes.length === 0 ? {} : { [name]: HdrHistogram.fromData(data).encode() };
}
