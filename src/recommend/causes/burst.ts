import { formatCount, formatNumber, formatRatio } from '../../base/units.ts';
import { medianOf } from '../../stats/median.ts';
import { burstFactor, minutesOf } from '../busiest.ts';
import type { Timeline } from '../timeline.ts';
import type { FoundCause } from './cause.ts';

/** So much of all waiting, in so few of the minutes, is a burst's. */
const mostOfWaiting = 0.7;
const fewMinutes = 0.02;

/** Bursts, where nearly all waiting was in a few minutes with many times the usual requests. */
export function findBurst(timelines: readonly Timeline[]): FoundCause | undefined {
  const marked = timelines.flatMap(({ strides }) => {
    const minutes = minutesOf(strides);
    return minutes.map((minute, at) => {
      const around = minutes.slice(Math.max(0, at - 30), at + 31).map(({ perMs }) => perMs);
      const usual = medianOf(around);
      return { ...minute, factor: usual > 0 ? minute.perMs / usual : 1 };
    });
  });
  const waited = (minutes: readonly { readonly troubled: number }[]) =>
    minutes.reduce((sum, { troubled }) => sum + troubled, 0);
  // Those who came in the burst still wait after it.
  const isBurst = marked.map(({ factor }) => factor >= burstFactor);
  const near = marked.filter((_, at) => isBurst[at] || isBurst[at - 1] || isBurst[at - 2] || isBurst[at - 3]);
  const bursts = marked.filter((_, at) => isBurst[at]);
  const share = waited(near) / waited(marked);
  if (bursts.length === 0 || !(share >= mostOfWaiting) || near.length > fewMinutes * marked.length) return undefined;
  const factor = Math.max(...bursts.map((minute) => minute.factor));
  return {
    cause: 'burst',
    evidence: [
      `${formatRatio(share)} of all waiting was in and after ${formatCount(bursts.length, 'minute')} with up to ${formatNumber(factor)} times the usual requests`,
    ],
    fix: 'Spread what comes at once (a job, a cron, a retry), or let the queue take it: `poolctl size --burst` says what a pool for it would take.',
  };
}
