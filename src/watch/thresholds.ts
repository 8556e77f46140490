import { samplesInARow } from '../monitor/alarm.ts';
import type { WatchAlarmName } from './state.ts';

export { samplesInARow };

/** Alarms that compare a figure with a limit; `unreachable` has none. */
export type LimitedAlarm = Exclude<WatchAlarmName, 'unreachable'>;

/** What an alarm is raised above, in its own unit: a share of the usable connections, requests, seconds. */
export interface AlarmLimits {
  readonly warn?: number;
  readonly crit?: number;
}

/**
 * The limits of alarms, for `watch` and for the rules that are written for Prometheus. Why so: a deploy fails in the last
 * 5 % of the connections; no request lasts for a minute; five minutes in a transaction hold up vacuum.
 */
export const alarmThresholds = {
  saturation: { warn: 0.8, crit: 0.95 },
  waiters: { warn: 10 },
  'max-wait': { warn: 1, crit: 5 },
  'idle-tx': { warn: 60, crit: 300 },
  'tx-age': { warn: 300 },
} as const satisfies Readonly<Record<LimitedAlarm, AlarmLimits>>;

/** So much below its limit a share has to be before its alarm clears. */
const clearPoints = 0.1;
/** Of its limit, for all others. */
const clearShare = 0.8;

/** An alarm that was raised above `limit` clears below this: what hovers at a limit raises no alarm every minute. */
export function clearBelow(alarm: LimitedAlarm, limit: number): number {
  return alarm === 'saturation' ? Math.max(0, limit - clearPoints) : limit * clearShare;
}

/** After so many intervals without an answer, the last look is history. */
export const staleAfterIntervals = 3;

/** Waiting requests of a pool, as the mean of a minute: an instant value is above it in health too. For rules. */
export const meanWaitersLimit = 1;
