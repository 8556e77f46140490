import { PoolctlError } from '../base/errors.ts';

/** One step of a load ramp, measured. */
export interface UslPoint {
  /** How many were at work at once, on average; more than 0, not only whole numbers. */
  readonly concurrency: number;
  /** More than 0. */
  readonly throughputPerSecond: number;
  /** How much this point counts against the others, usually 1 / variance of the repeats of the step; 1 when not given. */
  readonly weight?: number;
}

/** The fewest levels from which three coefficients and their errors can be told. usl4j asks for as many. */
export const leastUslLevels = 6;

/** Refuses points that no curve can be fitted to. @throws PoolctlError VALUE_INVALID, INPUT_MISSING */
export function checkLevels(points: readonly UslPoint[]): void {
  for (const [index, { concurrency, throughputPerSecond, weight = 1 }] of points.entries()) {
    const place = `of point ${index + 1}`;
    checkPositive(`concurrency ${place}`, concurrency, leaveOut);
    checkPositive(`throughputPerSecond ${place}`, throughputPerSecond, leaveOut);
    checkPositive(`weight ${place}`, weight, 'Give 1 / variance of the repeats of the step, or no weight at all.');
  }
  const levels = new Set(points.map(({ concurrency }) => concurrency)).size;
  if (levels >= leastUslLevels) return;
  throw new PoolctlError(
    'INPUT_MISSING',
    `A scalability curve takes at least ${leastUslLevels} levels of concurrency, and ${levels === 1 ? '1 was' : `${levels} were`} measured.`,
    {
      hint: 'Measure more levels, such as 1, 2, 4, 8, 16, 32 and 64: up to twice the one where throughput stops rising.',
    },
  );
}

const leaveOut = 'Leave out a step of the ramp at which nothing was done.';

export function checkPositive(name: string, value: number, hint: string): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new PoolctlError('VALUE_INVALID', `${name} is ${value}; it must be more than 0, and finite.`, { hint });
}
