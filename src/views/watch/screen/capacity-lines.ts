import { formatNumber } from '../../../base/units.ts';
import type { SessionGroup } from '../../../engines/facts.ts';
import { ageText } from '../../../watch/age-text.ts';
import type { TargetLook } from '../../../watch/look.ts';
import type { TargetState } from '../../../watch/state.ts';
import { capacityText, largestHolders } from '../words.ts';
import { lineWidth, longestThatFits, type ScreenLine, say, type Tint } from './line.ts';
import { shareBar, shareText, shareTint } from './share.ts';
import { takenShare } from './words.ts';

/** How many are taken of those that are usable. */
export function connectionsLine(look: TargetLook, target: TargetState, cells: number): ScreenLine {
  const [counted = '', ...limits] = capacityText(look.taken, look.capacity).split(/ (?=\()/);
  const { takenUnsure } = look;
  const unsure = takenUnsure ? say(`, ${formatNumber(takenUnsure)} of them perhaps workers`, 'faint') : say('');
  const taken: ScreenLine = [say(counted, 'strong'), say(limits.map((text) => ` ${text}`).join(''))];
  const share = takenShare(target);
  const percent = say(` ${shareText(share)}`, shareTint(share));
  const text = longestThatFits(
    [[...taken, unsure, percent], [...taken, percent], taken, [say(counted, 'strong'), percent]],
    cells,
  );
  const room = Math.min(40, cells - lineWidth(text) - 1);
  return room >= 8 ? [...text, say(' '), ...shareBar(share, room)] : text;
}

export function highWaterLine(
  { marks: { highWater, beforeRestart }, look }: TargetState,
  atMs: number,
  cells: number,
): ScreenLine {
  const before = beforeRestart ? ` · ${formatNumber(beforeRestart.connections)} before the restart` : '';
  const server = look?.highWater ? ` · ${formatNumber(look.highWater.connections)} by the server's own count` : '';
  if (!highWater) return [say('none yet', 'faint'), say(`${before}${server}`, 'faint')];
  const age = Math.round((atMs - highWater.atMs) / 1_000);
  const mark = [say(formatNumber(highWater.connections), 'strong'), say(age < 1 ? ', now' : `, ${ageText(age)} ago`)];
  const by = say(holders(highWater.by));
  return longestThatFits(
    [[...mark, by, say(`${before}${server}`, 'faint')], [...mark, say(`${before}${server}`, 'faint')], mark],
    cells,
  );
}

/** `: orders-api 17, report 4`. */
function holders(groups: readonly SessionGroup[]): string {
  const largest = largestHolders(groups, 3);
  return largest.length === 0 ? '' : `: ${largest.map(([name, sum]) => `${name} ${formatNumber(sum)}`).join(', ')}`;
}

export function growthLine({ growth }: TargetState, cells: number): ScreenLine {
  if (!growth) return [say('not seen for long enough yet', 'faint')];
  const { perMinute, seconds, fullInSeconds } = growth;
  const rounded = Math.round(perMinute * 10) / 10;
  const rate = rounded === 0 ? 'steady' : `${rounded > 0 ? '+' : ''}${formatNumber(rounded)} a minute`;
  if (fullInSeconds !== undefined) {
    const full = `full in about ${ageText(fullInSeconds)} at this rate`;
    const tint: Tint = fullInSeconds < 600 ? 'crit' : 'warn';
    return longestThatFits([[say(rate), say(', '), say(full, tint)], [say(full, tint)]], cells);
  }
  return longestThatFits([[say(rate), say(` in the last ${ageText(seconds)}`, 'faint')], [say(rate)]], cells);
}
