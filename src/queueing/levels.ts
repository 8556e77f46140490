import type { LevelChain } from './level-chain.ts';
import { type Passages, passages } from './passages.ts';

/** How likely it is that n requests hold a connection or wait. */
export interface Levels {
  /** The first n at which every connection is busy. */
  readonly full: number;
  /** The chance of each n, from 0. */
  readonly chances: readonly number[];
  /** The part of it in which there is a burst. */
  readonly burstChances: readonly number[];
  /** Chance of n x rate of batches then: how many batches per mean hold find n. */
  readonly flows: readonly number[];
  /** The chance of more than the last n, 0 with a limit, and which part of it each further request leaves. */
  readonly rest: number;
  readonly endRatio: number;
}

/** So far beyond `full`, in batches and at least, the chances are taken to fall steadily. */
const mostWaiting = { batches: 20, requests: 100_000 };

/**
 * The chances of M/M/c with two-phase arrivals in batches, exact. The requests that come in batches at n or below to above n
 * equal those that leave n + 1; which phase it is then, is known by the passages down: every batch is led back to n + 1. All
 * terms are positive, so nothing cancels.
 * Source: V. Ramaswami, A stable recursion for the steady state vector in Markov chains of M/G/1 type (1988).
 */
export function levelsOf(chain: LevelChain): Levels {
  const { servers, rates, batchSize, places } = chain;
  const full = Math.ceil(servers);
  const top = places === undefined ? Infinity : full + places;
  const departures = (n: number) => (n <= full ? Math.min(n, servers) : (chain.leaving?.[n - full] ?? servers));
  const staying = (n: number) => (n > top ? 0 : n <= full ? 1 : (chain.staying?.[n - full] ?? 1));
  const growth = new Growth(chain, top === Infinity ? steadyFall(chain) : 0, top);
  const down = rates[0] === rates[1] ? undefined : passages(chain, { departures, staying, top });
  growth.start(down);
  for (let n = 1; n <= top && !growth.isSteady(full); n += 1) {
    if (down) growth.addTwoPhases(n, departures(n), staying, down);
    else growth.addOnePhase(departures(n) / staying(n), batchSize);
  }
  return { full, ...growth.normalised(chain) };
}

/**
 * 1 less the part of each chance that the next one is, far beyond `full`: the d in 0 to 1 with d = r2 / -w2 - r1 / w1, where
 * w = servers - batch rate ((1 - d)^-m - 1) / d in each phase; w = 0 where there is one. From the balance of the chances.
 */
