import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import { geometricSizes, givenSizes } from './sizes.ts';

export { hasFlattened, type PlannedLevel, refineSizes, roundOrder } from './sizes.ts';

/** What a ramp is planned from. Times in ms. */
export interface RampWish {
  /** Of everything together: round trips, ramp and proof. By default what the rounds need. */
  readonly durationMs?: number;
  /** Measured as they are: no other sizes, and no early end. */
  readonly sizes?: readonly number[];
  /** What the guard allows. */
  readonly mostConnections: number;
  /** Where the geometric sizes end without --sizes; 64. */
  readonly mostSize?: number;
  /** 1 for --quick, 3, 5 for --thorough. */
  readonly rounds: number;
  /** What round trips and connects take before the ramp. */
  readonly transportMs: number;
  /** No time is kept for a proof; false by default. */
  readonly withoutProof?: boolean;
}

/** The ramp as it will run, if nothing ends it early. */
export interface RampPlan {
  /** Smallest first; more may come by refineSizes. */
  readonly sizes: readonly number[];
  readonly mostConnections: number;
  /** Sizes that may be added around the knee. */
  readonly refinements: number;
  /** The same in every step, so that the load on a pool of any size is the same. */
  readonly workers: number;
  readonly rounds: number;
  readonly firstWarmupMs: number;
  readonly warmupMs: number;
  readonly stepMs: number;
  readonly transportMs: number;
  readonly proofMs: number;
  readonly durationMs: number;
}

/** Node reached its steady rate after 0.6 to 1.2 s (8 connections, MSER cut on 100 ms buckets, three runs); later steps only fill caches. */
const firstWarmupMs = 1_500;
const warmupMs = 300;
/** Twelve stretches of 40 ms: less leaves no interval worth the name. */
const leastStepMs = 500;
const refinementsOfRamp = 2;
const leastProofMs = 2_000;
const mostProofMs = 15_000;
const proofShare = 0.25;

/** One round in 20 s, three in a minute, five of about 8 s a step. */
export function defaultDurationMs(rounds: number): number {
  if (rounds <= 1) return 20_000;
  return rounds <= 3 ? 60_000 : 390_000;
}

/**
 * Plans sizes and lengths so that ramp, refinement and proof fit the time.
 * @throws PoolctlError VALUE_INVALID where the time is too short, PROBE_REFUSED where a size is above what is allowed
 */
export function planRamp(wish: RampWish): RampPlan {
  const { rounds, transportMs, mostConnections } = wish;
  const sizes = wish.sizes ? givenSizes(wish.sizes, mostConnections) : geometricSizes(wish);
  const durationMs = wish.durationMs ?? defaultDurationMs(rounds);
  const proofMs = wish.withoutProof
    ? 0
    : Math.round(Math.min(mostProofMs, Math.max(leastProofMs, proofShare * (durationMs - transportMs))));
  const largest = sizes.at(-1) ?? 1;
  const plan = {
    sizes,
    mostConnections,
    refinements: wish.sizes || sizes.length < 3 ? 0 : refinementsOfRamp,
    workers: largest + Math.max(2, Math.ceil(largest / 4)),
    rounds,
    firstWarmupMs,
    warmupMs,
    transportMs,
    proofMs,
    durationMs,
  };
  const stepMs = Math.floor((durationMs - transportMs - proofMs - overheadMs(plan)) / stepsOf(plan));
  if (stepMs < leastStepMs) refuseHaste(plan, wish.sizes !== undefined);
  return { ...plan, stepMs };
}

type Frame = Omit<RampPlan, 'stepMs'>;

function stepsOf({ sizes, refinements, rounds }: Frame): number {
  return (sizes.length + refinements) * rounds;
}

/** Warm-ups, and the opening of the connections. */
function overheadMs(plan: Frame): number {
  const { sizes, refinements, rounds } = plan;
  const opening = sizes.reduce((sum, size) => sum + openingMs(size), 0) + refinements * openingMs(sizes.at(-1) ?? 1);
  return firstWarmupMs + (stepsOf(plan) - 1) * warmupMs + rounds * opening;
}

