import { PoolctlError } from '../base/errors.ts';
import type { PoolModel, PoolPrediction } from './pool-model.ts';
import { predictPool } from './predict.ts';

/** Where the load settles when failed requests come again. */
export interface RetryLoad {
  /**
   * 'settles': one state. 'metastable': two, the calm one below and a storm that a disturbance can start and that stays.
   * 'none': the retries never end, because every failure comes again and the pool carries less than what arrives.
   */
  readonly state: 'settles' | 'metastable' | 'none';
  /** Attempts per second, first ones and repeated. Left out when there is no fixed point. */
  readonly attemptsPerSecond?: number;
  /** Attempts per second over requests per second; 1 without retries. */
  readonly amplification?: number;
  /** The share of the requests that never get a connection. */
  readonly lostRatio?: number;
  readonly prediction?: PoolPrediction;
  /** Attempts per second in the storm of a metastable pool. */
  readonly stormAttemptsPerSecond?: number;
}

/**
 * The fixed point of rate = first attempts x (1 + f + f^2 + ... ), `attempts` terms, with f the share of the attempts that
 * fails at that rate and comes again (all of it by default, or the share repeatRatio). Attempts count the first one and may be Infinity. Retries are taken to come at random later moments:
 * with long pauses against the hold time that is close, at once it is too kind.
 * Source: the extended Erlang B model; J. W. Cohen, Basic problems of telephone traffic theory and the influence of repeated
 * calls, Philips Telecommunication Review 18 (1957).
 */
export function retryLoad(model: PoolModel, attempts: number, repeatRatio = 1): RetryLoad {
  if (!(attempts >= 1)) {
    throw new PoolctlError('VALUE_INVALID', `attempts is ${attempts}; it must be at least 1, the first one included.`);
  }
  const first = model.arrivalRatePerSecond;
  const failed = (rate: number) => {
    const { rejectedRatio, timedOutRatio } = predictPool({ ...model, arrivalRatePerSecond: rate });
    return Math.min(1, rejectedRatio + timedOutRatio);
  };
  const demand = (rate: number) => first * series(repeatRatio * failed(rate), attempts);
  const top = attempts === Infinity ? first * 1_000 : first * attempts;
  const attemptsPerSecond = fixedPoint(demand, first, top);
  if (attemptsPerSecond === undefined) return { state: 'none' };
  const storm = attempts === Infinity ? undefined : stormPoint(demand, top);
  const isMetastable = storm !== undefined && storm > attemptsPerSecond * 1.05;
  const prediction = predictPool({ ...model, arrivalRatePerSecond: attemptsPerSecond });
  return {
    state: isMetastable ? 'metastable' : 'settles',
    attemptsPerSecond,
    amplification: first > 0 ? attemptsPerSecond / first : 1,
    lostRatio: first > 0 ? Math.max(0, 1 - prediction.throughputPerSecond / first) : 0,
    prediction,
    ...(isMetastable && { stormAttemptsPerSecond: storm }),
  };
}

/** 1 + f + f^2 + ... with `terms` terms. */
function series(f: number, terms: number): number {
  return f < 1 ? (1 - f ** terms) / (1 - f) : terms;
}

/** The smallest rate from `low` to `high` that demands no more than itself: the first that calm grows into. */
function fixedPoint(demand: (rate: number) => number, low: number, high: number): number | undefined {
  if (low === 0 || demand(low) <= low * (1 + 1e-9)) return low;
  const factor = (high / low) ** (1 / 24);
  let [below, above] = [low, low * factor];
  while (demand(above) > above * (1 + 1e-9)) {
    if (above >= high) return undefined;
    [below, above] = [above, above * factor];
  }
  for (let round = 0; round < 30; round += 1) {
    const middle = (below + above) / 2;
    if (demand(middle) > middle) below = middle;
    else above = middle;
  }
  return above;
}

/** The fixed point that all requests at their last attempt fall to. */
function stormPoint(demand: (rate: number) => number, top: number): number {
  let rate = top;
  for (let round = 0; round < 100; round += 1) {
    const next = demand(rate);
    if (rate - next < rate * 1e-4) return next;
    rate = next;
  }
  return rate;
}
