import { hostname } from 'node:os';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { CleanUp, GuardStatus, ProbeResult, Transport } from '../result.ts';
import { messageOf, metadataOf, stillsOf, workloadOf } from '../run/outcome.ts';
import type { StopReason } from '../run/watch.ts';
import type { CommonStart } from './meeting.ts';
import type { ShardResult, ShardStepRun } from './model.ts';
import type { ShardRequest } from './run-request.ts';

/** What a shard knows so far. */
export interface ShardNotes {
  readonly run: string;
  readonly drivers: string;
  readonly beganMs: number;
  start?: CommonStart;
  transport?: Transport;
  guards?: readonly GuardStatus[];
  leftBefore?: readonly string[];
  stills: readonly number[];
  stoppedBy: StopReason | undefined;
  failure: unknown;
  cleanUp?: CleanUp;
  readonly steps: ShardStepRun[];
}

/** What it writes before its end: one that was killed has left this. */
export function runningShard(request: ShardRequest, notes: ShardNotes): ShardResult {
  return { ...shardResult(request, notes), finished: 'running' };
}

export function shardResult(request: ShardRequest, notes: ShardNotes): ShardResult {
  const { plan, part, interrupted, startedAt, now } = request;
  const { run, start, transport, guards, leftBefore = [], stills, failure, cleanUp, steps, beganMs } = notes;
  const stoppedBy = notes.stoppedBy ?? (failure === undefined ? undefined : asStop(failure));
  return {
    ...{ run, plan: { ...plan, workload: workloadOf(plan.workload) }, shard: part.index },
    ...{ host: hostname(), isServerHere: request.target.isThisMachine, processId: process.pid },
    finished: interrupted.aborted ? 'interrupted' : stoppedBy ? 'stopped' : 'complete',
    ...withoutUndefined({
      stoppedBy: interrupted.aborted ? undefined : stoppedBy,
      clock: start?.clock,
      startedAt: start && new Date(start.serverMs).toISOString(),
      ...{ transport, guards, cleanUp },
      stoodStill: stillsOf(stills),
    }),
    ...(leftBefore.length > 0 && { leftBefore }),
    steps: [...steps],
    seconds: (now() - beganMs) / 1_000,
    metadata: metadataOf(startedAt, notes.drivers),
  };
}

function asStop(failure: unknown): NonNullable<ProbeResult['stoppedBy']> {
  return { guard: 'error', message: messageOf(failure) };
}
