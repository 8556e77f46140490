/**
 * What the sizes of pools leave undone; less is better. The four in the order of their weight: each counts only where those
 * before it are equal.
 */
export interface Lack {
  /** Connections short of those that carry the known loads: priority x pools x missing^2 / wanted. */
  readonly carrying: number;
  /** As `waiting`, without what connections beyond the targets of `sizePool` would change. */
  readonly late: number;
  /** Connections short of the declared sizes of pools without a load: priority x pools x missing^2 / declared. */
  readonly declared: number;
  /** Requests that wait at a time, on average, x priority: rate x mean wait, by Little's law. */
  readonly waiting: number;
}

export const noLack: Lack = { carrying: 0, late: 0, declared: 0, waiting: 0 };

export function addLack(a: Lack, b: Lack): Lack {
  return lessLack(a, b, -1);
}

/** a less `share` times b; nothing where only rounding is left. */
export function lessLack(a: Lack, b: Lack, share = 1): Lack {
  return {
    carrying: less(a.carrying, share * b.carrying),
    late: less(a.late, share * b.late),
    declared: less(a.declared, share * b.declared),
    waiting: less(a.waiting, share * b.waiting),
  };
}

function less(a: number, b: number): number {
  return Math.abs(a - b) <= 1e-12 * Math.abs(a) ? 0 : a - b;
}

/** Below 0 where a is less than b, or a / perA less than b / perB; 0 where only rounding tells them apart. */
export function compareLack(a: Lack, b: Lack, perA = 1, perB = 1): number {
  return (
    compareNumbers(a.carrying * perB, b.carrying * perA) ||
    compareNumbers(a.late * perB, b.late * perA) ||
    compareNumbers(a.declared * perB, b.declared * perA) ||
    compareNumbers(a.waiting * perB, b.waiting * perA)
  );
}

function compareNumbers(a: number, b: number): number {
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b)) ? 0 : a - b;
}

/**
 * How much a pool is short of what is wanted: the square of what is missing over that. So what cannot be had is missing by the
 * same share everywhere.
 */
export function shortage(connections: number, wanted: number): number {
  const missing = Math.max(0, wanted - connections);
  return (missing * missing) / wanted;
}
