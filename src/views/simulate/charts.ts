import { type Format, formatDuration, formatNumber } from '../../base/units.ts';
import type { ChartView } from '../../render/view.ts';
import { type SimulatedPool, type SimulationOutcome, settingsText } from './outcome.ts';

export function sweepChart(pools: readonly SimulatedPool[]): ChartView {
  const waits = pools.map(({ figures }) => figures.p99WaitMs.mean);
  return {
    title: 'p99 wait by connectionLimit',
    values: waits.flatMap((wait) => [wait, wait]),
    highest: formatDuration(Math.max(...waits)),
    from: String(pools[0]?.settings.connections ?? ''),
    to: String(pools.at(-1)?.settings.connections ?? ''),
  };
}

/** The queue and the wait over the time of the first run. */
export function timeCharts(pool: SimulatedPool, { label }: SimulationOutcome): ChartView[] {
  const { timeline, recovery } = pool;
  const startMs = timeline[0]?.fromMs ?? 0;
  const sliceMs = (timeline[1]?.fromMs ?? startMs + 1) - startMs;
  const at = (ms: number) => Math.round((ms - startMs) / sliceMs);
  const common = {
    from: '0 s',
    to: formatDuration(timeline.length * sliceMs),
    ...(recovery && label
      ? { mark: { from: at(recovery.fromMs), to: Math.max(at(recovery.fromMs) + 1, at(recovery.toMs)), label } }
      : {}),
  };
  const chart = (title: string, values: readonly number[], format: Format): ChartView => ({
    title: `${settingsText(pool)}: ${title}`,
    values,
    highest: format(Math.max(0, ...values)),
    ...common,
  });
  const charts = [
    chart(
      'longest queue',
      timeline.map((slice) => slice.longestQueue),
      formatNumber,
    ),
    chart(
      'mean wait',
      timeline.map((slice) => slice.meanWaitMs),
      formatDuration,
    ),
  ];
  return charts.filter(({ values }) => values.some((value) => value > 0));
}
