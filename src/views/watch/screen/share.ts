import { formatRatio } from '../../../base/units.ts';
import { alarmThresholds } from '../../../watch/thresholds.ts';
import { type ScreenLine, say, type Tint } from './line.ts';

/** `81 %`, in whole percent; a share below 1 is never shown as 100 %. */
export function shareText(share: number | undefined): string | undefined {
  if (share === undefined) return undefined;
  const percent = share < 1 ? Math.min(99, Math.round(share * 100)) : Math.round(share * 100);
  return formatRatio(percent / 100);
}

export function shareTint(share: number | undefined): Tint {
  const { warn, crit } = alarmThresholds.saturation;
  if (share === undefined) return 'plain';
  return share > crit ? 'crit' : share > warn ? 'warn' : 'good';
}

/** A bar of so many cells; a share above 0 shows, and one below 1 leaves a gap. */
export function shareBar(share: number | undefined, cells: number): ScreenLine {
  if (share === undefined || cells < 1) return [];
  const least = share > 0 ? 1 : 0;
  const most = share < 1 ? cells - 1 : cells;
  const filled = Math.max(Math.min(least, cells), Math.min(most, Math.round(share * cells)));
  return [say('█'.repeat(filled), shareTint(share)), say('░'.repeat(cells - filled), 'faint')];
}
