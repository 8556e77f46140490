import { groupBy } from '../../base/group-by.ts';
import type { Claim, Limit } from './claim.ts';
import { Division } from './division.ts';
import { exchange } from './exchange.ts';
import { fillRoom } from './fill-room.ts';
import { addLack, compareLack, noLack } from './lack.ts';
import { search } from './search.ts';

/** Sizes for claims that share limits, in one group or in none with the others. */
export interface DividedGroup<Some extends Claim> {
  readonly claims: readonly Some[];
  readonly division: Division;
  /** Whether no other sizes within the limits have less lack. */
  readonly isBest: boolean;
}

/** Steps that searches look at, in all some tens of milliseconds: many groups share them. */
const allLooks = 600_000;
/** The least is enough to try all sizes of three claims with twelve each: 1 + 12 + 144 bounds, each twice, of 36 steps. */
const looksOfGroup = { least: 12_000, most: 100_000 };

/**
 * Sizes for all claims: never below a floor, never above what a claim has use for, and none grows over a limit. Each group of
 * claims with limits in common is solved by itself. Claims that only their names tell apart differ by one at most.
 */
export function divide<Some extends Claim>(claims: readonly Some[]): DividedGroup<Some>[] {
  const groups = groupsOf(claims);
  const looks = Math.min(looksOfGroup.most, Math.max(looksOfGroup.least, allLooks / groups.length));
  return groups.map((group) => {
    const division = new Division(group);
    const isBound = group.some(({ takes }) => takes.some(({ limit }) => limit.most < Infinity));
    if (isBound) fillRoom(division, group);
    else for (const claim of group) division.change(claim, claim.most - claim.least);
    const isFull = () => group.every((claim) => division.sizeOf(claim) === claim.most);
    if (isFull()) return { claims: group, division, isBest: true };
    const isBest = search(division, group, looks);
    if (!isBest) exchange(division, group);
    for (const alike of groupBy(group, ({ likeness }) => likeness).values()) level(division, alike);
    return { claims: group, division, isBest };
  });
}

/** Claims that are joined by a limit, directly or through others. */
function groupsOf<Some extends Claim>(claims: readonly Some[]): Some[][] {
  const above = new Map<Claim, Claim>();
  const rootOf = (claim: Claim): Claim => {
    let root = claim;
    for (let next = above.get(root); next; next = above.get(root)) root = next;
    if (root !== claim) above.set(claim, root);
    return root;
  };
  const firstOf = new Map<Limit, Claim>();
  for (const claim of claims) {
    for (const { limit } of claim.takes) {
      if (limit.most === Infinity) continue;
      const [first, own] = [rootOf(firstOf.get(limit) ?? claim), rootOf(claim)];
      if (first !== own) above.set(own, first);
      firstOf.set(limit, first);
    }
  }
  return [...groupBy(claims, rootOf).values()];
}

/** What claims that are alike have together, dealt out evenly: no worse, since each connection gains less than the one before. */
function level(division: Division, alike: readonly Claim[]): void {
  const before = alike.map((claim) => division.sizeOf(claim));
  const total = before.reduce((sum, size) => sum + size, 0);
  const each = Math.floor(total / alike.length);
  const after = alike.map((_, index) => (index < total - each * alike.length ? each + 1 : each));
  if (Math.max(...before) - Math.min(...before) <= 1) return;
  const lackOf = (sizes: readonly number[]) =>
    alike.reduce((sum, claim, index) => addLack(sum, claim.lackAt(sizes[index] ?? claim.least)), noLack);
  const set = (sizes: readonly number[]) => {
    for (const [index, claim] of alike.entries()) division.change(claim, (sizes[index] ?? 0) - division.sizeOf(claim));
  };
  set(after);
  const isWithin = alike.every(({ takes }) =>
    takes.every(({ limit }) => limit.most === Infinity || division.takenOf(limit) <= limit.most),
  );
  if (!isWithin || compareLack(lackOf(after), lackOf(before)) > 0) set(before);
}
