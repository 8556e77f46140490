import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import { realClock } from './clock.ts';
import { mergeShards, mergeTicks } from './merge.ts';
import { openStep } from './open-step.ts';
import { choosePump, pumpMaker } from './pump.ts';
import { threadsOf, wholeStep } from './shard.ts';
import type { LoadStep, StepOutcome } from './step.ts';

/**
 * Opens a pool, loads it as planned, and closes it. Gives what was counted, however the step ended.
 * @throws PoolctlError where the pool cannot be opened
 */
export async function runStep(step: LoadStep): Promise<StepOutcome> {
  const { plan, to, onTick } = step;
  const threads = threadsOf(plan);
  const rate = plan.load.kind === 'open' ? meanRatePerSecond(plan.load.arrivals) : 0;
  const pump = step.pump ?? choosePump(to.target.isThisMachine, rate);
  if (threads > 1) return (await import('./threads.ts')).runThreads(step, pump, threads);
  const clock = realClock(step.now);
  const opened = await openStep({
    ...step,
    ...{ clock, shard: wholeStep(plan), makePump: pumpMaker(pump, clock) },
    onTick: (tick) => onTick?.(mergeTicks([tick])),
  });
  return { run: mergeShards([await opened.run()]), connects: opened.connects };
}
