import { parseDurationMs } from '../base/units.ts';
import type { MetricNames } from '../recommend/inputs/metric-names.ts';
import {
  histogramsOf,
  type NativeHistogram,
  type PrometheusAnswer,
  type PrometheusSeries,
  seriesInstance,
  valuesOf,
} from '../recommend/inputs/prometheus-answer.ts';
import { type QueryMeaning, queryMeaning } from './meaning.ts';
import { isRowTag, type RowTag, unitsMs } from './tags.ts';

/** The label that poolctl's own queries give each of their series: what it is, and its unit of time. */
export const tagLabel = 'poolctl';

/** One series of an answer, and what it is. */
export interface AnswerRow {
  readonly tag: RowTag;
  /** What one of its unit of time is in ms; 1 for what has none. */
  readonly unitMs: number;
  /** The largest of many stretches, each `windowSeconds` long. */
  readonly isPeak: boolean;
  readonly isFleet: boolean;
  readonly instance: string;
  readonly pool: string | undefined;
  readonly le: string | undefined;
  readonly windowSeconds?: number;
  readonly points: readonly (readonly [seconds: number, value: number])[];
  readonly histograms: readonly (readonly [seconds: number, histogram: NativeHistogram])[];
  /** Of many moments: query_range. */
  readonly isHistory: boolean;
}

/** The series of poolctl's own queries, or of one whose text is known; the others are left for other readers. */
export function answerRows(
  answer: PrometheusAnswer,
  query: string | undefined,
  names: MetricNames,
): { readonly rows: readonly AnswerRow[]; readonly others: readonly PrometheusSeries[] } {
  const poolLabels = poolLabelsOf(names);
  const meaning = query === undefined ? undefined : queryMeaning(query, names);
  const isNative = (series: PrometheusSeries) => histogramsOf(series).length > 0;
  // poolctl's own query for a native histogram, which cannot say itself what it is.
  const native = answer.series.map(taggedMeaning).find((known) => known?.tag === 'native');
  const rows: AnswerRow[] = [];
  const others: PrometheusSeries[] = [];
  for (const series of answer.series) {
    const isNameless = series.metric['__name__'] === undefined;
    const known =
      taggedMeaning(series) ?? (isNameless ? (meaning ?? (isNative(series) ? native : undefined)) : undefined);
    if (known) rows.push(rowOf(series, known, answer, poolLabels));
    else others.push(series);
  }
  return { rows, others };
}

function poolLabelsOf(names: MetricNames): readonly string[] {
  return [...new Set([...names.values()].flat().flatMap(({ poolLabels }) => poolLabels))];
}

function taggedMeaning({ metric }: PrometheusSeries): QueryMeaning | undefined {
  const [, peak, tag = '', unit = ''] = /^(peak )?(\w+)(?::(\w+))?$/.exec(metric[tagLabel] ?? '') ?? [];
  if (!isRowTag(tag)) return undefined;
  return { tag, unitMs: unitsMs[unit] ?? 1, isPeak: peak !== undefined };
}

function rowOf(
  series: PrometheusSeries,
  { tag, unitMs, isPeak, window, isFleet = false }: QueryMeaning,
  { kind }: PrometheusAnswer,
  poolLabels: readonly string[],
): AnswerRow {
  const { metric } = series;
  const label = poolLabels.find((name) => metric[name] !== undefined);
  return {
    ...{ tag, unitMs, isPeak, isFleet, le: metric['le'], isHistory: kind === 'matrix' },
    ...{ instance: seriesInstance(series), pool: label === undefined ? undefined : metric[label] },
    ...(window !== undefined && { windowSeconds: parseDurationMs(window, 'the window') / 1_000 }),
    points: valuesOf(series).map(([seconds, value]) => [seconds, numberOf(value)] as const),
    histograms: histogramsOf(series),
  };
}

/** A value as Prometheus writes it: "1.5", "NaN", "+Inf". */
function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
