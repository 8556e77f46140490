import type { PoolSecret } from '../definition.ts';
import { type PasswordPlace, readPassword } from './password-place.ts';

const keptMs = 300_000;
/** Of what is left of a secret's life. */
const keptShare = 0.8;

/**
 * A password that is read when it is needed. What a program or a provider gave is kept for at most 5 minutes, or 80 % of its
 * life if that is shorter. Nothing that prints an object shows it. Both methods throw SecretUnavailableError.
 */
export class LateSecret implements PoolSecret {
  /** Two of the same origin are the same. A provider has none: it is the same as itself alone. */
  readonly origin: string | undefined;
  readonly #place: PasswordPlace;
  readonly #now: () => number;
  #kept: { readonly value: string; readonly untilMs: number } | undefined;
  #reading: Promise<string> | undefined;

  /** `now`: the wall clock, in milliseconds since 1970. */
  constructor(place: PasswordPlace, now: () => number = Date.now) {
    this.origin = typeof place === 'function' ? undefined : JSON.stringify(place);
    this.#place = place;
    this.#now = now;
  }

  async current(): Promise<string> {
    return this.#kept && this.#now() < this.#kept.untilMs ? this.#kept.value : this.#read();
  }

  /** The secret after the server refused one. Of several that were refused the same one, the first asks for it. */
  async instead(refused: string): Promise<string> {
    const known = this.#kept?.value;
    return known !== undefined && known !== refused ? known : this.#read();
  }

  #read(): Promise<string> {
    this.#reading ??= this.#ask().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #ask(): Promise<string> {
    const { value, expiresAtMs } = await readPassword(this.#place);
    const now = this.#now();
    this.#kept = { value, untilMs: now + Math.min(keptMs, (expiresAtMs - now) * keptShare) };
    return value;
  }
}
