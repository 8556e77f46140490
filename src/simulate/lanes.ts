import type { ConnectionLending } from './model.ts';
import { Pools, type PoolsOptions } from './pools.ts';
import type { WaitingLine } from './waiting-line.ts';

/**
 * Pools that put each request on one of their connections when it comes, where it stays: a connection is a lane with a
 * queue of its own, that is, a pool of one. Those of a pool have neighbouring numbers.
 */
export class Lanes extends Pools {
  readonly #width: number;
  readonly #line: WaitingLine;
  readonly #choose: (first: number) => number;
  readonly #opensAll: boolean;
  /** By pool: the lane that got a request last. By lane: which request it got last, counted over all. */
  readonly #turns: Int32Array;
  readonly #lastGiven: Float64Array;
  #given = 0;

  constructor(lending: Exclude<ConnectionLending, 'queue'>, line: WaitingLine, options: PoolsOptions) {
    const { pools, most, limit, atStart, opening } = options;
    super({
      ...options,
      pools: pools * limit,
      most: most * limit,
      limit: 1,
      atStart: atStart.flatMap((connections) =>
        Array.from({ length: limit }, (_, lane) => (lane < connections ? 1 : 0)),
      ),
    });
    this.#width = limit;
    this.#line = line;
    this.#opensAll = opening.when !== 'as-needed';
    this.#turns = new Int32Array(most).fill(-1);
    this.#lastGiven = new Float64Array(most * limit);
    const choices = {
      'in-turn': (first: number) => this.#nextInTurn(first),
      'busy-in-turn': (first: number) => this.#least(first, (lane) => this.#lastGiven[lane] ?? 0),
      'fewest-requests': (first: number) => this.#least(first, (lane) => super.requestsOf(lane, line)),
    };
    this.#choose = choices[lending];
  }

  override get active(): number {
    return super.active / this.#width;
  }

  override activate(count: number): void {
    super.activate(count * this.#width);
  }

  /** The lane of the next request to a pool. */
  laneOf(pool: number): number {
    const lane = this.#choose(pool * this.#width);
    this.#given += 1;
    this.#lastGiven[lane] = this.#given;
    return lane;
  }

  /** Those of all lanes of a pool. */
  override requestsOf(pool: number, line: WaitingLine): number {
    return this.#sum(pool * this.#width, (lane) => super.requestsOf(lane, line));
  }

  override queueOf(lane: number, line: WaitingLine): number {
    return this.#sum(lane - (lane % this.#width), (neighbour) => super.queueOf(neighbour, line));
  }

  override open(lane: number, begin: (lane: number) => void): void {
    super.open(lane, begin);
    if (!this.#opensAll) return;
    const first = lane - (lane % this.#width);
    for (let other = first; other < first + this.#width && this.hasRoom; other += 1) {
      if (this.held(other) === 0) super.open(other, begin);
    }
  }

  #sum(first: number, of: (lane: number) => number): number {
    let sum = 0;
    for (let lane = first; lane < first + this.#width; lane += 1) sum += of(lane);
    return sum;
  }

  /** A lane that the server refused gets nothing while another one is there. */
  #isThere(lane: number): boolean {
    return this.held(lane) > 0 || (!this.#opensAll && this.hasRoom);
  }

  #nextInTurn(first: number): number {
    const pool = first / this.#width;
    let turn = this.#turns[pool] ?? 0;
    for (let tries = 0; tries < this.#width; tries += 1) {
      turn = turn + 1 < this.#width ? turn + 1 : 0;
      if (this.#isThere(first + turn)) break;
    }
    this.#turns[pool] = turn;
    return first + turn;
  }

  /** An idle lane; else one to open; else the one that is least by this measure, the first of equals. */
  #least(first: number, measure: (lane: number) => number): number {
    let [best, least] = [first, Infinity];
    for (let lane = first; lane < first + this.#width; lane += 1) {
      if (!this.#isThere(lane)) continue;
      const found = this.find(lane, this.#line.lengthOf(lane));
      if (found === 'idle') return lane;
      const amount = found === 'can-open' ? -1 : measure(lane);
      if (amount < least) [best, least] = [lane, amount];
    }
    return best;
  }
}
