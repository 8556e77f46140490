import { PoolctlError } from '../base/errors.ts';
import { formatDuration } from '../base/units.ts';
import { gaugesOf, gaugeWarnings } from '../recommend/gauges.ts';
import { type MetricNames, metricNames, type NamedMetric } from '../recommend/inputs/metric-names.ts';
import { evidenceInSeries } from '../recommend/inputs/prometheus.ts';
import { isWhere, type PrometheusSeries } from '../recommend/inputs/prometheus-answer.ts';
import { chooseSource, otherRate, sourcesThere } from './choose-source.ts';
import type { Collected } from './collected.ts';
import { choosePool, refuseSeveralServices, requestNames } from './discover.ts';
import { askedOf, figureTotal } from './figures.ts';
import { type CounterGrowth, figuresBetween, growthOf } from './growth.ts';
import { type Asked, serviceLabels } from './source.ts';

const hourMs = 3_600_000;
const stepMs = 300_000;

/** Series of metrics themselves, from a range of Prometheus, two scrapes or OTLP. @throws PoolctlError INPUT_MISSING */
export async function collectFromSeries(
  all: readonly PrometheusSeries[],
  file: string,
  asked: Asked,
): Promise<Collected> {
  const names = asked.metric === undefined ? await metricNames({ withServers: true }) : requestNames(asked.metric);
  const series = ofService(all, file, asked);
  const present = new Set(series.flatMap(({ metric }) => metric['__name__'] ?? []));
  const there = sourcesThere(present, names);
  const chosen = chooseSource(there, asked.source);
  if (!chosen) {
    // Says what is there in the words of the reader.
    evidenceInSeries(series, file, names);
    throw new PoolctlError('INPUT_MISSING', `${file}: none of its metrics tells a rate of requests.`, {
      hint: `Save the counters too: those that end in _count, _sum and _bucket. A metric of requests can be named: FILE?metric=NAME.${otherRate(present)}`,
    });
  }
  refuseSeveralServices(series, there, chosen.source, asked);
  const { id, of, metrics } = chosen.source;
  const own = namesOfSource(names, id);
  const { histories, notes } = evidenceInSeries(
    series.filter(({ metric }) => metric['__name__'] === 'up' || own.has(metric['__name__'] ?? '')),
    file,
    own,
  );
  const pool = choosePool(new Set(histories.map((history) => history.pool)), asked.pool);
  const ofPool = histories.filter((history) => pool === undefined || history.pool === pool);
  const growths = ofPool.flatMap((history) => growthOf(history, of !== 'application') ?? []);
  if (growths.length === 0) throw noRate(file, metrics);
  return {
    source: id,
    ...(pool !== undefined && { pool }),
    ...stretches(growths, asked),
    notes: [...chosen.notes, ...notes],
    warnings: gaugeWarnings(undefined, ofPool.map(gaugesOf)),
  };
}

function ofService(
  all: readonly PrometheusSeries[],
  file: string,
  { service, labels }: Asked,
): readonly PrometheusSeries[] {
  const own = all.filter((one) => isWhere(one, labels));
  const label = serviceLabels.find((name) => own.some(({ metric }) => metric[name] === service));
  const some =
    service === undefined ? own : label === undefined ? [] : own.filter(({ metric }) => metric[label] === service);
  if (some.length > 0 || all.length === 0) return some;
  const seen = [
    ...new Set(
      all.flatMap(({ metric }) => serviceLabels.flatMap((name) => (metric[name] ? `${name}=${metric[name]}` : []))),
    ),
  ];
  throw new PoolctlError('INPUT_MISSING', `${file} has no series of that service, or with those labels.`, {
    hint:
      seen.length > 0
        ? `It has some with ${seen.slice(0, 6).join(', ')}.`
        : 'Its series have no label that names a service.',
  });
}

function namesOfSource(names: MetricNames, id: string): MetricNames {
  return new Map(
    [...names].flatMap(([name, metrics]) => {
      const own = metrics.filter(({ source }) => source === id);
      return own.length === 0 ? [] : [[name, own]];
    }),
  );
}

