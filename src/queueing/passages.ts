import type { LevelChain } from './level-chain.ts';

/** In which phase the number of requests first gets from n down to n - 1, by the phase at n. Rows add up to 1. */
export interface Passages {
  readonly quietToQuiet: Float64Array;
  readonly quietToBurst: Float64Array;
  readonly burstToQuiet: Float64Array;
  readonly burstToBurst: Float64Array;
  /** Where the passage from n stands in these lists: without a limit they are all alike from `full` on. */
  readonly index: (n: number) => number;
  /** How often the phases are met while no request is there, up to a factor. */
  readonly emptyPhases: readonly [quiet: number, burst: number];
}

/** What happens at n: how many leave per mean hold, how likely the request that makes it n stays, and the limit. */
interface LevelRates {
  readonly departures: (n: number) => number;
  readonly staying: (n: number) => number;
  readonly top: number;
}

/**
 * With a and b the rates at which one phase at n becomes the other by the time n is left for good - directly, or by a batch
 * that is led back to n - and d departures, the passage from n is (d + b, a; b, d + a) / (d + a + b).
 * Source: M. F. Neuts, Structured Stochastic Matrices of M/G/1 Type (1989), written out for two phases.
 */
export function passages(chain: LevelChain, { departures, staying, top }: LevelRates): Passages {
  const { rates, endings, batchSize } = chain;
  const batchRates = [rates[0] / batchSize, rates[1] / batchSize] as const;
  const highest = Math.min(top, Math.ceil(chain.servers));
  const last = top < Infinity ? top : highest;
  const index = (n: number) => Math.min(n, last);
  const quietToQuiet = new Float64Array(last + 1);
  const quietToBurst = new Float64Array(last + 1);
  const burstToQuiet = new Float64Array(last + 1);
  const burstToBurst = new Float64Array(last + 1);
  const set = (n: number, d: number, a: number, b: number) => {
    const all = d + a + b;
    quietToQuiet[n] = (d + b) / all;
    quietToBurst[n] = a / all;
    burstToQuiet[n] = b / all;
    burstToBurst[n] = (d + a) / all;
  };
  /** The two rates at n: a batch at n lands on n + batchSize, or where its first request does not stay, and the passages lead it back. */
  const changes = (n: number): [number, number] => {
    let [qq, qb, bq, bb] = [1, 0, 0, 1];
    for (let level = Math.min(top, n + batchSize); level > n; level -= 1) {
      const at = index(level);
      const [gqq, gqb] = [quietToQuiet[at] ?? 0, quietToBurst[at] ?? 0];
      const [gbq, gbb] = [burstToQuiet[at] ?? 0, burstToBurst[at] ?? 0];
      const before = level === n + 1 ? 1 : staying(level - 1);
      const stays = before > 0 ? staying(level) / before : 0;
      [qq, qb] = [1 - stays + stays * (qq * gqq + qb * gbq), stays * (qq * gqb + qb * gbb)];
      [bq, bb] = [stays * (bq * gqq + bb * gbq), 1 - stays + stays * (bq * gqb + bb * gbb)];
    }
    return [endings[0] + batchRates[0] * qb, endings[1] + batchRates[1] * bq];
  };
  if (top === Infinity) set(last, chain.servers, ...steadyChanges(chain));
  for (let n = top === Infinity ? last - 1 : last; n >= 1; n -= 1) set(n, departures(n), ...changes(n));
  const [a, b] = changes(0);
  return { quietToQuiet, quietToBurst, burstToQuiet, burstToBurst, index, emptyPhases: [b, a] };
}

/**
 * a and b where all connections are busy and there is no limit. A batch of m is led back by G^m, and with S = a + b and
 * psi = (1 - (c / (c + S))^m) / S it follows that a = r1 / (1 - rate1 psi) and b = r2 / (1 - rate2 psi): one equation for S,
 * whose left side less its right side rises.
 */
function steadyChanges({ servers, rates, endings, batchSize }: LevelChain): [number, number] {
  const [quiet, burst] = [rates[0] / batchSize, rates[1] / batchSize];
  const psi = (sum: number) => -Math.expm1(-batchSize * Math.log1p(sum / servers)) / sum;
  const isTooSmall = (sum: number) => {
    const [left, right] = [1 - quiet * psi(sum), 1 - burst * psi(sum)];
    return left <= 0 || right <= 0 || sum < endings[0] / left + endings[1] / right;
  };
  let low = endings[0] + endings[1];
  let high = 2 * (low + batchSize * Math.max(quiet, burst));
  while (isTooSmall(high)) [low, high] = [high, 2 * high];
  for (let round = 0; round < 200 && high - low > 2e-16 * high; round += 1) {
    const middle = high > 2 * low ? Math.sqrt(low * high) : (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (isTooSmall(middle)) low = middle;
    else high = middle;
  }
  const [left, right] = [1 - quiet * psi(high), 1 - burst * psi(high)];
  const toBurst = endings[0] / left;
  // A burst that the pool cannot carry leaves hardly anything of `right`.
  return [toBurst, right > 1e-4 ? endings[1] / right : high - toBurst];
}
