import { clumpsOf } from './clumps.ts';
import { holdDistribution } from './distribution.ts';
import type { LevelChain } from './level-chain.ts';
import { levelsOf } from './levels.ts';
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
 * Exponential holds: the chances of n requests in the pool, from those that the failed attempt met, are followed up to the
 * next attempt. Meanwhile first attempts come, and with them what failed that lag before, for the others that were refused
 * together with it come back with it: at each moment as many as failed then, given that this one failed at the end of that
 * time (or at both ends). Uneven holds let go of the past more slowly, by the ratio of relaxation times (1 + cs2) / 2. Batches
 * come back as single requests, to a pool made smaller by their peakedness.
 */
export function repeatedFailure(model: PoolModel, repeats: Repeats): RepeatedFailure {
  const chain = failureChain(model);
  const all = repeats.attemptsPerSecond / repeats.firstPerSecond;
  const settled = levelsOf({ ...chain, rates: [chain.rates[0] * all, chain.rates[1] * all] });
  const quietChances = settled.chances.map((chance, n) => chance - (settled.burstChances[n] ?? 0));
  const start = failedStates(chain, quietChances, settled.burstChances);
  if (!start) return { second: 0, later: 0, burden: 1 };
  const times = symmetricTimes(repeats.lagMs / chain.holdMs / Math.max(1, (1 + chain.scv) / 2));
  const last = times.length - 1;
  let states = start;
  /** What fails at each moment, where at the i-th so many a mean hold had failed one lag earlier. */
  const follow = (before: (i: number) => number, again: number): Failing[] => {
    states = start;
    const failing = [failingAt(states, chain)];
    for (let i = 1; i <= last; i += 1) {
      states = step(states, chain, repeats.repeats(again) * before(i), (times[i] ?? 0) - (times[i - 1] ?? 0));
      failing.push(failingAt(states, chain));
    }
    return failing;
  };
  const atRandom = failingAt([quietChances, settled.burstChances], chain);
  let second = times.map(() => atRandom);
  for (let round = 0; round < 4; round += 1) {
    const failing = second;
    second = follow((i) => failing[last - i]?.perHold ?? 0, failing[last]?.share ?? 0);
  }
  const extra = extraFailures(chain, settled.chances, chain.rates[0] * all);
  const burden = isBursty(chain) ? 1 : meanExtra(states[0], extra, chain) / meanExtra(settled.chances, extra, chain);
  const both = (i: number) => {
    const [one, other] = [second[i] ?? atRandom, second[last - i] ?? atRandom];
    const comes = Math.max(one.comesPerHold, other.comesPerHold);
    return comes - (comes - one.perHold) * (1 - other.perHold / comes);
  };
  const later = follow(both, second[last]?.share ?? 0);
  return { second: Math.min(1, second[last]?.share ?? 0), later: Math.min(1, later[last]?.share ?? 0), burden };
}

/** The chances of n requests in the quiet phase, and in the burst. */
type States = readonly [quiet: readonly number[], burst: readonly number[]];

/** At one moment: the chance that an attempt fails then, and how many first attempts fail and come per mean hold. */
interface Failing {
  readonly share: number;
  readonly perHold: number;
  readonly comesPerHold: number;
}

function failingAt([quiet, burst]: States, { failing, rates }: FailureChain): Failing {
  let [share, perHold, comesPerHold] = [0, 0, 0];
  for (const [n, fails] of failing.entries()) {
    const [inQuiet, inBurst] = [quiet[n] ?? 0, burst[n] ?? 0];
    const comes = inQuiet * rates[0] + inBurst * rates[1];
    share += (inQuiet + inBurst) * fails;
    perHold += comes * fails;
    comesPerHold += comes;
  }
  return { share, perHold, comesPerHold };
}

/** The states that failed attempts met; undefined where none fails. */
function failedStates({ failing, rates }: FailureChain, quiet: readonly number[], burst: readonly number[]) {
  const met: [number[], number[]] = [
    quiet.map((chance, n) => Math.max(0, chance) * rates[0] * (failing[n] ?? 0)),
    burst.map((chance, n) => chance * rates[1] * (failing[n] ?? 0)),
  ];
  const sum = met.flat().reduce((all, chance) => all + chance, 0);
  return sum > 0 ? ([met[0].map((chance) => chance / sum), met[1].map((chance) => chance / sum)] as States) : undefined;
}

function isBursty({ rates }: FailureChain): boolean {
  return rates[0] !== rates[1];
}

