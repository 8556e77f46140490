import { tQuantile } from '../../stats/student-t.ts';
import { comparisonRounds } from '../plan/comparison-rounds.ts';
import type { Difference } from '../result.ts';

/** How large a difference has to be to show in a comparison; shares by which one is more than the other: 0.2, 1. */
export interface ShownEffect {
  /** The figure that it is of. */
  readonly name: string;
  /** That would have shown, nearly for sure. */
  readonly shown?: number;
  /** A smaller one that would show in this time. */
  readonly next?: { readonly effect: number; readonly durationMs: number };
}

const effects = [0.2, 0.5, 1, 4];
const minuteMs = 60_000;
/** Nobody waits longer for a comparison. */
const durationsMs = [0.5, 1, 2, 3, 5, 10, 20].map((minutes) => minutes * minuteMs);
/** An effect of so many half widths shows in 80 of 100 cases: (1.96 + 0.84) / 1.96. */
const surely = (1.96 + 0.84) / 1.96;

/**
 * What a comparison that showed nothing would have shown, and what a longer one would: by the interval of the mean waits,
 * whose width falls with the root of the time, and with the rounds that it has room for.
 */
export function effectToCome(
  differences: readonly Difference[],
  durationMs: number | undefined,
): ShownEffect | undefined {
  const found = ['mean wait', 'p95 total', 'mean service time']
    .map((name) => differences.find((difference) => difference.name === name))
    .find((difference) => difference?.ratio !== undefined);
  if (!found?.ratio || durationMs === undefined) return undefined;
  const { name, ratio, rounds } = found;
  const half = Math.log(ratio.high / ratio.low) / 2;
  if (!(half < Number.POSITIVE_INFINITY)) return undefined;
  const halfAfter = (laterMs: number) =>
    half *
    Math.sqrt(durationMs / laterMs) *
    (rounds === undefined ? 1 : quantileAt(laterMs) / tQuantile(0.975, rounds - 1));
  const shows = (effect: number, halfWidth: number) => Math.log1p(effect) >= surely * halfWidth;
  const shown = effects.find((effect) => shows(effect, half));
  for (const effect of effects.filter((one) => one < (shown ?? Number.POSITIVE_INFINITY))) {
    const laterMs = durationsMs.find((later) => later > durationMs && shows(effect, halfAfter(later)));
    if (laterMs !== undefined) {
      return { name, ...(shown !== undefined && { shown }), next: { effect, durationMs: laterMs } };
    }
  }
  return { name, ...(shown !== undefined && { shown }) };
}

function quantileAt(durationMs: number): number {
  return tQuantile(0.975, comparisonRounds(durationMs) - 1);
}
