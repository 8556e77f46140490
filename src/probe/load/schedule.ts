import { type ArrivalStream, arrivalsOf } from '../../traffic/arrivals.ts';
import type { FactorSteps } from '../../traffic/factor-steps.ts';
import { RandomStream } from '../../traffic/random.ts';
import type { StepPlan } from './model.ts';
import type { Shard } from './shard.ts';

export type OpenLoad = Extract<StepPlan['load'], { kind: 'open' }>;

/** Streams 0 and up of the plan's seed, those that the simulation uses for the same. */
const arrivalStream = 0;
const lotStream = 3;

/** The moments at which requests are due, in ms from the start; made one by one, as they are asked for. */
export interface ArrivalSchedule {
  /** Infinity when no more come. */
  readonly nextMs: number;
  /** Which of the thread's own cards gets the next one, counted from 0; see Shard. */
  readonly ownCard: number;
  advance(): void;
}

/**
 * Every thread makes all arrivals and takes its own: together they are exactly what one thread would have sent, whatever the
 * law. Lots decide which are its own, and which instance gets each, so that each thread and each instance has a Poisson
 * process too; paced arrivals take turns.
 */
export function scheduleOf(load: OpenLoad, seed: number, shard: Shard): ArrivalSchedule {
  const { cards } = shard;
  const arrivals = arrivalsOf(load.arrivals, stepsOf(load.rates), new RandomStream(seed, arrivalStream));
  if (cards === 1) return new OwnArrivals(arrivals, shard, () => 0);
  const lots = new RandomStream(seed, lotStream);
  let turn = 0;
  const takesTurns = load.arrivals.kind === 'paced' || load.splitBy === 'round-robin';
  return new OwnArrivals(arrivals, shard, takesTurns ? () => turn++ % cards : () => lots.below(cards));
}

class OwnArrivals implements ArrivalSchedule {
  readonly #arrivals: ArrivalStream;
  readonly #shard: Shard;
  readonly #drawCard: () => number;
  #card = 0;
  nextMs = 0;

  constructor(arrivals: ArrivalStream, shard: Shard, drawCard: () => number) {
    this.#arrivals = arrivals;
    this.#shard = shard;
    this.#drawCard = drawCard;
    this.advance();
  }

  get ownCard(): number {
    return Math.floor(this.#card / this.#shard.threads);
  }

  advance(): void {
    const { thread, threads } = this.#shard;
    do {
      this.nextMs = this.#arrivals.next();
      this.#card = this.#drawCard();
    } while (this.#card % threads !== thread && this.nextMs < Number.POSITIVE_INFINITY);
  }
}

function stepsOf(rates: OpenLoad['rates'] = []): FactorSteps {
  const sorted = rates.toSorted((a, b) => a.fromMs - b.fromMs);
  const steps = (sorted[0]?.fromMs ?? 1) > 0 ? [{ fromMs: 0, factor: 1 }, ...sorted] : sorted;
  return { startsMs: steps.map(({ fromMs }) => fromMs), factors: steps.map(({ factor }) => factor) };
}
