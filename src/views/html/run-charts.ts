import { formatNumber } from '../../base/units.ts';
import type { ProbeRun, StallFigures } from '../../probe/result.ts';
import type { Chart, Series } from '../../render/html/chart.ts';
import { linearScale, logScale, percentileScale } from '../../render/html/scale.ts';
import { HdrHistogram } from '../../stats/hdr/hdr-histogram.ts';
import { toMilliseconds } from '../../stats/hdr/microseconds.ts';

const tableRatios = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999];
/** More marks run into each other. */
const mostMarks = 40;
/** Rows of the table below a chart. */
const mostRows = 120;

/** How long it took, by percentile: wait, service and total of one run. */
export function percentileChart(run: ProbeRun, id: string): Chart | undefined {
  const parts = (['wait', 'service', 'total'] as const).map((name) => ({ name, encoded: run.histogramsUs[name] }));
  const doubt = run.trustworthy ? '' : ' (with poolctl’s own delay)';
  return percentilesOf(parts, { id, title: `${run.label}: time by percentile${doubt}` });
}

/** Total times of several runs over each other. At most four can be told apart. */
export function totalsChart(runs: readonly ProbeRun[], id: string): Chart | undefined {
  const parts = runs.slice(0, 4).map(({ label, histogramsUs }) => ({ name: label, encoded: histogramsUs.total }));
  return percentilesOf(parts, { id, title: 'Total time by percentile, run by run' });
}

function percentilesOf(
  parts: readonly { readonly name: string; readonly encoded: string }[],
  { id, title }: Pick<Chart, 'id' | 'title'>,
): Chart | undefined {
  const decoded = parts
    .map(({ name, encoded }) => ({ name, histogram: HdrHistogram.decode(encoded) }))
    .filter(({ histogram }) => histogram.count > 0);
  const most = Math.max(0, ...decoded.map(({ histogram }) => histogram.count));
  if (most < 10) return undefined;
  // Beyond 1 - 1/count there is only the highest value.
  const nines = Math.min(5, Math.max(1, Math.log10(most)));
  const ratios = Array.from({ length: 90 }, (_, index) => 1 - 10 ** ((-nines * index) / 89));
  const rows = tableRatios.filter((ratio) => ratio <= 1 - 10 ** -nines);
  const all = [...new Set([...ratios, ...rows])].sort((a, b) => a - b);
  const series: Series[] = decoded.map(({ name, histogram }) => ({
    name,
    isCurve: true,
    points: all.map((ratio) => ({ x: ratio, y: toMilliseconds(histogram.valueAt(ratio)) })),
  }));
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const [least, highest] = [Math.min(...values.filter((value) => value > 0)), Math.max(...values)];
  return {
    id,
    title,
    description: `For each share of the requests, the time that none of them was above. The axis gives every further nine the same width.`,
    x: { label: 'share of requests', scale: percentileScale(1 - 10 ** -nines), format: shareText },
    y: { label: 'ms', scale: highest > 20 * least ? logScale(values) : linearScale(values), format: formatNumber },
    series,
    rows,
  };
}

/** `99.9 %`, with all its nines. */
function shareText(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(7))} %`;
}

/** What happened second by second: rate, times, and how many waited. */
export function seriesCharts({ series, label }: ProbeRun, id: string, stall?: StallFigures): Chart[] {
  if (series.length < 2) return [];
  const isCurve = series.length > mostMarks;
  const every = Math.ceil(series.length / mostRows);
  const line = (name: string, pick: (second: ProbeRun['series'][number]) => number): Series => ({
    name,
    isCurve,
    points: series.map((second, index) => ({ x: index + 1, y: pick(second) })),
  });
  const x = {
    label: 'second',
    scale: linearScale([1, series.length], { fromZero: false }),
    format: formatNumber,
  };
  const bands = stall ? [{ from: stall.fromMs / 1_000, to: stall.toMs / 1_000, label: 'frozen' }] : [];
  const chart = (name: string, title: string, unit: string, lines: readonly Series[]): Chart => ({
    id: `${id}-${name}`,
    title: `${label}: ${title}`,
    description: `${title}, each second of ${series.length}.`,
    x,
    y: {
      label: unit,
      scale: linearScale(lines.flatMap(({ points }) => points.map(({ y }) => y))),
      format: formatNumber,
    },
    series: lines,
    bands,
    rows: series.map((_, index) => index + 1).filter((second) => (second - 1) % every === 0),
  });
  return [
    chart('rate', 'served and failed', 'requests/s', [
      line('served', ({ completed }) => completed),
      line('failed', ({ failed }) => failed),
    ]),
    chart('times', 'total time', 'ms', [
      line('p50', ({ p50Ms = Number.NaN }) => p50Ms),
      line('p95', ({ p95Ms = Number.NaN }) => p95Ms),
      line('p99', ({ p99Ms = Number.NaN }) => p99Ms),
    ]),
    chart('waiting', 'waiting and connected', 'at once', [
      line('waiting for a connection', ({ waiting }) => waiting),
      line('connections', ({ connections }) => connections),
    ]),
  ];
}
