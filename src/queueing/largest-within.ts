interface TriedRate {
  readonly rate: number;
  /** Of each target; above 0 where it is missed. */
  readonly excesses: readonly number[];
}

/**
 * The largest rate with no excess above 0: from `start` in growing steps until it lies between two rates, then by false
 * position, aimed a little beyond the estimate so that both ends close in, and every third time in the middle.
 */
export function largestWithin(
  excessesAt: (rate: number) => readonly number[],
  start: number,
  { firstStep, precision }: { readonly firstStep: number; readonly precision: number },
): number {
  const at = (rate: number): TriedRate => ({ rate, excesses: excessesAt(rate) });
  const isTooMuch = ({ excesses }: TriedRate) => excesses.some((excess) => excess > 0);
  let low = at(start);
  let high = low;
  for (let factor = firstStep; isTooMuch(low); factor **= 3) {
    if (low.rate < start * 1e-12) return 0;
    high = low;
    low = at(low.rate / factor);
  }
  for (let factor = firstStep; !isTooMuch(high); factor **= 3) {
    low = high;
    high = at(high.rate * factor);
  }
  const margin = 0.4 * Math.log(precision);
  for (let round = 1; high.rate / low.rate > precision; round += 1) {
    const span = Math.log(high.rate / low.rate);
    const share = crossing(low, high);
    const aimed = share * span + (share < 0.5 ? margin : -margin);
    const isUsable = round % 3 !== 0 && share > 0 && aimed > 0 && aimed < span;
    const tried = at(low.rate * Math.exp(isUsable ? aimed : span / 2));
    if (isTooMuch(tried)) high = tried;
    else low = tried;
  }
  return low.rate;
}

/** The share of the way at which the first excess passes 0, each taken as straight. */
function crossing(low: TriedRate, high: TriedRate): number {
  let first = 1;
  for (const [target, excess] of high.excesses.entries()) {
    const before = low.excesses[target] ?? 0;
    if (excess > 0) first = Math.min(first, before / (before - excess));
  }
  return first;
}
