import * as v from 'valibot';
import { PoolctlError } from '../base/errors.ts';
import { parseDocument } from '../documents/document.ts';
import type { Collected } from './collected.ts';
import type { StretchFigures } from './figures.ts';
import type { Asked } from './source.ts';

/**
 * What `aws cloudwatch get-metric-data` prints. Periods and statistics are not in it, so that sums have to be told by their
 * metric: QueryRequests as Sum, the others as Average.
 */
const exportSchema = v.object({
  MetricDataResults: v.array(
    v.object({
      Id: v.optional(v.string(), ''),
      Label: v.optional(v.string(), ''),
      Timestamps: v.array(v.string()),
      Values: v.array(v.number()),
      StatusCode: v.optional(v.string(), 'Complete'),
    }),
  ),
  NextToken: v.optional(v.string()),
});

export const isCloudWatch = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'MetricDataResults' in document;

/** Of RDS Proxy: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html. */
const metrics = {
  requests: 'QueryRequests',
  inUse: 'DatabaseConnectionsCurrentlyInTransaction',
  borrowMicros: 'DatabaseConnectionsBorrowLatency',
  open: 'DatabaseConnections',
  limit: 'MaxDatabaseConnectionsAllowed',
} as const;
type Name = keyof typeof metrics;

const hint =
  'Export of RDS Proxy, each with --period 60: QueryRequests (Sum), DatabaseConnectionsCurrentlyInTransaction (Average), DatabaseConnectionsBorrowLatency (Average), MaxDatabaseConnectionsAllowed (Average). docs/demand.md has the command.';
const hourSeconds = 3_600;

/** @throws PoolctlError INPUT_INVALID, INPUT_MISSING */
export function collectFromCloudWatch(text: string, file: string, { windowMs, peakMs, atMs }: Asked): Collected {
  const { MetricDataResults: results, NextToken: next } = parseDocument(exportSchema, text, {
    ...{ file, what: 'an export of CloudWatch', hint },
  });
  const values = new Map<Name, ReadonlyMap<number, number>>();
  for (const { Label, Id, Timestamps, Values } of results) {
    const name = nameOf(Label) ?? nameOf(Id);
    if (!name) continue;
    values.set(name, new Map(Timestamps.map((at, index) => [Date.parse(at) / 1_000, Values[index] ?? Number.NaN])));
  }
  const requests = values.get('requests');
  if (!requests || requests.size === 0) {
    const seen = results.map(({ Label, Id }) => Label || Id).join(', ');
    const isOpen = values.has('open')
      ? ' DatabaseConnections counts open connections, whether somebody uses them or not.'
      : '';
    throw new PoolctlError('INPUT_MISSING', `${file} has no rate of requests, but ${seen || 'nothing'}.${isOpen}`, {
      hint,
    });
  }
  const times = [...requests.keys()].filter((at) => atMs === undefined || at * 1_000 < atMs).sort((a, b) => a - b);
  const period = periodOf(times);
  if (period === undefined) {
    throw new PoolctlError(
      'INPUT_MISSING',
      `${file} has one value of QueryRequests: how long its period is cannot be told.`,
      { hint },
    );
  }
  const last = (times.at(-1) ?? 0) + period;
  const first = times[0] ?? last;
  const figures = (from: number, to: number) => stretch(values, { from, to, period });
  const window = figures(Math.max(first, last - (windowMs ?? hourSeconds * 1_000) / 1_000), last);
  const since = peakMs === undefined ? first : Math.max(first, last - peakMs / 1_000);
  const ends = times.map((at) => at + period).filter((end) => end - hourSeconds >= since);
  const hours = peakMs === 0 ? [] : ends.map((end) => figures(end - hourSeconds, end));
  const peak = hours.reduce<StretchFigures | undefined>(
    (best, one) => (!best || loadOf(one) > loadOf(best) ? one : best),
    undefined,
  );
  const isPart = next !== undefined || results.some(({ StatusCode }) => StatusCode === 'PartialData');
  return {
    source: 'cloudwatch',
    window,
    ...(peak && { peak, historySeconds: last - since }),
    notes: [
      `QueryRequests are taken as sums of ${period} s, and each as one use of a connection: a transaction of several queries is one use only.`,
      'The hold time is by Little’s law, from connections in a transaction: what runs outside of transactions is not in it.',
    ],
    warnings: isPart
      ? [
          {
            code: 'DEMAND_GAPS',
            message: `${file} is one page of several, or not complete: CloudWatch has more.`,
            hint: 'Leave out --max-items, and ask for less at once, or for a longer period.',
          },
        ]
      : [],
  };
}

/** A label may have the name of the proxy before or behind the metric, or the statistic. */
function nameOf(label: string): Name | undefined {
  const words = new Set(label.split(/[^A-Za-z]+/).map((word) => word.toLowerCase()));
  return (Object.keys(metrics) as Name[]).find((name) => words.has(metrics[name].toLowerCase()));
}

function periodOf(times: readonly number[]): number | undefined {
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  const [shortest] = steps.sort((a, b) => a - b);
  return shortest === undefined || shortest <= 0 ? undefined : shortest;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly period: number;
}

function stretch(values: ReadonlyMap<Name, ReadonlyMap<number, number>>, { from, to, period }: Span): StretchFigures {
  const within = (name: Name) =>
    [...(values.get(name) ?? [])]
      .filter(([at, value]) => at >= from && at < to && Number.isFinite(value))
      .map(([, value]) => value);
  const mean = (name: Name): number | undefined => {
    const some = within(name);
    return some.length === 0 ? undefined : some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  const requests = within('requests').reduce((sum, value) => sum + value, 0);
  const rate = requests / (to - from);
  const [inUse, limit, borrow] = [mean('inUse'), mean('limit'), mean('borrowMicros')];
  return {
    ...{ fromMs: from * 1_000, toMs: to * 1_000, seconds: to - from, isFleet: true },
    instances: [
      {
        instance: '',
        transactions: rate,
        readings: within('requests').length,
        recentReadings: Math.round((to - from) / 4 / period),
        ...(inUse !== undefined && { inUse }),
        ...(limit !== undefined && { limit }),
        ...(borrow !== undefined && { acquiringMs: (rate * borrow) / 1_000 }),
      },
    ],
    ...(inUse !== undefined && rate > 0 && { meanHoldMs: (1_000 * inUse) / rate }),
  };
}

const loadOf = ({ instances: [one] }: StretchFigures): number => one?.inUse ?? one?.transactions ?? 0;
