import { randomBytes } from 'node:crypto';
import { unlessAborted } from '../../base/deadline.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import { openDriver } from '../../drivers/open.ts';
import { leftoverName, probeLeftovers } from '../../inspect/leftovers.ts';
import type { Control } from '../control/control.ts';
import { openControl } from '../control/open.ts';
import { shardTag } from '../control/tags.ts';
import { Bench } from '../run/bench.ts';
import { refuseCrowd, refusePooler } from '../run/conditions.ts';
import { stoppedError } from '../run/failure.ts';
import { guardReads } from '../run/guard-reads.ts';
import { guardsOf, refuseBlind } from '../run/guards.ts';
import { leave } from '../run/leave.ts';
import { rehearse } from '../run/rehearse.ts';
import { safetyOf } from '../run/safety.ts';
import { measureTransport } from '../run/transport.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import type { ShardPlan, ShardResult } from './model.ts';
import { askShardConsent, refuseFull, refuseOtherServer } from './run-checks.ts';
import type { ShardRequest } from './run-request.ts';
import { runningShard, type ShardNotes, shardResult } from './run-result.ts';
import { runSteps, stepsEndMs } from './run-steps.ts';
import { sleepUntil } from './sleep-until.ts';

export interface ShardEnd {
  readonly result: ShardResult;
  /** What ended it early, where that was no signal. */
  readonly failure?: unknown;
}

/**
 * Does one part of a plan beside the processes that do the others, which it meets on the server. Leaves nothing there;
 * `cleanUp` says whether that was seen.
 * @throws what `keep` throws
 */
export async function runShard(request: ShardRequest): Promise<ShardEnd> {
  const { interrupted, now, keep } = request;
  const driver = await openDriver(request.target);
  const run = randomBytes(4).toString('hex');
  const notes: ShardNotes = {
    run,
    drivers: driver.name,
    beganMs: now(),
    stills: [],
    stoppedBy: undefined,
    failure: undefined,
    steps: [],
  };
  await keep(runningShard(request, notes));
  await takePart(request, driver, notes).catch((error: unknown) => {
    notes.failure = error;
  });
  const result = shardResult(request, notes);
  await keep(result);
  // After an interruption, errors are expected and dropped.
  const failure = interrupted.aborted ? undefined : (notes.failure ?? stopOf(notes));
  return { result, ...withoutUndefined({ failure }) };
}

function stopOf({ stoppedBy, steps }: ShardNotes): unknown {
  const what = steps.length === 0 ? 'Nothing had been measured yet.' : 'The result has what was measured.';
  return stoppedBy && stoppedError(stoppedBy, what);
}

async function takePart(request: ShardRequest, driver: LoadDriver, notes: ShardNotes): Promise<void> {
  const { target, timeoutMs, interrupted, plan, part } = request;
  const tag = shardTag(plan.id, part);
  const control = await openControl(target, tag, { timeoutMs, signal: interrupted, shard: part });
  try {
    // Nothing is on the server yet that would have to be cleaned up.
    const workload = await unlessAborted(prepare(request, control, notes), interrupted);
    await refuseCrowd(control);
    const to = { target, safety: safetyOf(tag, workload) };
    await measure({ request, control, driver, to, workload, notes });
  } finally {
    await control.close();
  }
}

/** Looks whether this is the server of the plan. @throws PoolctlError PROBE_REFUSED and others */
async function prepare(request: ShardRequest, control: Control, notes: ShardNotes): Promise<ProbeWorkload> {
  const { target, plan } = request;
  const facts = await control.facts();
  await refusePooler(control, facts, { target });
  refuseOtherServer(plan, facts);
  const { limits, freeFloor } = plan.guard;
  const replicas = await control.replicas(facts);
  refuseBlind(limits, replicas);
  const shards = { of: plan.shards, untilMs: () => undefined };
  notes.guards = guardsOf({ ...limits, freeFloor, shards }, facts, replicas);
  notes.leftBefore = (await probeLeftovers(control.session, facts.engine)).map(leftoverName);
  await askShardConsent(request, plan, facts);
  return guardReads(control.session, facts.engine, plan.workload);
}

interface Measuring {
  readonly request: ShardRequest;
  readonly control: Control;
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  readonly workload: ProbeWorkload;
  readonly notes: ShardNotes;
}

/** From the first thing that is made on the server to the last that is removed. */
async function measure({ request, control, driver, to, workload, notes }: Measuring): Promise<void> {
  const { plan, part, interrupted, crashed, onEvent, now, timeoutMs, keep } = request;
  const meeting = control.meeting(plan.meeting);
  const beganMs = now();
  /** When all have met and nothing has to wait any more. */
  let endMs: number | undefined;
  const untilMs = () => endMs && endMs - beganMs;
  const baseline = await control.look([]);
  const bench = new Bench({
    ...{ control, driver, to, workload, baseline, interrupted, crashed, onEvent, now },
    limits: {
      ...{ mostMs: mostMs(plan), ...plan.guard.limits, freeFloor: plan.guard.freeFloor, run: plan.id },
      shards: { of: plan.shards, untilMs },
    },
  });
  const { signal } = bench;
  // The others stop with their next look.
  signal.addEventListener('abort', () => void meeting.leave(), { once: true });
  const asking = { driver, to, timeoutMs, signal, onSession: (processId: number) => bench.seen([processId]) };
  let mayHaveObjects = false;
  try {
    notes.transport = await measureTransport({ ...asking, now });
    if (part.index === 0) {
      mayHaveObjects = true;
      for (const statement of workload.setup ?? []) if (!signal.aborted) await control.write([statement]);
    }
    await meeting.arrive();
    mayHaveObjects = true;
    onEvent({ type: 'stage', text: `waiting for the other shards of ${plan.id}` });
    const start = await meeting.start(now, signal);
    notes.start = start;
    onEvent({ type: 'planned', seconds: (start.startMs - now() + stepsEndMs(plan)) / 1_000 });
    // Only control sessions are there until half of the time that is left.
    refuseFull(plan, await control.look([]));
    await sleepUntil(start.startMs - plan.meeting.leadMs / 2, now, signal);
    await rehearse({ ...asking, workload });
    await meeting.confirm();
    endMs = start.startMs + stepsEndMs(plan);
    await runSteps({
      ...{ bench, plan, part, now, startMs: start.startMs },
      onStep(step) {
        notes.steps.push(step);
        return keep(runningShard(request, notes));
      },
    });
    // One that gave up a load beyond its pool is there to the end: the others would take it for stopped.
    await sleepUntil(endMs, now, signal);
  } catch (error) {
    // What was under way when the guard ended it fails after that, and for no other reason.
    if (!bench.isOver) notes.failure = error;
  }
  await meeting.leave();
  const isLast = async (through: Control) => {
    if (!mayHaveObjects) return undefined;
    const there = await (through === control ? meeting : through.meeting(plan.meeting)).present();
    return there.every((index) => index === part.index);
  };
  notes.cleanUp = await leave(bench, { ...request, isLast });
  notes.failure ??= bench.failure;
  notes.stoppedBy = bench.stoppedBy;
  notes.stills = bench.stills;
}

/** A load that takes much longer is not the one that was planned. */
function mostMs(plan: ShardPlan): number {
  const { waitMs, leadMs } = plan.meeting;
  return 60_000 + waitMs + leadMs + 2 * stepsEndMs(plan);
}
