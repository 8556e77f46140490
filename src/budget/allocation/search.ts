import type { Claim, Limit } from './claim.ts';
import type { Division } from './division.ts';
import { addLack, compareLack, type Lack, lessLack, noLack } from './lack.ts';

/** Of more claims it would not come near its end. */
const mostClaims = 40;

/**
 * The best sizes of all, by branch and bound; `division` starts with a good answer and ends with the best one found. Returns
 * whether the search came to its end before it had looked at so many steps: then no other sizes have less lack.
 */
export function search(division: Division, claims: readonly Claim[], mostLooks: number): boolean {
  const sizes = claims.reduce((sum, { least, most }) => sum + most - least, 0);
  if (claims.length > mostClaims || sizes > mostLooks / 10) return false;
  const { order, decided, taken } = relaxed(division, claims);
  let looks = mostLooks;
  let best = order.map(({ claim }) => division.sizeOf(claim));
  let bestLack = order.reduce((sum, { claim }) => addLack(sum, claim.lackAt(division.sizeOf(claim))), noLack);
  const lackFrom = [noLack];
  for (const { claim } of order.toReversed()) {
    lackFrom.unshift(addLack(lackFrom[0] ?? noLack, claim.lackAt(claim.least)));
  }
  setSizes(order.map(({ claim }) => claim.least));
  visit(0, noLack);
  setSizes(best);
  return looks > 0;

  function setSizes(sizes: readonly number[]): void {
    for (const [index, { claim }] of order.entries()) {
      division.change(claim, (sizes[index] ?? claim.least) - division.sizeOf(claim));
    }
  }

  /** All sizes from this claim on. */
  function visit(index: number, lack: Lack): void {
    const ordered = order[index];
    if (!ordered) {
      if (compareLack(lack, bestLack) >= 0) return;
      bestLack = lack;
      best = order.map(({ claim }) => division.sizeOf(claim));
      return;
    }
    const start = addLack(lack, lackFrom[index] ?? noLack);
    if (isHopeless(start, index, decided) || isHopeless(start, index, taken)) return;
    const { claim, most, isTwin } = ordered;
    const before = order[index - 1];
    const end = isTwin && before ? division.sizeOf(before.claim) : most;
    for (let size = claim.least; looks > 0; size += 1) {
      visit(index + 1, addLack(lack, claim.lackAt(size)));
      if (size >= end || !division.hasRoomFor(claim)) break;
      division.change(claim, 1);
    }
    division.change(claim, claim.least - division.sizeOf(claim));
  }

  /** Whether claims from `index` on cannot gain enough, even where fractions of a connection count. */
  function isHopeless(start: Lack, index: number, { steps, roomLeft }: Relaxation): boolean {
    let left = roomLeft();
    let [carrying, late, declared, waiting] = [0, 0, 0, 0];
    looks -= steps.length + 1;
    for (const { owner, gain, cost } of steps) {
      if (owner < index) continue;
      const share = cost > left ? Math.max(0, left) / cost : 1;
      carrying += share * gain.carrying;
      late += share * gain.late;
      declared += share * gain.declared;
      waiting += share * gain.waiting;
      left -= cost;
      if (left <= 0) break;
    }
    return compareLack(lessLack(start, { carrying, late, declared, waiting }), bestLack) >= 0;
  }
}

interface OrderedClaim {
  readonly claim: Claim;
  readonly most: number;
  /** Whether only its name tells it from the one before, so that it needs no larger size than that one. */
  readonly isTwin: boolean;
}

/** One limit instead of all, which lets in all that they do, and more: their sum, as shares. */
interface Relaxation {
  readonly roomLeft: () => number;
  /** The one that gains most for its cost first. */
  readonly steps: readonly BoundedStep[];
}

interface BoundedStep {
  readonly owner: number;
  readonly gain: Lack;
  readonly cost: number;
}

/**
 * The claims, those that may take most first, with two relaxations: one counts the roll-outs that decide now as if they always
 * did, one those of the sizes so far, and no roll-out of the rest.
 */
function relaxed(division: Division, claims: readonly Claim[]) {
  const all = [...new Set(claims.flatMap(({ takes }) => takes.map(({ limit }) => limit)))];
  const limits = all.filter((limit) => limit.most < Infinity && division.takenOf(limit) <= limit.most);
  // Where the floors do not fit, nothing grows.
  const mostOf = ({ takes, least, most }: Claim) =>
    takes.some(({ limit }) => limit.most < Infinity && !limits.includes(limit)) ? least : most;
  const shares = new Map(limits.map((limit) => [limit, division.rollingShares(limit)]));
  const always = costsOf(claims, limits, () => 0);
  const decided = costsOf(claims, limits, (limit, release) => shares.get(limit)?.get(release) ?? 0);
  const weightOf = (claim: Claim) => mostOf(claim) * (decided.get(claim) ?? 0);
  const sorted = claims.toSorted((a, b) => weightOf(b) - weightOf(a) || (a.likeness < b.likeness ? -1 : 1));
  const order = sorted.map((claim, index): OrderedClaim => {
    return { claim, most: mostOf(claim), isTwin: claim.likeness === sorted[index - 1]?.likeness };
  });
  const room = limits.reduce((sum, limit) => {
    const fixed = [...limit.fixedInRollout].map(([release, added]) => added * (shares.get(limit)?.get(release) ?? 0));
    return sum + (limit.most - fixed.reduce((total, one) => total + one, limit.fixed)) / Math.max(1, limit.most);
  }, 0);
  return {
    order,
    decided: {
      roomLeft: () => claims.reduce((left, claim) => left - division.sizeOf(claim) * (decided.get(claim) ?? 0), room),
      steps: boundedSteps(order, decided),
    },
    taken: {
      roomLeft: () => limits.reduce((sum, limit) => sum + 1 - division.takenOf(limit) / Math.max(1, limit.most), 0),
      steps: boundedSteps(order, always),
    },
  };
}

/** What one more connection in each process takes of all limits, as shares, with this share of what it adds in a roll-out. */
function costsOf(
  claims: readonly Claim[],
  limits: readonly Limit[],
  shareOf: (limit: Limit, release: string) => number,
): ReadonlyMap<Claim, number> {
  const own = new Set(limits);
  return new Map(
    claims.map((claim) => [
      claim,
      claim.takes.reduce((sum, { limit, connections, inRollout, release }) => {
        if (!own.has(limit)) return sum;
        return sum + (connections + shareOf(limit, release) * inRollout) / Math.max(1, limit.most);
      }, 0),
    ]),
  );
}

/** Every step of every claim. No step gains less than a later one of its claim. */
function boundedSteps(order: readonly OrderedClaim[], costs: ReadonlyMap<Claim, number>): BoundedStep[] {
  const steps = order.flatMap(({ claim, most }, owner) => {
    const cost = costs.get(claim) ?? 0;
    const own: BoundedStep[] = [];
    let gain = noLack;
    for (let size = most - 1; size >= claim.least; size -= 1) {
      const one = lessLack(claim.lackAt(size), claim.lackAt(size + 1));
      gain = compareLack(one, gain) > 0 ? one : gain;
      own.push({ owner, gain, cost });
    }
    return own;
  });
  return steps.sort((a, b) => compareLack(b.gain, a.gain, b.cost, a.cost));
}
