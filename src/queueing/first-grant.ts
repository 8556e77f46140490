import type { HoldDistribution } from './hold-distribution.ts';

/** Connections that are all busy, since when is not known. */
export interface BusyServers {
  /** Connections; a real number where bursts shrink the pool (Hayward). */
  readonly servers: number;
  readonly hold: HoldDistribution;
}

/**
 * The area under the tail of F in each cell. Where cells are short against mean / servers, by the cubic through the values
 * at its ends and beside them; else by Simpson's formula on panels.
 */
export function grantAreas(pool: BusyServers, stepMs: number, cells: number): Float64Array {
  const { servers, hold } = pool;
  if (stepMs > hold.meanMs / servers / 2) return panelAreas(pool, stepMs, cells);
  const areas = new Float64Array(cells);
  const above = (t: number) => (1 - hold.residualCdf(t)) ** servers;
  let left = 1;
  let right = above(stepMs);
  let next = above(2 * stepMs);
  let before = 3 * left - 3 * right + next;
  for (let i = 0; i < cells && left > 1e-14; i += 1) {
    // Constant holds end all at once: the cubic would go round that corner.
    const middle =
      next > 0 ? (13 * (left + right) - before - next) / 24 : (left + 4 * above((i + 0.5) * stepMs) + right) / 6;
    areas[i] = stepMs * middle;
    before = left;
    left = right;
    right = next;
    next = above((i + 3) * stepMs);
  }
  return areas;
}

/** Panels of at most a quarter of mean / servers, or of a sixth of the time where that is longer: further out F changes as slowly as its logarithm. */
function panelAreas({ servers, hold }: BusyServers, stepMs: number, cells: number): Float64Array {
  const areas = new Float64Array(cells);
  const finestMs = hold.meanMs / servers / 4;
  const above = (t: number) => (1 - hold.residualCdf(t)) ** servers;
  let left = 1;
  for (let i = 0; i < cells && left > 1e-14; i += 1) {
    const end = (i + 1) * stepMs;
    let from = i * stepMs;
    let area = 0;
    while (from < end && left > 1e-14) {
      // Less a trifle: rounding must not make a panel more on another clock.
      const panels = Math.ceil((end - from) / Math.max(finestMs, from / 6) - 1e-9);
      const to = panels <= 1 ? end : from + (end - from) / panels;
      const right = above(to);
      area += ((left + 4 * above((from + to) / 2) + right) * (to - from)) / 6;
      left = right;
      from = to;
    }
    areas[i] = area;
  }
  return areas;
}

/** Mean of F: the time until the first of the busy connections comes back, for a request that comes at a random moment. */
export function meanFirstGrantMs({ servers, hold }: BusyServers): number {
  const scale = hold.meanMs / servers;
  if (servers === 1) return (hold.meanMs * (1 + hold.scv)) / 2;
  if (hold.scv === 0) return hold.meanMs / (servers + 1);
  // The trapezoidal rule on ln t, where both ends fall off fast; below its start all holds still go on.
  const width = 0.4;
  const start = -8;
  let sum = 1 / Math.expm1(width);
  for (let u = 0; u < 60; u += width) {
    const t = scale * Math.exp(start + u);
    const area = (1 - hold.residualCdf(t)) ** servers * Math.exp(u);
    sum += area;
    if (area < 1e-9 * sum && u > -start) break;
  }
  return sum * width * scale * Math.exp(start);
}
