import { formatCount, formatNumber } from '../../base/units.ts';
import type { TargetSummary, WatchSummary } from '../../watch/summary.ts';

/** The end of a run in a line a target: `orders: 30 looks, at most 22 of 27 usable connections at 12:00:02Z, warn saturation`. */
export function summaryLines({ targets }: WatchSummary): string[] {
  return targets.map((target) => `${target.target}: ${partsOf(target).join(', ')}`);
}

function partsOf(target: TargetSummary): string[] {
  const { polls, highWater, beforeRestart, usable, alarmsSeen, phase, failure } = target;
  const failed = Object.values(polls.errors).reduce((sum, count) => sum + count, 0);
  const most = highWater && formatNumber(highWater.connections);
  const before = beforeRestart ? ` (${formatNumber(beforeRestart.connections)} before the restart)` : '';
  return [
    formatCount(polls.done - failed, 'look'),
    ...(failed > 0 ? [`${formatNumber(failed)} without an answer`] : []),
    ...(polls.skipped > 0 ? [`${formatNumber(polls.skipped)} skipped`] : []),
    ...(highWater
      ? [
          `at most ${most}${usable === undefined ? '' : ` of ${formatNumber(usable)} usable`} connections at ${highWater.at.replace(/\.\d+Z$/, 'Z')}${before}`,
        ]
      : []),
    ...(phase === 'up' ? [] : [`${phase}${failure ? ` (${failure.code})` : ''} at the end`]),
    ...(alarmsSeen.length === 0
      ? ['no alarm']
      : alarmsSeen.map(({ severity, alarm, isRaised }) => `${severity} ${alarm}${isRaised ? '' : ' (over)'}`)),
  ];
}
