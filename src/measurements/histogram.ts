import { parseDurationMs, parseTally } from '../base/units.ts';
import type { HistogramBucket, MeasuredHistogram } from '../stats/histogram-bucket.ts';
import { type MeasuredLine, measuredLines, parseIn, refuseEmpty } from './lines.ts';

const hint =
  'A histogram has a bound and a count a line (100ms 4210), rising, or the _bucket lines of a Prometheus histogram.';

/**
 * Buckets of hold times: `bound count` a line, counts of each bucket; or the lines `…_bucket{…le="0.1"…} 4210` of a
 * Prometheus histogram, in seconds and cumulative, with its `…_sum` where it is there. An open last bucket ends at Infinity.
 */
export function parseHistogram(text: string, file: string): MeasuredHistogram {
  const lines = measuredLines(text, file);
  const isPrometheus = lines.some((line) => /\ble="/.test(line.text));
  const bounds = isPrometheus ? lines.flatMap(prometheusBound) : lines.map(plainBound);
  const buckets: HistogramBucket[] = [];
  let [fromMs, before] = [0, 0];
  for (const { line, toMs: bound, count: value } of bounds) {
    const toMs = bound ?? Infinity;
    if (toMs <= fromMs) line.refuse(`the bound ${toMs} ms is not above the one before, ${fromMs} ms.`, hint);
    const count = isPrometheus ? value - before : value;
    if (count < 0) line.refuse(`the cumulative count ${value} is below the one before, ${before}.`, hint);
    buckets.push({ fromMs, toMs, count });
    [fromMs, before] = [toMs, value];
  }
  const filled = buckets.slice(0, buckets.findLastIndex(({ count }) => count > 0) + 1);
  if (filled.length === 0) refuseEmpty(file, hint);
  const sumMs = isPrometheus ? prometheusSumMs(lines) : undefined;
  return { kind: 'histogram', buckets: filled, ...(sumMs !== undefined && { sumMs }) };
}

interface Bound {
  readonly line: MeasuredLine;
  /** Undefined for +Inf. */
  readonly toMs: number | undefined;
  readonly count: number;
}

function plainBound(line: MeasuredLine): Bound {
  const [bound = '', count, ...rest] = line.text.split(/[\s,;]+/);
  if (count === undefined || rest.length > 0) return line.refuse(`"${line.text}" is not a bound and a count.`, hint);
  return { line, toMs: parseIn(line, bound, parseDurationMs), count: parseIn(line, count, parseTally) };
}

/** The one `…_sum` line, in ms. */
function prometheusSumMs(lines: readonly MeasuredLine[]): number | undefined {
  const sums = lines.flatMap((line) => {
    const match = /_sum(?:\{[^}]*\})?\s+(\S+)/.exec(line.text);
    const seconds = Number(match?.[1] ?? Number.NaN);
    if (match && !(seconds >= 0 && seconds < Infinity))
      line.refuse(`the sum "${match[1]}" is not a number of seconds.`, hint);
    return match ? [seconds * 1_000] : [];
  });
  return sums.length === 1 ? sums[0] : undefined;
}

function prometheusBound(line: MeasuredLine): Bound[] {
  const match = /_bucket\{[^}]*\ble="([^"]+)"[^}]*\}\s+(\S+)/.exec(line.text);
  if (!match) return [];
  const [, bound = '', count = ''] = match;
  const toMs = bound === '+Inf' ? undefined : parseIn(line, `${bound}s`, parseDurationMs);
  return [{ line, toMs, count: parseIn(line, count, parseTally) }];
}
