import { isClumped } from '../../queueing/clumped-wait.ts';
import { holdDistribution } from '../../queueing/distribution.ts';
import { inverseErlangB } from '../../queueing/erlang.ts';
import { type HoldLaws, holdLaws } from '../../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../../queueing/hold-law.ts';
import type { PoolModel } from '../../queueing/pool-model.ts';
import { waitDistribution } from '../../queueing/wait.ts';
import type { SizeInput } from '../../size/input.ts';
import { poolLoad } from '../../size/pool-load.ts';
import { checkWorkload, type OfferedLoad, offeredLoad, type Workload } from '../../size/workload.ts';
import { NeededByLoad, type NeededConnections } from './needed.ts';

/** The load of one pool of a service, and what sizes do for it. Sizes are connections of that pool. */
export interface KnownLoad extends NeededConnections {
  /** The same for the same load. */
  readonly id: number;
  readonly input: SizeInput;
  readonly laws: HoldLaws;
  readonly load: OfferedLoad;
  /** The fewest with which the queue does not grow without end. */
  readonly carrying: number;
  /** The pool as the model sees it: without its batch jobs, and without limits. */
  readonly modelAt: (connections: number) => PoolModel;
  /** Mean wait of a request, in ms; below `carrying` that at `carrying`. */
  readonly waitAt: (connections: number) => number;
}

/** Loads by what is known of them: services that are alike are worked out once. */
export class KnownLoads {
  readonly #known = new Map<string, KnownLoad | undefined>();
  readonly #needed = new NeededByLoad();
  readonly #laws = new Map<string, HoldLaws | undefined>();

  /**
   * A load of all instances together, as `sizePool` understands it: dealt out at random to the pools of normal running.
   * Undefined where the rate or the time is missing. @throws PoolctlError VALUE_INVALID, INPUT_CONTRADICTION
   */
  of(workload: Workload, instances: number, processesPerInstance: number): KnownLoad | undefined {
    const key = JSON.stringify([workload, instances, processesPerInstance]);
    const known = this.#known.get(key);
    if (known || this.#known.has(key)) return known;
    const input: SizeInput = {
      workload: { scope: 'fleet', ...workload },
      fleet: { instances, processesPerInstance },
    };
    checkWorkload(workload);
    const found = knownLoad(input, this.#lawsOf(workload), this.#needed, this.#known.size);
    this.#known.set(key, found);
    return found;
  }

  /** Loads with the same times differ only in their rates. */
  #lawsOf({ arrivalRatePerSecond: _, ...workload }: Workload): HoldLaws | undefined {
    const key = JSON.stringify(workload);
    const known = this.#laws.get(key);
    if (known || this.#laws.has(key)) return known;
    const laws = holdLaws(workload);
    this.#laws.set(key, laws);
    return laws;
  }
}

function knownLoad(
  input: SizeInput,
  laws: HoldLaws | undefined,
  needed: NeededByLoad,
  id: number,
): KnownLoad | undefined {
  const { workload = {}, fleet = {} } = input;
  const load = laws && offeredLoad(workload, laws, fleet);
  if (!load) return undefined;
  const pool = poolLoad(laws.law, load);
  const busy = (pool.arrivalRatePerSecond / 1_000) * holdDistribution(pool.hold).meanMs;
  const carrying = Math.floor(busy * (1 + 1e-8)) + 1 + load.batchJobs;
  const modelAt = (connections: number): PoolModel => ({ ...pool, connections: connections - load.batchJobs });
  const waits =
    isClumped(modelAt(carrying)) || pool.peakedness !== undefined ? undefined : new PlainWaits(busy, pool.hold);
  const known = new Map<number, number>();
  const waitAt = (connections: number): number => {
    const size = Math.max(connections, carrying);
    const before = known.get(size);
    if (before !== undefined) return before;
    const waitMs = waits ? waits.at(size - load.batchJobs) : (waitDistribution(modelAt(size))?.meanMs ?? 0);
    known.set(size, waitMs);
    return waitMs;
  };
  return { id, input, laws, load, carrying, modelAt, waitAt, ...needed.of(input, laws, load) };
}

/**
 * Mean waits of a pool without bursts, from size to size by Erlang's recurrence. Exact for exponential holds, else by Allen and
 * Cunneen's two moments (A. O. Allen, Probability, Statistics, and Queueing Theory (1990)): near enough to compare sizes.
 */
class PlainWaits {
  readonly #busy: number;
  readonly #meanMs: number;
  #connections: number;
  /** 1 / Erlang B there. */
  #inverse: number;

  constructor(busy: number, hold: HoldLaw) {
    const { meanMs, scv } = holdDistribution(hold);
    this.#busy = busy;
    this.#meanMs = (meanMs * (1 + scv)) / 2;
    this.#connections = Math.floor(busy) + 1;
    this.#inverse = inverseErlangB(this.#connections, busy);
  }

  at(connections: number): number {
    const busy = this.#busy;
    if (connections < this.#connections) {
      [this.#connections, this.#inverse] = [connections, inverseErlangB(connections, busy)];
    }
    while (this.#connections < connections) {
      this.#connections += 1;
      this.#inverse = 1 + (this.#connections * this.#inverse) / busy;
    }
    const utilization = busy / connections;
    const waitProbability = 1 / ((1 - utilization) * this.#inverse + utilization);
    return (waitProbability * this.#meanMs) / (connections - busy);
  }
}
