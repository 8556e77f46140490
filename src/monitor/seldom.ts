const minuteMs = 60_000;
/** Distinct stacks that are remembered: a program has no more places that ask. */
const mostKeys = 200;

/** Lets one of a kind through in a minute, and counts the others. */
export class Seldom {
  readonly #told = new Map<string, { atMs: number; untold: number }>();

  /** How many were held back since the last one; undefined where this one is held back too. */
  pass(key: string, nowMs: number): number | undefined {
    const last = this.#told.get(key);
    if (last && nowMs - last.atMs < minuteMs) {
      last.untold += 1;
      return undefined;
    }
    this.#told.delete(key); // to stand last again
    this.#told.set(key, { atMs: nowMs, untold: 0 });
    const [oldest] = this.#told.keys();
    if (this.#told.size > mostKeys && oldest !== undefined) this.#told.delete(oldest);
    return last?.untold ?? 0;
  }
}
