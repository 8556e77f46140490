import type { Sample } from '../engines/meter.ts';
import { mean } from '../stats/estimate.ts';

/** Up to this share of the held ones, sessions without details widen the interval and do not end the sampling. */
const fewRatio = 0.1;

/** Sessions that showed no details, on average: each of them may have held a connection at every look, or at none. */
export function hiddenOnAverage(samples: readonly Sample[]): number {
  return mean(samples.map(({ hidden }) => hidden));
}

/** Whether samples tell how many connections are held, though a few sessions show nothing of themselves. */
export function areFewHidden(samples: readonly Sample[]): boolean {
  return hiddenOnAverage(samples) <= fewRatio * mean(samples.map(({ held }) => held));
}

/** How many more connections may have been held than samples show, on average. */
export function perhapsHeldOnAverage(samples: readonly Sample[]): number {
  return hiddenOnAverage(samples) + mean(samples.map(({ perhapsHeld = 0 }) => perhapsHeld));
}
