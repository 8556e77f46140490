/** The wait in GI/M/c: waiting has a probability, and those who wait have an exponential wait with this mean. */
export interface GiMcWait {
  readonly waitProbability: number;
  readonly meanConditionalWaitMs: number;
}

/**
 * GI/M/c with n-fold Erlang gaps between arrivals (every n-th of a Poisson stream), exactly. `load` in erlangs, below `servers`.
 * With A*(k) the transform of the gap at k / mean hold: sigma = A*(c (1 - sigma)), and the delay probability from the sum of
 * L. Takacs, Introduction to the Theory of Queues (1962), section 2.3. Its terms cancel above some 60 servers; two phases at least.
 */
export function erlangGapsWait(servers: number, load: number, meanHoldMs: number, phases: number): GiMcWait {
  const transform = (k: number) => (1 + k / (phases * load)) ** -phases;
  let sigma = load / servers;
  for (let round = 0; round < 10_000; round += 1) {
    const next = transform(servers * (1 - sigma));
    if (Math.abs(next - sigma) < 1e-15) break;
    sigma = next;
  }
  let sum = 1 / (1 - sigma);
  let ratio = 1;
  for (let k = 1; k <= servers; k += 1) {
    const at = transform(k);
    // Binomial(c, k) / C(k), with C(k) the product of A*(i) / (1 - A*(i)).
    ratio *= ((servers - k + 1) / k) * ((1 - at) / at);
    sum += ((ratio / (1 - at)) * (servers * (1 - at) - k)) / (servers * (1 - sigma) - k);
  }
  const waitProbability = 1 / (sum * (1 - sigma));
  return { waitProbability, meanConditionalWaitMs: meanHoldMs / (servers * (1 - sigma)) };
}
