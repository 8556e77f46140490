import type { RandomStream } from './random.ts';

/**
 * Draws an index, each as often as its weight says, in constant time: the alias method (Walker, ACM TOMS 3 (1977)),
 * with the tables built in linear time (Vose, IEEE Trans. Software Eng. 17 (1991)). Weights are above 0 in sum.
 */
export function weightedIndex(weights: readonly number[], random: Pick<RandomStream, 'uniform'>): () => number {
  const count = weights.length;
  if (count === 1) return () => 0;
  const { keep, alias } = tables(weights);
  return () => {
    const scaled = random.uniform() * count;
    const column = Math.floor(scaled);
    return scaled - column < (keep[column] ?? 1) ? column : (alias[column] ?? column);
  };
}

function tables(weights: readonly number[]): { keep: Float64Array; alias: Uint32Array } {
  const count = weights.length;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const left = Float64Array.from(weights, (weight) => (weight / sum) * count);
  const keep = new Float64Array(count).fill(1);
  const alias = Uint32Array.from(weights, (_, index) => index);
  const small: number[] = [];
  const large: number[] = [];
  for (const [index, share] of left.entries()) (share < 1 ? small : large).push(index);
  for (;;) {
    const [poor, rich] = [small.pop(), large.at(-1)];
    // What is left over differs from a whole column by rounding alone.
    if (poor === undefined || rich === undefined) return { keep, alias };
    keep[poor] = left[poor] ?? 1;
    alias[poor] = rich;
    const rest = (left[rich] ?? 0) - (1 - (left[poor] ?? 0));
    left[rich] = rest;
    if (rest < 1) small.push(large.pop() ?? rich);
  }
}
