import { groupBy } from '../base/group-by.ts';
import { addedAt, type RolloutCount, type ServiceDemand } from './service-demand.ts';
import type { TimeState } from './times/time-state.ts';

/** What rolls out together, with the connections that it adds to a server. */
export interface Rollout {
  readonly demands: readonly ServiceDemand[];
  readonly added: number;
}

/** The releases of a server, the one that adds most first. */
export function rolloutsOf(demands: readonly ServiceDemand[], count: RolloutCount): Rollout[] {
  const releases = groupBy(demands, ({ service }) => service.release ?? service);
  return [...releases.values()]
    .map((own) => ({
      demands: own,
      added: own.reduce((sum, demand) => sum + addedAt(demand, demand.instances.most, count), 0),
    }))
    .filter((rollout) => rollout.added > 0 || rollout.demands.some(({ service }) => service.runs.kind !== 'schedule'))
    .sort((a, b) => b.added - a.added);
}

/** The roll-outs that may be at one time, of which so many are at once that add most. */
export class OpenRollouts {
  readonly #open: readonly Rollout[];
  /** Only shares of services ask for it. */
  #rank: ReadonlyMap<Rollout, number> | undefined;
  /** Of the first 0, 1, 2 ... of them. */
  readonly #sums: readonly number[];
  readonly #atOnce: number;

  /** `rollouts` has the one first that adds most; `atOnce` is Infinity for all. */
  constructor(rollouts: readonly Rollout[], state: TimeState, atOnce: number) {
    this.#open = rollouts.filter(({ demands }) => demands.every(({ service }) => state.isOpen(service)));
    const sums = [0];
    for (const { added } of this.#open) sums.push((sums.at(-1) ?? 0) + added);
    this.#sums = sums;
    this.#atOnce = atOnce;
  }

  get isAny(): boolean {
    return this.#open.length > 0;
  }

  has(rollout: Rollout): boolean {
    return this.#rankOf(rollout) !== undefined;
  }

  get largest(): readonly Rollout[] {
    return this.#open.slice(0, this.#atOnce).filter(({ added }) => added > 0);
  }

  get added(): number {
    return this.#sumOf(this.#atOnce);
  }

  /** What the others add that roll out beside this one. */
  addedBeside(rollout: Rollout): number {
    return this.#others(rollout, Math.max(0, this.#atOnce - 1));
  }

  /** What the others add while this one does not roll out. */
  addedWithout(rollout: Rollout | undefined): number {
    return rollout ? this.#others(rollout, this.#atOnce) : this.added;
  }

  #others(rollout: Rollout, count: number): number {
    const isAmongThem = (this.#rankOf(rollout) ?? Number.POSITIVE_INFINITY) < count;
    return isAmongThem ? this.#sumOf(count + 1) - rollout.added : this.#sumOf(count);
  }

  #rankOf(rollout: Rollout): number | undefined {
    this.#rank ??= new Map(this.#open.map((one, rank) => [one, rank]));
    return this.#rank.get(rollout);
  }

  #sumOf(count: number): number {
    return this.#sums[Math.min(count, this.#open.length)] ?? 0;
  }
}
