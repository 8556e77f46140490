import { formatCount, formatNumber } from '../../../base/units.ts';
import { ageText } from '../../../watch/age-text.ts';
import type { LongTransaction, TargetLook } from '../../../watch/look.ts';
import type { TargetState } from '../../../watch/state.ts';
import { alarmThresholds } from '../../../watch/thresholds.ts';
import { connectionsLine, growthLine, highWaterLine } from './capacity-lines.ts';
import { longestThatFits, type ScreenLine, say, type Tint } from './line.ts';

/** One thing that is told of a target, with a name before it. */
export interface Fact {
  readonly label: string;
  /** The lowest are left out first where the screen is low. */
  readonly rank: number;
  /** Its lines, for so many cells. */
  lines(cells: number): ScreenLine[];
}

/** What is told of a target above its table; `atMs` by the wall clock of this machine. */
export function targetFacts(target: TargetState, look: TargetLook, atMs: number): Fact[] {
  return [
    fact(look.kind === 'pgbouncer' ? 'Clients' : 'Connections', 9, (cells) => connectionsLine(look, target, cells)),
    ...look.capacity.caps.map(({ name, connections, taken }) =>
      fact('', 2, () => [say(`${formatNumber(taken)}/${formatNumber(connections)}`, 'strong'), say(` by ${name}`)]),
    ),
    fact('High-water', 8, (cells) => highWaterLine(target, atMs, cells)),
    fact('Growth', target.growth ? 8 : 3, (cells) => growthLine(target, cells)),
    ...waiterFacts(look),
    ...(look.kind === 'pgbouncer'
      ? []
      : [
          fact('Idle in tx', look.idleInTransaction?.sessions === 0 ? 4 : 7, (cells) => idleLine(look, cells)),
          longest(look),
        ]),
    ...refusedFacts(target, look),
    ...churnFacts(target),
  ];
}

function fact(label: string, rank: number, line: (cells: number) => ScreenLine): Fact {
  return { label, rank, lines: (cells) => [line(cells)] };
}

const unknown = (why: string): ScreenLine => [say('?'), say(` ${why}`, 'faint')];
const notVisible = unknown('not visible to this user');

/** Those that wait, of the kind that the target knows. */
export function waitingIn({ pools, lockWaiters }: TargetLook): number | undefined {
  return pools ? pools.reduce((sum, { clientsWaiting }) => sum + clientsWaiting, 0) : lockWaiters;
}

function waiterFacts(look: TargetLook): Fact[] {
  const count = waitingIn(look);
  if (!look.pools) {
    const line =
      count === undefined
        ? notVisible
        : [countSpan(count), say(count === 0 ? '' : count === 1 ? ' waits for a lock' : ' wait for locks')];
    return [fact('Lock waiters', count === 0 ? 4 : 7, () => line)];
  }
  const first = Math.max(0, ...look.pools.map(({ maxWaitSeconds }) => maxWaitSeconds));
  const { warn, crit } = alarmThresholds['max-wait'];
  const tint: Tint = first > crit ? 'crit' : first > warn ? 'warn' : 'plain';
  const waited = first > 0 ? [say(', the first for '), say(ageText(first), tint)] : [];
  const clients = count === 1 ? ' client' : ' clients';
  const waiting = count === 1 ? ' waits' : ' wait';
  const line = (text: string) => [countSpan(count ?? 0), say(count === 0 ? '' : text), ...waited];
  return [
    fact('Pool waiters', 8, (cells) =>
      longestThatFits([line(`${clients}${waiting} for a connection`), line(clients)], cells),
    ),
  ];
}

function countSpan(count: number): ScreenLine[number] {
  return count === 0 ? say('none', 'faint') : say(formatNumber(count), 'warn');
}

function idleLine({ idleInTransaction: idle, unseen }: TargetLook, cells: number): ScreenLine {
  if (!idle) return notVisible;
  const only = unseen.length > 0 ? say(', of those this user may see', 'faint') : say('');
  if (idle.sessions === 0) return longestThatFits([[countSpan(0), only], [countSpan(0)]], cells);
  if (idle.oldestSeconds === undefined) return [countSpan(idle.sessions), say(' sessions')];
  const { warn, crit } = alarmThresholds['idle-tx'];
  const tint: Tint = idle.oldestSeconds > crit ? 'crit' : idle.oldestSeconds > warn ? 'warn' : 'plain';
  const sessions = say(formatCount(idle.sessions, 'session'), 'warn');
  const oldest = [say(', the oldest for '), say(ageText(idle.oldestSeconds), tint)];
  return longestThatFits(
    [
      [sessions, ...oldest, only],
      [sessions, ...oldest],
    ],
    cells,
  );
}

/** Transactions that are told of. */
const mostTransactions = 3;

function longest({ transactions }: TargetLook): Fact {
  const lines = (cells: number): ScreenLine[] => {
    if (!transactions) return [notVisible];
    if (transactions.length === 0) return [[say('none open', 'faint')]];
    return transactions.slice(0, mostTransactions).map((one) => transactionLine(one, cells));
  };
  return { label: 'Longest tx', rank: 5, lines };
}

function transactionLine(
  { seconds, user, application, database, client, state }: LongTransaction,
  cells: number,
): ScreenLine {
  const age = say(ageText(seconds).padEnd(7), seconds > alarmThresholds['tx-age'].warn ? 'warn' : 'plain');
  const who = say(application || user);
  const as = application ? ` as ${user}` : '';
  const on = database === undefined ? '' : ` on ${database}`;
  const from = client === undefined ? '' : ` from ${client}`;
  const doing = say(`, ${state}`);
  return longestThatFits(
    [
      [age, who, say(`${as}${on}${from}`, 'faint'), doing],
      [age, who, say(`${as}${on}`, 'faint'), doing],
      [age, who, doing],
    ],
    cells,
  );
}

function refusedFacts({ rates }: TargetState, { refusedTotal }: TargetLook): Fact[] {
  if (refusedTotal === undefined) return [];
  const now = rates?.refused;
  const lately =
    now === undefined || now === 0 ? '' : `, ${formatNumber(now)} in the last ${ageText(rates?.seconds ?? 0)}`;
  const total: ScreenLine =
    refusedTotal === 0
      ? [say('none', 'faint')]
      : [say(formatNumber(refusedTotal), 'warn'), say(' since the start'), say(lately, 'crit')];
  return [fact('Refused', lately === '' ? 4 : 7, () => total)];
}

function churnFacts({ rates, look }: TargetState): Fact[] {
  const { openedPerSecond: opened, transactionsPerSecond: tps } = rates ?? {};
  const late = look?.kind === 'postgres' ? ', late by up to 10 s' : '';
  const parts: ScreenLine[] = [
    ...(opened === undefined ? [] : [[say(openedText(opened))]]),
    ...(tps === undefined ? [] : [[say(`${twoDigits(tps)} TPS`), say(late, 'faint')]]),
  ];
  if (parts.length === 0) return [];
  const joined = parts.flatMap((part, index) => (index > 0 ? [say(' · ', 'faint'), ...part] : part));
  return [fact('Churn', 3, (cells) => longestThatFits([joined, parts[0] ?? []], cells))];
}

function openedText(perSecond: number): string {
  if (perSecond === 0) return 'no connection opened';
  const [count, unit] = perSecond < 1 ? [perSecond * 60, 'minute'] : [perSecond, 'second'];
  return `${twoDigits(count)} connections opened a ${unit}`;
}

function twoDigits(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}
