import { formatCount, formatNumber, formatRatio } from '../../base/units.ts';
import { throughputOf } from '../analyse/intervals.ts';
import type { RampPlan } from '../plan/plan.ts';
import type { Ramp } from '../result.ts';
import { closedStep, type ModeContext } from './mode.ts';

/** Less is within the noise of one step. */
const clearGain = 0.1;

/**
 * Where poolctl itself was the limit: the best size once more with two threads. More throughput then proves whose limit it
 * was; no more means that the processors are shared.
 */
export async function tryTwoThreads(context: ModeContext, plan: RampPlan, ramp: Ramp): Promise<Ramp> {
  const { bench, request } = context;
  const [best] = ramp.levels
    .filter(({ connectionLimit }) => connectionLimit > 1)
    .sort((a, b) => b.throughputPerSecond.value - a.throughputPerSecond.value);
  if (ramp.knee.limitedBy !== 'client' || request.threads > 1 || !best || bench.isOver) return ramp;
  const { connectionLimit } = best;
  const lengths = { durationMs: plan.stepMs, warmupMs: plan.firstWarmupMs };
  const step = closedStep(context, { connectionLimit }, plan.workers, lengths);
  const run = await bench.step(`two threads, pool ${connectionLimit}`, { ...step, threads: 2 });
  if (!run || run.cutShort) return ramp;
  const rate = throughputOf(run).value;
  const gain = rate / best.throughputPerSecond.value - 1;
  const did = `Two threads did ${formatNumber(rate)}/s with ${formatCount(connectionLimit, 'connection')}`;
  const found =
    gain > clearGain
      ? `${did}, ${formatRatio(gain)} more: the limit was poolctl's.`
      : `${did}, which is no more than the noise (${formatNumber(best.throughputPerSecond.value)}/s): they share the processors with the server, or this is what the server does.`;
  return { ...ramp, knee: { ...ramp.knee, reason: `${ramp.knee.reason} ${found}` } };
}
