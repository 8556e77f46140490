import type { SaidError } from '../base/error-document.ts';
import { chartMarkup } from '../render/html/chart.ts';
import { html, type Markup } from '../render/html/markup.ts';
import { tableMarkup, verdictBlock, warningList } from '../render/html/page.ts';
import { chartsMarkup, snippetMarkup, stepsMarkup } from '../render/html/view.ts';
import { type View, verdictsOf } from '../render/view.ts';

/** The answer at a glance: the settings, whether they do, and what to know. */
export function answerMarkup(view: View): Markup {
  return html`<p class="headline">${view.headline}</p>\n${verdictsOf(view).map(verdictBlock)}${warningsMarkup(view)}`;
}

function warningsMarkup({ warnings = [] }: View): Markup | undefined {
  return warningList(warnings, 'h3');
}

export function refusalMarkup({ message, hint = '' }: SaidError): Markup {
  return html`<p class="verdict no">✗ ${message}</p>\n<p>${hint}</p>\n`;
}

/** The tables of an answer, and how it was calculated. */
export function detailsMarkup({ tables, steps = [] }: View): Markup {
  const why = html`<details><summary>Why: every step, with its formula and sources</summary>${stepsMarkup(steps)}</details>\n`;
  return html`<section><h2>Figures</h2>\n${tables.map(tableMarkup)}${steps.length > 0 ? why : undefined}</section>\n`;
}

export function snippetsMarkup({ snippets = [] }: View): Markup {
  if (snippets.length === 0) return html``;
  const parts = snippets.map((snippet, index) => {
    const id = `snippet-${index}`;
    return html`<div id="${id}">${snippetMarkup(snippet)}</div><p class="buttons"><button type="button" data-copies="${id}">Copy ${snippet.title}</button></p>\n`;
  });
  return html`<section><h2>Snippet</h2>\n${parts}</section>\n`;
}

export function simulatedMarkup(view: View, command: string): Markup {
  return html`<p class="headline">${view.headline}</p>\n${verdictsOf(view).map(verdictBlock)}${warningsMarkup(view)}${view.tables.map(tableMarkup)}${chartsMarkup(view.charts ?? [], 'simulated')}<p class="soft">${command}</p>\n`;
}

export function curveMarkup(chart: Parameters<typeof chartMarkup>[0] | undefined): Markup {
  if (!chart) return html``;
  return html`<section><h2>Waits against connections</h2>\n${chartMarkup(chart)}</section>\n`;
}
