import { formatNumber } from '../../../base/units.ts';
import type { FleetFinding, Moment } from '../../../budget/answer.ts';
import type { Surge } from '../../../declarations/manifests/surge.ts';
import type {
  BeforeNow,
  ComparedCount,
  FleetChange,
  ServerChange,
  ServerLeft,
  ServiceChange,
} from '../../../fleet/since/change.ts';

/** A value of a server or a service then and now, as a reader sees it. */
export interface ChangedRow {
  readonly name: string;
  /** The server that the service connects to; left out for a server. */
  readonly at?: string;
  readonly what: string;
  readonly before: string;
  readonly now: string;
}

/** The verdict in one line: what is over, or how much is left where it has changed. */
export function changeVerdict({ over, servers }: FleetChange): string {
  const [first, ...others] = over;
  if (first) {
    const more = others.length > 0 ? ` ${others.length} more ${others.length === 1 ? 'is' : 'are'} over.` : '';
    return `${first.server} is over by ${overWords(first)}.${more}`;
  }
  const [closest] = [...servers].filter(({ left }) => left.now !== undefined).sort(byLeft);
  if (!closest) return unjudgedWords(servers);
  const { before, now = 0 } = closest.left;
  const was =
    before === undefined || before === now
      ? ''
      : before < 0
        ? `; it was over by ${formatNumber(-before)}`
        : `; it had ${formatNumber(before)}`;
  return `No server is over: ${closest.server} has ${formatNumber(now)} ${unitOf(closest)} left in its worst minute${was}.`;
}

/** Of servers whose limit nobody says, or where parts are not known: no verdict, but what they take. */
function unjudgedWords(servers: readonly ServerChange[]): string {
  const unclear = servers.find(({ worstMinute }) => worstMinute.now !== undefined);
  if (!unclear) return 'No server is over.';
  const { server, usable, worstMinute } = unclear;
  const { before, now = { connections: 0, isAtLeast: false } } = worstMinute;
  const was = before === undefined ? '' : `, ${momentWords(before)} before`;
  const limit = usable.now === undefined ? 'what it lets in' : 'all that it takes';
  return `${server} takes ${momentWords(now)} ${unitOf(unclear)} in its worst minute${was}; ${limit} is not known.`;
}

/** Whether the verdict is a yes, a no, or neither, because nothing that is known tells. */
export function changeAnswer({ over, servers }: FleetChange): 'yes' | 'no' | 'unknown' {
  if (over.length > 0) return 'no';
  const isUnclear = servers.some(({ fits }) => fits.now === 'unknown' || fits.now === 'not judged');
  return isUnclear ? 'unknown' : 'yes';
}

const byLeft = (a: ServerLeft, b: ServerLeft) => (a.left.now ?? 0) - (b.left.now ?? 0);

function overWords({ left: { before, now = 0 }, ...server }: ServerLeft): string {
  const many = `${formatNumber(-now)} ${unitOf(server)} in its worst minute`;
  if (before === undefined) return many;
  if (before === now) return `${many}, as before`;
  return before < 0
    ? `${many}, by ${formatNumber(-before)} before`
    : `${many}; ${formatNumber(before)} were left before`;
}

const unitOf = ({ counts }: Pick<ServerLeft, 'counts'>) => (counts === 'pooler clients' ? 'clients' : 'connections');

/** What is found anew, or is solved, beside what the verdict says. */
export function toldFindings({ findings }: FleetChange): FleetChange['findings'] {
  const isTold = ({ id }: FleetFinding) => id !== 'budget-exceeded';
  return { new: findings.new.filter(isTold), solved: findings.solved.filter(isTold) };
}

/** Servers first, then services, each value a row. */
export function changedRows({ servers, services }: FleetChange): readonly ChangedRow[] {
  return [...servers.flatMap(serverRows), ...services.flatMap(serviceRows)];
}

function serverRows({ server, kind, usable, normal, worstMinute, changed }: ServerChange): readonly ChangedRow[] {
  const row = (what: string, words: BeforeNow<string>): ChangedRow => rowOf({ name: server, what }, words);
  const worst = {
    ...(worstMinute.before && { before: ofUsable(worstMinute.before, usable.before) }),
    ...(worstMinute.now && { now: ofUsable(worstMinute.now, usable.now) }),
  };
  const isWorst = changed.includes('worstMinute') || changed.includes('usable');
  if (kind !== 'changed') return [row(`${kind}, worst minute`, worst)];
  return [
    ...(isWorst ? [row('worst minute', worst)] : []),
    ...(changed.includes('normal') ? [row('normal', words(normal, momentWords))] : []),
  ];
}

function ofUsable(moment: Moment, usable: number | undefined): string {
  return usable === undefined ? momentWords(moment) : `${momentWords(moment)} of ${formatNumber(usable)}`;
}

function serviceRows(service: ServiceChange): readonly ChangedRow[] {
  const { kind, changed, pool, processes, instances, mostInstances, surge, worst } = service;
  const row = (what: string, said: BeforeNow<string>) =>
    rowOf({ name: service.service, at: service.server, what }, said);
  if (kind !== 'changed') return [row(`${kind}, worst minute`, words(worst, momentWords))];
  const rows = {
    pool: row('pool of a process', words(pool, countWords)),
    processes: row('processes', words(processes, countWords)),
    instances: row('instances', words(instances, countWords)),
    mostInstances: row('most instances', words(mostInstances, countWords)),
    surge: row('added by a roll-out', words(surge, surgeWords)),
    worst: row('worst minute', words(worst, momentWords)),
  };
  const isFixed = JSON.stringify(instances) === JSON.stringify(mostInstances);
  return changed.filter((field) => !(isFixed && field === 'mostInstances')).map((field) => rows[field]);
}

function rowOf(row: Omit<ChangedRow, 'before' | 'now'>, { before = '', now = '' }: BeforeNow<string>): ChangedRow {
  return { ...row, before, now };
}

function words<Value>({ before, now }: BeforeNow<Value>, wordsOf: (value: Value) => string): BeforeNow<string> {
  return { ...(before !== undefined && { before: wordsOf(before) }), ...(now !== undefined && { now: wordsOf(now) }) };
}

function momentWords({ connections, isAtLeast }: Moment): string {
  return `${isAtLeast ? '≥ ' : ''}${formatNumber(connections)}`;
}

function countWords(count: ComparedCount): string {
  return count.kind === 'known' ? formatNumber(count.value) : `≥ ${formatNumber(count.atLeast)}`;
}

function surgeWords(surge: Surge): string {
  if (surge.kind === 'unknown') return '?';
  return surge.kind === 'count' ? formatNumber(surge.count) : `${formatNumber(surge.percent)} %`;
}
