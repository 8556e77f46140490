// Exact solutions of queues, against which the simulator is checked. Written apart from src/queueing on purpose: an error
// there cannot hide here. Times in ms, load in erlangs.

/** M/M/c with places to wait (unlimited by default): the birth-death chain summed up term by term. */
export function mmcq(connections, load, holdMs, queueLimit = Infinity) {
  const terms = [1];
  let sum = 1;
  const last = connections + queueLimit;
  for (let n = 1; n <= last; n += 1) {
    const term = (terms[n - 1] * load) / Math.min(n, connections);
    terms.push(term);
    sum += term;
    if (n > connections && term < 1e-18 * sum) break;
  }
  const chance = terms.map((term) => term / sum);
  const rejectedRatio = Number.isFinite(last) ? chance[last] : 0;
  const admitted = 1 - rejectedRatio;
  const servedMs = holdMs / connections;
  const isWaiting = (_, n) => n >= connections && n < last;
  const waitMs = chance.reduce((all, p, n) => (isWaiting(p, n) ? all + p * (n - connections + 1) * servedMs : all), 0);
  // A request that finds n - c waiting waits the sum of n - c + 1 exponential times: longer than t if so many have not ended.
  const longerThan = (t) => {
    let pois = Math.exp(-t / servedMs);
    let tail = pois;
    let all = 0;
    for (let n = connections; n < Math.min(last, chance.length); n += 1) {
      all += chance[n] * tail;
      pois *= t / servedMs / (n - connections + 1);
      tail += pois;
    }
    return all / admitted;
  };
  return {
    waitProbability: chance.reduce((all, p, n) => (n >= connections ? all + p : all), 0),
    rejectedRatio,
    meanWaitMs: waitMs / admitted,
    p99WaitMs: quantile(longerThan, 0.01, holdMs),
  };
}

/** M/G/c without places to wait, whatever the hold times. */
export function erlangLoss(connections, load) {
  const { rejectedRatio } = mmcq(connections, load, 1, 0);
  return { rejectedRatio };
}

/** M/M/c whose requests give up after a fixed time: the density of the offered wait, integrated in closed form. */
export function fixedPatience(connections, load, holdMs, timeoutMs) {
  const rate = load / holdMs;
  const spare = connections / holdMs - rate;
  let term = 1;
  let below = 0;
  for (let j = 0; j < connections; j += 1) {
    below += term;
    if (j < connections - 1) term *= load / (j + 1);
  }
  const scale = rate * term;
  const area = (t) => (spare === 0 ? t : -Math.expm1(-spare * t) / spare);
  const moment = (t) => (spare === 0 ? t ** 2 / 2 : (1 - Math.exp(-spare * t) * (1 + spare * t)) / spare ** 2);
  const beyond = (scale * Math.exp(-spare * timeoutMs) * holdMs) / connections;
  const all = below + scale * area(timeoutMs) + beyond;
  const timedOutRatio = beyond / all;
  const served = all * (1 - timedOutRatio);
  return {
    waitProbability: 1 - below / all,
    timedOutRatio,
    meanWaitMs: (scale * moment(timeoutMs)) / served,
    p99WaitMs: quantile((t) => 1 - (below + scale * area(Math.min(t, timeoutMs))) / served, 0.01, holdMs),
  };
}

/** Pollaczek and Khinchine. */
export function mg1(load, holdMs, holdScv) {
  return { waitProbability: load, meanWaitMs: (load * holdMs * (1 + holdScv)) / (2 * (1 - load)) };
}

/**
 * GI/M/c: sigma is the root of sigma = A(c (1 - sigma) / s), A the Laplace transform of the gaps (s per ms); the wait of
 * the requests that wait is exponential. Their share is by Takacs, Introduction to the Theory of Queues (1962), chapter 2.
 */
export function gmc(connections, holdMs, gapTransform) {
  let sigma = 0.5;
  for (let round = 0; round < 10_000; round += 1) sigma = gapTransform((connections * (1 - sigma)) / holdMs);
  let inverse = 1 / (1 - sigma);
  let [binomial, product] = [1, 1];
  for (let j = 1; j <= connections; j += 1) {
    const transform = gapTransform(j / holdMs);
    binomial *= (connections - j + 1) / j;
    product *= transform / (1 - transform);
    inverse +=
      ((binomial / (product * (1 - transform))) * (connections * (1 - transform) - j)) /
      (connections * (1 - sigma) - j);
  }
  const waitProbability = 1 / inverse / (1 - sigma);
  const waiterMs = holdMs / connections / (1 - sigma);
  return {
    waitProbability,
    meanWaitMs: waitProbability * waiterMs,
    p99WaitMs: waitProbability <= 0.01 ? 0 : waiterMs * Math.log(waitProbability / 0.01),
  };
}

