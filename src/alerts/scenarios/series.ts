import { PoolctlError } from '../../base/errors.ts';
import { type MeasuredQuantity, measuredQuantities, metricsFor, type SourceMetric } from '../../profiles/metrics.ts';
import type { AlertSource } from '../figures.ts';
import type { Matcher } from '../promql.ts';
import { selector } from '../promql.ts';
import type { AlertScenario, Course } from './scenario.ts';

/** A series of a unit test of promtool. */
export interface TestSeries {
  readonly series: string;
  readonly values: string;
}

/** What the labels of the series are in tests. */
const sample: Readonly<Record<string, string>> = {
  job: 'shop',
  instance: 'shop-1:9090',
  database: 'orders',
  datname: 'orders',
  user: 'app',
  target: 'orders-db',
};
const sampleOf = (label: string): string => sample[label] ?? 'orders';

/** The labels of the scraped target. */
export function targetLabels(source: AlertSource): Readonly<Record<string, string>> {
  const own = { job: sampleOf('job'), instance: sampleOf('instance') };
  const asked = source.matchers.flatMap((matcher) => asLabel(matcher));
  return { ...own, ...Object.fromEntries(asked) };
}

/** The labels of an alert's series: of the target and its own, or its own only. */
export function labelsOf(
  source: AlertSource,
  { labels, keepsTarget }: { readonly labels: readonly string[]; readonly keepsTarget: boolean },
): Readonly<Record<string, string>> {
  const target = targetLabels(source);
  const own = Object.fromEntries(labels.map((label) => [label, target[label] ?? sampleOf(label)]));
  return keepsTarget ? { ...target, ...own } : own;
}

/** Every series of a scenario, under the usual names of the source. */
export function seriesOf(
  source: AlertSource,
  { courses, seconds }: AlertScenario,
  scrapeSeconds: number,
): TestSeries[] {
  return (Object.entries(courses) as [MeasuredQuantity, Course][]).flatMap(([quantity, course]) =>
    metricsFor(source.profile, quantity)
      // What only newer servers have is left out.
      .filter(({ since }) => since === undefined)
      .map((metric) => ({
        series: seriesName(source, quantity, metric),
        values: valuesOf(course, metric, seconds, scrapeSeconds),
      })),
  );
}

function seriesName(source: AlertSource, quantity: MeasuredQuantity, metric: SourceMetric): string {
  const [name = ''] = metric.names;
  const suffix = metric.type === 'histogram' || metric.type === 'summary' ? '_sum' : '';
  const identity = metric.labels ?? source.profile.labels[measuredQuantities[quantity]] ?? [];
  const where = Object.entries(metric.where ?? {}).flatMap(([label, value]) =>
    asLabel(value.startsWith('~') ? { label, operator: '=~', value: value.slice(1) } : { label, operator: '=', value }),
  );
  const renamed = Object.entries(metric.rename ?? {});
  const labels = {
    ...Object.fromEntries(identity.map((label) => [label, sampleOf(label)])),
    ...Object.fromEntries((metric.drop ?? []).map((label) => [label, 'any'])),
    ...Object.fromEntries(
      renamed.flatMap(([from, to]) => [
        [to, 'behind'],
        [from, sampleOf(to)],
      ]),
    ),
    ...targetLabels(source),
    ...Object.fromEntries(where),
  };
  return selector(
    `${name}${suffix}`,
    Object.entries(labels).map(([label, value]) => ({ label, operator: '=', value })),
  );
}

/** The label that fulfils a condition; none for what is fulfilled by its absence. */
function asLabel({ label, operator, value }: Matcher): readonly (readonly [string, string])[] {
  if (operator === '=') return [[label, value]];
  if (operator !== '=~') return [];
  const [first = ''] = value.replace(/^\^|\$$/g, '').split('|');
  const literal = first.replace(/[()]/g, '').replace(/\.[*+]/g, '') || 'x';
  if (new RegExp(`^(?:${value})$`).test(literal)) return [[label, literal]];
  throw new PoolctlError('VALUE_INVALID', `No test can be written for ${label}=~"${value}".`, {
    hint: `Give the tests an equality: --selector '{${label}="…"}'.`,
  });
}

const perSecondOf: Readonly<Partial<Record<SourceMetric['unit'], number>>> = {
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};

function valuesOf(course: Course, { unit }: SourceMetric, seconds: number, scrapeSeconds: number): string {
  const values: (number | undefined)[] = [];
  for (let second = 0; second <= seconds; second += scrapeSeconds) {
    const value = course(second);
    values.push(value === undefined ? undefined : Number((value * (perSecondOf[unit] ?? 1)).toPrecision(12)));
  }
  return notation(values);
}

/** As promtool writes a course: `2x19` for twenty times 2, `0+3x9`, `stale` where a series ends, `_` where none is. */
export function notation(values: readonly (number | undefined)[]): string {
  const words: string[] = [];
  for (let at = 0; at < values.length; ) {
    const value = values[at];
    const length = runLength(values, at);
    if (value === undefined) {
      const isEnd = at > 0;
      if (isEnd) words.push('stale');
      const gap = isEnd ? length - 1 : length;
      if (gap > 0) words.push(gap === 1 ? '_' : `_x${gap}`);
    } else if (length === 1) words.push(String(value));
    else {
      const step = Number(((values[at + 1] ?? 0) - value).toPrecision(12));
      words.push(`${value}${step === 0 ? '' : step < 0 ? step : `+${step}`}x${length - 1}`);
    }
    at += length;
  }
  return words.join(' ');
}

/** How many values from here on are alike, or grow by the same step. */
function runLength(values: readonly (number | undefined)[], from: number): number {
  const first = values[from];
  let end = from + 1;
  if (first === undefined) {
    while (end < values.length && values[end] === undefined) end += 1;
    return end - from;
  }
  const second = values[end];
  if (second === undefined) return 1;
  const step = second - first;
  const isNext = (at: number) => {
    const [before, here] = [values[at - 1], values[at]];
    return before !== undefined && here !== undefined && Math.abs(here - before - step) < 1e-9;
  };
  while (end < values.length && isNext(end)) end += 1;
  // A lone step is not worth a run.
  return end - from < 3 && step !== 0 ? 1 : end - from;
}
