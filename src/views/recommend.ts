import { type Format, formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../base/units.ts';
import type { SeenFigure, SeenFigureName } from '../recommend/compare.ts';
import type { RecommendResult, SeenSide, SettingChange } from '../recommend/result.ts';
import type { TableView, VerdictView, View } from '../render/view.ts';
import type { Estimate } from '../stats/estimate.ts';

type Recommended = Omit<RecommendResult, 'warnings'>;

/** The answer of `recommend` for a reader: decision and why, the figures before and after, what it is based on. */
export function recommendView(result: Recommended): View {
  return {
    headline: result.changes.map(changeText).join('   '),
    verdicts: [decisionVerdict(result), ...budgetVerdict(result)],
    tables: [figureTable(result), peakTable(result), seenTable(result), noteTable(result)].filter(
      (table) => table !== undefined,
    ),
  };
}

function changeText({ setting, change, now, to }: SettingChange): string {
  const name = setting === 'acquireTimeoutMs' ? 'acquireTimeout' : setting;
  const unit = setting === 'acquireTimeoutMs' ? ' ms' : '';
  return change === 'keep' || now === undefined ? `${name} ${to}${unit}` : `${name} ${now} → ${to}${unit}`;
}

const answers = { keep: 'yes', lower: 'yes', raise: 'no', 'not-enough': 'unknown' } as const;

function decisionVerdict({ decision, why, cause }: Recommended): VerdictView {
  const details = cause ? [...cause.evidence.map((line) => `Seen: ${line}.`), cause.fix] : [];
  return { answer: cause ? 'no' : answers[decision], text: why, details };
}

function budgetVerdict({ budget }: Recommended): VerdictView[] {
  if (!budget) return [];
  const { nowConnections, connections, availableConnections, fits } = budget;
  const change = nowConnections === connections ? '' : `, now ${formatNumber(nowConnections)}`;
  return [
    {
      answer: fits ? 'yes' : 'no',
      text: `${fits ? 'fits' : 'does not fit'}: ${formatCount(connections, 'connection')} of all instances at the worst minute${change}; the server has ${formatNumber(availableConnections)} for them.`,
      details: [],
    },
  ];
}

/** Two digits are enough of what is below `least`. */
const rounded =
  (format: Format, least: number): Format =>
  (value) =>
    format(Math.abs(value) < least ? Number(value.toPrecision(2)) : value);
const [rate, number, share] = [rounded(perSecond, 1), rounded(formatNumber, 1), rounded(formatRatio, 0.01)];

/** What the figures are called, and how they are written. */
const figures: Readonly<Record<SeenFigureName, { readonly label: string; readonly format: Format }>> = {
  tps: { label: 'TPS, all pools', format: rate },
  waiting: { label: 'waiting requests', format: number },
  utilization: { label: 'utilization, mean', format: share },
  utilizationP95: { label: 'utilization, p95', format: share },
  atLimitRatio: { label: 'time at the limit', format: share },
  timeoutRatio: { label: 'acquire timeouts', format: share },
  holdMs: { label: 'connection held', format: formatDuration },
  slowRatio: { label: 'slow', format: share },
};

function figureTable({ figures: compared, comparedBy, slowFromMs }: Recommended): TableView | undefined {
  if (compared.length === 0) return undefined;
  const label = (name: SeenFigureName) =>
    name === 'slowRatio' ? `held over ${formatDuration(slowFromMs ?? 0)}` : figures[name].label;
  const text = (estimate: Estimate | undefined, { name }: SeenFigure) =>
    estimate ? rangeText(estimate, figures[name].format) : 'not seen';
  if (!comparedBy) {
    const rows = compared.map((figure) => [label(figure.name), text(figure.after, figure)]);
    return { title: 'Seen, with 95 % intervals', rows };
  }
  return {
    title: `Before and after, over the same ${comparedBy === 'all' ? 'time of no day' : comparedBy}, with 95 % intervals`,
    head: ['', 'before', 'after', 'change'],
    rows: compared.map((figure) => [
      label(figure.name),
      text(figure.before, figure),
      text(figure.after, figure),
      changeOf(figure),
    ]),
  };
}

/** `6.45/s (5.67–7.24)`: the unit once, where both ends have it. */
function rangeText({ value, low, high }: Estimate, format: Format): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return format(value);
  const [from, to] = [format(low), format(high)];
  if (from === to) return format(value);
  const unit = /[^\d]+$/.exec(to)?.[0] ?? '';
  const isAlike = unit !== '' && from.endsWith(unit) && format(value).endsWith(unit);
  return isAlike
    ? `${format(value)} (${from.slice(0, -unit.length)}–${to.slice(0, -unit.length)})`
    : `${format(value)} (${from}–${to})`;
}

