/** Lets one of a kind pass in so long, and counts those that it held back. */
export class RateLimit {
  readonly #kinds = new Map<string, { untilMs: number; heldBack: number }>();
  readonly #quietMs: number;
  readonly #now: () => number;

  constructor(quietMs: number, now: () => number) {
    this.#quietMs = quietMs;
    this.#now = now;
  }

  /** How many were held back before this one; undefined when this one is held back as well. */
  ask(kind: string): number | undefined {
    const now = this.#now();
    const known = this.#kinds.get(kind);
    if (known && now < known.untilMs) {
      known.heldBack++;
      return undefined;
    }
    this.#kinds.set(kind, { untilMs: now + this.#quietMs, heldBack: 0 });
    return known?.heldBack ?? 0;
  }

  /** Drops what it need not know any more, so that it does not grow with the number of kinds. */
  forget(): void {
    const now = this.#now();
    for (const [kind, { untilMs, heldBack }] of this.#kinds) {
      if (now >= untilMs && heldBack === 0) this.#kinds.delete(kind);
    }
  }
}
