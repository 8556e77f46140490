import { formatNumber } from '../../base/units.ts';
import type { BarsView, ChartView, SnippetView, StepView, View } from '../view.ts';
import { type Chart, chartMarkup } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { tableMarkup } from './page.ts';
import { linearScale } from './scale.ts';

/** The tables, charts, steps and snippets of a view, as far as it has them. `id` begins those of its charts. */
export function viewParts({ tables, charts = [], steps = [], snippets = [] }: View, id: string): Markup[] {
  return [
    ...tables.map(tableMarkup),
    ...chartsMarkup(charts, id),
    ...(steps.length === 0 ? [] : [html`<h2>How it was calculated</h2>\n`, stepsMarkup(steps)]),
    ...snippets.map(snippetMarkup),
  ];
}

export function chartsMarkup(charts: NonNullable<View['charts']>, id: string): Markup[] {
  if (charts.length === 0) return [];
  const drawn = charts.map((chart, index) =>
    'bars' in chart ? barsMarkup(chart) : chartMarkup(timeChart(chart, `${id}${index}`)),
  );
  return [html`<div class="charts">${drawn}</div>\n`];
}

/** Columns of a terminal as a curve, with a scale of its own. */
function timeChart({ title, values, highest, from, to, mark }: ChartView, id: string): Chart {
  const last = values.length - 1;
  return {
    id,
    title,
    description: `From ${from} to ${to}; the highest is ${highest}.`,
    x: {
      label: '',
      scale: { place: (at) => at / Math.max(1, last), ticks: [0, last] },
      format: (at) => (at === 0 ? from : to),
    },
    y: { label: `highest ${highest}`, scale: linearScale(values), format: formatNumber },
    series: [{ name: title, isCurve: true, points: values.map((y, x) => ({ x, y })) }],
    rows: [],
    ...(mark && { bands: [mark] }),
  };
}

function barsMarkup({ title, bars, rows }: BarsView): Markup {
  return tableMarkup({
    title,
    head: ['', ...bars, ''],
    rows: rows.map(({ label, texts, note }) => [label, ...texts, note]),
    rightAligned: bars.map((_, index) => index + 1),
  });
}

export function stepsMarkup(steps: readonly StepView[]): Markup {
  const items = steps.map(({ title, inputs, result, source }) => {
    const facts = inputs.map(
      ([label, value, from]) => html`<li>${label}: ${value}${from === '' ? '' : ` (${from})`}</li>\n`,
    );
    return html`<li>${title}<ul>${facts}<li>= <strong>${result}</strong></li>\n<li class="soft">${source}</li></ul></li>\n`;
  });
  return html`<ol class="steps">${items}</ol>\n`;
}

export function snippetMarkup({ title, text }: SnippetView): Markup {
  return html`<h3>${title}</h3>\n<div class="scroll" role="region" aria-label="${title}" tabindex="0"><pre>${text}</pre></div>\n`;
}
