import type { Claim, Limit } from './claim.ts';

/** Sizes for claims, and what they take of the limits in the worst minute. Starts with every claim at its floor. */
export class Division {
  readonly #sizes = new Map<Claim, number>();
  readonly #usages = new Map<Limit, Usage>();

  constructor(claims: Iterable<Claim>) {
    for (const claim of claims) {
      this.#sizes.set(claim, 0);
      this.change(claim, claim.least);
    }
  }

  sizeOf(claim: Claim): number {
    return this.#sizes.get(claim) ?? claim.least;
  }

  /** Connections of the limit in the worst minute. */
  takenOf(limit: Limit): number {
    return this.#usageOf(limit).taken;
  }

  change(claim: Claim, by: number): void {
    this.#sizes.set(claim, this.sizeOf(claim) + by);
    for (const { limit, connections, inRollout, release } of claim.takes) {
      this.#usageOf(limit).add(by * connections, by * inRollout, release);
    }
  }

  /** Whether one more connection in each process of the claim keeps within all limits. */
  hasRoomFor(claim: Claim): boolean {
    return claim.takes.every(({ limit, connections, inRollout, release }) => {
      if (limit.most === Infinity) return true;
      const usage = this.#usageOf(limit);
      return usage.taken + usage.growth(connections, inRollout, release) <= limit.most;
    });
  }

  /** What one more connection in each process takes now, as shares of the limits. */
  costOf(claim: Claim): number {
    return claim.takes.reduce((sum, { limit, connections, inRollout, release }) => {
      if (limit.most === Infinity) return sum;
      return sum + this.#usageOf(limit).growth(connections, inRollout, release) / Math.max(1, limit.most);
    }, 0);
  }

  /** By how much the worst minute of a server grows with one more connection in each process. */
  growthOf(claim: Claim, server: string): number {
    const own = claim.takes.filter(({ limit }) => limit.server === server && limit.role === undefined);
    const before = own.map(({ limit }) => this.takenOf(limit));
    const after = own.map(({ limit, connections, inRollout, release }, index) => {
      return (before[index] ?? 0) + this.#usageOf(limit).growth(connections, inRollout, release);
    });
    return Math.max(0, ...after) - Math.max(0, ...before);
  }

  /** Shares of what each release adds, of those that add most or nearly so: counted by these, no sizes take more than they do. */
  rollingShares(limit: Limit): ReadonlyMap<string, number> {
    return this.#usageOf(limit).rollingShares();
  }

  #usageOf(limit: Limit): Usage {
    const found = this.#usages.get(limit) ?? new Usage(limit);
    this.#usages.set(limit, found);
    return found;
  }
}

/** Releases that add no less than this share of the last one that counts may take its place. */
const nearlyMost = 0.95;

/** Of one limit: what is always taken, and what each release adds while it rolls out. */
class Usage {
  readonly #atOnce: number;
  readonly #inRollout: Map<string, number>;
  #always: number;
  /** Of the releases that add most. */
  #rolling: number;

  constructor({ fixed, fixedInRollout, rolloutsAtOnce }: Limit) {
    this.#atOnce = rolloutsAtOnce;
    this.#inRollout = new Map(fixedInRollout);
    this.#always = fixed;
    this.#rolling = this.#largest();
  }

  get taken(): number {
    return this.#always + this.#rolling;
  }

  /** What is taken more when so much is added. */
  growth(connections: number, inRollout: number, release: string): number {
    if (inRollout === 0) return connections;
    return connections + this.#rollingWith(inRollout, release) - this.#rolling;
  }

  add(connections: number, inRollout: number, release: string): void {
    this.#always += connections;
    if (inRollout === 0) return;
    const before = this.#rolling;
    this.#rolling = inRollout > 0 ? this.#rollingWith(inRollout, release) : before;
    this.#inRollout.set(release, (this.#inRollout.get(release) ?? 0) + inRollout);
    if (inRollout < 0) this.#rolling = this.#largest();
  }

  rollingShares(): ReadonlyMap<string, number> {
    const sorted = [...this.#inRollout].sort(([, a], [, b]) => b - a);
    const last = sorted[Math.min(this.#atOnce, sorted.length) - 1]?.[1] ?? 0;
    const isAbove = (added: number) => added > last / nearlyMost;
    const isNear = (added: number) => !isAbove(added) && added >= last * nearlyMost;
    const above = sorted.filter(([, added]) => isAbove(added)).length;
    const near = sorted.filter(([, added]) => isNear(added)).length;
    const share = Math.min(1, (this.#atOnce - above) / near);
    return new Map(sorted.map(([release, added]) => [release, isAbove(added) ? 1 : isNear(added) ? share : 0]));
  }

  #rollingWith(inRollout: number, release: string): number {
    if (this.#atOnce === Infinity) return this.#rolling + inRollout;
    const own = (this.#inRollout.get(release) ?? 0) + inRollout;
    if (this.#atOnce === 1) return Math.max(this.#rolling, own);
    return largestSum([...new Map(this.#inRollout).set(release, own).values()], this.#atOnce);
  }

  #largest(): number {
    return largestSum([...this.#inRollout.values()], this.#atOnce);
  }
}

/** The sum of the `count` largest. */
export function largestSum(values: readonly number[], count: number): number {
  if (count === 1) return values.reduce((most, value) => Math.max(most, value), 0);
  const chosen = count >= values.length ? values : values.toSorted((a, b) => b - a).slice(0, count);
  return chosen.reduce((sum, value) => sum + value, 0);
}
