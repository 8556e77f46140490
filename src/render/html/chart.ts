import type { Format } from '../../base/units.ts';
import { html, type Markup } from './markup.ts';
import { tableMarkup } from './page.ts';
import type { Scale } from './scale.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  /** 95 % interval, drawn as a whisker where it ends. */
  readonly low?: number;
  readonly high?: number;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** Without a mark at each point: a curve, or too many of them. */
  readonly isCurve?: boolean;
}

export interface Axis {
  readonly label: string;
  readonly scale: Scale;
  readonly format: Format;
}

/** Lines over one axis, with a description and a table of the figures for readers that cannot see the lines. */
export interface Chart {
  /** Unique on the page: letters, digits, dashes. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Values of x to point at. */
  readonly rules?: readonly { readonly at: number; readonly label: string }[];
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
  /** Values of x that get a row of the table; each point of the first series when left out. */
  readonly rows?: readonly number[];
}

const [width, height] = [520, 320];
/** Letters are larger on small screens, where the whole chart is drawn smaller. */
const frame = { left: 66, right: 18, top: 36, bottom: 52 };
const plot = { width: width - frame.left - frame.right, height: height - frame.top - frame.bottom };

export function chartMarkup(chart: Chart): Markup {
  const { id, title, description, series } = chart;
  return html`<figure>
<figcaption>${title}</figcaption>
${legend(series)}
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>
${bands(chart)}${axes(chart)}${rules(chart)}${series.map((one, index) => lineOf(one, index, chart))}</svg>
<details><summary>Figures</summary>${tableMarkup(figures(chart))}</details>
</figure>
`;
}

function legend(series: readonly Series[]): Markup | undefined {
  if (series.length < 2) return undefined;
  const items = series.map(
    ({ name }, index) =>
      html`<li><svg viewBox="0 0 28 12" aria-hidden="true"><path class="line c${index}" d="M0 6H28"/></svg>${name}</li>`,
  );
  return html`<ul class="legend">${items}</ul>`;
}

const placeX = ({ x }: Chart, value: number) => frame.left + x.scale.place(value) * plot.width;
const placeY = ({ y }: Chart, value: number) => frame.top + (1 - y.scale.place(value)) * plot.height;

function axes(chart: Chart): Markup {
  const { x, y } = chart;
  const bottom = frame.top + plot.height;
  const rows = y.scale.ticks.map((tick) => {
    const at = placeY(chart, tick);
    return html`<path class="grid" d="M${frame.left} ${at}h${plot.width}"/><text x="${frame.left - 6}" y="${at + 4}" text-anchor="end">${y.format(tick)}</text>`;
  });
  const columns = x.scale.ticks.map((tick) => {
    const at = placeX(chart, tick);
    return html`<path class="frame" d="M${at} ${bottom}v4"/><text x="${at}" y="${bottom + 19}" text-anchor="middle">${x.format(tick)}</text>`;
  });
  const names = html`<text x="${frame.left + plot.width / 2}" y="${height - 8}" text-anchor="middle">${x.label}</text><text x="4" y="17">${y.label}</text>`;
  return html`${rows}<path class="frame" d="M${frame.left} ${frame.top}v${plot.height}h${plot.width}"/>${columns}${names}\n`;
}

function bands(chart: Chart): Markup[] {
  return (chart.bands ?? []).map(({ from, to, label }) => {
    const [left, right] = [placeX(chart, from), placeX(chart, to)];
    return html`<rect class="band" x="${left}" y="${frame.top}" width="${Math.max(1, right - left)}" height="${plot.height}"/><text class="mark" x="${(left + right) / 2}" y="${frame.top + 14}" text-anchor="middle">${label}</text>`;
  });
}

/** Labels stand on the side where there is room, one below the other. */
function rules(chart: Chart): Markup[] {
  return (chart.rules ?? []).map(({ at, label }, index) => {
    const x = placeX(chart, at);
    const isRight = x > frame.left + plot.width * 0.6;
    return html`<path class="rule" d="M${x} ${frame.top}v${plot.height}"/><text class="mark" x="${x + (isRight ? -5 : 5)}" y="${frame.top + plot.height - 10 - index * 17}" text-anchor="${isRight ? 'end' : 'start'}">${label}</text>`;
  });
}

/** A line ends where there is no value, and goes on behind. */
function lineOf({ name, points, isCurve = false }: Series, index: number, chart: Chart): Markup {
  const path = points.map(({ x, y }, at) => {
    if (!Number.isFinite(y)) return '';
    const isFirst = at === 0 || !Number.isFinite(points[at - 1]?.y);
    return `${isFirst ? 'M' : 'L'}${round(placeX(chart, x))} ${round(placeY(chart, y))}`;
  });
  const marks = isCurve
    ? []
    : points.filter(({ y }) => Number.isFinite(y)).map((point) => mark(point, name, index, chart));
  return html`<g><path class="line c${index}" d="${path.join('')}"/>${marks}</g>\n`;
}

function mark({ x, y, low, high }: Point, name: string, index: number, chart: Chart): Markup {
  const { format } = chart.y;
  const hasWhisker = low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high);
  const range = hasWhisker ? `, ${format(low)} to ${format(high)}` : '';
  const [left, top] = [placeX(chart, x), placeY(chart, y)];
  const whisker = hasWhisker
    ? html`<path class="whisker c${index}" d="M${left - 4} ${placeY(chart, high)}h8m-4 0V${placeY(chart, low)}m-4 0h8"/>`
    : undefined;
  return html`<g><title>${name} at ${chart.x.format(x)}: ${format(y)}${range}</title>${whisker}<circle class="marker c${index}" cx="${left}" cy="${top}" r="4"/></g>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

function figures({ x, y, series, rows = series[0]?.points.map((point) => point.x) ?? [] }: Chart) {
  const cell = ({ points }: Series, at: number) => {
    const point = points.find((candidate) => candidate.x === at);
    if (!point || !Number.isFinite(point.y)) return '';
    const { low, high } = point;
    const range =
      low === undefined || high === undefined
        ? ''
        : ` (${y.format(low)} to ${Number.isFinite(high) ? y.format(high) : '?'})`;
    return `${y.format(point.y)}${range}`;
  };
  const columns = series.filter(({ points }) => rows.some((at) => points.some((point) => point.x === at)));
  return {
    title: '',
    head: [x.label, ...columns.map(({ name }) => name)],
    rows: rows.map((at) => [x.format(at), ...columns.map((one) => cell(one, at))]),
    rightAligned: [0, ...columns.map((_, index) => index + 1)],
  };
}
