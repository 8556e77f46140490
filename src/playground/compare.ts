import type { SaidError } from '../base/error-document.ts';
import { formatAtMost, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import { html, type Markup } from '../render/html/markup.ts';
import { tableMarkup } from '../render/html/page.ts';
import type { TableView } from '../render/view.ts';
import type { Sized } from '../size/result.ts';
import { refusalMarkup } from './shown.ts';

const rows: readonly (readonly [label: string, of: (sized: Sized) => string | undefined])[] = [
  ['connectionLimit', ({ connectionLimit }) => formatNumber(connectionLimit)],
  ['queueLimit', ({ queueLimit }) => formatNumber(queueLimit)],
  ['acquireTimeout', ({ acquireTimeoutMs }) => `${acquireTimeoutMs} ms`],
  ['within the targets', ({ demand }) => demand && yesNo(demand.isMet)],
  ['expected utilization', ({ outlook }) => outlook && formatRatio(outlook.prediction.utilization)],
  ['have to wait', ({ outlook }) => outlook && formatRatio(outlook.prediction.waitProbability)],
  ['p95 wait', ({ outlook }) => outlook && waitText(outlook.prediction.p95WaitMs)],
  ['p99 wait', ({ outlook }) => outlook && waitText(outlook.prediction.p99WaitMs)],
  ['lost', ({ outlook }) => outlook && lostText(outlook.prediction)],
  ['carries', ({ outlook }) => outlook && `${formatAtMost(outlook.largestRatePerSecond)} TPS`],
  ['connections, normal', ({ fleet }) => formatNumber(fleet.normal.connections)],
  ['connections, roll-out', ({ fleet }) => formatNumber(fleet.rollout.connections)],
  ['fits the server', ({ budget }) => budget && yesNo(budget.fits)],
];

/** The kept settings beside those of now. */
export function comparisonMarkup(before: Sized | undefined, now: Sized | undefined, refused?: SaidError): Markup {
  if (refused) return html`<section><h2>Before and after</h2>\n${refusalMarkup(refused)}</section>\n`;
  if (!before || !now) return html``;
  return html`<section><h2>Before and after</h2>\n${tableMarkup(comparisonOf(before, now))}</section>\n`;
}

/** Two settings side by side; what both lack is left out. */
function comparisonOf(before: Sized, now: Sized): TableView {
  const cells = rows.flatMap(([label, of]) => {
    const [old, next] = [of(before), of(now)];
    if (old === undefined && next === undefined) return [];
    return [[label, old ?? '', next ?? '', old === next ? '' : 'changed']];
  });
  return { title: '', head: ['', 'before', 'now', ''], rows: cells, rightAligned: [1, 2] };
}

const yesNo = (is: boolean) => (is ? 'yes' : 'no');

function waitText(ms: number | undefined): string {
  return ms === undefined ? 'endless' : formatDuration(ms);
}

function lostText({ rejectedRatio, timedOutRatio }: { rejectedRatio: number; timedOutRatio: number }): string {
  return formatRatio(rejectedRatio + timedOutRatio);
}
