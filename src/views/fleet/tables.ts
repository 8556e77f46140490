import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { ServerAnswer } from '../../budget/answer.ts';
import type { FleetCount } from '../../budget/model.ts';
import type { TableView } from '../../render/view.ts';
import { cutMiddle } from './cut-middle.ts';
import type { FleetService } from './result.ts';
import { type Folded, urgencyOf } from './urgency.ts';
import { countText, instancesText, maybe, momentText, worstText } from './words.ts';

interface Width {
  readonly nameCells?: number;
}

const named = (name: string, { nameCells }: Width) => (nameCells === undefined ? name : cutMiddle(name, nameCells));
/** Where other columns are narrow. */
const roomy = (name: string, { nameCells }: Width) =>
  nameCells === undefined ? name : cutMiddle(name, nameCells + 12);
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
  return {
    title: takersTitle(server, folded, width),
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

/** The same in short, with the ceilings of each alone: for a server that fits as it is. */
export function ceilingsTable(
  server: ServerAnswer,
  { shown, folded }: Folded<FleetService>,
  width: Width,
): TableView | undefined {
  if (shown.length === 0) return undefined;
  return {
    title: takersTitle(server, folded, width),
    head: ['', 'instances', 'fit', 'pool', 'fits', 'worst', 'share'],
    rows: shown.map((service) => [
      roomy(service.name, width),
      instancesText(service),
      ceiling(service.mostInstances),
      countText(service.pool),
      ceiling(service.largestPool),
      momentText(service.worst),
      maybe(service.share),
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6],
  };
}

const ceiling = (most: number | undefined) => (most === undefined ? '' : `≤ ${formatNumber(most)}`);

function takersTitle({ name }: ServerAnswer, folded: readonly FleetService[], width: Width): string {
  if (folded.length === 0) return `Who takes ${named(name, width)}`;
  const rest = folded.reduce((sum, { worst }) => sum + worst.connections, 0);
  return `Who takes ${named(name, width)} (+ ${formatCount(folded.length, 'service')} of ${formatNumber(rest)} together)`;
}

const deciders = { need: 'the load', declared: 'as declared', floor: 'the least', room: 'no room' } as const;

/** `no room for 12; max 6`: the last where the process has other pools too. */
function deciderText({
  limitedBy,
  connectionLimit,
  wanted = 0,
  settings = [],
}: NonNullable<FleetService['settings']>): string {
  const missing = limitedBy === 'room' && wanted > connectionLimit ? ` for ${formatNumber(wanted)}` : '';
  const each = settings.map(({ name = 'of a pool', connections }) => `${name} ${formatNumber(connections)}`);
  return [deciders[limitedBy] + missing, ...each].join('; ');
}

/** Settings with which all services of a server fit together. */
export function settingsTable(
  server: ServerAnswer,
  services: readonly FleetService[],
  width: Width,
): TableView | undefined {
  const rows = services.flatMap(({ name, pool, outside = 0, instances, processes, settings }) => {
    if (!settings) return [];
    const { connectionLimit, queueLimit, acquireTimeoutMs, quota, mostInstances } = settings;
    const isCounted = instances.most.kind === 'known' && processes.kind === 'known';
    const set: FleetCount =
      pool.kind === 'known' ? { ...pool, value: pool.value - outside } : { ...pool, atLeast: pool.atLeast - outside };
    const isSame = set.kind === 'known' && set.value === connectionLimit;
    return [
      [
        named(name, width),
        isSame ? formatNumber(connectionLimit) : `${countText(set)} → ${formatNumber(connectionLimit)}`,
        queueLimit === undefined ? '' : formatNumber(queueLimit),
        acquireTimeoutMs === undefined ? '' : formatDuration(acquireTimeoutMs),
        isCounted ? formatNumber(quota) : '?',
        isCounted ? formatNumber(mostInstances) : '?',
        deciderText(settings),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  return {
    title: `Settings that fit ${named(server.name, width)}: pool, queue, acquire timeout, instances`,
    head: ['', 'pool', 'queue', 'timeout', 'quota', 'up to', 'decided by'],
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
      formatNumber(next.connections),
    ]);
  if (rows.length === 0) return undefined;
  return {
    title: 'What one more connection in each pool of a service would bring, and take',
    head: ['', 'of', 'mean wait', 'p99 wait', 'connections'],
    rows,
    rightAligned: [4],
  };
}

const gain = ({ waitMeanMs: { now, after } }: Next) => now - after;
type Next = NonNullable<NonNullable<FleetService['settings']>['next']>;

/** `11 → 4.6 ms`: the unit once, where both have it. */
function change({ now, after }: Next['waitMeanMs']): string {
  const [from, to] = [now, after].map((ms) => formatDuration(Number(ms.toPrecision(2))));
  if (from === undefined || to === undefined || from === to) return to ?? '';
  const unit = / \D+$/.exec(to)?.[0] ?? '';
  return `${from.endsWith(unit) ? from.slice(0, from.length - unit.length) : from} → ${to}`;
}
