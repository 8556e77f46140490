import { inverseErlangB } from './erlang.ts';

export interface ErlangA {
  readonly abandonRatio: number;
  /** Mean wait of all requests, also of those who give up. */
  readonly meanWaitMs: number;
  readonly utilization: number;
}

/**
 * Erlang-A: exponential hold times and a patience that is exponential too, with this mean; any load. Requests of people do
 * so; a pool's acquire timeout is a fixed patience, see predictPool.
 * Source: C. Palm (1957); Gans, Koole and Mandelbaum, Telephone call centers (2003), section 4.2.2.
 */
export function erlangA(
  connections: number,
  arrivalRatePerSecond: number,
  meanHoldMs: number,
  meanPatienceMs: number,
): ErlangA {
  const load = (arrivalRatePerSecond / 1_000) * meanHoldMs;
  const impatience = meanHoldMs / meanPatienceMs;
  // Weights of the states with n waiting, over that of all busy and none waiting.
  let [weight, waiting, total] = [1, 0, inverseErlangB(connections, load)];
  for (let n = 1; ; n += 1) {
    weight *= load / (connections + n * impatience);
    total += weight;
    waiting += n * weight;
    if (weight < total * 1e-18 && load < connections + n * impatience) break;
  }
  const meanQueue = total === Infinity ? 0 : waiting / total;
  const abandonRatio = (meanQueue * impatience) / load;
  return {
    abandonRatio,
    meanWaitMs: (meanQueue / arrivalRatePerSecond) * 1_000,
    utilization: (load * (1 - abandonRatio)) / connections,
  };
}
