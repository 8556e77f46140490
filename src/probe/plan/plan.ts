import { PoolctlError } from '../../base/errors.ts';
import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import { geometricSizes, givenSizes } from './sizes.ts';

/** What a ramp is planned from. Times in ms. */
export interface RampWish {
  /** Everything together: round trips, ramp and proof. By default what the rounds need. */
  readonly durationMs?: number;
  /** Measured as they are: no other sizes, and no early end. */
  readonly sizes?: readonly number[];
  /** What the guard allows. */
  readonly mostConnections: number;
  /** 1 for --quick, 3, 5 for --thorough. */
  readonly rounds: number;
  /** What round trips and connects take before the ramp. */
  readonly transportMs: number;
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
/** Twelve stretches of 40 ms: fewer leave no useful interval. */
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
  const sizes = wish.sizes ? givenSizes(wish.sizes, mostConnections) : geometricSizes(mostConnections);
  const durationMs = wish.durationMs ?? defaultDurationMs(rounds);
  const proofMs = Math.round(Math.min(mostProofMs, Math.max(leastProofMs, proofShare * (durationMs - transportMs))));
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

function stepsOf({ sizes, refinements, rounds }: Pick<Frame, 'sizes' | 'refinements' | 'rounds'>): number {
  return (sizes.length + refinements) * rounds;
}

/** Warm-ups, and the opening of the connections. */
function overheadMs(plan: Frame): number {
  const { sizes, refinements, rounds } = plan;
  const opening = sizes.reduce((sum, size) => sum + openingMs(size), 0) + refinements * openingMs(sizes.at(-1) ?? 1);
  return firstWarmupMs + (stepsOf(plan) - 1) * warmupMs + rounds * opening;
}

/** Ten connections every 100 ms (LoadPool.openAll), and another 100 ms for one round of logins and goodbyes. */
function openingMs(size: number): number {
  return 100 * Math.ceil(size / 10);
}

function refuseHaste(plan: Frame, areGiven: boolean): never {
  const { sizes, rounds, durationMs, transportMs } = plan;
  const steps = stepsOf(plan);
  const ramp = overheadMs(plan) + steps * leastStepMs;
  // The proof is a share of the time between its bounds: all three may decide.
  const needed = transportMs + Math.max(ramp + leastProofMs, Math.min(ramp / (1 - proofShare), ramp + mostProofMs));
  const levels = `${formatCount(sizes.length, 'size')}${plan.refinements > 0 ? ` and ${plan.refinements} around the knee` : ''}`;
  throw new PoolctlError(
    'VALUE_INVALID',
    `${formatDuration(durationMs)} are too short for ${levels} in ${formatCount(rounds, 'round')}: ${steps} steps take ${formatDuration(Math.ceil(needed / 1_000) * 1_000)} at least.`,
    {
      hint: `Give --duration ${Math.ceil(needed / 1_000)}s or more. ${areGiven ? 'Or name fewer sizes' : 'Or name a few sizes, --sizes 5,10,20'}${rounds > 1 ? ', or try each once with --quick' : ''}.`,
    },
  );
}

/** The plan for a reader: for --dry-run, and before the load begins. */
export function planSentence({ sizes, refinements, rounds, stepMs, durationMs, workers }: RampPlan): string {
  const largest = sizes.at(-1) ?? 1;
  const steps = stepsOf({ sizes, refinements, rounds });
  const around = refinements > 0 ? `, and up to ${refinements} around the knee` : '';
  return `Pools of ${sizes.join(', ')}${around}, ${formatCount(rounds, 'round')}: ${steps} steps of ${formatDuration(stepMs)} with ${workers} workers, ${formatNumber(durationMs / 1_000)} s in all, at most ${formatCount(largest, 'connection')} at once and one that watches.`;
}

/** The open-loop runs of the proof: the rate that was asked for, or 50, 70 and 85 % of what was measured. */
export function proofLoads(
  proofMs: number,
  load: { readonly tps?: number; readonly capacityPerSecond?: number },
): { readonly ratePerSecond: number; readonly durationMs: number }[] {
  if (load.tps !== undefined) return [{ ratePerSecond: load.tps, durationMs: proofMs }];
  const { capacityPerSecond } = load;
  if (capacityPerSecond === undefined) return [];
  return [0.5, 0.7, 0.85].map((share) => ({
    ratePerSecond: share * capacityPerSecond,
    durationMs: Math.floor(proofMs / 3),
  }));
}
