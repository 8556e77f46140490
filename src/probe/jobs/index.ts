import { compose } from './compose.ts';
import type { JobKind, JobKindName } from './kind.ts';
import { kubernetes } from './kubernetes.ts';
import { slurm } from './slurm.ts';

/** The systems that `--emit-job` writes for. */
export const jobKinds = { kubernetes, slurm, compose } satisfies Record<JobKindName, JobKind>;
