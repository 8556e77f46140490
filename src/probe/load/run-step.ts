import { meanRatePerSecond } from '../../traffic/arrivals.ts';
import { realClock } from './clock.ts';
import { mergeShards, mergeTicks } from './merge.ts';
import { openStep } from './open-step.ts';
import { choosePump, pumpMaker } from './pump.ts';
import { planFor, shardsOf } from './shard.ts';
import { type LoadStep, lateBy, type StepOutcome } from './step.ts';

/**
 * Opens a pool, loads it as planned, and closes it. Gives what was counted, however the step ended.
 * @throws PoolctlError where the pool cannot be opened
 */
export async function runStep(step: LoadStep): Promise<StepOutcome> {
  const { plan, to, part, onTick } = step;
  const [shard, ...more] = shardsOf(plan, part);
  const rate = plan.load.kind === 'open' ? meanRatePerSecond(plan.load.arrivals) : 0;
  const pump = step.pump ?? choosePump(to.target.isThisMachine, rate);
  if (!shard || more.length > 0) return (await import('./threads.ts')).runThreads(step, pump);
  const clock = realClock(step.now);
  const opened = await openStep({
    ...step,
    ...{ clock, shard, plan: planFor(plan, shard), makePump: pumpMaker(pump, clock), hasSlices: part !== undefined },
    onTick: (tick) => onTick?.(mergeTicks([tick])),
  });
  const lateMs = lateBy(part, clock.now());
  const run = await opened.run(part?.startMs);
  return { run: mergeShards([run]), connects: opened.connects, shard: run, lateMs };
}