function steadyFall({ servers, rates, endings, batchSize }: LevelChain): number {
  const [quiet, burst] = [rates[0] / batchSize, rates[1] / batchSize];
  const isTooLarge = (fall: number) => {
    const jumps = Math.expm1(-batchSize * Math.log1p(-fall)) / fall;
    const [w1, w2] = [servers - quiet * jumps, servers - burst * jumps];
    if (w1 <= 0 || rates[0] === rates[1]) return w1 <= 0;
    return w2 < 0 && fall > endings[1] / -w2 - endings[0] / w1;
  };
  let [low, high] = [-45, 0];
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    if (isTooLarge(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.exp(low);
}

/** The chances so far, up to a factor. */
class Growth {
  readonly #batchRates: readonly [number, number];
  readonly #batchSize: number;
  readonly #top: number;
  /** Chance of n in the quiet phase, and in the burst. */
  readonly #quiet: number[] = [];
  readonly #burst: number[] = [];
  #sum = 0;
  /** The flow of the last batchSize levels, where there is one phase. */
  #recent = 0;
  /** 1 less the ratio of the chances in the end, and for how many levels it has been that. */
  readonly #fall: number;
  #steadySince = 0;

  constructor({ rates, batchSize }: LevelChain, fall: number, top: number) {
    this.#fall = fall;
    this.#batchRates = [rates[0] / batchSize, rates[1] / batchSize];
    this.#batchSize = batchSize;
    this.#top = top;
  }

  start(down: Passages | undefined): void {
    const [quiet, burst] = down ? down.emptyPhases : [1, 0];
    this.#add(quiet / (quiet + burst), burst / (quiet + burst));
  }

  #add(quiet: number, burst: number): void {
    const last = (this.#quiet.at(-1) ?? 0) + (this.#burst.at(-1) ?? 0);
    const both = quiet + burst;
    this.#quiet.push(quiet);
    this.#burst.push(burst);
    this.#sum += both;
    const isSteady = Math.abs(1 - both / last - this.#fall) <= Math.max(1e-7 * this.#fall, 4e-16);
    this.#steadySince = isSteady ? this.#steadySince + 1 : 0;
    if (both > 1e200) this.#shrink(1e-200);
  }

  #shrink(factor: number): void {
    for (let n = 0; n < this.#quiet.length; n += 1) {
      this.#quiet[n] = (this.#quiet[n] ?? 0) * factor;
      this.#burst[n] = (this.#burst[n] ?? 0) * factor;
    }
    this.#sum *= factor;
    this.#recent *= factor;
  }

  addOnePhase(departures: number, batchSize: number): void {
    const last = this.#quiet.length - 1;
    const first = Math.max(0, last - batchSize + 1);
    // Added up anew once a batch, before what is taken off leaves only rounding errors.
    if (last % batchSize === 0) this.#recent = this.#quiet.slice(first).reduce((sum, chance) => sum + chance, 0);
    else this.#recent += (this.#quiet[last] ?? 0) - (first > 0 ? (this.#quiet[first - 1] ?? 0) : 0);
    this.#add((this.#recent * this.#batchRates[0]) / departures, 0);
  }

  addTwoPhases(n: number, departures: number, staying: (n: number) => number, down: Passages): void {
    const [quietRate, burstRate] = this.#batchRates;
    const size = this.#batchSize;
    const lowest = Math.max(0, n - size);
    let [quiet, burst] = [0, 0];
    // The batches that would land above the level, and those that their last request brings to it.
    let [quietAbove, burstAbove] = [0, 0];
    let from = n - 1;
    for (let level = Math.min(this.#top, n - 1 + size); level >= n; level -= 1) {
      for (; from > level - size && from >= lowest; from -= 1) {
        quietAbove += (this.#quiet[from] ?? 0) * quietRate;
        burstAbove += (this.#burst[from] ?? 0) * burstRate;
      }
      const [stays, ends] = [staying(level), staying(level) - staying(level + 1)];
      quiet += ends * quietAbove;
      burst += ends * burstAbove;
      if (level - size >= lowest) {
        quiet += stays * (this.#quiet[level - size] ?? 0) * quietRate;
        burst += stays * (this.#burst[level - size] ?? 0) * burstRate;
      }
      const at = down.index(level);
      const nextQuiet = quiet * (down.quietToQuiet[at] ?? 0) + burst * (down.burstToQuiet[at] ?? 0);
      burst = quiet * (down.quietToBurst[at] ?? 0) + burst * (down.burstToBurst[at] ?? 0);
      quiet = nextQuiet;
    }
    this.#add(quiet / departures, burst / departures);
  }

  /** Whether the rest, without a limit, falls steadily, or is nothing. */
  isSteady(full: number): boolean {
    const last = this.#quiet.length - 1;
    if (this.#top < Infinity || last <= full + this.#batchSize) return false;
    if (this.#steadySince > this.#batchSize || this.#isCut(last - full)) return true;
    const both = (this.#quiet[last] ?? 0) + (this.#burst[last] ?? 0);
    return both * this.#batchSize < 1e-17 * this.#fall * this.#sum;
  }

  #isCut(waiting: number): boolean {
    return !(waiting <= Math.max(mostWaiting.requests, mostWaiting.batches * this.#batchSize));
  }

  normalised(chain: LevelChain): Omit<Levels, 'full'> {
    const both = this.#quiet.map((quiet, n) => quiet + (this.#burst[n] ?? 0));
    const rest = this.#top < Infinity ? 0 : this.#rest(both, chain);
    const sum = this.#sum + rest;
    const [quietRate, burstRate] = this.#batchRates;
    return {
      chances: both.map((chance) => chance / sum),
      burstChances: this.#burst.map((chance) => chance / sum),
      flows: this.#quiet.map((quiet, n) => (quiet * quietRate + (this.#burst[n] ?? 0) * burstRate) / sum),
      rest: rest / sum,
      endRatio: 1 - this.#fall,
    };
  }

  /** The chances beyond the last, together: by their steady fall, or where that has not begun from as many leaving as coming. */
  #rest(chances: readonly number[], { servers, rates, endings }: LevelChain): number {
    const last = chances.length - 1;
    if (!this.#isCut(last - Math.ceil(servers))) return (chances[last] ?? 0) * (1 / this.#fall - 1);
    const load = (rates[0] * endings[1] + rates[1] * endings[0]) / (endings[0] + endings[1]);
    const idle = chances.reduce((sum, chance, n) => sum + chance * Math.max(0, servers - n), 0);
    return Math.max(0, idle / (servers - load) - this.#sum);
  }
}
