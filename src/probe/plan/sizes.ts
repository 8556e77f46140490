import { PoolctlError } from '../../base/errors.ts';
import { formatCount } from '../../base/units.ts';

/** Larger pools are tried only where --sizes names them. */
const mostSize = 64;

/** 1, 2, 4, 8 ... and what is allowed. */
export function geometricSizes(mostConnections: number): number[] {
  const most = Math.min(mostConnections, mostSize);
  const doubled = Array.from({ length: 20 }, (_, power) => 2 ** power).filter((size) => size <= most);
  // What is allowed is a level of its own where it is clearly above the last doubling.
  return most >= 1.25 * (doubled.at(-1) ?? 1) ? [...doubled, most] : doubled;
}

/** Sorted, each once. @throws PoolctlError VALUE_INVALID, PROBE_REFUSED */
export function givenSizes(sizes: readonly number[], mostConnections: number): number[] {
  const sorted = [...new Set(sizes)].sort((left, right) => left - right);
  const wrong = sorted.find((size) => !(Number.isInteger(size) && size >= 1));
  if (sorted.length === 0 || wrong !== undefined) {
    throw new PoolctlError('VALUE_INVALID', `A size of ${wrong ?? 'none'} is no size of a pool.`, {
      hint: 'Write whole numbers from 1 on: --sizes 5,10,20.',
    });
  }
  const tooLarge = sorted.find((size) => size > mostConnections);
  if (tooLarge !== undefined) {
    throw new PoolctlError(
      'PROBE_REFUSED',
      `The guard refuses a pool of ${tooLarge}: ${formatCount(mostConnections, 'connection')} may be opened here.`,
      { hint: `Give sizes up to ${mostConnections}, or a larger --share of the free connections.` },
    );
  }
  return sorted;
}

/** A level as far as the plan looks at it. */
export interface PlannedLevel {
  readonly connectionLimit: number;
  readonly throughputPerSecond: number;
  readonly serviceP95Ms: number;
}

/** Two doublings in a row that brought less than 3 % each, while the service time doubled: more would only hurt. */
export function hasFlattened(levels: readonly PlannedLevel[]): boolean {
  // One connection alone is slower than its share, because it has to wake every idle processor.
  const several = levels.filter(({ connectionLimit }) => connectionLimit > 1);
  const [before, between, last] = inOrder(several).slice(-3);
  if (!before || !between || !last) return false;
  const brought = (from: PlannedLevel, to: PlannedLevel) => to.throughputPerSecond / from.throughputPerSecond - 1;
  return (
    brought(before, between) < 0.03 && brought(between, last) < 0.03 && last.serviceP95Ms >= 2 * before.serviceP95Ms
  );
}

/** The sizes halfway to both neighbours of the smallest level within 5 % of the best; without those that were measured. */
export function refineSizes(levels: readonly PlannedLevel[], plan: { readonly refinements: number }): number[] {
  const sorted = inOrder(levels);
  const best = Math.max(...sorted.map(({ throughputPerSecond }) => throughputPerSecond));
  const knee = sorted.findIndex(({ throughputPerSecond }) => throughputPerSecond >= 0.95 * best);
  const sizes = sorted.map(({ connectionLimit }) => connectionLimit);
  const middles = [knee, knee + 1].flatMap((index) => {
    const [low, high] = [sizes[index - 1], sizes[index]];
    return low === undefined || high === undefined ? [] : [Math.round((low + high) / 2)];
  });
  return middles.filter((size) => !sizes.includes(size)).slice(0, plan.refinements);
}

function inOrder(levels: readonly PlannedLevel[]): PlannedLevel[] {
  return [...levels].sort((left, right) => left.connectionLimit - right.connectionLimit);
}

/** Up, down, up, so that a drift of the server does not look like the effect of a size. Rounds count from 0. */
export function roundOrder(sizes: readonly number[], round: number): number[] {
  const up = [...sizes].sort((left, right) => left - right);
  return round % 2 === 1 ? up.reverse() : up;
}
