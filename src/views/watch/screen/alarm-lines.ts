import { formatNumber } from '../../../base/units.ts';
import { ageText } from '../../../watch/age-text.ts';
import type { RaisedAlarm, TargetState } from '../../../watch/state.ts';
import { cutLine, lineWidth, longestThatFits, type ScreenLine, say } from './line.ts';
import { alarmWords } from './words.ts';

interface Named extends RaisedAlarm {
  readonly target?: string;
}

/** The alarms of the targets, the worst and the oldest first; those that have no room are counted behind the last line. */
export function alarmLines(
  targets: readonly TargetState[],
  { atMs, cells, most, isNamed }: { atMs: number; cells: number; most: number; isNamed: boolean },
): ScreenLine[] {
  const all: Named[] = targets.flatMap(({ name, alarms }) =>
    alarms.map((alarm) => (isNamed ? { ...alarm, target: name } : alarm)),
  );
  all.sort((one, other) => rank(one) - rank(other) || one.sinceMs - other.sinceMs);
  const shown = all.slice(0, most);
  const more = all.length - shown.length;
  return shown.map((alarm, index) => {
    const end = more > 0 && index === shown.length - 1 ? [say(` and ${formatNumber(more)} more`, 'faint')] : [];
    const room = Math.max(0, cells - lineWidth(end));
    return [...cutLine(longestThatFits(alarmVariants(alarm, atMs), room), room), ...end];
  });
}

function rank({ severity }: RaisedAlarm): number {
  return severity === 'crit' ? 0 : 1;
}

function alarmVariants({ alarm, severity, text, sinceMs, target }: Named, atMs: number): ScreenLine[] {
  const word = say(` ${alarmWords[severity]} `, severity === 'crit' ? 'critBar' : 'warnBar');
  const name = target === undefined ? [] : [say(`${target}: `, 'strong')];
  const seconds = Math.round((atMs - sinceMs) / 1_000);
  const said = [word, say(' '), ...name, say(text, severity)];
  // That of a target that is not reached says itself for how long.
  return seconds < 1 || alarm === 'unreachable'
    ? [said]
    : [[...said, say(` · for ${ageText(seconds)}`, 'faint')], said];
}
