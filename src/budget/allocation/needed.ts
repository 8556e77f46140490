import type { HoldLaws } from '../../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import { latticeCells, roughCells } from '../../queueing/lattice-wait.ts';
import { smallestPool } from '../../queueing/smallest.ts';
import { formulaConnections } from '../../size/choose.ts';
import type { SizeInput } from '../../size/input.ts';
import { isLoadOpen, targetsOf } from '../../size/outlook.ts';
import { poolLoad } from '../../size/pool-load.ts';
import { formulaRule } from '../../size/rule.ts';
import { sizePool } from '../../size/size.ts';
import type { OfferedLoad } from '../../size/workload.ts';

/** The fewest connections within the targets, by the model, and what `sizePool` answers. */
export interface NeededConnections {
  readonly enough: number;
  readonly needed: number;
}

/**
 * What a load needs of one pool, as `sizePool` says. For plain loads the targets are in units of the hold time, so the need
 * follows from the connections in use and the shape of the law alone, and rises with them: what lies between two loads of one
 * need has that need too. So a fleet asks the model some ten times, and not once for each service.
 */
export class NeededByLoad {
  readonly #ranges = new Map<string, { readonly enough: number; low: number; high: number }[]>();

  of(input: SizeInput, laws: HoldLaws, load: OfferedLoad): NeededConnections {
    const shape = isPlain(input) ? shapeOf(laws.law) : undefined;
    if (shape === undefined) return asSized(input);
    const enough = this.#enough(`${shape} ${isLoadOpen(laws)} ${laws.fit.isAssumed}`, input, laws, load);
    return { enough, needed: Math.max(formulaConnections(load, formulaRule), enough) };
  }

  #enough(shape: string, input: SizeInput, laws: HoldLaws, load: OfferedLoad): number {
    const { estimate } = load.meanLoad;
    const ranges = this.#ranges.get(shape) ?? [];
    this.#ranges.set(shape, ranges);
    const around = ranges.find(({ low, high }) => low <= estimate && estimate <= high);
    if (around) return around.enough;
    const cells = laws.fit.isAssumed || laws.high ? roughCells : latticeCells;
    const smallest = smallestPool(poolLoad(laws.law, load), targetsOf(input, laws), cells);
    const enough = smallest?.connections ?? formulaConnections(load, formulaRule);
    const range = ranges.find((one) => one.enough === enough);
    if (range) [range.low, range.high] = [Math.min(range.low, estimate), Math.max(range.high, estimate)];
    else ranges.push({ enough, low: estimate, high: estimate });
    return enough;
  }
}

/** Whether the workload is a rate and times, and nothing else. */
function isPlain({ workload = {} }: SizeInput): boolean {
  const { arrivalRatePerSecond: _, scope: __, holdMs, meanMs, p50Ms, p95Ms, p99Ms, roundTripMs, ...rest } = workload;
  return Object.values(rest).every((value) => value === undefined);
}

/** What is left of a law when its time scale is not looked at; undefined where there is too much of it. */
function shapeOf(law: HoldLaw): string | undefined {
  switch (law.kind) {
    case 'exponential':
    case 'constant':
      return law.kind;
    case 'lognormal':
      return `${law.kind} ${law.sigma}`;
    case 'gamma':
      return `${law.kind} ${law.shape}`;
    case 'samples':
    case 'histogram':
    case 'mixture':
      return undefined;
    default:
      return law satisfies never;
  }
}

function asSized(input: SizeInput): NeededConnections {
  const { connectionLimit, outlook } = sizePool(input);
  return { enough: outlook?.smallest?.connectionLimit ?? connectionLimit, needed: connectionLimit };
}
