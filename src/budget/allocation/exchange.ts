import type { Claim } from './claim.ts';
import type { Division } from './division.ts';
import { fillRoom, gainAt } from './fill-room.ts';
import { addLack, compareLack, noLack } from './lack.ts';

/** Claims of one group that are tried to take from, and to give to, in a round. */
const mostTried = 12;
const mostRounds = 12;

/**
 * Where steps cost differently, filling in order may end with a rest that nothing fits into. Then some connections of one
 * claim are taken back and given to others, or one more is given and others pay for it, as long as the lack falls.
 */
export function exchange(division: Division, claims: readonly Claim[]): void {
  for (let round = 0; round < mostRounds; round += 1) {
    const isBetter = [...givers(division, claims), ...takers(division, claims)].some((move) =>
      triedIn(division, claims, move),
    );
    if (!isBetter) return;
  }
}

type Move = () => boolean;

/** Makes the move and gives out what it leaves; takes all back unless the lack has fallen. */
function triedIn(division: Division, claims: readonly Claim[], move: Move): boolean {
  const before = claims.map((claim) => division.sizeOf(claim));
  const made = move();
  if (made) fillRoom(division, claims);
  const changed = claims.flatMap((claim, index) => {
    const [was, is] = [before[index] ?? claim.least, division.sizeOf(claim)];
    return was === is ? [] : [{ claim, was, is }];
  });
  const lackOf = (size: 'was' | 'is') =>
    changed.reduce((sum, change) => addLack(sum, change.claim.lackAt(change[size])), noLack);
  if (made && compareLack(lackOf('is'), lackOf('was')) < 0) return true;
  for (const { claim, was, is } of changed) division.change(claim, was - is);
  return false;
}

/** One or two connections of a claim, for the others. */
function givers(division: Division, claims: readonly Claim[]): Move[] {
  const able = claims.filter((claim) => division.sizeOf(claim) > claim.least);
  const cheapest = able.toSorted((a, b) => compareLoss(division, a, b)).slice(0, mostTried);
  return [1, 2].flatMap((count) =>
    cheapest.map((claim) => () => {
      if (division.sizeOf(claim) - count < claim.least) return false;
      division.change(claim, -count);
      const others = claims.filter((other) => other !== claim);
      fillRoom(division, others);
      return true;
    }),
  );
}

/** One more for a claim, from those that lose least by what they give. */
function takers(division: Division, claims: readonly Claim[]): Move[] {
  const able = claims.filter((claim) => division.sizeOf(claim) < claim.most);
  return able.slice(0, mostTried).map((claim) => () => {
    while (!division.hasRoomFor(claim)) {
      const limits = new Set(claim.takes.map(({ limit }) => limit));
      const payer = claims
        .filter((other) => other !== claim && division.sizeOf(other) > other.least)
        .filter(({ takes }) => takes.some(({ limit }) => limits.has(limit)))
        .reduce<Claim | undefined>((best, other) => {
          return best && compareLoss(division, best, other) <= 0 ? best : other;
        }, undefined);
      if (!payer) return false;
      division.change(payer, -1);
    }
    division.change(claim, 1);
    return true;
  });
}

/** Below 0 where taking one back from a adds less to the lack, for what it frees, than from b. */
function compareLoss(division: Division, a: Claim, b: Claim): number {
  const lossOf = (claim: Claim) => gainAt(claim, division.sizeOf(claim) - 1) ?? noLack;
  return compareLack(lossOf(a), lossOf(b), freedBy(a), freedBy(b));
}

/** Of the limits, as shares, without the roll-out. */
function freedBy({ takes }: Claim): number {
  return takes.reduce((sum, { limit, connections }) => {
    return limit.most === Infinity ? sum : sum + connections / Math.max(1, limit.most);
  }, 0);
}
