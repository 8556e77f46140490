import { aggregated, type Matcher, promDuration, quoted, selector } from '../alerts/promql.ts';
import { groupBy } from '../base/group-by.ts';
import { isGaugeDoubtful } from '../recommend/gauges.ts';
import type { NamedMetric, PrometheusField } from '../recommend/inputs/metric-names.ts';
import { tagLabel } from './rows.ts';
import { type RowTag, timeUnitOf } from './tags.ts';

/** The queries of one demand. Every series of an answer says by its label `poolctl` what it is, so that a saved answer does too. */
export interface DemandQueries {
  /** All that is asked of a window, as one query. */
  window(seconds: number): string;
  /** Rate and time in use of the hour before each moment, of all instances. */
  readonly history: string;
  /** The busiest hour of each instance by itself. */
  instancePeaks(historySeconds: number): string;
}

export interface QueriedMetric {
  readonly name: string;
  readonly metric: NamedMetric;
  /** A native histogram: count, sum and buckets in one series. */
  readonly isNative: boolean;
}

const hour = '1h';
/** Of the history: the best hour is found to five minutes. */
export const stepSeconds = 300;
const instanceLabels = ['instance', 'exported_instance', 'service_instance_id'];

/** Of the metrics that are there; `matchers` choose service and pool. */
export function demandQueries(
  there: readonly QueriedMetric[],
  matchersOf: (metric: NamedMetric) => readonly Matcher[],
): DemandQueries {
  const poolLabels = [...new Set(there.flatMap(({ metric }) => metric.poolLabels))];
  const by = [...instanceLabels, ...poolLabels];
  const series = ({ name, metric }: QueriedMetric) => selector(name, [...whereOf(metric), ...matchersOf(metric)]);
  const counter = primaryOf(there);
  // A pooler or server sees all instances of the application as one: its own are none of them.
  const isFleet = there.some(({ metric: { of } }) => of !== 'application');
  const ofFleet: readonly Part[] = isFleet ? [{ tag: 'fleet', expr: 'vector(1)' }] : [];
  const parts = (over: string, labels: readonly string[]) =>
    there.flatMap((one) => keyed(one, rateParts(one, series(one), over, labels)));
  const union = (some: readonly Part[], prefix = '') =>
    joined(some)
      .map(({ tag, expr }) => (tag === untagged ? expr : tagged(expr, `${prefix}${tag}`)))
      .join('\n or\n');
  return {
    window: (seconds) => {
      const over = promDuration(seconds);
      const last = promDuration(Math.max(1, Math.round(seconds / 4)));
      return union([
        { tag: 'window:seconds', expr: `vector(${seconds})` },
        ...ofFleet,
        ...parts(over, by),
        ...there.flatMap((one) => keyed(one, gaugeParts(one, series(one), over, by))),
        ...there.flatMap((one) => keyed(one, bucketParts(one, series(one), over))),
        ...(counter
          ? [
              { tag: 'restarts', expr: aggregated('max by', by, `resets(${series(counter)}[${over}])`) },
              { tag: 'readings', expr: aggregated('max by', by, `count_over_time(${series(counter)}[${over}])`) },
              { tag: 'recentReadings', expr: aggregated('max by', by, `count_over_time(${series(counter)}[${last}])`) },
            ]
          : []),
      ]);
    },
    history: union([{ tag: 'window:seconds', expr: 'vector(3600)' }, ...ofFleet, ...parts(hour, []).filter(isLoad)]),
    instancePeaks: (historySeconds) =>
      union(
        joined(parts(hour, by).filter(isLoad)).map(({ tag, expr }) => ({
          tag,
          expr: `max_over_time((${expr})[${promDuration(historySeconds)}:${promDuration(stepSeconds)}])`,
        })),
        'peak ',
      ),
  };
}

interface Part {
  readonly tag: string;
  readonly expr: string;
  /** Names of one metric share it. */
  readonly key?: string;
}

/**
 * Two metrics of one figure, such as commits and rollbacks, are its sum: `or` would take the first alone. Two names of one
 * metric are not: there the first that an instance has is meant.
 */
function joined(parts: readonly Part[]): Part[] {
  return [...groupBy(parts, ({ tag }) => tag)].map(([tag, same]) => {
    const metrics = [...groupBy(same, ({ key = '' }) => key).values()].map((names) =>
      names.map(({ expr }) => expr).join(' or '),
    );
    return { tag, expr: metrics.length === 1 ? (metrics[0] ?? '') : metrics.map((expr) => `(${expr})`).join(' + ') };
  });
}

