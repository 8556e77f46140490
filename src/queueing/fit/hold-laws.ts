import { holdDistribution } from '../distribution.ts';
import type { HoldLaw } from '../hold-law.ts';
import { scaleLaw } from '../scale-law.ts';
import { fitHoldLaw, type HoldFit } from './fit.ts';
import { fitHistogram, fitSamples } from './fit-measured.ts';
import type { HoldTimeInput } from './hold-time.ts';

/** The distribution of hold times that the given figures stand for. */
export interface HoldLaws {
  readonly law: HoldLaw;
  /** The shortest and the longest hold times that the figures allow; present when they leave that open. */
  readonly low?: HoldLaw;
  readonly high?: HoldLaw;
  readonly fit: HoldFit;
}

/** No hold lasts longer than `longestMs`, where something ends it. Undefined without a time. The round trip is added by stretching the law: its mean is right, its spread a little large. */
export function holdLaws(
  input: HoldTimeInput & { readonly roundTripMs?: number },
  longestMs?: number,
): HoldLaws | undefined {
  const fit = fitOf(input, longestMs);
  if (!fit) return undefined;
  const { roundTripMs = 0 } = input;
  const stretched = (law: HoldLaw) => {
    const { meanMs } = holdDistribution(law);
    return roundTripMs === 0 ? law : scaleLaw(law, (meanMs + roundTripMs) / meanMs);
  };
  const { low, high } = fit;
  return {
    law: stretched(fit.law),
    ...(low && { low: stretched(low) }),
    ...(high && { high: stretched(high) }),
    fit,
  };
}

function fitOf(
  { measured, holdMs, meanMs, p50Ms, p95Ms, p99Ms }: HoldTimeInput,
  longestMs: number | undefined,
): HoldFit | undefined {
  if (measured?.kind === 'samples') return fitSamples(measured.sortedMs);
  if (measured?.kind === 'histogram') return fitHistogram(measured, longestMs);
  // --hold is of another measurement than the percentiles: they tell nothing of its spread.
  if (holdMs !== undefined) return fitHoldLaw({ meanMs: holdMs });
  if (meanMs === undefined && p95Ms === undefined) return undefined;
  return fitHoldLaw({
    ...(meanMs !== undefined && { meanMs }),
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p95Ms !== undefined && { p95Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
    ...(longestMs !== undefined && { longestMs }),
  });
}
