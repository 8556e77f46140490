/** So many samples in a row raise an alarm or clear it. */
export const samplesInARow = 3;

interface AlarmBounds {
  readonly raiseAbove: number;
  readonly clearBelow: number;
  /** How many samples in a row it takes. */
  readonly samples?: number;
}

/**
 * An alarm that does not flap: raised by three samples in a row above `raiseAbove`, cleared by three in a row below
 * `clearBelow`, which is lower.
 */
export class Alarm {
  readonly #raiseAbove: number;
  readonly #clearBelow: number;
  readonly #samples: number;
  #isRaised = false;
  #inARow = 0;

  constructor({ raiseAbove, clearBelow, samples = samplesInARow }: AlarmBounds) {
    this.#raiseAbove = raiseAbove;
    this.#clearBelow = clearBelow;
    this.#samples = samples;
  }

  get isRaised(): boolean {
    return this.#isRaised;
  }

  /** Whether this sample raised or cleared it. */
  sample(value: number): 'raised' | 'cleared' | undefined {
    const isBeyond = this.#isRaised ? value < this.#clearBelow : value > this.#raiseAbove;
    this.#inARow = isBeyond ? this.#inARow + 1 : 0;
    if (this.#inARow < this.#samples) return undefined;
    this.#inARow = 0;
    this.#isRaised = !this.#isRaised;
    return this.#isRaised ? 'raised' : 'cleared';
  }
}
