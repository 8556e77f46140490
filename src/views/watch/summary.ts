import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { TableView, View } from '../../render/view.ts';
import type { GroupedSessions } from '../../watch/grouping.ts';
import type { AlarmSummary, TargetSummary, WatchSummary } from '../../watch/summary.ts';
import { largestHolders } from './words.ts';

/** Rows of the table of sessions of one target; the rest is one row. */
const mostGroups = 12;

/** What was seen, for a reader: every target, its alarms, the marks, and the sessions of the last look. */
export function watchView({ targets }: WatchSummary): View {
  return {
    headline: headlineOf(targets),
    tables: [
      targetTable(targets),
      alarmTable(targets),
      markTable(targets),
      noticeTable(targets),
      failureTable(targets),
      ...targets.map((target) => sessionTable(target, targets.length > 1)),
    ].filter((table) => table !== undefined),
  };
}

function headlineOf(targets: readonly TargetSummary[]): string {
  const [only, ...others] = targets;
  const alarms = targets.reduce((sum, { alarms: raised }) => sum + raised.length, 0);
  const end = alarms > 0 ? `; ${formatCount(alarms, 'alarm')}` : '';
  if (only && others.length === 0) return `${only.target}: ${stateOf(only)}${end}`;
  const phases = [...new Set(targets.map(({ phase }) => phase))].map(
    (phase) => `${formatNumber(targets.filter((one) => one.phase === phase).length)} ${phase}`,
  );
  return `${formatCount(targets.length, 'target')}: ${phases.join(', ')}${end}`;
}

function stateOf({ phase, taken = 0, usable = 0, failure }: TargetSummary): string {
  if (phase !== 'up') return `${phase}${failure ? ` (${failure.code})` : ''}`;
  const share = usable > 0 ? ` (${formatRatio(taken / usable)})` : '';
  return `${formatNumber(taken)} of ${formatCount(usable, 'usable connection')} taken${share}`;
}

function targetTable(targets: readonly TargetSummary[]): TableView {
  const arePoolers = targets.some(({ clientsWaiting }) => clientsWaiting !== undefined);
  const head = ['target', 'is', 'taken', 'active', 'in tx', 'oldest tx', 'for locks', ...(arePoolers ? ['queue'] : [])];
  return {
    title: 'Targets',
    head,
    rows: targets.map((target) => [target.target, ...figuresOf(target, head.length - 1)]),
    rightAligned: head.slice(2).map((_, index) => index + 2),
  };
}

function figuresOf(target: TargetSummary, columns: number): string[] {
  const { phase, kind, version, isReplica, door, taken, usable, active } = target;
  const { idleInTransaction, oldestTransactionSeconds: oldest, lockWaiters } = target;
  if (phase !== 'up') return [phase, ...Array.from({ length: columns - 1 }, () => '')];
  const known = (value: number | undefined) => (value === undefined ? '?' : formatNumber(value));
  return [
    [kind, version?.split('-')[0], isReplica ? 'replica' : undefined, door && `(through ${door})`]
      .filter((part) => part)
      .join(' '),
    `${known(taken)}/${known(usable)}`,
    known(active),
    known(idleInTransaction),
    oldest === undefined ? '?' : oldest === 0 ? '' : secondsText(oldest),
    known(lockWaiters),
    ...(columns > 6 ? [queueText(target)] : []),
  ];
}

function queueText({ clientsWaiting, maxWaitSeconds = 0 }: TargetSummary): string {
  if (clientsWaiting === undefined) return '';
  return clientsWaiting === 0 ? '0' : `${formatNumber(clientsWaiting)} (${secondsText(maxWaitSeconds)})`;
}

function alarmTable(targets: readonly TargetSummary[]): TableView | undefined {
  const rows = targets.flatMap(({ target, at, alarmsSeen }) =>
    alarmsSeen.map(({ alarm, severity, text, ...seen }) => [target, `${severity} ${alarm}`, whenText(seen, at), text]),
  );
  return rows.length === 0 ? undefined : { title: 'Alarms', head: ['target', 'alarm', 'when', 'what'], rows };
}

function whenText({ first, isRaised, times }: Pick<AlarmSummary, 'first' | 'isRaised' | 'times'>, at: string): string {
  const since = isRaised ? `since ${timeText(first, at)}` : `at ${timeText(first, at)}, over`;
  return times === 1 ? since : `${since}, ${times} times`;
}

function markTable(targets: readonly TargetSummary[]): TableView | undefined {
  const rows = targets.flatMap(({ target, at, highWater, beforeRestart, serverHighWater }) => [
    ...(highWater
      ? [[target, formatNumber(highWater.connections), timeText(highWater.at, at), holdersText(highWater.by)]]
      : []),
    ...(serverHighWater
      ? [
          [
            target,
            formatNumber(serverHighWater.connections),
            timeText(serverHighWater.at, at),
            'by the count of the server',
          ],
        ]
      : []),
    ...(beforeRestart
      ? [[target, formatNumber(beforeRestart.connections), timeText(beforeRestart.at, at), 'before the restart']]
      : []),
  ]);
  if (rows.length === 0) return undefined;
  return { title: 'High-water marks', head: ['target', 'most', 'at', 'held by'], rows, rightAligned: [1] };
}

function holdersText(by: readonly GroupedSessions[]): string {
  return largestHolders(by, 2)
    .map(([name, sum]) => `${formatNumber(sum)} ${name}`)
    .join(', ');
}

function noticeTable(targets: readonly TargetSummary[]): TableView | undefined {
  const rows = targets.flatMap(({ target, at, notices = [] }) =>
    notices.map((notice) => [target, timeText(notice.at, at), notice.text]),
  );
  return rows.length === 0 ? undefined : { title: 'What happened', rows };
}

function failureTable(targets: readonly TargetSummary[]): TableView | undefined {
  const rows = targets.flatMap(({ target, failure }) => {
    if (!failure) return [];
    return [[target, failure.message], ...(failure.hint === undefined ? [] : [['', failure.hint]])];
  });
  return rows.length === 0 ? undefined : { title: 'Without an answer', rows };
}

function sessionTable({ target, groups, taken = 0 }: TargetSummary, isNamed: boolean): TableView | undefined {
  if (!groups || groups.length === 0) return undefined;
  const fields = (['application', 'user', 'client', 'database', 'state'] as const).filter((field) =>
    groups.some((group) => group[field] !== undefined),
  );
  const rest = groups.slice(mostGroups).reduce((sum, { connections }) => sum + connections, 0);
  const rows = groups
    .slice(0, mostGroups)
    .map((group) => [...fields.map((field) => group[field] ?? ''), formatNumber(group.connections)]);
  if (rest > 0) rows.push(['others', ...fields.slice(1).map(() => ''), formatNumber(rest)]);
  return {
    title: `Sessions${isNamed ? ` of ${target}` : ''}: ${formatNumber(taken)}`,
    head: [...fields.map((field) => (field === 'client' ? 'from' : field)), 'connections'],
    rows,
    rightAligned: [fields.length],
  };
}

const secondsText = (seconds: number) => formatDuration(Math.round(seconds * 10) * 100);

/** `12:00:02Z` of an ISO time; with its day where that is not the day of `at`: marks may be kept for weeks. */
function timeText(iso = '', at = ''): string {
  const day = iso.slice(0, 10);
  const time = iso && `${iso.slice(11, 19)}Z`;
  return day === at.slice(0, 10) ? time : `${day} ${time}`.trim();
}
