import { PoolctlError } from '../../base/errors.ts';
import { type PoolLimits, poolText } from '../../base/pool-notation.ts';
import { formatCount, formatDuration, formatNumber } from '../../base/units.ts';
import type { ProbeRequest, ProbeTask } from '../request.ts';
import { planRamp, planSentence, type RampPlan } from './plan.ts';

/** What a probe is about to do. */
export interface Planned {
  /** Connections of the load at once, beside the control connection. */
  readonly connectionsAtPeak: number;
  /** How long the whole probe will take. */
  readonly seconds: number;
  /** For a reader: what runs, and for how long. */
  readonly sentence: string;
  readonly ramp?: RampPlan;
}

/** Round trips and connects, before any load. */
const transportMs = 2_000;
const leastRunMs = 1_000;

/** @throws PoolctlError VALUE_INVALID, PROBE_REFUSED */
export function planOf(request: ProbeRequest, allowed: number): Planned {
  const { task, durationMs } = request;
  if (task.kind === 'ramp') return rampOf(request, task, allowed);
  if (durationMs < leastRunMs) {
    throw new PoolctlError(
      'VALUE_INVALID',
      `--duration ${formatDuration(durationMs)} is too short to measure anything.`,
      {
        hint: 'Give 10s or more.',
      },
    );
  }
  const length = formatDuration(durationMs);
  switch (task.kind) {
    case 'load': {
      const { pool, tps, instances = 1, concurrency = pool.connectionLimit * instances } = task;
      const load = tps === undefined ? `${formatCount(concurrency, 'request')} at once` : rate(tps * instances);
      return {
        ...peak(pool.connectionLimit * instances, durationMs),
        sentence: `${load} on ${poolsOf(pool, instances)}, for ${length}.`,
      };
    }
    case 'verify':
      return {
        ...peak(task.pool.connectionLimit * (task.instances ?? 1), durationMs),
        sentence: `${rate(task.tps * (task.instances ?? 1))} on ${poolsOf(task.pool, task.instances)} from ${task.source}, for ${length}.`,
      };
    case 'compare': {
      const [first, second] = task.pools;
      return {
        ...peak(Math.max(first.connectionLimit, second.connectionLimit), durationMs),
        sentence: `${rate(task.tps)} on a pool of ${poolText(first)} and on one of ${poolText(second)}, by turns, ${formatCount(task.rounds, 'round')} in ${length}.`,
      };
    }
    case 'compare-unpooled':
      return {
        ...peak(Math.max(...task.concurrencies), durationMs),
        sentence: `${task.concurrencies.join(', ')} requests at once, through a pool and with a new connection each, by turns, in ${length}.`,
      };
    case 'stall':
      return {
        ...peak(task.pool.connectionLimit, Math.max(durationMs, task.freezeMs * 3)),
        sentence: `${rate(task.tps)} on a pool of ${poolText(task.pool)}, through a proxy that freezes for ${formatDuration(task.freezeMs)}.`,
      };
    default:
      return task satisfies never;
  }
}

function rampOf({ durationMs }: ProbeRequest, task: ProbeTask & { kind: 'ramp' }, allowed: number): Planned {
  const { sizes, rounds, areRoundsFixed: isFixed = false } = task;
  const ramp = mostRounds(rounds, isFixed, (some) =>
    planRamp({ durationMs, rounds: some, transportMs, mostConnections: allowed, ...(sizes && { sizes }) }),
  );
  const connectionsAtPeak = ramp.sizes.at(-1) ?? 1;
  return { connectionsAtPeak, seconds: ramp.durationMs / 1_000, sentence: planSentence(ramp), ramp };
}

/** As many rounds as the time allows, unless their number was asked for. */
function mostRounds(rounds: number, isFixed: boolean, plan: (rounds: number) => RampPlan): RampPlan {
  try {
    return plan(rounds);
  } catch (error) {
    if (isFixed || rounds === 1 || !(error instanceof PoolctlError) || error.code !== 'VALUE_INVALID') throw error;
    return mostRounds(rounds - 1, isFixed, plan);
  }
}

function peak(connectionsAtPeak: number, durationMs: number) {
  return { connectionsAtPeak, seconds: (durationMs + transportMs) / 1_000 };
}

function poolsOf(pool: PoolLimits, instances = 1): string {
  return instances === 1 ? `a pool of ${poolText(pool)}` : `${formatNumber(instances)} pools of ${poolText(pool)}`;
}

function rate(tps: number): string {
  return `${formatNumber(tps)} requests a second`;
}
