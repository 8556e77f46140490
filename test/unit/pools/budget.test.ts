import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byNeed, partOf, type Share, yieldsTo } from '../../../src/pools/budget.ts';
import { type Claimant, Ledger } from '../../../src/pools/ledger.ts';

const share = fc.record({
  connections: fc.nat(30),
  oldestWaitMs: fc.option(fc.nat(5_000), { nil: undefined }),
});

describe('a share', () => {
  it.each([
    [40, 1, 40],
    [50, 3, 16],
    [2, 5, 1],
  ])('of %d for %d processes is %d', (budget, instances, part) => {
    expect(partOf(budget, instances)).toBe(part);
  });

  it('is handed to who waits with two fewer, or with none for longer', () => {
    const waiting = (connections: number, oldestWaitMs = 10): Share => ({ connections, oldestWaitMs });
    expect(yieldsTo(waiting(3), waiting(1))).toBe(true);
    expect(yieldsTo(waiting(2), waiting(1))).toBe(false);
    expect(yieldsTo(waiting(1, 5), waiting(0, 6))).toBe(true);
    expect(yieldsTo(waiting(1, 7), waiting(0, 6))).toBe(false);
    expect(yieldsTo(waiting(9), { connections: 0, oldestWaitMs: undefined })).toBe(false);
  });

  it('never goes back and forth between two that wait equally long', () => {
    fc.assert(
      fc.property(share, share, (holder, other) => {
        fc.pre(yieldsTo(holder, other));
        const after = { ...holder, connections: holder.connections - 1 };
        const taken = { ...other, connections: other.connections + 1 };
        fc.pre(holder.connections > 0 && taken.connections > 1);
        expect(yieldsTo(taken, after)).toBe(false);
      }),
    );
  });

  it('goes first to who has least, then to who waits longest', () => {
    const order = [
      { connections: 2, oldestWaitMs: 900 },
      { connections: 0, oldestWaitMs: 1 },
      { connections: 0, oldestWaitMs: 7 },
    ].sort(byNeed);
    expect(order.map(({ oldestWaitMs }) => oldestWaitMs)).toEqual([7, 1, 900]);
  });
});

/** A pool whose connections are opened and closed at once. */
class Fake implements Claimant {
  readonly server: string;
  open = 0;
  idle = 0;
  wanted = 0;
  readonly #ledger: () => Ledger;

  constructor(server: string, ledger: () => Ledger) {
    this.server = server;
    this.#ledger = ledger;
  }

  get share(): Share {
    return { connections: this.open, oldestWaitMs: this.wanted > 0 ? 1 : undefined };
  }

  get missing(): number {
    return this.wanted;
  }

  get oldestIdleSinceMs(): number | undefined {
    return this.idle > 0 ? 0 : undefined;
  }

  closeOldestIdle(): void {
    this.idle -= 1;
    this.#ledger().frees(this.server);
    this.open -= 1;
    this.#ledger().give(this.server, true);
  }

  dispatch(): void {
    this.#ledger().unblock(this);
    while (this.wanted > 0) {
      const scope = this.#ledger().take(this.server);
      if (scope) {
        this.#ledger().block(this, scope);
        break;
      }
      this.open += 1;
      this.wanted -= 1;
    }
  }

  /** A connection in use comes to rest. */
  release(): void {
    if (this.open - this.idle === 0) return;
    this.idle += 1;
    if (this.#ledger().handsOn(this)) this.closeOldestIdle();
  }
}

describe('the ledger', () => {
  it('never counts more than either budget, and starves nobody once connections come back', () => {
    const step = fc.record({ pool: fc.nat(5), what: fc.constantFrom('ask', 'release') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const limits = { perServer: 4, total: 6 };
        const pools: Fake[] = [];
        const ledger = new Ledger(limits, () => pools);
        for (const server of ['a', 'a', 'a', 'b', 'b', 'c']) pools.push(new Fake(server, () => ledger));
        const within = () => {
          for (const server of ['a', 'b', 'c']) {
            const open = pools.filter((pool) => pool.server === server).reduce((sum, pool) => sum + pool.open, 0);
            expect(open).toBeLessThanOrEqual(limits.perServer);
          }
          expect(pools.reduce((sum, pool) => sum + pool.open, 0)).toBe(ledger.held);
          expect(ledger.held).toBeLessThanOrEqual(limits.total);
        };
        for (const { pool, what } of steps) {
          const one = pools[pool];
          if (what === 'ask' && one) {
            one.wanted += 1;
            one.dispatch();
          } else one?.release();
          within();
        }
        for (let turn = 0; turn < 1_000 && pools.some(({ wanted }) => wanted > 0); turn++) {
          for (const pool of pools) pool.release();
          within();
        }
        expect(pools.map(({ wanted }) => wanted)).toEqual(pools.map(() => 0));
      }),
    );
  });
});
