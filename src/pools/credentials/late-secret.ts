import { isNearby, readSecret, type SecretSource } from './source.ts';

const cachedMs = 300_000;
/** Of what is left of a secret's life. */
const cachedShare = 0.8;
/** Smaller numbers are seconds: as milliseconds they would lie before 1973. */
const leastMs = 100_000_000_000;

/**
 * A secret that is read when it is needed. What a program or a provider gave is kept for at most 5 minutes, or 80 % of its
 * life if that is shorter. Nothing that prints an object shows it.
 */
export class LateSecret {
  readonly #source: SecretSource;
  readonly #now: () => number;
  #cached: { readonly value: string; readonly untilMs: number } | undefined;
  #reading: Promise<string> | undefined;

  /** `now`: the wall clock, in milliseconds since 1970. */
  constructor(source: SecretSource, now: () => number = Date.now) {
    this.#source = source;
    this.#now = now;
  }

  /** @throws SecretUnavailableError */
  async current(): Promise<string> {
    if (this.#cached && this.#now() < this.#cached.untilMs) return this.#cached.value;
    return this.#read();
  }

  /**
   * The secret after the server refused one. Only the first of several that were refused the same one asks the source.
   *
   * @throws SecretUnavailableError
   */
  async instead(refused: string): Promise<string> {
    const known = this.#cached?.value;
    return known !== undefined && known !== refused ? known : this.#read();
  }

  #read(): Promise<string> {
    this.#reading ??= this.#ask().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #ask(): Promise<string> {
    const { value, expiresAt } = await readSecret(this.#source);
    const now = this.#now();
    const lifeMs = expiresAt === undefined ? Number.POSITIVE_INFINITY : msOf(expiresAt) - now;
    const keptMs = isNearby(this.#source) ? 0 : Math.min(cachedMs, lifeMs * cachedShare);
    this.#cached = keptMs > 0 ? { value, untilMs: now + keptMs } : undefined;
    return value;
  }
}

function msOf(moment: Date | number): number {
  const number = Number(moment);
  return moment instanceof Date || number >= leastMs ? number : number * 1_000;
}
