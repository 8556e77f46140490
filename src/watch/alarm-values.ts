import { formatCount, formatNumber, formatRatio } from '../base/units.ts';
import { ageText } from './age-text.ts';
import type { TargetLook } from './look.ts';
import type { LimitedAlarm } from './thresholds.ts';

/** What an alarm judges, and how it says so. */
export interface AlarmValue {
  readonly value: number;
  readonly text: string;
}

export type AlarmValues = Readonly<Partial<Record<LimitedAlarm, AlarmValue>>>;

/** What a look gives the alarms to judge. What this user may not see is left out. */
export function alarmValues(look: TargetLook): AlarmValues {
  const { pools, idleInTransaction, transactions } = look;
  return {
    ...saturationOf(look),
    ...(pools && pools.length > 0 ? waitersOf(pools) : {}),
    ...(idleInTransaction ? idleOf(idleInTransaction) : {}),
    ...(transactions ? ageOf(transactions) : {}),
  };
}

/** Of a server that lets nobody in. */
export const fullValues: AlarmValues = {
  saturation: { value: 1, text: 'the server is full: it lets no more connections in' },
};

function saturationOf({ taken, capacity: { usable } }: TargetLook): AlarmValues {
  if (usable <= 0) return {};
  const value = taken / usable;
  const text = `${formatNumber(taken)} of ${formatCount(usable, 'usable connection')} are taken (${formatRatio(value)})`;
  return { saturation: { value, text } };
}

function waitersOf(pools: NonNullable<TargetLook['pools']>): AlarmValues {
  const waiting = pools.reduce((sum, { clientsWaiting }) => sum + clientsWaiting, 0);
  const [slowest] = [...pools].sort((one, other) => other.maxWaitSeconds - one.maxWaitSeconds);
  const waited = slowest?.maxWaitSeconds ?? 0;
  const where = slowest ? ` (database ${slowest.database}, user ${slowest.user})` : '';
  return {
    waiters: { value: waiting, text: `${formatCount(waiting, 'client waits', 'clients wait')} for a connection` },
    'max-wait': { value: waited, text: `the first in the queue has waited for ${ageText(waited)}${where}` },
  };
}

function idleOf({ sessions, oldestSeconds }: NonNullable<TargetLook['idleInTransaction']>): AlarmValues {
  if (sessions > 0 && oldestSeconds === undefined) return {};
  const value = sessions > 0 ? (oldestSeconds ?? 0) : 0;
  const who = formatCount(sessions, 'session idles in its transaction', 'sessions idle in their transactions');
  return { 'idle-tx': { value, text: `${who}, the longest for ${ageText(value)}` } };
}

function ageOf([oldest]: NonNullable<TargetLook['transactions']>): AlarmValues {
  if (!oldest) return { 'tx-age': { value: 0, text: '' } };
  const { seconds, user, application } = oldest;
  const who = application === undefined ? `of ${user}` : `of ${user} (${application})`;
  return { 'tx-age': { value: seconds, text: `a transaction ${who} is open for ${ageText(seconds)}` } };
}
