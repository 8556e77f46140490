import { formatDuration, formatNumber } from '../../base/units.ts';
import { type Estimate, quotient } from '../../stats/estimate.ts';
import { intervalText } from '../../stats/interval-text.ts';
import { medianOf } from '../../stats/median.ts';
import type { SeenFigure } from '../compare.ts';
import { type FleetHour, holdMsOf } from '../hours.ts';

/** How much longer connections are held than usual. */
export interface LongerHolds {
  readonly ratio: number;
  readonly usualMs: number;
  readonly nowMs: number;
  readonly since: 'before' | 'other hours';
  readonly evidence: string;
}

/** Holds this many times as long are longer, if the interval agrees; by half as much again they are so whatever the pool makes of it. */
export const longer = 1.3;
/** More requests than this, and the holds may be longer for the load. */
const sameRate = 1.15;

/** Hold times that grew from before to after over like hours, while requests did not. */
export function longerSinceBefore(figures: readonly SeenFigure[]): LongerHolds | undefined {
  const named = (name: SeenFigure['name']) => figures.find((figure) => figure.name === name);
  const [hold, tps] = [named('holdMs'), named('tps')];
  if (!hold?.before || !hold.after || !(hold.before.value > 0)) return undefined;
  const ratio = quotient(hold.after, hold.before);
  const low = Number.isFinite(ratio.low) ? ratio.low : 0;
  const rate: Estimate | undefined = tps?.before && tps.after && quotient(tps.after, tps.before);
  if (ratio.value < longer || low < 1 + (longer - 1) / 2 || (rate && rate.value > sameRate)) return undefined;
  return {
    ratio: ratio.value,
    usualMs: hold.before.value,
    nowMs: hold.after.value,
    since: 'before',
    evidence: `connections are held ${intervalText(hold.after, formatDuration)}, before ${intervalText(hold.before, formatDuration)}: ${formatNumber(ratio.value)} times as long, with ${rate ? formatNumber(rate.value) : 'about 1'} times the requests`,
  };
}

/** Waiting requests on average, from which on an hour had trouble. */
const troubled = 0.5;

/** Hours in which requests waited, and connections were held for much longer than in others with as many requests. */
export function longerInTrouble(hours: readonly FleetHour[]): LongerHolds | undefined {
  const known = hours.flatMap((hour) => {
    const [holdMs, rate] = [holdMsOf(hour), hour.ratePerSecond];
    return holdMs === undefined || rate === undefined ? [] : [{ hour, holdMs, rate }];
  });
  const isBad = ({ waiting = 0, grown: { timedOut = 0, asked = 0 } }: FleetHour) =>
    waiting >= troubled || timedOut > 0.001 * asked;
  const bad = known.filter(({ hour }) => isBad(hour));
  const good = known.filter(({ hour }) => !isBad(hour));
  if (bad.length === 0 || good.length < 12) return undefined;
  const usualMs = medianOf(good.map(({ holdMs }) => holdMs));
  const nowMs = medianOf(bad.map(({ holdMs }) => holdMs));
  const busiestGood = Math.max(...good.map(({ rate }) => rate));
  const isMoreLoad = medianOf(bad.map(({ rate }) => rate)) > sameRate * busiestGood;
  if (nowMs < longer * usualMs || isMoreLoad) return undefined;
  return {
    ratio: nowMs / usualMs,
    usualMs,
    nowMs,
    since: 'other hours',
    evidence: `in the ${bad.length === 1 ? 'hour' : `${bad.length} hours`} in which requests waited, connections were held ${formatDuration(nowMs)}; in others ${formatDuration(usualMs)}, with no fewer requests`,
  };
}