/** Batches of one size at Poisson moments, one connection: the wait of the batch, and that behind others of it. */
export function batchesMm1(load, holdMs, size) {
  return { meanWaitMs: (load * (size + 1) * holdMs) / (2 * (1 - load)) + ((size - 1) * holdMs) / 2 };
}

/**
 * Two-phase bursts and exponential holds: the chain of (requests in the system, phase), solved from a level that is
 * practically never reached down to the empty system. P(n + 1) = P(n) R(n), all 2 x 2.
 */
export function burstyMmc(connections, holdMs, { ratePerSecond, factor, burstMs, quietMs }) {
  const burstShare = burstMs / (burstMs + quietMs);
  const quiet = ratePerSecond / 1_000 / (1 + (factor - 1) * burstShare);
  const rates = [quiet, factor * quiet];
  const leave = [1 / quietMs, 1 / burstMs];
  const levels = 20_000;
  const down = (n) => Math.min(n, connections) / holdMs;
  const ratios = new Array(levels + 1);
  let above = [0, 0, 0, 0];
  for (let n = levels; n >= 1; n -= 1) {
    // R(n-1) = up x inverse of (out of level n - R(n) x down).
    const d = down(n + 1);
    const a = rates[0] + leave[0] + down(n) - above[0] * d;
    const b = -leave[0] - above[1] * d;
    const c = -leave[1] - above[2] * d;
    const e = rates[1] + leave[1] + down(n) - above[3] * d;
    const det = a * e - b * c;
    above = [(rates[0] * e) / det, (-rates[0] * b) / det, (-rates[1] * c) / det, (rates[1] * a) / det];
    ratios[n - 1] = above;
  }
  // At level 0: p (rates + leave) = p Q + P(1) down(1), which fixes p up to a factor.
  const [r0, , r2] = ratios[0];
  let p = [leave[1] + r2 * down(1), rates[0] + leave[0] - r0 * down(1)];
  let [all, waiting, arrivals, delayed] = [0, 0, 0, 0];
  for (let n = 0; n <= levels; n += 1) {
    const both = p[0] + p[1];
    const flow = p[0] * rates[0] + p[1] * rates[1];
    all += both;
    arrivals += flow;
    if (n >= connections) {
      waiting += (n - connections) * both;
      delayed += flow;
    }
    if (n === levels || both < 1e-18 * all) break;
    const [w, x, y, z] = ratios[n];
    p = [p[0] * w + p[1] * y, p[0] * x + p[1] * z];
  }
  return { waitProbability: delayed / arrivals, meanWaitMs: waiting / arrivals };
}

/**
 * Two connections, each with a queue of its own, on one of which a request is put when it comes: `choose` says which, by
 * the requests on both and by which got the one before. The chain of these three, cut where it practically never gets.
 */
export function twoLanes(load, holdMs, choose, most = 30) {
  const size = most + 1;
  const at = (first, second, last) => (first * size + second) * 2 + last;
  const step = 1 / (load + 2);
  let chance = new Float64Array(size * size * 2);
  chance[0] = 1;
  for (let [round, change] = [0, 1]; change > 1e-11 && round < 10_000; round += 1) {
    const next = new Float64Array(chance.length);
    for (let first = 0; first < size; first += 1) {
      for (let second = 0; second < size; second += 1) {
        for (const last of [0, 1]) {
          const flow = chance[at(first, second, last)] * step;
          if (flow < 1e-30) continue;
          const lane = choose(first, second, last);
          next[at(Math.min(most, first + 1 - lane), Math.min(most, second + lane), lane)] += load * flow;
          next[at(Math.max(0, first - 1), second, last)] += flow;
          next[at(first, Math.max(0, second - 1), last)] += flow;
        }
      }
    }
    change = next.reduce((sum, p, index) => sum + Math.abs(p - chance[index]), 0);
    chance = next;
  }
  let [waitProbability, waiting] = [0, 0];
  for (let first = 0; first < size; first += 1) {
    for (let second = 0; second < size; second += 1) {
      for (const last of [0, 1]) {
        const p = chance[at(first, second, last)];
        if ((choose(first, second, last) === 0 ? first : second) > 0) waitProbability += p;
        waiting += p * (Math.max(0, first - 1) + Math.max(0, second - 1));
      }
    }
  }
  return { waitProbability, meanWaitMs: (waiting * holdMs) / load };
}

/** Where a falling tail reaches `share`, in ms; 0 if it starts below. */
function quantile(tail, share, scaleMs) {
  if (tail(0) <= share) return 0;
  let [low, high] = [0, scaleMs];
  while (tail(high) > share) high *= 2;
  for (let round = 0; round < 60; round += 1) {
    const middle = (low + high) / 2;
    if (tail(middle) > share) low = middle;
    else high = middle;
  }
  return high;
}
