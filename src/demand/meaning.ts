import { PoolctlError } from '../base/errors.ts';
import type { MetricNames, NamedMetric } from '../recommend/inputs/metric-names.ts';
import type { RowTag } from './tags.ts';

/** What the series of an answer are. */
export interface QueryMeaning {
  readonly tag: RowTag;
  readonly unitMs: number;
  readonly isPeak: boolean;
  /** `1h`: over what rate() was taken. */
  readonly window?: string;
  /** The metric is of a server or pooler. */
  readonly isFleet?: boolean;
}

const name = String.raw`([a-zA-Z_:][\w:]*)(?:\{[^}]*\})?`;
const rate = String.raw`rate\(${name}\[(\w+)\]\)`;
const sum = String.raw`sum(?:by\([\w,]*\))?\(${rate}\)`;
const ofRate = new RegExp(`^(?:${sum}|${rate})$`);
const quotient = new RegExp(`^${sum}/${sum}$`);
const twoRates = new RegExp(String.raw`^sum(?:by\([\w,]*\))?\(${rate}\+${rate}\)$`);
const peak = /^max_over_time\((.*)\[(\w+):(\w*)\]\)$/;
const resets = new RegExp(String.raw`^resets\(${name}\[(\w+)\]\)$`);
const gauge = new RegExp(String.raw`^(?:sum(?:by\([\w,]*\))?\()?(avg|max|last)_over_time\(${name}\[(\w+)\]\)\)?$`);

/**
 * What a query that somebody saved beside its answer asks for, where that can be told. Queries whose answers are wrong, however
 * right they look, are refused. @throws PoolctlError INPUT_INVALID
 */
export function queryMeaning(query: string, names: MetricNames): QueryMeaning | undefined {
  const text = query.replace(/\s+/g, '').replace(/"[^"]*"/g, '""');
  refuseWrong(text);
  const ofPeak = peak.exec(text);
  if (ofPeak) {
    const inner = queryMeaning(ofPeak[1] ?? '', names);
    return inner && { ...inner, isPeak: true };
  }
  const plain = ofRate.exec(text);
  if (plain) return ofCounter(plain[1] ?? plain[3] ?? '', plain[2] ?? plain[4] ?? '', names);
  const divided = quotient.exec(text);
  if (divided) return ofQuotient(divided, names);
  const added = twoRates.exec(text);
  if (added) {
    const [first, second] = [
      ofCounter(added[1] ?? '', added[2] ?? '', names),
      ofCounter(added[3] ?? '', added[4] ?? '', names),
    ];
    return first?.tag === 'transactions' && second?.tag === 'transactions' ? first : undefined;
  }
  const restarted = resets.exec(text);
  if (restarted) return { tag: 'restarts', unitMs: 1, isPeak: false, window: restarted[2] ?? '' };
  const read = gauge.exec(text);
  return read ? ofGauge(read[1] ?? '', read[2] ?? '', read[3] ?? '', names) : undefined;
}

function refuseWrong(text: string): void {
  const refuse = (why: string, hint: string): never => {
    throw new PoolctlError('INPUT_INVALID', `The answer is of a query that cannot be trusted: ${why}`, { hint });
  };
  if (/(?:rate|increase)\((?:sum|avg|max|min|count)\b/.test(text)) {
    refuse(
      'it adds counters up before it takes their rate, so that one restart looks like all requests at once.',
      'Take the rate first: sum(rate(X[5m])). `poolctl size --from … --print-queries` prints such queries.',
    );
  }
  if (/histogram_quantile\(/.test(text)) {
    refuse(
      'histogram_quantile() guesses where in its bucket a percentile lies.',
      'Ask for the buckets: sum by (le) (rate(X_bucket[5m])). poolctl takes them as the distribution.',
    );
  }
}

function fieldOf(metric: string, names: MetricNames): NamedMetric | undefined {
  return names.get(metric)?.find(({ field }) => field !== undefined);
}

function ofCounter(metric: string, window: string, names: MetricNames): QueryMeaning | undefined {
  const known = fieldOf(metric, names);
  const meaning = (tag: RowTag, unitMs = 1) => ({
    tag,
    unitMs,
    isPeak: false,
    window,
    isFleet: known?.of !== 'application',
  });
  switch (known?.field) {
    case 'useMs':
      return meaning('use', known.msFactor);
    case 'queuedMs':
      return meaning('queued', known.msFactor);
    case 'waitMs':
      return meaning('acquiring', known.msFactor);
    case 'useBucket':
      return meaning('bucket', known.msFactor);
    case 'uses':
      return metric.endsWith('_count') ? meaning('uses') : meaning('native', known.msFactor);
    case 'attempts':
    case 'acquired':
    case 'transactions':
    case 'timedOut':
    case 'refused':
      return meaning(known.field);
    default:
      return undefined;
  }
}

function ofQuotient(
  [, above = '', window = '', below = '']: RegExpExecArray,
  names: MetricNames,
): QueryMeaning | undefined {
  const [over, under] = [fieldOf(above, names), fieldOf(below, names)];
  if (over?.field !== 'useMs' || (under?.field !== 'uses' && under?.field !== 'transactions')) return undefined;
  return { tag: 'meanHold', unitMs: over.msFactor, isPeak: false, window, isFleet: over.of !== 'application' };
}

function ofGauge(how: string, metric: string, window: string, names: MetricNames): QueryMeaning | undefined {
  const known = fieldOf(metric, names);
  if (known?.field !== 'inUse' && known?.field !== 'waiting' && known?.field !== 'limit') return undefined;
  const tag = known.field === 'inUse' && how === 'max' ? 'inUseMost' : known.field;
  return { tag, unitMs: 1, isPeak: false, window, isFleet: known.of !== 'application' };
}