/** More, less, or no more than chance. */
function changeOf({ before, after, change }: SeenFigure): string {
  if (!before || !after || !change) return '';
  if (!(change.low > 0 || change.high < 0)) return 'not clear';
  const ratio = before.value > 0 ? after.value / before.value - 1 : Infinity;
  if (!Number.isFinite(ratio)) return 'more';
  if (ratio > 10) return `${formatNumber(ratio + 1)} times`;
  return `${ratio > 0 ? '+' : '−'}${formatRatio(Math.abs(ratio))}`;
}

function peakTable({ busiest, need, margin, holdBasis, seen, expected }: Recommended): TableView | undefined {
  if (!busiest || !need) return undefined;
  const { at, ratePerSecond, holdMs, load, meanWaitMs, instance, unevenness } = busiest;
  const bases = { histogram: 'by a histogram', percentiles: 'by percentiles', mean: 'only the mean', unknown: '' };
  const rows = [
    ['when', at === undefined ? 'not known' : `${at.slice(0, 13)}:00Z`, instance],
    ...(ratePerSecond === undefined ? [] : [['requests', perSecond(ratePerSecond), unevenText(unevenness)]]),
    ...(holdMs === undefined ? [] : [['held for', formatDuration(holdMs), bases[holdBasis ?? 'mean']]]),
    ['busy', formatNumber(load), 'connections on average'],
    ...(meanWaitMs === undefined ? [] : [['waited', formatDuration(meanWaitMs), 'on average']]),
    ...(expected
      ? [['p99 wait', waitsText(expected), `by the model; the target is ${formatDuration(expected.targetMs)}`]]
      : []),
    ['needs', formatNumber(need.now), 'connections, the fewest within the targets'],
    ...(margin ? [['next week', formatNumber(need.nextWeek), `with ${margin.because}`]] : []),
  ];
  return {
    title: seen.after.hours > 0 ? 'Busiest hour of one pool' : 'Measured load of one pool',
    rows,
    rightAligned: [1],
  };
}

/** With the limit as it is, and as recommended; without an end where the queue has none. */
function waitsText({ nowP99WaitMs, p99WaitMs }: NonNullable<Recommended['expected']>): string {
  const text = (ms: number | undefined) => (ms === undefined ? 'no end' : formatDuration(ms));
  const [now, then] = [text(nowP99WaitMs), text(p99WaitMs)];
  return now === then ? now : `${now} → ${then}`;
}

function unevenText(unevenness: number): string {
  return unevenness < 1.01 ? '' : `its busy minutes ${formatRatio(unevenness - 1)} more`;
}

function seenTable({ seen }: Recommended): TableView {
  const row = (name: string, side: SeenSide | undefined) => (side ? [[name, lengthOf(side), sideText(side)]] : []);
  return {
    title: 'Based on',
    rows: [...row('before', seen.before), ...row(seen.before ? 'after' : 'now', seen.after)],
  };
}

function lengthOf({ days, hours }: SeenSide): string {
  return hours === 0
    ? 'time unknown'
    : days >= 1
      ? formatCount(Number(days.toFixed(1)), 'day')
      : days * 24 < 1
        ? formatDuration(days * 86_400_000)
        : formatCount(hours, 'hour');
}

function sideText({ kinds, from, to, pools, restarts, connectionLimit }: SeenSide): string {
  const when = from === undefined || to === undefined ? '' : `${from.slice(0, 16)}Z to ${to.slice(0, 16)}Z, `;
  const limit = connectionLimit === undefined ? '' : ` of ${formatCount(connectionLimit, 'connection')}`;
  const started = restarts > 0 ? `, ${formatCount(restarts, 'restart')}` : '';
  return `${when}${formatCount(pools, 'pool')}${limit}, by ${kinds.join(' and ')}${started}`;
}

function noteTable({ notes }: Recommended): TableView | undefined {
  return notes.length === 0 ? undefined : { title: 'To know', rows: notes.map((note) => ['·', note]) };
}
