import type { Comparison, NamedProbe } from '../../probe/compare.ts';
import { mainRun } from '../../probe/runs.ts';
import { chartMarkup } from '../../render/html/chart.ts';
import { html } from '../../render/html/markup.ts';
import { renderPage, section, tableMarkup } from '../../render/html/page.ts';
import { comparisonView } from '../probe/comparison.ts';
import { percentileChart, totalsChart } from './run-charts.ts';

/** Two results side by side as one HTML file. */
export function renderComparisonHtml(
  comparison: Comparison,
  probes: readonly NamedProbe[],
  { version }: { readonly version: string },
): Promise<string> {
  const view = comparisonView(comparison);
  const runs = probes.flatMap(({ file, result }) => {
    const run = mainRun(result);
    return run ? [{ ...run, label: `${file}: ${run.label}` }] : [];
  });
  const charts = [totalsChart(runs, 'totals'), ...runs.map((run, index) => percentileChart(run, `run${index}`))]
    .filter((chart) => chart !== undefined)
    .map(chartMarkup);
  const sections = [
    section('Times', charts.length === 0 ? [] : [html`<div class="charts">${charts}</div>\n`]),
    section('Figures', view.tables.map(tableMarkup)),
  ];
  return renderPage(view, sections, {
    document: { schema: 'poolctl.report/1', poolctl: version, result: comparison },
    footer: `Compared by poolctl ${version}. The comparison is in this file as JSON too, in the element with the id poolctl.`,
  });
}
