import { formatCount, formatDuration, formatNumber, perSecond } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import type { ProbeResult } from '../../probe/result.ts';
import { probeSchemaName } from '../../probe/schema-name.ts';
import { chartMarkup } from '../../render/html/chart.ts';
import { html, type Markup } from '../../render/html/markup.ts';
import { renderPage, section, tableMarkup } from '../../render/html/page.ts';
import type { TableView } from '../../render/view.ts';
import { probeTables } from '../probe/probe.ts';
import { probeHeadline, probeVerdict } from '../probe/verdict.ts';
import { rampCharts, unpooledChart } from './ramp-charts.ts';
import { percentileChart, seriesCharts, totalsChart } from './run-charts.ts';

/** A result of `probe` as one HTML file, with its charts and itself as JSON; `version`: the poolctl that measured it. */
export function renderProbeHtml(
  result: ProbeResult,
  { version, warnings }: { readonly version: string; readonly warnings: readonly Warning[] },
): Promise<string> {
  const { ramp, runs, stall, metadata, unpooled = [] } = result;
  const overlay = runs.length > 1 ? totalsChart(runs, 'totals') : undefined;
  const sections = [
    section('By pool size', charts(ramp ? rampCharts(ramp, result) : [])),
    section('Pooled and unpooled', charts(unpooled.length > 0 ? [unpooledChart(unpooled)] : [])),
    section('Run by run', charts(overlay ? [overlay] : [])),
    ...runs.map((run, index) =>
      section(run.label, charts([percentileChart(run, `run${index}`), ...seriesCharts(run, `run${index}`, stall)])),
    ),
    section('Figures', probeTables(result).map(tableMarkup)),
    section('What was run', [tableMarkup(planTable(result))]),
  ];
  return renderPage(
    { headline: probeHeadline(result), verdict: probeVerdict(result), tables: [], warnings },
    sections,
    {
      document: { schema: probeSchemaName, poolctl: version, result, warnings },
      footer: `Measured with poolctl ${version}, ${metadata.startedAt}. The result is in this file as JSON too, in the element with the id poolctl.`,
    },
  );
}

function charts(some: readonly (Parameters<typeof chartMarkup>[0] | undefined)[]): Markup[] {
  const drawn = some.filter((chart) => chart !== undefined).map(chartMarkup);
  return drawn.length === 0 ? [] : [html`<div class="charts">${drawn}</div>\n`];
}

function planTable({
  workload,
  load,
  runs: [run],
  target,
  budget,
  ramp,
  metadata,
  seconds,
  finished,
  shards,
}: ProbeResult): TableView {
  const { engine, version, address, user, database, encrypted } = target;
  return {
    title: 'Workload and plan',
    rows: [
      ['workload', `${workload.name}: ${workload.description}`],
      ['reads only', workload.readOnly ? 'yes' : 'no'],
      ...(load.tps === undefined
        ? []
        : [['wanted', `${perSecond(load.tps)}${run?.instances && load.instances ? ' of each instance' : ''}`]]),
      ...(load.instances === undefined
        ? []
        : [
            [
              'instances',
              `${formatNumber(load.instances)}, of which ${run?.instances ? 'all were loaded' : 'this was one'}`,
            ],
          ]),
      ['arrivals', `${load.arrivals}, seed ${load.seed}, ${formatCount(load.threads, 'thread')}`],
      ...(shards
        ? [['shards', `${formatNumber(shards.each.length)} of ${formatNumber(shards.of)}, plan ${shards.plan}`]]
        : []),
      ...(ramp ? [['ramp', `${formatNumber(ramp.workers)} workers, ${formatCount(ramp.rounds, 'round')}`]] : []),
      ['server', `${engine} ${version} at ${address}${encrypted ? ', TLS' : ''}`],
      ['as', `${user}${database === undefined ? '' : `, database ${database}`}`],
      [
        'connections',
        `at most ${formatNumber(budget.allowed)} of ${formatNumber(budget.freeConnections)} free ones (${budget.limitedBy})`,
      ],
      ['took', `${formatDuration(seconds * 1_000)}, ${finished}`],
      ['measured from', `Node ${metadata.node}, ${metadata.drivers}, ${formatCount(metadata.cores, 'core')}`],
    ],
  };
}
