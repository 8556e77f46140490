import type { Claim } from './claim.ts';
import type { Division } from './division.ts';
import { freedBy } from './exchange.ts';
import { addLack, compareLack, type Lack, lessLack, noLack } from './lack.ts';

/** Steps looked at before the search for the best sizes gives up: some milliseconds. */
const mostLooks = 200_000;

/**
 * The best sizes of all, by branch and bound; `division` starts with a good answer and ends with the best one found. The bound
 * lets fractions of a connection count, and no roll-out. Returns whether the search came to its end: then no other sizes have
 * less lack. It does so for every group that can be set in fewer than `mostLooks` / (its steps) ways, and for most others of
 * some ten pools.
 */
export function search(division: Division, claims: readonly Claim[]): boolean {
  const order = claims.toSorted((a, b) => freedBy(b) - freedBy(a));
  const steps = boundedSteps(order);
  let looks = mostLooks;
  let best = order.map((claim) => division.sizeOf(claim));
  let bestLack = order.reduce((sum, claim, index) => addLack(sum, claim.lackAt(best[index] ?? 0)), noLack);
  const atLeast = order.map((_, index) =>
    order.slice(index).reduce((sum, claim) => addLack(sum, claim.lackAt(claim.least)), noLack),
  );
  for (const claim of order) division.change(claim, claim.least - division.sizeOf(claim));
  const limits = [...new Set(order.flatMap(({ takes }) => takes.map(({ limit }) => limit)))];
  visit(0, noLack);
  for (const [index, claim] of order.entries()) {
    division.change(claim, (best[index] ?? claim.least) - division.sizeOf(claim));
  }
  return looks > 0;

  function visit(index: number, lack: Lack): void {
    const claim = order[index];
    if (!claim) {
      if (compareLack(lack, bestLack) >= 0) return;
      bestLack = lack;
      best = order.map((one) => division.sizeOf(one));
      return;
    }
    if (looks <= 0) return;
    const start = addLack(lack, atLeast[index] ?? noLack);
    if (compareLack(lessLack(start, mostGain(index)), bestLack) >= 0) return;
    const { least, most } = claim;
    for (let size = least; ; size += 1) {
      visit(index + 1, addLack(lack, claim.lackAt(size)));
      if (size === most || looks <= 0 || !division.hasRoomFor(claim)) break;
      division.change(claim, 1);
    }
    division.change(claim, least - division.sizeOf(claim));
  }

  /** What claims from `index` on can gain at most within what is left of all limits together. */
  function mostGain(index: number): Lack {
    let left = limits.reduce((sum, limit) => {
      return limit.most === Infinity ? sum : sum + Math.max(0, 1 - division.takenOf(limit) / Math.max(1, limit.most));
    }, 0);
    let [carrying, declared, waiting] = [0, 0, 0];
    looks -= steps.length + 1;
    for (const { owner, gain, cost } of steps) {
      if (owner < index) continue;
      const share = cost > left ? left / cost : 1;
      carrying += share * gain.carrying;
      declared += share * gain.declared;
      waiting += share * gain.waiting;
      left -= cost;
      if (left <= 0) break;
    }
    return { carrying, declared, waiting };
  }
}

/** Every step of every claim, the one that gains most for its cost first. No step gains less than a later one of its claim. */
function boundedSteps(order: readonly Claim[]) {
  const steps = order.flatMap((claim, owner) => {
    const cost = freedBy(claim);
    let gain = noLack;
    const own: { owner: number; gain: Lack; cost: number }[] = [];
    for (let size = claim.most - 1; size >= claim.least; size -= 1) {
      const one = lessLack(claim.lackAt(size), claim.lackAt(size + 1));
      gain = compareLack(one, gain) > 0 ? one : gain;
      own.push({ owner, gain, cost });
    }
    return own;
  });
  return steps.sort((a, b) => compareLack(b.gain, a.gain, b.cost, a.cost));
}