/**
 * A native histogram keeps no label: label_replace() of Prometheus 2.42 makes it the number 0
 * (findings/prometheus-label-replace-empties-native-histograms.sh). A series that says `native`
 * tells what it is.
 */
const untagged = '';

/** label_replace() with an empty source label always matches: it adds a label. */
function tagged(expr: string, tag: string): string {
  return `label_replace(${expr}, ${quoted(tagLabel)}, ${quoted(tag)}, "", "")`;
}

/** What an hour is chosen by, and no more: a week of it is asked for. */
const isLoad = ({ tag }: Part): boolean => !/^(?:acquiring|queued)/.test(tag);

const keyed = ({ metric: { metric: key } }: QueriedMetric, parts: readonly Part[]): Part[] =>
  parts.map((part) => ({ ...part, key }));

/** What tells by its scrapes when an instance ran. */
function primaryOf(used: readonly QueriedMetric[]): QueriedMetric | undefined {
  const order: readonly (PrometheusField | undefined)[] = ['uses', 'transactions', 'attempts', 'acquired', 'useMs'];
  return order.flatMap((field) => used.find(({ metric }) => metric.field === field) ?? [])[0];
}

const tagOfCounter: Partial<Readonly<Record<PrometheusField, RowTag>>> = {
  attempts: 'attempts',
  acquired: 'acquired',
  transactions: 'transactions',
  timedOut: 'timedOut',
  refused: 'refused',
  uses: 'uses',
  useMs: 'use',
  queuedMs: 'queued',
  waitMs: 'acquiring',
};

/** Always rate() before sum(): a restart of one instance is no jump of the sum. */
function rateParts({ metric, isNative }: QueriedMetric, series: string, over: string, by: readonly string[]): Part[] {
  const { field, msFactor } = metric;
  const tag = field && tagOfCounter[field];
  if (field === undefined || tag === undefined) return [];
  const sum = (expr: string) => (by.length === 0 ? `sum(${expr})` : aggregated('sum by', by, expr));
  const rate = `rate(${series}[${over}])`;
  // A native histogram has its count and its sum in one.
  if (isNative) {
    if (field !== 'uses') return [{ tag, expr: sum(`histogram_count(${rate})`) }];
    return [
      { tag: 'uses', expr: sum(`histogram_count(${rate})`) },
      { tag: `use:${timeUnitOf(msFactor)}`, expr: sum(`histogram_sum(${rate})`) },
    ];
  }
  const isTime = field === 'useMs' || field === 'queuedMs' || field === 'waitMs';
  return [{ tag: isTime ? `${tag}:${timeUnitOf(msFactor)}` : tag, expr: sum(rate) }];
}

function gaugeParts(
  { metric: { field, isMax, source } }: QueriedMetric,
  series: string,
  over: string,
  by: readonly string[],
): readonly Part[] {
  const part = (tag: RowTag, of: 'avg' | 'min' | 'max'): Part => ({
    tag,
    expr: aggregated('sum by', by, `${of}_over_time(${series}[${over}])`),
  });
  // Only where they may have lost count: a query more for each.
  const doubtful = (...parts: readonly Part[]) => (isGaugeDoubtful(source) ? parts : []);
  if (field === 'inUse')
    return [part('inUse', 'avg'), part('inUseMost', 'max'), ...doubtful(part('inUseLeast', 'min'))];
  if (field === 'idle') return doubtful(part('idleLeast', 'min'));
  if (field === 'waiting') return [part('waiting', 'avg'), ...doubtful(part('waitingMost', 'max'))];
  if (field === 'limit') {
    return [{ tag: 'limit', expr: aggregated(isMax ? 'max by' : 'sum by', by, `last_over_time(${series}[${over}])`) }];
  }
  return [];
}

/** Buckets as they are, of all instances: a percentile of theirs would be a guess within one of them. */
function bucketParts({ isNative, metric: { field, msFactor } }: QueriedMetric, series: string, over: string): Part[] {
  const rate = `rate(${series}[${over}])`;
  if (field === 'useBucket')
    return [{ tag: `bucket:${timeUnitOf(msFactor)}`, expr: aggregated('sum by', ['le'], rate) }];
  if (field === 'uses' && isNative) {
    return [
      { tag: `native:${timeUnitOf(msFactor)}`, expr: 'vector(1)' },
      { tag: untagged, expr: `sum(${rate})` },
    ];
  }
  return [];
}

function whereOf({ where }: NamedMetric): Matcher[] {
  return Object.entries(where).map(([label, value]) =>
    value.startsWith('~') ? { label, operator: '=~', value: value.slice(1) } : { label, operator: '=', value },
  );
}