/** Ten connections every 100 ms (LoadPool.openAll), and as long again for one round of logins and goodbyes. */
function openingMs(size: number): number {
  return 100 * Math.ceil(size / 10);
}

function refuseHaste(plan: Frame, areGiven: boolean): never {
  const { sizes, rounds, durationMs, transportMs, proofMs } = plan;
  const steps = stepsOf(plan);
  const share = proofMs === 0 ? 1 : 1 - proofShare;
  const ramp = overheadMs(plan) + steps * leastStepMs;
  // The proof is a share of the time between its bounds: all three may decide.
  const needed =
    transportMs + Math.max(ramp + Math.min(proofMs, leastProofMs), Math.min(ramp / share, ramp + mostProofMs));
  const levels = `${formatCount(sizes.length, 'size')}${plan.refinements > 0 ? ` and ${plan.refinements} around the knee` : ''}`;
  throw new PoolctlError(
    'VALUE_INVALID',
    `${formatDuration(durationMs)} are too short for ${levels} in ${formatCount(rounds, 'round')}: ${steps} steps take ${formatDuration(Math.ceil(needed / 1_000) * 1_000)} at least.`,
    {
      hint: `Give --duration ${Math.ceil(needed / 1_000)}s or more, ${areGiven ? 'fewer --sizes' : 'a few --sizes'}${rounds > 1 ? ', or --quick' : ''}.`,
    },
  );
}

/** What a plan will cost, for --dry-run. */
export interface PlanFigures {
  readonly steps: number;
  readonly stepMs: number;
  readonly seconds: number;
  /** At once, with the control connection. */
  readonly connectionsAtPeak: number;
  /** One after the other, in all; at most. */
  readonly sessionsOpened: number;
  /** At most: as many as the round trip lets through. Left out where that is not known. */
  readonly mostRequests?: number;
  readonly sentence: string;
}

export interface PlanKnown {
  readonly roundTripMs?: number;
  /** The rate of the proof. */
  readonly tps?: number;
  /** Connections that were opened and closed to see what that costs; 25 by default. */
  readonly connects?: number;
}

export function explainPlan(plan: RampPlan, { roundTripMs, tps, connects = 25 }: PlanKnown = {}): PlanFigures {
  const { sizes, refinements, rounds, stepMs, durationMs, proofMs } = plan;
  const steps = stepsOf(plan);
  const largest = sizes.at(-1) ?? 1;
  const perRound = sizes.reduce((sum, size) => sum + size, 0) + refinements * largest;
  const seconds = durationMs / 1_000;
  const ofRamp = roundTripMs && (perRound * rounds * (stepMs + plan.warmupMs)) / roundTripMs;
  const mostRequests = ofRamp && Math.ceil(ofRamp + ((tps ?? largest / (roundTripMs / 1_000)) * proofMs) / 1_000);
  const around = refinements > 0 ? `, and up to ${refinements} around the knee` : '';
  return {
    steps,
    stepMs,
    seconds,
    connectionsAtPeak: largest + 1,
    sessionsOpened: 1 + connects + perRound * rounds + (proofMs > 0 ? largest : 0),
    ...(mostRequests && { mostRequests }),
    sentence: `Pools of ${sizes.join(', ')}${around}, ${formatCount(rounds, 'round')}: ${steps} steps of ${formatDuration(stepMs)} with ${plan.workers} workers, ${formatNumber(seconds)} s in all, at most ${formatCount(largest, 'connection')} at once and one that watches.`,
  };
}

/** The open-loop runs of the proof: the rate that was asked for, or 50, 70 and 85 % of what was measured. */
export function proofLoads(
  proofMs: number,
  load: { readonly tps?: number; readonly capacityPerSecond?: number },
): { readonly ratePerSecond: number; readonly durationMs: number }[] {
  if (proofMs <= 0) return [];
  if (load.tps !== undefined) return [{ ratePerSecond: load.tps, durationMs: proofMs }];
  const { capacityPerSecond } = load;
  if (capacityPerSecond === undefined) return [];
  return [0.5, 0.7, 0.85].map((share) => ({
    ratePerSecond: share * capacityPerSecond,
    durationMs: Math.floor(proofMs / 3),
  }));
}
