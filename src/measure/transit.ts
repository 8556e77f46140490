import type { MeterFacts, Sample } from '../engines/meter.ts';
import { type Estimate, mean } from '../stats/estimate.ts';
import type { HeldFigure, Measurement } from './result.ts';

/**
 * How long a question of poolctl takes from here and back: the mean, in ms, because the time that requests hold their
 * connections adds up, and on a busy machine most of it is in the few that wait long. 0 where it is not known.
 */
export function transitMs(samples: readonly Sample[]): number {
  return mean(samples.flatMap(({ tookMs }) => tookMs ?? []));
}

/**
 * Room above each figure for what no server sees: a request that is under way to it, and its answer, hold a connection too.
 * Seen on MariaDB 10.11: statements of 5 ms held theirs 0.7 ms longer, which made 11 % of the connections in use.
 */
export function withTransit(
  measured: Measurement,
  ms: number,
  { missesBegin }: Pick<MeterFacts, 'missesBegin'>,
): Measurement {
  if (ms === 0) return measured;
  const { unit, ratePerSecond, heldConnections, heldBy, holdTime } = measured;
  const tripsOf = ({ isSampled }: HeldFigure) => (isSampled && missesBegin && unit !== 'statement' ? 2 : 1);
  const higher = <T extends Estimate>(figure: T, by: number): T => ({ ...figure, high: figure.high + by });
  const heldOf = (figure: HeldFigure) => higher(figure, (ratePerSecond.value * ms * tripsOf(figure)) / 1_000);
  return {
    ...measured,
    heldConnections: heldOf(heldConnections),
    heldBy: heldBy.map(heldOf),
    holdTime: { ...holdTime, meanMs: higher(holdTime.meanMs, ms * tripsOf(heldConnections)) },
    notes: [
      ...measured.notes,
      `A request holds its connection also while it and its answer are on their way, which the server does not see: the intervals have room above for the ${ms.toPrecision(2)} ms that poolctl's own questions took.`,
    ],
  };
}
