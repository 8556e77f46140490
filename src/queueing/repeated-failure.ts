import { holdDistribution } from './distribution.ts';
import { logGammaLowers } from './place-wait.ts';
import type { PoolModel } from './pool-model.ts';

/** Of more numbers of requests than these, some are taken together. */
const mostNumbers = 1_000;

/** A pool whose failed requests come again. */
export interface Repeats {
  /** From the arrival of an attempt that fails to the next attempt. */
  readonly lagMs: number;
  /** First attempts a second. */
  readonly firstPerSecond: number;
  /** The rate of random attempts under which the pool is as busy. */
  readonly attemptsPerSecond: number;
  /** How many come again of each share that fails, by the chance that a repeated attempt fails. */
  readonly repeats: (again: number) => number;
}

/** What becomes of attempts that come after a failed one. */
export interface RepeatedFailure {
  /** The chance that the second attempt fails after a failed first one, and a later one after two that failed. */
  readonly second: number;
  readonly later: number;
  /** How many others a repeated attempt that is served makes fail, over those that one at a random moment does: it comes when the pool is fuller. */
  readonly burden: number;
}

/**
 * Exponential holds and Poisson requests: the chances of n requests in the pool, from those that the failed attempt met, are
 * followed up to the next attempt. Meanwhile first attempts come, and with them what failed that lag before, for the others
 * that were refused together with it come back with it: at each moment as many as the chance that an attempt failed then,
 * given that this one failed at the end of that time (or at both ends). Uneven holds let go of the past more slowly, by the
 * ratio of relaxation times (1 + cs2) / 2.
 */
export function repeatedFailure(model: PoolModel, repeats: Repeats): RepeatedFailure {
  const chain = failureChain(model);
  const perHold = chain.holdMs / 1_000 / chain.scale;
  const settled = steady(chain, repeats.attemptsPerSecond * perHold);
  const failed = settled.map((chance, n) => chance * (chain.failing[n] ?? 0));
  const sum = failed.reduce((all, chance) => all + chance, 0);
  if (sum === 0) return { second: 0, later: 0, burden: 1 };
  const start = failed.map((chance) => chance / sum);
  const times = symmetricTimes(repeats.lagMs / chain.holdMs / Math.max(1, (1 + chain.scv) / 2));
  const last = times.length - 1;
  /** The chance of failing at each moment, where at the i-th a share `before(i)` had failed one lag earlier. */
  let chances = start;
  const follow = (before: (i: number) => number, again: number): number[] => {
    chances = start;
    const failing = [failingShare(chances, chain)];
    for (let i = 1; i <= last; i += 1) {
      const rate = repeats.firstPerSecond * perHold * (1 + repeats.repeats(again) * before(i));
      chances = step(chances, chain, rate, (times[i] ?? 0) - (times[i - 1] ?? 0));
      failing.push(failingShare(chances, chain));
    }
    return failing;
  };
  const atRandom = failingShare(settled, chain);
  let second = times.map(() => atRandom);
  for (let round = 0; round < 4; round += 1) {
    const failing = second;
    second = follow((i) => failing[last - i] ?? 0, failing[last] ?? 0);
  }
  const extra = extraFailures(chain, settled, repeats.attemptsPerSecond * perHold);
  const burden = meanExtra(chances, extra, chain) / meanExtra(settled, extra, chain);
  const both = (i: number) => 1 - (1 - (second[i] ?? 0)) * (1 - (second[last - i] ?? 0));
  const later = follow(both, second[last] ?? 0);
  return { second: Math.min(1, second[last] ?? 0), later: Math.min(1, later[last] ?? 0), burden };
}

/** How many more fail in the long run where one more request is served at n: the differences of the relative values of the chain. */
function extraFailures({ leaving, failing }: FailureChain, settled: readonly number[], rate: number): number[] {
  const mean = settled.reduce((sum, chance, n) => sum + chance * (failing[n] ?? 0), 0);
  const extra: number[] = [];
  for (let n = 0; n < leaving.length - 1; n += 1) {
    const before = (leaving[n] ?? 0) * (extra[n - 1] ?? 0);
    const comes = rate * (1 - (failing[n] ?? 0));
    // Where next to nothing is served, one more makes as many fail as at the place before.
    extra.push(
      comes > 1e-9 * rate ? Math.max(0, (rate * (mean - (failing[n] ?? 0)) + before) / comes) : (extra[n - 1] ?? 1),
    );
  }
  return extra;
}

