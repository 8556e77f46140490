/**
 * A stream of random numbers from a seed: the same seed and stream give the same numbers on every machine.
 * sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, no failures in PractRand, and only 32-bit additions and shifts.
 */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal = Number.NaN;

  /** Streams of one seed, and one stream of two seeds, are independent of each other. */
  constructor(seed: number, stream: number) {
    let mixed = scramble(stream + 1);
    const next = (word: number) => {
      mixed = scramble(mixed ^ word);
      return mixed;
    };
    this.#a = next(seed | 0);
    this.#b = next(Math.floor(seed / 2 ** 32) | 0);
    this.#c = next(stream);
    for (let round = 0; round < 15; round += 1) this.#bits();
  }

  #bits(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result;
  }

  /** Between 0 and 1, neither included, in steps of 2^-32. */
  uniform(): number {
    return ((this.#bits() >>> 0) + 0.5) * 2 ** -32;
  }

  /** A whole number from 0 to count - 1. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** With mean 1. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** With mean 0 and variance 1, by Marsaglia's polar method, which makes two at a time. */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) {
        const stretch = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spareNormal = y * stretch;
        return x * stretch;
      }
    }
  }

  /** With mean `shape` and scale 1. Marsaglia and Tsang, ACM TOMS 26 (2000); below shape 1 by their power of a uniform. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const uniform = this.uniform();
      // The first test is cheap and settles nearly all cases that the second one would accept.
      if (uniform < 1 - 0.0331 * x ** 4 || Math.log(uniform) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}

/** The finalizer of MurmurHash3: every bit of the word reaches every bit of the result. */
function scramble(word: number): number {
  let bits = (word + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** One stream for each thing that is random, so that changing the pool changes neither the requests nor their hold times. */
export interface RandomStreams {
  readonly arrivals: RandomStream;
  readonly holds: RandomStream;
  readonly balancer: RandomStream;
}

export function randomStreams(seed: number): RandomStreams {
  return {
    arrivals: new RandomStream(seed, 0),
    holds: new RandomStream(seed, 1),
    balancer: new RandomStream(seed, 2),
  };
}