/** How many more fail in the long run where one more request is served at n: the differences of the relative values of the chain. */
function extraFailures({ leavingAt, failing }: FailureChain, settled: readonly number[], rate: number): number[] {
  const mean = settled.reduce((sum, chance, n) => sum + chance * (failing[n] ?? 0), 0);
  const extra: number[] = [];
  for (let n = 0; n < leavingAt.length - 1; n += 1) {
    const before = (leavingAt[n] ?? 0) * (extra[n - 1] ?? 0);
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

/** First attempts alone, and n requests in the pool from 0 to the most, without those that will give up. */
interface FailureChain extends LevelChain {
  readonly holdMs: number;
  readonly scv: number;
  /** How many leave per mean hold. */
  readonly leavingAt: Float64Array;
  /** How likely an arrival fails. */
  readonly failing: Float64Array;
}

function failureChain(model: PoolModel): FailureChain {
  const { connections, hold, queueLimit = Infinity, acquireTimeoutMs = Infinity } = model;
  const { meanMs, scv } = holdDistribution(hold);
  const { rates, endings, batchSize } = clumpsOf(model);
  const placesAt = (scale: number) => {
    const patience = (acquireTimeoutMs * connections) / (meanMs * scale);
    return Math.min(Math.round(queueLimit / scale), Math.ceil(patience + 10 * Math.sqrt(patience) + 20));
  };
  const clumped = Math.min(connections, (batchSize + 1) / 2);
  const scale = clumped * Math.max(1, (connections + placesAt(clumped)) / clumped / mostNumbers);
  const servers = connections / scale;
  const [full, places] = [Math.ceil(servers), placesAt(scale)];
  const patience = (acquireTimeoutMs * servers) / meanMs;
  const staying = patience < Infinity ? logGammaLowers(0, places + 1, patience).map(Math.exp) : undefined;
  const leavingAt = new Float64Array(full + places + 1);
  const failing = new Float64Array(full + places + 1);
  for (let n = 0; n < leavingAt.length; n += 1) {
    leavingAt[n] = Math.min(n, servers);
    failing[n] = n === full + places ? 1 : n < full ? 0 : 1 - (staying?.[n - full + 1] ?? 1);
  }
  return {
    ...{ servers, rates: [rates[0] / scale, rates[1] / scale], endings, batchSize: 1, places },
    ...(staying && { staying }),
    ...{ holdMs: meanMs, scv, leavingAt, failing },
  };
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

/** The chances after a time (in mean holds), with so many more arrivals per mean hold: half the phases' changes before, half after. */
function step(states: States, chain: FailureChain, more: number, time: number): States {
  const [quiet, burst] = isBursty(chain) ? switched(states, chain, time / 2) : states;
  const [quietRate, burstRate] = chain.rates;
  const next: States = [
    stepped(quiet, chain, quietRate + more, time),
    isBursty(chain) ? stepped(burst, chain, burstRate + more, time) : burst,
  ];
  return isBursty(chain) ? switched(next, chain, time / 2) : next;
}

function switched([quiet, burst]: States, { endings }: FailureChain, time: number): States {
  const sum = endings[0] + endings[1];
  const changed = -Math.expm1(-sum * time) / sum;
  const move = (n: number) => changed * ((quiet[n] ?? 0) * endings[0] - (burst[n] ?? 0) * endings[1]);
  return [quiet.map((chance, n) => chance - move(n)), burst.map((chance, n) => chance + move(n))];
}

/** One phase, by the implicit Euler rule: a tridiagonal system, solved up and down. */
function stepped(
  chances: readonly number[],
  { leavingAt, failing }: FailureChain,
  rate: number,
  time: number,
): number[] {
  const top = chances.length - 1;
  const factors = new Float64Array(top + 1);
  const next = new Array<number>(top + 1).fill(0);
  let [factor, value, comes] = [0, 0, 0];
  for (let n = 0; n <= top; n += 1) {
    const goes = time * rate * (1 - (failing[n] ?? 0));
    const out = 1 + goes + time * (leavingAt[n] ?? 0) - comes * factor;
    value = ((chances[n] ?? 0) + comes * value) / out;
    factor = n < top ? (time * (leavingAt[n + 1] ?? 0)) / out : 0;
    next[n] = value;
    factors[n] = factor;
    comes = goes;
  }
  for (let n = top - 1; n >= 0; n -= 1) next[n] = (next[n] ?? 0) + (factors[n] ?? 0) * (next[n + 1] ?? 0);
  return next;
}
