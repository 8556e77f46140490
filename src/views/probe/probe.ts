import { formatDuration, perSecond } from '../../base/units.ts';
import type { ProbeResult, Ramp } from '../../probe/result.ts';
import type { BarsView, ChartView, View } from '../../render/view.ts';
import { differenceTable } from './differences.ts';
import { poolerTable, queuesTable } from './pooler.ts';
import { runTables } from './runs.ts';
import { shardTables } from './shards.ts';
import { splitTable } from './split.ts';
import {
  cleanUpTable,
  failureTable,
  guardTable,
  rampTable,
  stallTable,
  transportTable,
  unpooledTable,
  verificationTable,
} from './tables.ts';
import { probeHeadline, probeVerdict } from './verdict.ts';

/** What `poolctl probe` found, for a reader: the answer, what limited it, and all that was measured. */
export function probeView(result: ProbeResult): View {
  return {
    headline: probeHeadline(result),
    verdict: probeVerdict(result),
    tables: probeTables(result),
    charts: [...(result.ramp ? [rampChart(result.ramp, result)] : []), ...stallCharts(result)],
  };
}

/** Every table that this result has something for. */
export function probeTables(result: ProbeResult): NonNullable<View['tables']> {
  const { verification, comparison, unpooled, stall, ramp, pooler, runs, transport, guards, shards } = result;
  return [
    comparison && differenceTable(comparison),
    verification && verificationTable(verification),
    splitTable(result),
    unpooled && unpooledTable(unpooled),
    stall && stallTable(stall),
    ramp && ramp.levels.length > 0 ? rampTable(ramp, shards !== undefined) : undefined,
    pooler && poolerTable(pooler),
    pooler?.queues && queuesTable(pooler),
    ...runTables(runs),
    ...shardTables(result),
    failureTable(runs),
    transport && transportTable(transport, pooler !== undefined),
    guards && guardTable(guards),
    cleanUpTable(result),
  ].filter((table) => table !== undefined);
}

/** Throughput as bars, p95 beside it, size by size. */
export function rampChart(
  { levels, knee }: Ramp,
  { recommendation, shards }: Pick<ProbeResult, 'recommendation' | 'shards'>,
): BarsView {
  return {
    title: `Throughput and p95 service time by ${shards ? 'connections of all shards' : 'connectionLimit'}`,
    bars: ['throughput', 'p95'],
    rows: levels.map(({ connectionLimit, throughputPerSecond, serviceP95Ms }) => ({
      label: String(connectionLimit),
      values: [throughputPerSecond.value, serviceP95Ms],
      texts: [perSecond(throughputPerSecond.value), formatDuration(serviceP95Ms)],
      note: [
        ...(connectionLimit === knee.connectionLimit ? ['knee'] : []),
        ...(connectionLimit === recommendation?.connectionLimit ? ['recommended'] : []),
      ].join(', '),
    })),
  };
}

function stallCharts({ stall, runs }: ProbeResult): ChartView[] {
  const [run] = runs;
  if (!stall || !run) return [];
  const chart = (title: string, values: readonly number[], format: (value: number) => string): ChartView => ({
    title,
    values,
    highest: format(Math.max(0, ...values)),
    from: '0 s',
    to: formatDuration(values.length * 1_000),
    mark: {
      from: Math.floor(stall.fromMs / 1_000),
      to: Math.max(Math.floor(stall.fromMs / 1_000) + 1, Math.ceil(stall.toMs / 1_000)),
      label: 'frozen',
    },
  });
  return [
    chart(
      'served a second',
      run.series.map(({ completed }) => completed),
      perSecond,
    ),
    chart(
      'waiting at the end of the second',
      run.series.map(({ waiting }) => waiting),
      String,
    ),
  ];
}
