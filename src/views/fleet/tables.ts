import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { ServerAnswer } from '../../budget/answer.ts';
import type { TableView } from '../../render/view.ts';
import { cutMiddle } from './cut-middle.ts';
import type { FleetService } from './result.ts';
import { type Folded, urgencyOf } from './urgency.ts';
import { countText, instancesText, maybe, momentText, worstText } from './words.ts';

interface Width {
  readonly nameCells?: number;
}

const named = (name: string, { nameCells }: Width) => (nameCells === undefined ? name : cutMiddle(name, nameCells));
/** With a mark and a blank before it. */
const markedName = (mark: string, name: string, { nameCells }: Width) =>
  `${mark} ${nameCells === undefined ? name : cutMiddle(name, nameCells - 2)}`;

const marks = { over: '✗', unknown: '?', tight: '!', fine: '✓' } as const;

/** The figures of each server side by side. */
export function serversTable(servers: readonly ServerAnswer[], width: Width): TableView | undefined {
  if (servers.length === 0) return undefined;
  return {
    title: 'Connections by server (of a pooler, its clients)',
    head: ['', 'usable', 'normal', 'scaled out', 'worst', 'left', 'roll-out ≤'],
    rows: servers.map((server) => [
      markedName(marks[urgencyOf(server)], server.name, width),
      maybe(server.usable),
      momentText(server.normal),
      momentText(server.scaledOut),
      momentText(server.worstMinute),
      maybe(server.left),
      maybe(server.largestRollout),
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6],
  };
}

/** Who takes the connections of a server, and how many of them could be there. */
export function servicesTable(
  server: ServerAnswer,
  { shown, folded }: Folded<FleetService>,
  width: Width,
): TableView | undefined {
  if (shown.length === 0) return undefined;
  const rest = folded.reduce((sum, { worst }) => sum + worst.connections, 0);
  const more =
    folded.length === 0 ? '' : ` (+ ${formatCount(folded.length, 'service')} of ${formatNumber(rest)} together)`;
  return {
    title: `Who takes ${named(server.name, width)}${more}`,
    head: ['', 'instances', 'pool', 'worst', 'share', 'worst is'],
    rows: shown.map((service) => [
      named(service.name, width),
      instancesText(service),
      countText(service.pool),
      momentText(service.worst),
      maybe(service.share),
      worstText(service),
    ]),
    rightAligned: [1, 2, 3, 4],
  };
}

const deciders = { need: 'the load', declared: 'as declared', floor: 'the least', room: 'no more room' } as const;

/** Settings with which all services of a server fit together. */
export function settingsTable(
  server: ServerAnswer,
  services: readonly FleetService[],
  width: Width,
): TableView | undefined {
  const rows = services.flatMap(({ name, pool, settings }) => {
    if (!settings) return [];
    const { connectionLimit, queueLimit, acquireTimeoutMs, quota, mostInstances, limitedBy } = settings;
    const isSame = pool.kind === 'known' && pool.value === connectionLimit;
    return [
      [
        named(name, width),
        isSame ? formatNumber(connectionLimit) : `${countText(pool)} → ${formatNumber(connectionLimit)}`,
        queueLimit === undefined ? '' : formatNumber(queueLimit),
        acquireTimeoutMs === undefined ? '' : formatDuration(acquireTimeoutMs),
        formatNumber(quota),
        formatNumber(mostInstances),
        deciders[limitedBy],
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  return {
    title: `Settings that fit ${named(server.name, width)}: connectionLimit, queueLimit, acquireTimeout`,
    head: ['', 'limit', 'queue', 'timeout', 'quota', 'instances ≤', 'decided by'],
    rows,
    rightAligned: [1, 2, 3, 4, 5],
  };
}

/** What one more connection in each pool of a service would bring, the largest gain for a request first. */
export function nextTable(services: readonly FleetService[], width: Width): TableView | undefined {
  const rows = services
    .flatMap((service) => (service.settings?.next ? [{ service, next: service.settings.next }] : []))
    .sort((a, b) => gain(b.next) - gain(a.next))
    .map(({ service, next }) => [
      named(service.name, width),
      named(service.server, width),
      change(next.waitMeanMs),
      change(next.waitP99Ms),
      formatCount(next.connections, 'connection'),
    ]);
  if (rows.length === 0) return undefined;
  return {
    title: 'One more connection in each pool of a service would bring',
    head: ['', 'of', 'mean wait', 'p99 wait', 'and take'],
    rows,
  };
}

const gain = ({ waitMeanMs: { now, after } }: Next) => now - after;
type Next = NonNullable<NonNullable<FleetService['settings']>['next']>;

function change({ now, after }: Next['waitMeanMs']): string {
  const [from, to] = [formatDuration(now), formatDuration(after)];
  return from === to ? from : `${from} → ${to}`;
}
