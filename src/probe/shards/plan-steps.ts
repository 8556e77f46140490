import { PoolctlError } from '../../base/errors.ts';
import { formatDuration, formatNumber } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { connectionsOf, type StepPlan } from '../load/model.ts';
import { loadStep } from '../modes/load.ts';
import type { ProbeTask } from '../request.ts';
import { poolsText } from '../runs.ts';
import { rampOfShards } from './plan-ramp.ts';
import { leadMsOf, type PlannedSteps, type StepsWish } from './slots.ts';

const leastRunMs = 1_000;

/**
 * The steps of a task for so many shards, each at its moment.
 * @throws PoolctlError INPUT_CONTRADICTION where a task cannot be shared, VALUE_INVALID where there is too little for all
 */
export function planSteps(wish: StepsWish): PlannedSteps {
  const planned = stepsOf(wish);
  return { ...planned, steps: planned.steps.map((step) => ({ ...step, plan: withThreads(step.plan, wish.shards) })) };
}

/** At most one thread for each instance, or for each connection, of a shard. */
function withThreads(plan: StepPlan, shards: number): StepPlan {
  const each = Math.floor((plan.instances ?? plan.pool.connectionLimit) / shards);
  return { ...plan, threads: Math.max(1, Math.min(plan.threads, each)) };
}

function stepsOf(wish: StepsWish): PlannedSteps {
  const { task } = wish.request;
  switch (task.kind) {
    case 'ramp':
      return rampOfShards(wish, task);
    case 'load':
    case 'verify':
      return oneStep(wish, task);
    case 'compare':
    case 'compare-unpooled':
    case 'stall':
      throw new PoolctlError('INPUT_CONTRADICTION', `--shards and --${task.kind} cannot both be given.`, {
        hint: 'Shards find a size, load a pool, or verify one; the rest is for one process.',
      });
    default:
      return task satisfies never;
  }
}

function oneStep(wish: StepsWish, task: ProbeTask & { kind: 'load' | 'verify' }): PlannedSteps {
  const { request, shards } = wish;
  const { durationMs } = request;
  const { pool } = task;
  if (durationMs < leastRunMs) {
    throw new PoolctlError(
      'VALUE_INVALID',
      `--duration ${formatDuration(durationMs)} is too short to measure anything.`,
      {
        hint: 'Give 10s or more.',
      },
    );
  }
  const step = loadStep(wish, task, durationMs);
  if (step.instances === undefined) refuseEmptyShards(pool.connectionLimit, shards, 'connections');
  else refuseEmptyShards(step.instances, shards, 'instances');
  if (step.load.kind === 'closed') refuseEmptyShards(step.load.workers, shards, 'requests at once');
  const label = `pool ${poolsText(task)}${task.kind === 'verify' ? ` of ${task.source}` : ''}`;
  return {
    question:
      task.kind === 'load'
        ? { kind: 'load', pool }
        : { kind: 'verify', pool, source: task.source, ...withoutUndefined({ law: task.law }) },
    steps: [{ label, startMs: 0, plan: step }],
    leadMs: leadMsOf(wish, connectionsOf(step)),
  };
}

function refuseEmptyShards(count: number, shards: number, what: string): void {
  if (count >= shards) return;
  throw new PoolctlError(
    'VALUE_INVALID',
    `${formatNumber(count)} ${what} are too few for ${shards} shards: some would have none.`,
    { hint: `They are of all shards together: give ${shards} or more, or fewer --shards.` },
  );
}
