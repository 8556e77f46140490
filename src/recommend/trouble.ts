import type { FleetHour, PoolHour } from './hours.ts';

/** What requests met, whatever a model says. */
export interface Trouble {
  /** Requests that timed out or were refused, in the worst hour, as a share; left out where nobody counted them. */
  readonly lossRatio?: number;
  /** Whether waiting or loss was seen that matters. */
  readonly isSeen: boolean;
  /** So many connections would have served 999 of 1,000 readings: in use and waiting together, of one pool. */
  readonly wantedAtOnce?: number;
  /** How many readings that is of: of fewer than a thousand it is the largest. */
  readonly readings: number;
}

/** Fewer losses than this are no rate. */
const fewestLost = 10;
const someWaiting = 0.5;

export function troubleOf(
  hours: readonly FleetHour[],
  pools: readonly (readonly PoolHour[])[],
  maxLossRatio: number,
): Trouble {
  const losses = hours.flatMap(({ grown: { asked, timedOut, refused } }) => {
    const lost = timedOut === undefined && refused === undefined ? undefined : (timedOut ?? 0) + (refused ?? 0);
    return lost === undefined || !asked ? [] : [lost < fewestLost ? 0 : lost / asked];
  });
  const lossRatio = losses.length === 0 ? undefined : Math.max(...losses);
  const isWaiting = hours.some(({ waiting = 0, pools: count }) => waiting / count >= someWaiting);
  const wanted = Float64Array.from(
    pools.flatMap((own) =>
      own.flatMap(({ strides }) =>
        strides.flatMap(({ inUse, waiting = 0 }) => (inUse === undefined ? [] : [inUse + waiting])),
      ),
    ),
  ).sort();
  return {
    readings: wanted.length,
    isSeen: isWaiting || (lossRatio ?? 0) > maxLossRatio,
    ...(lossRatio !== undefined && { lossRatio }),
    ...(wanted.length > 0 && { wantedAtOnce: wanted[Math.floor(0.999 * (wanted.length - 1))] ?? 0 }),
  };
}
