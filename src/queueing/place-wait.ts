import { gammaUpper, logGammaLower, logPoisson } from '../stats/gamma.ts';

/** The share of the requests at each place of the queue, and beyond the last given place a steady fall. */
export interface PlaceShares {
  /** Index 0 is the first place. */
  readonly shares: readonly number[];
  /** The share behind the last of these places, and which part of it each further place leaves. */
  readonly rest: number;
  readonly endRatio: number;
}

/** The waits at those places, in units of mean hold / servers. */
export interface PlaceWait {
  /** The sum of the shares: of the requests that wait. */
  readonly total: number;
  /** Mean wait of those. */
  readonly mean: number;
  /** The share of all requests that waits longer than x. */
  readonly tail: (x: number) => number;
  /** The share of all requests that stands behind this place. */
  readonly behind: (place: number) => number;
}

/** The request at place k waits until k connections have come back: for exponential holds a gamma distribution of shape k. */
export function placeWait({ shares, rest, endRatio }: PlaceShares): PlaceWait {
  const last = shares.length;
  // Index k: the share behind place k.
  const behind = new Float64Array(last + 1);
  behind[last] = rest;
  let moment = rest > 0 ? rest * (last + 1 / (1 - endRatio)) : 0;
  for (let k = last; k >= 1; k -= 1) {
    behind[k - 1] = (behind[k] ?? 0) + (shares[k - 1] ?? 0);
    moment += k * (shares[k - 1] ?? 0);
  }
  const total = behind[0] ?? 0;
  return {
    total,
    mean: total > 0 ? moment / total : 0,
    // Longer than x: of the connections, fewer than k have come back, a Poisson number of mean x.
    tail: (x) => {
      if (x <= 0) return total;
      const far = 9 * Math.sqrt(x) + 20;
      const from = Math.max(0, Math.floor(x - far));
      const to = Math.min(last - 1, Math.ceil(x + far));
      let chance = from <= to ? Math.exp(logPoisson(from, x)) : 0;
      let sum = 0;
      for (let k = from; k <= to; k += 1) {
        sum += chance * (behind[k] ?? 0);
        chance *= x / (k + 1);
      }
      if (rest === 0) return sum;
      const logReached = last === 0 ? 0 : logGammaLower(last, x * endRatio);
      return sum + Math.exp(Math.log(rest) + logReached - last * Math.log(endRatio) - x * (1 - endRatio));
    },
    behind: (place) => (place <= last ? (behind[place] ?? 0) : rest * endRatio ** (place - last)),
  };
}

/**
 * The same where requests give up after y: place k is served after a wait with that gamma distribution cut off at y, and the
 * shares are of the served. Exact for Poisson arrivals (A. Brandt and M. Brandt, 1999).
 */
export function patientPlaceWait(shares: readonly number[], y: number): PlaceWait {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const counts = (share: number) => share > 1e-16 * total;
  const [first, last] = [1 + shares.findIndex(counts), 1 + shares.findLastIndex(counts)];
  if (last === 0) return { total: 0, mean: 0, tail: () => 0, behind: () => 0 };
  const whole = logGammaLowers(first, last + 1, y);
  let moment = 0;
  for (let k = first; k <= last; k += 1) {
    moment += k * (shares[k - 1] ?? 0) * Math.exp((whole[k + 1 - first] ?? 0) - (whole[k - first] ?? 0));
  }
  return {
    total,
    mean: moment / total,
    tail: (x) => {
      if (x >= y) return 0;
      if (x <= 0) return total;
      const part = logGammaLowers(first, last, x);
      let sum = 0;
      for (let i = 0; i < part.length; i += 1) {
        sum += (shares[first - 1 + i] ?? 0) * -Math.expm1((part[i] ?? 0) - (whole[i] ?? 0));
      }
      return sum;
    },
    behind: (place) => shares.slice(place).reduce((sum, share) => sum + share, 0),
  };
}

/**
 * ln P(k, y) for k from `first` to `last`, P the regularised lower incomplete gamma function: the chance of at least k where y
 * are expected. Added up from below where that is more than half, and from above where it is less.
 */
export function logGammaLowers(first: number, last: number, y: number): Float64Array {
  const logs = new Float64Array(last - first + 1);
  let logChance = logPoisson(first, y);
  for (let k = first; k <= last; k += 1) {
    logs[k - first] = logChance;
    logChance += Math.log(y / (k + 1));
  }
  // The chance of at least k over that of exactly k.
  let over = 1;
  for (let j = 1, term = y / (last + 1); term > 1e-17 * over && last >= y; j += 1) {
    over += term;
    term *= y / (last + 1 + j);
  }
  const middle = Math.min(last, Math.floor(y));
  for (let k = last; k > middle && k >= first; k -= 1) {
    logs[k - first] = (logs[k - first] ?? 0) + Math.log(over);
    over = (over * y) / k + 1;
  }
  let fewer = first > middle || first === 0 ? 0 : gammaUpper(first, y);
  for (let k = first; k <= middle; k += 1) {
    const chance = Math.exp(logs[k - first] ?? 0);
    logs[k - first] = Math.log1p(-Math.min(0.9, fewer));
    fewer += chance;
  }
  return logs;
}
