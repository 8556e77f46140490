import { clientLimit } from '../analyse/client.ts';
import { mergeShards } from '../load/merge.ts';
import type { ClientUse, StepRun } from '../load/model.ts';
import { type CommonPart, commonPart } from './common-window.ts';
import type { PlannedStep, ShardResult, ShardStepRun } from './model.ts';
import { shardName } from './whole-plan.ts';

/** A step as its shards ran it together. */
export interface MergedStep {
  readonly step: PlannedStep;
  /** What of it all of them have. */
  readonly parts: readonly ShardPartRun[];
  readonly run: StepRun;
  readonly cutToMs?: number;
}

export interface ShardPartRun extends Omit<ShardStepRun, 'step'> {
  readonly shard: ShardResult;
}

/** A step that has no figures, and why. */
export interface LeftOutStep {
  readonly label: string;
  readonly reason: string;
}

/** One step of the plan; undefined where no shard had begun it. */
export function mergeStep(shards: readonly ShardResult[], at: number): MergedStep | LeftOutStep | undefined {
  const step = shards[0]?.plan.steps[at];
  const parts = shards.flatMap((shard) => {
    const found = shard.steps.find((one) => one.step === at);
    return found ? [{ ...found, shard }] : [];
  });
  if (!step || parts.length === 0) return undefined;
  const { label, plan } = step;
  // Each has at least one connection in every step.
  const without = shards.find((shard) => !parts.some((part) => part.shard === shard));
  if (without) {
    const why = without.finished === 'complete' ? 'was ready for it only when it was over' : 'had ended before it';
    return { label, reason: `${shardName(without)} ${why}` };
  }
  const common = commonPart(
    parts.map(({ run }) => run),
    plan.durationMs,
  );
  if (!common) return { label, reason: 'no second of it was measured by all shards' };
  return mergedStep(step, parts, common);
}

function mergedStep(step: PlannedStep, parts: readonly ShardPartRun[], common: CommonPart): MergedStep {
  const cut = parts.flatMap((part, index) => {
    const run = common.runs[index];
    return run ? [{ ...part, run }] : [];
  });
  return {
    step,
    parts: cut,
    run: stepRunOf(cut, step.plan.threads),
    ...(common.cutToMs !== undefined && { cutToMs: common.cutToMs }),
  };
}

/** Several shards as one run. `client` is that of the shard that is nearest to its limit, as each has a processor of its own. */
export function stepRunOf(parts: readonly ShardPartRun[], threads: number): StepRun {
  const run = mergeShards(parts.map((part) => part.run));
  const uses = parts.map(({ shard, run: { use } }) => ({ shard, use: { ...use, threads } }));
  const limited = uses.filter(({ shard, use }) => clientLimit(use, shard.isServerHere) !== undefined);
  const [busiest] = (limited.length > 0 ? limited : uses).sort(
    (left, right) => right.use.eventLoopUtilization - left.use.eventLoopUtilization,
  );
  const client: ClientUse = busiest?.use ?? run.client;
  return { ...run, client };
}