function noRate(file: string, metrics: readonly (readonly [string, NamedMetric])[]): PoolctlError {
  return new PoolctlError(
    'INPUT_MISSING',
    `${file} has one value of ${metrics[0]?.[0]}, and a counter at one moment has no rate.`,
    {
      hint: 'Save a range (/api/v1/query_range), or two scrapes: FILE1,FILE2?interval=60s.',
    },
  );
}

function stretches(
  growths: readonly CounterGrowth[],
  { windowMs, peakMs, atMs }: Asked,
): Pick<Collected, 'window' | 'peak' | 'historySeconds' | 'instancePeaks'> {
  const fromMs = Math.min(...growths.map((growth) => growth.fromMs));
  const lastMs = Math.max(...growths.map((growth) => growth.toMs));
  const toMs = Math.min(lastMs, atMs ?? lastMs);
  const spanMs = toMs - fromMs;
  const window = figuresBetween(
    growths,
    Math.max(fromMs, toMs - (windowMs ?? (spanMs < 2 * hourMs ? spanMs : hourMs))),
    toMs,
  );
  if (window.instances.length === 0) {
    throw new PoolctlError(
      'INPUT_MISSING',
      `There are no values in the ${formatDuration(windowMs ?? spanMs)} before the end of the window.`,
      {
        hint: `The data are from ${new Date(fromMs).toISOString()} to ${new Date(lastMs).toISOString()}: &window= and &at= choose of that.`,
      },
    );
  }
  if (peakMs === 0 || spanMs < 2 * hourMs) return { window };
  const sinceMs = Math.max(fromMs, toMs - (peakMs ?? spanMs));
  const ends: number[] = [];
  for (let end = Math.ceil((sinceMs + hourMs) / stepMs) * stepMs; end <= toMs; end += stepMs) ends.push(end);
  const busiest = (some: readonly CounterGrowth[]) => {
    const hours = hourlyLoads(some, ends);
    const at = hours.indexOf(Math.max(...hours));
    return figuresBetween(some, (ends[at] ?? toMs) - hourMs, ends[at] ?? toMs);
  };
  const peaks = growths.map((growth) => busiest([growth]));
  const used = peaks.flatMap(({ instances }) => figureTotal(instances, 'useMs') ?? []);
  return {
    window,
    peak: busiest(growths),
    historySeconds: (toMs - sinceMs) / 1_000,
    instancePeaks: {
      ratePerSecond: sum(peaks.flatMap(({ instances }) => instances.map((one) => askedOf(one) ?? 0))),
      ...(used.length > 0 && { inUse: sum(used) / 1_000 }),
    },
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Time in use, or requests, in the hour before each of the moments. One walk over the strides of each instance. */
function hourlyLoads(growths: readonly CounterGrowth[], ends: readonly number[]): number[] {
  const hasUse = growths.some(({ strides }) => strides.some(({ grown }) => grown.useMs !== undefined));
  const totals = ends.map(() => 0);
  for (const { strides } of growths) {
    const cumulative: {
      readonly atMs: number;
      readonly total: number;
      readonly fromMs: number;
      readonly before: number;
    }[] = [];
    let total = 0;
    for (const { fromMs, toMs, grown } of strides) {
      const growth = (hasUse ? grown.useMs : grown.asked) ?? 0;
      cumulative.push({ fromMs, before: total, atMs: toMs, total: total + growth });
      total += growth;
    }
    let [low, high] = [0, 0];
    const until = (ms: number, from: number): [number, number] => {
      let at = from;
      while (at < cumulative.length - 1 && (cumulative[at]?.atMs ?? 0) < ms) at += 1;
      const one = cumulative[at];
      if (!one) return [0, at];
      const share = Math.min(1, Math.max(0, (ms - one.fromMs) / (one.atMs - one.fromMs)));
      return [one.before + share * (one.total - one.before), at];
    };
    for (const [index, end] of ends.entries()) {
      let [start, stop] = [0, 0];
      [start, low] = until(end - hourMs, low);
      [stop, high] = until(end, high);
      totals[index] = (totals[index] ?? 0) + stop - start;
    }
  }
  return totals;
}
