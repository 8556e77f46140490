import type { PoolLimits } from '../../base/pool-notation.ts';
import type { LoadPoolSettings } from '../../drivers/driver.ts';
import type { LiveBudget } from '../../inspect/live-budget.ts';
import type { StepPlan } from '../load/model.ts';
import type { Planned } from '../plan/planned.ts';
import type { ThroughPooler } from '../pooler/limit.ts';
import type { ProbeArrivals, ProbeRequest } from '../request.ts';
import type { ProbeResult, Transport } from '../result.ts';
import type { Bench } from '../run/bench.ts';

/** What a mode has found so far; after an early end too. */
export type ModeFindings = {
  -readonly [Key in
    | 'ramp'
    | 'recommendation'
    | 'noRecommendation'
    | 'verification'
    | 'split'
    | 'comparison'
    | 'stall']?: ProbeResult[Key];
} & { runs: ProbeResult['runs'][number][]; unpooled: NonNullable<ProbeResult['unpooled']>[number][] };

export interface ModeContext {
  readonly bench: Bench;
  readonly request: ProbeRequest;
  readonly findings: ModeFindings;
  readonly planned: Planned;
  readonly transport: Transport;
  readonly budget: LiveBudget;
  /** How many connections the guard allows at once. */
  readonly allowed: number;
  readonly connectTimeoutMs: number;
  /** What the load goes through, where that is a pooler. */
  readonly pooler?: ThroughPooler;
  /** Whether the server runs on this machine, and shares its processors. */
  readonly isLocal: boolean;
}

const defaultWarmupMs = 1_500;

/** An open-loop step at the rate of the request's arrivals. */
export function openStepPlan(
  { request, connectTimeoutMs }: Pick<ModeContext, 'request' | 'connectTimeoutMs'>,
  pool: PoolLimits,
  ratePerSecond: number,
  durationMs: number,
): StepPlan {
  const { arrivals, seed, threads, warmupMs = Math.min(defaultWarmupMs, durationMs / 3) } = request;
  return {
    pool: loadPool(pool, connectTimeoutMs),
    load: {
      kind: 'open',
      arrivals: arrivals.at(ratePerSecond),
      ...(arrivals.ramp && { rates: rampFactors(arrivals.ramp, warmupMs, durationMs) }),
    },
    warmupMs,
    durationMs,
    seed,
    threads,
  };
}

export function closedStep(
  { request, connectTimeoutMs }: Pick<ModeContext, 'request' | 'connectTimeoutMs'>,
  pool: PoolLimits,
  workers: number,
  {
    durationMs,
    warmupMs = request.warmupMs ?? Math.min(defaultWarmupMs, durationMs / 3),
  }: { durationMs: number; warmupMs?: number },
): StepPlan {
  const { seed, threads } = request;
  return {
    pool: loadPool(pool, connectTimeoutMs),
    load: { kind: 'closed', workers },
    warmupMs,
    durationMs,
    seed,
    threads,
  };
}

function loadPool(pool: PoolLimits, connectTimeoutMs: number): LoadPoolSettings {
  return { ...pool, connectTimeoutMs };
}

const rampSteps = 40;

/** A rate that goes evenly from one factor to the other, in small steps; during the warm-up it is the first. */
function rampFactors({ from, to }: NonNullable<ProbeArrivals['ramp']>, warmupMs: number, durationMs: number) {
  return Array.from({ length: rampSteps }, (_, step) => ({
    fromMs: step === 0 ? 0 : warmupMs + (step / rampSteps) * durationMs,
    factor: from + ((step + 0.5) / rampSteps) * (to - from),
  }));
}
