import type { ShardPlan } from '../shards/model.ts';

/** What a job is written from. */
export interface ShardJob {
  readonly plan: Pick<ShardPlan, 'id' | 'shards' | 'steps' | 'meeting'>;
  /** The file of the plan, as it was read. */
  readonly planText: string;
  /** Its path, as the user wrote it. */
  readonly planFile: string;
  /** The container image that has poolctl in it. */
  readonly image: string;
  /** The PersistentVolumeClaim that the results go to; without one they are printed. */
  readonly claim?: string;
}

/** A system that runs the shards of a plan at the same time. */
export interface JobKind {
  readonly title: string;
  /** The file to hand to the system, with the commands that run it at its head. @throws PoolctlError */
  write(job: ShardJob): string;
}

/** What `--emit-job` takes. */
export const jobKindNames = ['kubernetes', 'slurm', 'compose'] as const;
export type JobKindName = (typeof jobKindNames)[number];
