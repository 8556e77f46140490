import { formatNumber, formatRatio } from '../base/units.ts';
import { quotient } from '../stats/estimate.ts';
import type { SeenFigure } from './compare.ts';
import { phaseOf } from './cycle.ts';
import { type FleetHour, holdMsOf } from './hours.ts';
import type { SeasonalMargin } from './result.ts';

/** No week is the busiest of its year; this much more is room for the next one. */
const leastMargin = 0.2;
const mostMargin = 1;
const weekMs = 7 * 86_400_000;

/**
 * How much busier than the busiest hour seen the next week's may be: a fifth at least, or twice what the busy hours of like
 * days differ by, and the growth of the requests since before, a week.
 */
export function seasonalMargin(
  hours: readonly FleetHour[],
  figures: readonly SeenFigure[],
  apartMs: number | undefined,
): SeasonalMargin {
  const variation = dayVariation(hours);
  const byDays = variation === undefined ? leastMargin : Math.max(leastMargin, 2 * variation);
  const growth = weeklyGrowth(figures, apartMs);
  const ratio = Math.min(mostMargin, byDays + growth);
  const days =
    byDays > leastMargin && variation !== undefined
      ? `${formatRatio(byDays)}, twice what busy hours of like days differ by (${formatRatio(variation)})`
      : `${formatRatio(leastMargin)}, for what one week does not show${variation === undefined ? '' : `; busy hours of like days differ by ${formatRatio(variation)}`}`;
  return {
    ratio,
    because: growth > 0 ? `${days}; and ${formatRatio(growth)}, what the requests grow by in a week` : days,
  };
}

/** Standard deviation, as a share, of the load of busy hours around the mean of the like hours of other days. */
function dayVariation(hours: readonly FleetHour[]): number | undefined {
  const loads = hours.flatMap((hour) => {
    const holdMs = holdMsOf(hour);
    const load = hour.ratePerSecond !== undefined && holdMs !== undefined ? hour.ratePerSecond * holdMs : hour.inUse;
    return load === undefined ? [] : [{ phase: phaseOf(hour.hour), load }];
  });
  const most = Math.max(0, ...loads.map(({ load }) => load));
  const byPhase = new Map<string, number[]>();
  for (const { phase, load } of loads) byPhase.set(phase, [...(byPhase.get(phase) ?? []), load]);
  let [squares, freedom] = [0, 0];
  for (const own of byPhase.values()) {
    const centre = own.reduce((sum, load) => sum + load, 0) / own.length;
    if (own.length < 2 || centre === 0 || centre < most / 2) continue;
    squares += own.reduce((sum, load) => sum + (load / centre - 1) ** 2, 0);
    freedom += own.length - 1;
  }
  return freedom < 2 ? undefined : Math.sqrt(squares / freedom);
}

function weeklyGrowth(figures: readonly SeenFigure[], apartMs: number | undefined): number {
  const tps = figures.find(({ name }) => name === 'tps');
  if (!tps?.before || !tps.after || !tps.change || !(tps.change.low > 0) || !(tps.before.value > 0)) return 0;
  const { value } = quotient(tps.after, tps.before);
  const weeks = Math.max(1, (apartMs ?? weekMs) / weekMs);
  const growth = (value - 1) / weeks;
  return Number(formatNumber(Math.min(0.5, Math.max(0, growth))));
}
