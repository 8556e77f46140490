import type { SizeInput } from '../size/input.ts';
import type { SizeResult } from '../size/result.ts';
import { sizePool } from '../size/size.ts';
import type { BusiestHour } from './busiest.ts';
import { type KnownHold, unknownHoldMs } from './hold-of.ts';
import type { RecommendInput } from './result.ts';

/** The model of the pool at its busiest hour. */
export interface Sizing {
  /** The fewest connections within the targets, for so many times the load of that hour. */
  need(factor: number): SizeResult;
  /** How these connections do at that load, with the other settings that are asked for. */
  judge(settings: NonNullable<SizeInput['fixed']>, factor: number): SizeResult;
}

/** `instances`: as seen, where nobody says. */
export function sizingFor(
  input: RecommendInput,
  busiest: Pick<BusiestHour, 'ratePerSecond' | 'load' | 'unevenness'>,
  { hold, basis }: KnownHold,
  instances: number,
): Sizing {
  const { fleet = {}, platform, server, memory, targets, deadlineMs, settings = {}, sources } = input;
  // Where hold times are not known, so many connections are busy all the same.
  const rate = basis === 'unknown' ? (1_000 * busiest.load) / unknownHoldMs : (busiest.ratePerSecond ?? 0);
  const size = (factor: number, fixed: SizeInput['fixed']): SizeResult =>
    sizePool({
      workload: {
        ...hold,
        arrivalRatePerSecond: Math.max(1e-6, rate * busiest.unevenness * factor) * (fleet.processesPerInstance ?? 1),
      },
      method: 'model',
      fleet: { instances, ...fleet },
      ...(platform && { platform }),
      ...(server && { server }),
      ...(memory && { memory }),
      ...(targets && { targets }),
      ...(deadlineMs !== undefined && { deadlineMs }),
      ...(sources && { sources }),
      ...(settings.acquireTimeoutMs !== undefined && { preset: { acquireTimeoutMs: settings.acquireTimeoutMs } }),
      ...(fixed && { fixed }),
    });
  return { need: (factor) => size(factor, undefined), judge: (fixed, factor) => size(factor, fixed) };
}
