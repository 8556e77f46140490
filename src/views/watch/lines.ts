import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { TargetLook } from '../../watch/look.ts';
import type { RaisedAlarm, TargetState } from '../../watch/state.ts';
import { capacityText, growthText } from './words.ts';

/** One target at the end of an interval, in a line: `2026-11-30T12:00:02Z orders 22/27 usable (30 max, 3 reserved), …`. */
export function targetLine(target: TargetState, atMs: number): string {
  return `${timeText(atMs)} ${target.name} ${[...partsOf(target)].join(', ')}`;
}

/** The line of an interval that found the look of an earlier one still under way. */
export function skippedLine({ name, polls }: TargetState, atMs: number): string {
  return `${timeText(atMs)} ${name} no answer yet, ${formatCount(polls.skipped, 'look')} skipped`;
}

/** What changed from one state of a target to the next, each in a line of its own: alarms, and the server itself. */
export function eventLines(before: TargetState | undefined, target: TargetState, atMs: number): string[] {
  const at = (ms: number) => `${timeText(ms)} ${target.name}`;
  const raised = target.alarms.filter(({ alarm, severity }) => !has(before, alarm, severity));
  const cleared = (before?.alarms ?? []).filter(({ alarm }) => !has(target, alarm));
  const notices = (target.notices ?? []).filter((notice) => !before?.notices?.includes(notice));
  return [
    ...notices.map((notice) => `${at(notice.atMs)} NOTE ${notice.text}`),
    ...raised.map(({ alarm, severity, text }) => `${at(atMs)} ALARM ${severity} ${alarm}: ${text}`),
    ...cleared.map(({ alarm }) => `${at(atMs)} ${endText(alarm, target)}`),
  ];
}

/** An alarm that ended because nothing is known any more is no all-clear. */
function endText(alarm: RaisedAlarm['alarm'], { phase, look }: TargetState): string {
  if (alarm === 'unreachable') return `CLEAR ${alarm}`;
  if (phase !== 'up') return `UNKNOWN ${alarm}: ${phase}`;
  const isOfSessions = alarm === 'idle-tx' || alarm === 'tx-age';
  return `CLEAR ${alarm}${isOfSessions && look && look.hidden > 0 ? ' among the sessions that are visible' : ''}`;
}

function has(
  target: TargetState | undefined,
  alarm: RaisedAlarm['alarm'],
  severity?: RaisedAlarm['severity'],
): boolean {
  return (
    target?.alarms.some((one) => one.alarm === alarm && (severity === undefined || one.severity === severity)) ?? false
  );
}

function* partsOf(target: TargetState): Generator<string> {
  const { phase, look, growth, failure, marks, door } = target;
  if (phase !== 'up' || !look) {
    yield phase;
    if (failure) yield `${failure.code}: ${failure.message}`;
    return;
  }
  yield capacityText(look.taken, look.capacity);
  yield* poolerParts(look);
  yield* sessionParts(look);
  if (marks.highWater && marks.highWater.connections > look.taken)
    yield `high water ${formatNumber(marks.highWater.connections)}`;
  if (look.refusedTotal !== undefined && look.refusedTotal > 0) yield `${formatNumber(look.refusedTotal)} refused`;
  const growing = growth && growthText(growth);
  if (growing !== undefined) yield growing;
  if (door !== undefined) yield `through ${door}`;
  if (look.isReplica) yield 'replica';
}

function* sessionParts({
  hidden,
  groups,
  idleInTransaction,
  transactions,
  lockWaiters,
}: TargetLook): Generator<string> {
  if (hidden > 0) yield `states of ${formatNumber(hidden)} not visible`;
  else {
    const active = groups.reduce((sum, { state, connections }) => sum + (isAtWork(state) ? connections : 0), 0);
    yield `${formatNumber(active)} active`;
  }
  if (idleInTransaction && idleInTransaction.sessions > 0) {
    const { sessions, oldestSeconds } = idleInTransaction;
    const age = oldestSeconds === undefined ? '' : ` (${secondsText(oldestSeconds)})`;
    yield `${formatNumber(sessions)} idle in transaction${age}`;
  }
  const oldest = transactions?.[0]?.seconds ?? 0;
  if (oldest >= 1 && oldest - (idleInTransaction?.oldestSeconds ?? 0) >= 1)
    yield `oldest transaction ${secondsText(oldest)}`;
  if (lockWaiters !== undefined && lockWaiters > 0) yield `${formatCount(lockWaiters, 'lock waiter')}`;
}

function* poolerParts({ pools }: TargetLook): Generator<string> {
  if (!pools) return;
  const waiting = pools.reduce((sum, { clientsWaiting }) => sum + clientsWaiting, 0);
  const longest = Math.max(0, ...pools.map(({ maxWaitSeconds }) => maxWaitSeconds));
  yield formatCount(pools.length, 'pool');
  yield `${formatCount(waiting, 'client')} waiting${waiting > 0 ? ` (${secondsText(longest)})` : ''}`;
}

function isAtWork(state: string | undefined): boolean {
  return state !== undefined && !/^(?:idle|sleep|waiting)\b/.test(state);
}

const secondsText = (seconds: number) => formatDuration(Math.round(seconds * 10) * 100);

/** To the second, in UTC, as logs are read. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
