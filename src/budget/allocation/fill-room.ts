import type { Claim } from './claim.ts';
import type { Division } from './division.ts';
import { compareLack, type Lack, lessLack } from './lack.ts';

/**
 * Gives connections out until nothing fits: each to the claim whose lack falls most for what it takes of the limits in the
 * worst minute; among equals to the one that has the smallest share of what it could use. What does not fit is passed over:
 * later ones that take less may fit still.
 */
export function fillRoom(division: Division, claims: readonly Claim[]): void {
  const heap = new StepHeap();
  for (const claim of claims) if (division.hasRoomFor(claim)) heap.push(nextStep(division, claim));
  for (let step = heap.pop(); step; step = heap.pop()) {
    const { claim } = step;
    if (!division.hasRoomFor(claim)) continue;
    // Who rolls out may have changed since the step was priced.
    const now = { ...step, cost: division.costOf(claim) };
    const other = heap.first;
    if (other && now.cost > step.cost && compareSteps(other, now) < 0) {
      heap.push(now);
      continue;
    }
    division.change(claim, 1);
    heap.push(nextStep(division, claim));
  }
}

/** One more connection in each process of a claim. */
interface PricedStep {
  readonly claim: Claim;
  readonly gain: Lack;
  readonly cost: number;
  /** The size before, as a share of the most that the claim has use for. */
  readonly filled: number;
}

/** What one more connection takes away of the lack; undefined where the claim has no use for one. */
export function gainAt({ most, lackAt }: Claim, size: number): Lack | undefined {
  return size < most ? lessLack(lackAt(size), lackAt(size + 1)) : undefined;
}

function nextStep(division: Division, claim: Claim): PricedStep | undefined {
  const size = division.sizeOf(claim);
  const gain = gainAt(claim, size);
  return gain && { claim, gain, cost: division.costOf(claim), filled: size / claim.most };
}

/** Below 0 where a comes first. */
function compareSteps(a: PricedStep, b: PricedStep): number {
  return compareLack(b.gain, a.gain, b.cost, a.cost) || a.filled - b.filled;
}

/** A binary heap, the best step on top; equal ones come out in no order. */
class StepHeap {
  readonly #steps: PricedStep[] = [];

  get first(): PricedStep | undefined {
    return this.#steps[0];
  }

  push(step: PricedStep | undefined): void {
    if (!step) return;
    let at = this.#steps.push(step) - 1;
    while (at > 0 && this.#isBefore(at, (at - 1) >> 1)) {
      this.#swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  }

  pop(): PricedStep | undefined {
    const top = this.#steps[0];
    const last = this.#steps.pop();
    if (!last || this.#steps.length === 0) return top;
    this.#steps[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, at)) return top;
      this.#swap(child, at);
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#steps[a], this.#steps[b]];
    return first !== undefined && second !== undefined && compareSteps(first, second) < 0;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#steps[a], this.#steps[b]];
    if (first && second) [this.#steps[a], this.#steps[b]] = [second, first];
  }
}