/** Its mean for a request that comes to the pool with these chances of n and is served. */
function meanExtra(chances: readonly number[], extra: readonly number[], { failing }: FailureChain): number {
  let [sum, served] = [0, 0];
  for (const [n, value] of extra.entries()) {
    const share = (chances[n] ?? 0) * (1 - (failing[n] ?? 0));
    sum += share * value;
    served += share;
  }
  return served > 0 ? sum / served : 0;
}

/** n requests in the pool, from 0 to the most, without those that will give up. */
interface FailureChain {
  readonly holdMs: number;
  readonly scv: number;
  readonly scale: number;
  /** How many leave per mean hold. */
  readonly leaving: Float64Array;
  /** How likely an arrival fails. */
  readonly failing: Float64Array;
}

function failureChain({
  connections,
  hold,
  queueLimit = Infinity,
  acquireTimeoutMs = Infinity,
}: PoolModel): FailureChain {
  const { meanMs, scv } = holdDistribution(hold);
  const placesAt = (scale: number) => {
    const patience = (acquireTimeoutMs * connections) / (meanMs * scale);
    return Math.min(Math.round(queueLimit / scale), Math.ceil(patience + 10 * Math.sqrt(patience) + 20));
  };
  const scale = Math.max(1, (connections + placesAt(1)) / mostNumbers);
  const servers = connections / scale;
  const [full, places] = [Math.ceil(servers), placesAt(scale)];
  const patience = (acquireTimeoutMs * servers) / meanMs;
  const inTime = patience < Infinity ? logGammaLowers(0, places + 1, patience).map(Math.exp) : undefined;
  const leaving = new Float64Array(full + places + 1);
  const failing = new Float64Array(full + places + 1);
  for (let n = 0; n < leaving.length; n += 1) {
    leaving[n] = Math.min(n, servers);
    failing[n] = n === full + places ? 1 : n < full ? 0 : 1 - (inTime?.[n - full + 1] ?? 1);
  }
  return { holdMs: meanMs, scv, scale, leaving, failing };
}

function steady({ leaving, failing }: FailureChain, rate: number): number[] {
  const chances = [1];
  let sum = 1;
  for (let n = 1; n < leaving.length; n += 1) {
    const chance = ((chances[n - 1] ?? 0) * rate * (1 - (failing[n - 1] ?? 0))) / (leaving[n] ?? 1);
    chances.push(chance);
    sum += chance;
    if (chance > 1e200) {
      for (let i = 0; i <= n; i += 1) chances[i] = (chances[i] ?? 0) * 1e-200;
      sum *= 1e-200;
    }
  }
  return chances.map((chance) => chance / sum);
}

function failingShare(chances: readonly number[], { failing }: FailureChain): number {
  return chances.reduce((sum, chance, n) => sum + chance * (failing[n] ?? 0), 0);
}

/** Moments from 0 to the end, dense at both ends, where the chances change fast; i from the start and from the end mirror each other. */
function symmetricTimes(end: number): number[] {
  const half = Array.from({ length: 25 }, (_, i) => (i === 0 ? 0 : (end / 2) * 1e-3 ** ((24 - i) / 23)));
  return [
    ...half,
    ...half
      .slice(0, -1)
      .reverse()
      .map((time) => end - time),
  ];
}

/** The chances after a time (in mean holds) at this rate, by the implicit Euler rule: a tridiagonal system, solved up and down. */
function step(chances: readonly number[], { leaving, failing }: FailureChain, rate: number, time: number): number[] {
  const top = chances.length - 1;
  const factors = new Float64Array(top + 1);
  const next = new Array<number>(top + 1).fill(0);
  let [factor, value, comes] = [0, 0, 0];
  for (let n = 0; n <= top; n += 1) {
    const goes = time * rate * (1 - (failing[n] ?? 0));
    const out = 1 + goes + time * (leaving[n] ?? 0) - comes * factor;
    value = ((chances[n] ?? 0) + comes * value) / out;
    factor = n < top ? (time * (leaving[n + 1] ?? 0)) / out : 0;
    next[n] = value;
    factors[n] = factor;
    comes = goes;
  }
  for (let n = top - 1; n >= 0; n -= 1) next[n] = (next[n] ?? 0) + (factors[n] ?? 0) * (next[n + 1] ?? 0);
  return next;
}
