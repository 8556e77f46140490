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
  advance(): void;
}

/**
 * Every thread makes all arrivals and takes its own: together they are exactly what one thread would have sent, whatever the
 * law. Lots decide which are its own, so that each thread has a Poisson process too; paced arrivals take turns.
 */
export function scheduleOf(load: OpenLoad, seed: number, { thread, threads, connections }: Shard): ArrivalSchedule {
  const arrivals = arrivalsOf(load.arrivals, stepsOf(load.rates), new RandomStream(seed, arrivalStream));
  if (threads === 1) return new OwnArrivals(arrivals, () => true);
  const lots = new RandomStream(seed, lotStream);
  let turn = 0;
  const card = load.arrivals.kind === 'paced' ? () => turn++ % connections : () => lots.below(connections);
  // Connections are dealt to the threads one by one, and each connection is as likely to get the request.
  return new OwnArrivals(arrivals, () => card() % threads === thread);
}

class OwnArrivals implements ArrivalSchedule {
  readonly #arrivals: ArrivalStream;
  readonly #isOwn: () => boolean;
  nextMs = 0;

  constructor(arrivals: ArrivalStream, isOwn: () => boolean) {
    this.#arrivals = arrivals;
    this.#isOwn = isOwn;
    this.advance();
  }

  advance(): void {
    do this.nextMs = this.#arrivals.next();
    while (this.nextMs < Number.POSITIVE_INFINITY && !this.#isOwn());
  }
}

function stepsOf(rates: OpenLoad['rates'] = []): FactorSteps {
  const sorted = rates.toSorted((a, b) => a.fromMs - b.fromMs);
  const steps = (sorted[0]?.fromMs ?? 1) > 0 ? [{ fromMs: 0, factor: 1 }, ...sorted] : sorted;
  return { startsMs: steps.map(({ fromMs }) => fromMs), factors: steps.map(({ factor }) => factor) };
}
