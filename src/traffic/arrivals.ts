import type { ArrivalLaw } from './arrival-law.ts';
import { type FactorSteps, factorAt } from './factor-steps.ts';
import type { HoldSampler } from './holds.ts';
import type { RandomStream } from './random.ts';

/** Gives the moments of arrivals one after the other, in ms from the start; Infinity when no more come. */
export interface ArrivalStream {
  next(): number;
}

/** Arrivals of the law; `load` is how many times as many come at which moment. */
export function arrivalsOf(law: ArrivalLaw, load: FactorSteps, random: RandomStream): ArrivalStream {
  switch (law.kind) {
    case 'poisson':
      return new RatedArrivals([law.ratePerSecond / 1_000], load, () => random.exponential());
    case 'paced':
      return new RatedArrivals([law.ratePerSecond / 1_000], load, () => 1);
    case 'batches':
      return new Batches(
        new RatedArrivals([law.ratePerSecond / 1_000 / law.size], load, () => random.exponential()),
        law.size,
      );
    case 'bursty':
      return bursty(law, load, random);
    case 'trace':
      return new Trace(law.timesMs, load, random);
    default:
      return law satisfies never;
  }
}

/** The mean rate a law asks for, without incidents; of a trace, over its own length. */
export function meanRatePerSecond(law: ArrivalLaw): number {
  if (law.kind !== 'trace') return law.ratePerSecond;
  const endMs = law.timesMs.at(-1) ?? 0;
  return endMs > 0 ? (law.timesMs.length / endMs) * 1_000 : 0;
}

interface Phases {
  /** Mean length of each phase, in ms. */
  readonly meansMs: readonly number[];
  readonly first: number;
  readonly random: RandomStream;
}

function bursty(law: ArrivalLaw & { kind: 'bursty' }, load: FactorSteps, random: RandomStream): ArrivalStream {
  const { ratePerSecond, factor, burstMs, quietMs } = law;
  const burstShare = burstMs / (burstMs + quietMs);
  const quietRate = ratePerSecond / 1_000 / (1 + (factor - 1) * burstShare);
  return new RatedArrivals([quietRate, factor * quietRate], load, () => random.exponential(), {
    meansMs: [quietMs, burstMs],
    first: random.uniform() < burstShare ? 1 : 0,
    random,
  });
}

/**
 * Arrivals at a rate that is constant for stretches: each comes when the rate, summed up since the last one, reaches a gap
 * drawn with mean 1. Exponential gaps make a Poisson process of any rate; gaps of 1 make paced arrivals.
 */
class RatedArrivals implements ArrivalStream {
  readonly #phaseRates: readonly number[];
  readonly #load: FactorSteps;
  readonly #gap: () => number;
  readonly #phases: Phases | undefined;
  #phase: number;
  #phaseEndMs = Infinity;
  #step = 0;
  #nowMs = 0;
  #ratePerMs = 0;
  #stretchEndMs = 0;

  constructor(phaseRates: readonly number[], load: FactorSteps, gap: () => number, phases?: Phases) {
    this.#phaseRates = phaseRates;
    this.#load = load;
    this.#gap = gap;
    this.#phases = phases;
    this.#phase = phases?.first ?? 0;
    if (phases) this.#phaseEndMs = this.#phaseLengthMs(phases);
    this.#setStretch();
  }

  next(): number {
    let gap = this.#gap();
    for (;;) {
      const momentMs = this.#nowMs + gap / this.#ratePerMs;
      if (momentMs <= this.#stretchEndMs) {
        this.#nowMs = momentMs;
        return momentMs;
      }
      gap = Math.max(0, gap - (this.#stretchEndMs - this.#nowMs) * this.#ratePerMs);
      this.#nowMs = this.#stretchEndMs;
      this.#nextStretch();
    }
  }

  #nextStretch(): void {
    if (this.#phases && this.#nowMs >= this.#phaseEndMs) {
      this.#phase = 1 - this.#phase;
      this.#phaseEndMs += this.#phaseLengthMs(this.#phases);
    }
    while (this.#nowMs >= (this.#load.startsMs[this.#step + 1] ?? Infinity)) this.#step += 1;
    this.#setStretch();
  }

  #phaseLengthMs({ meansMs, random }: Phases): number {
    return (meansMs[this.#phase] ?? 0) * random.exponential();
  }

  #setStretch(): void {
    this.#ratePerMs = (this.#phaseRates[this.#phase] ?? 0) * (this.#load.factors[this.#step] ?? 1);
    this.#stretchEndMs = Math.min(this.#phaseEndMs, this.#load.startsMs[this.#step + 1] ?? Infinity);
  }
}

class Batches implements ArrivalStream {
  readonly #moments: ArrivalStream;
  readonly #size: number;
  #momentMs = 0;
  #left = 0;

  constructor(moments: ArrivalStream, size: number) {
    this.#moments = moments;
    this.#size = size;
  }

  next(): number {
    if (this.#left === 0) {
      this.#momentMs = this.#moments.next();
      this.#left = this.#size;
    }
    this.#left -= 1;
    return this.#momentMs;
  }
}

/** The holds that were recorded with the arrivals, each of the arrival that the stream gave last; undefined without any. */
export function recordedHolds(law: ArrivalLaw, arrivals: ArrivalStream, random: RandomStream): HoldSampler | undefined {
  if (law.kind !== 'trace' || !law.holdsMs || !(arrivals instanceof Trace)) return undefined;
  const { holdsMs, holdsFromWithin: within = 0 } = law;
  return () => {
    const moved = arrivals.index + (within > 0 ? random.below(2 * within + 1) - within : 0);
    return holdsMs[Math.min(Math.max(0, moved), holdsMs.length - 1)] ?? 0;
  };
}

/** Recorded moments; with more load, each comes as often as the factor says, its fraction by lot. */
class Trace implements ArrivalStream {
  readonly #timesMs: readonly number[];
  readonly #load: FactorSteps;
  readonly #random: RandomStream;
  #index = -1;
  #copies = 0;

  /** Of the arrival that was given last. */
  get index(): number {
    return this.#index;
  }

  constructor(timesMs: readonly number[], load: FactorSteps, random: RandomStream) {
    this.#timesMs = timesMs;
    this.#load = load;
    this.#random = random;
  }

  next(): number {
    while (this.#copies === 0) {
      this.#index += 1;
      const timeMs = this.#timesMs[this.#index];
      if (timeMs === undefined) return Infinity;
      const factor = factorAt(this.#load, timeMs);
      const whole = Math.floor(factor);
      this.#copies = whole + (factor > whole && this.#random.uniform() < factor - whole ? 1 : 0);
    }
    this.#copies -= 1;
    return this.#timesMs[this.#index] ?? Infinity;
  }
}
