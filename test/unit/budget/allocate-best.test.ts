import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, Limit } from '../../../src/budget/allocation/claim.ts';
import { poolClaims } from '../../../src/budget/allocation/claims.ts';
import { divide } from '../../../src/budget/allocation/divide.ts';
import { Division } from '../../../src/budget/allocation/division.ts';
import { exchange } from '../../../src/budget/allocation/exchange.ts';
import { fillRoom } from '../../../src/budget/allocation/fill-room.ts';
import { addLack, compareLack, type Lack, noLack } from '../../../src/budget/allocation/lack.ts';
import { FleetLimits } from '../../../src/budget/allocation/limits.ts';
import type { FleetModel } from '../../../src/budget/model.ts';
import { fleetModel } from '../../helpers/fleet.ts';
import { randomFleet } from '../../helpers/random-fleet.ts';

const lackOf = (claims: readonly Claim[], sizeOf: (claim: Claim) => number): Lack =>
  claims.reduce((sum, claim) => addLack(sum, claim.lackAt(sizeOf(claim))), noLack);

function claimsOf(model: FleetModel) {
  const limits = new FleetLimits(model);
  return { claims: poolClaims(model, limits), limits: limits.all };
}

/** The least lack of all sizes that fit, by trying each. */
function leastLack(claims: readonly Claim[], limits: readonly Limit[]): Lack {
  const sizes = new Map<Claim, number>(claims.map((claim) => [claim, claim.least]));
  const sizeOf = (claim: Claim) => sizes.get(claim) ?? 0;
  let best = lackOf(claims, sizeOf);
  const tryFrom = (index: number): void => {
    const claim = claims[index];
    if (!claim) {
      if (!limits.every((limit) => takenOf(limit, claims, sizeOf) <= limit.most)) return;
      const lack = lackOf(claims, sizeOf);
      if (compareLack(lack, best) < 0) best = lack;
      return;
    }
    for (let size = claim.least; size <= claim.most; size += 1) {
      sizes.set(claim, size);
      tryFrom(index + 1);
    }
  };
  tryFrom(0);
  return best;
}

/** Added up anew for each try. */
function takenOf(limit: Limit, claims: readonly Claim[], sizeOf: (claim: Claim) => number): number {
  const rolling = new Map(limit.fixedInRollout);
  let always = limit.fixed;
  for (const claim of claims) {
    for (const take of claim.takes.filter((one) => one.limit === limit)) {
      always += sizeOf(claim) * take.connections;
      rolling.set(take.release, (rolling.get(take.release) ?? 0) + sizeOf(claim) * take.inRollout);
    }
  }
  const added = [...rolling.values()].sort((a, b) => b - a).slice(0, Math.min(rolling.size, limit.rolloutsAtOnce));
  return added.reduce((sum, one) => sum + one, always);
}

/** Three services, each of up to twelve connections a process. */
const smallFleet = randomFleet({ services: 3, largestPool: 12 });

describe('sizes of pools that compete', () => {
  it('are the best of all sizes that fit, tried one by one', () => {
    fc.assert(
      fc.property(smallFleet, (model) => {
        const { claims, limits } = claimsOf(model);
        const ways = claims.reduce((product, { least, most }) => product * (most - least + 1), 1);
        fc.pre(ways <= 2_500 && limits.every((limit) => takenOf(limit, claims, ({ least }) => least) <= limit.most));
        const groups = divide(claims);
        const lack = groups.reduce(
          (sum, group) =>
            addLack(
              sum,
              lackOf(group.claims, (claim) => group.division.sizeOf(claim)),
            ),
          noLack,
        );
        expect(compareLack(lack, leastLack(claims, limits))).toBe(0);
        expect(groups.every(({ isBest }) => isBest)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('are not found by giving each connection to where it helps most: costs that differ leave a rest', () => {
    const load = (arrivalRatePerSecond: number) => ({
      workload: { scope: 'fleet' as const, arrivalRatePerSecond, meanMs: 20 },
      from: 'fleet.yaml',
    });
    const { claims } = claimsOf(
      fleetModel({
        servers: { orders: { maxConnections: 27 } },
        services: {
          a: { pools: [{ size: 5, load: load(100) }] },
          b: { normal: 4, pools: [{ size: 5, load: load(400) }] },
        },
      }),
    );
    const sizesBy = (...ways: ((division: Division, claims: readonly Claim[]) => void)[]) => {
      const division = new Division(claims);
      for (const way of ways) way(division, claims);
      return {
        sizes: claims.map((claim) => division.sizeOf(claim)),
        lack: lackOf(claims, (one) => division.sizeOf(one)),
      };
    };
    const [inOrder, exchanged] = [sizesBy(fillRoom), sizesBy(fillRoom, exchange)];
    // 5 + 4 x 4 = 21 of 24: three are left, and b takes four.
    expect(inOrder.sizes).toEqual([5, 4]);
    expect(exchanged.sizes).toEqual([4, 5]);
    expect(exchanged.lack.waiting).toBeLessThan(0.5 * inOrder.lack.waiting);
  });
});
