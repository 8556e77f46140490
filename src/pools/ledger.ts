import { byNeed, type Share, yieldsTo } from './budget.ts';
import type { ManagerSettings } from './options.ts';

export type BudgetScope = 'server' | 'total';

/** A pool, as the budget sees it. */
export interface Claimant {
  /** `host:port`; undefined until its definition is known. */
  readonly server: string | undefined;
  readonly share: Share;
  /** How many more connections its requests would open. */
  readonly missing: number;
  /** Since when its oldest idle connection is idle; undefined when it has none. */
  readonly oldestIdleSinceMs: number | undefined;
  closeOldestIdle(): void;
  /** Serves its requests with what there is. */
  dispatch(): void;
}

/**
 * The connections of all pools, counted from before they are opened until their sockets are closed: never more than the
 * budget of a server, nor of all. Who finds it used up is told as soon as a place is free.
 */
export class Ledger {
  readonly #settings: Pick<ManagerSettings, 'perServer' | 'total'>;
  readonly #claimants: () => Iterable<Claimant>;
  readonly #held = new Map<string, number>();
  readonly #closing = new Map<string, number>();
  #heldInAll = 0;
  #closingInAll = 0;
  readonly #blocked = new Map<Claimant, BudgetScope>();

  constructor(settings: Pick<ManagerSettings, 'perServer' | 'total'>, claimants: () => Iterable<Claimant>) {
    this.#settings = settings;
    this.#claimants = claimants;
  }

  get held(): number {
    return this.#heldInAll;
  }

  /** Takes a place for a connection that is about to be opened. Gives the budget that is used up, if one is. */
  take(server: string): BudgetScope | undefined {
    if ((this.#held.get(server) ?? 0) >= this.#settings.perServer) return 'server';
    if (this.#heldInAll >= this.#settings.total) return 'total';
    add(this.#held, server, 1);
    this.#heldInAll += 1;
    return undefined;
  }

  /** The place will be free soon. */
  frees(server: string): void {
    add(this.#closing, server, 1);
    this.#closingInAll += 1;
  }

  /** The place is free; `wasClosing` after `frees`. */
  give(server: string, wasClosing: boolean): void {
    add(this.#held, server, -1);
    this.#heldInAll -= 1;
    if (wasClosing) {
      add(this.#closing, server, -1);
      this.#closingInAll -= 1;
    }
    const next = [...this.#blocked.keys()].sort((one, other) => byNeed(one.share, other.share));
    for (const claimant of next) claimant.dispatch();
  }

  /** A claimant waits for a place of a budget; the longest idle connections of others are closed for it. */
  block(claimant: Claimant, scope: BudgetScope): void {
    this.#blocked.set(claimant, scope);
    while (this.#comingFor(claimant, scope) < claimant.missing) {
      const victim = this.#longestIdle(claimant, scope);
      if (!victim) return;
      victim.closeOldestIdle();
    }
  }

  unblock(claimant: Claimant): void {
    this.#blocked.delete(claimant);
  }

  scopeOf(claimant: Claimant): BudgetScope | undefined {
    return this.#blocked.get(claimant);
  }

  /** Whether a connection that comes back is closed to make room for a pool that needs the place more. */
  handsOn(holder: Claimant): boolean {
    for (const [other, scope] of this.#blocked) {
      if (other === holder || !sharesBudget(holder, other, scope)) continue;
      if (this.#comingFor(other, scope) > 0) continue;
      if (holder.share.oldestWaitMs === undefined || yieldsTo(holder.share, other.share)) return true;
    }
    return false;
  }

  #comingFor({ server = '' }: Claimant, scope: BudgetScope): number {
    return scope === 'server' ? (this.#closing.get(server) ?? 0) : this.#closingInAll;
  }

  #longestIdle(claimant: Claimant, scope: BudgetScope): Claimant | undefined {
    let found: Claimant | undefined;
    for (const other of this.#claimants()) {
      if (other === claimant || other.oldestIdleSinceMs === undefined || !sharesBudget(other, claimant, scope))
        continue;
      if (found?.oldestIdleSinceMs === undefined || other.oldestIdleSinceMs < found.oldestIdleSinceMs) found = other;
    }
    return found;
  }
}

function sharesBudget(one: Claimant, other: Claimant, scope: BudgetScope): boolean {
  return scope === 'total' || one.server === other.server;
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
