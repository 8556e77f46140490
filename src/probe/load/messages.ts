import type { ErrorCode } from '../../base/errors.ts';
import type { ConnectTimes, LoadSafety } from '../../drivers/driver.ts';
import type { TargetParts } from '../../engines/target.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { StepPlan } from './model.ts';
import type { PumpKind } from './pump.ts';
import type { Shard } from './shard.ts';
import type { ShardRun, ShardTick } from './shard-run.ts';

/** What a thread is given. The target comes in parts, because messages lose private fields. */
export interface Task {
  readonly target: TargetParts;
  readonly safety: LoadSafety;
  readonly via?: { readonly host: string; readonly port: number };
  readonly workload: ProbeWorkload;
  readonly plan: StepPlan;
  readonly shard: Shard;
  readonly pump: PumpKind;
  readonly drainMs?: number;
  readonly hasSlices: boolean;
  /** Where the thread shows that its event loop turns. */
  readonly beats: Int32Array;
}

/**
 * `go`: where `startMs` is left out at once, else at that moment of `systemNow`; `unstuck`: what was running has been
 * cancelled.
 */
export type ToThread =
  | { readonly kind: 'go'; readonly startMs?: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'unstuck' };

export type FromThread =
  | { readonly kind: 'opened'; readonly connects: readonly ConnectTimes[] }
  | { readonly kind: 'sessions'; readonly processIds: readonly number[] }
  | { readonly kind: 'tick'; readonly tick: ShardTick }
  | { readonly kind: 'stuck' }
  | { readonly kind: 'done'; readonly run: ShardRun }
  | { readonly kind: 'failed'; readonly error: ThreadError };

/** An error as it crosses threads: a message would lose the fields of PoolctlError. */
export interface ThreadError {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}
