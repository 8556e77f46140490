import { formatCount } from '../../base/units.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { type Advised, advise, lawLevel } from '../analyse/advice.ts';
import { rampLevel, serviceBucketsOf } from '../analyse/figures.ts';
import { rampOf } from '../analyse/knee.ts';
import type { Look } from '../control/control.ts';
import type { StepRun } from '../load/model.ts';
import type { RampPlan } from '../plan/plan.ts';
import { hasFlattened, refineSizes, roundOrder } from '../plan/sizes.ts';
import { rampThroughPooler } from '../pooler/ramp.ts';
import type { ProbeRequest, ProbeTask } from '../request.ts';
import type { Ramp, RampLevel } from '../result.ts';
import { defaultErrorRatio } from '../run/watch.ts';
import { closedStep, type ModeContext } from './mode.ts';
import { prove } from './proof.ts';
import { tryTwoThreads } from './two-threads.ts';

type RampTask = ProbeTask & { readonly kind: 'ramp' };
type RunsBySize = ReadonlyMap<number, readonly StepRun[]>;

interface Climbed {
  readonly runs: RunsBySize;
  /** Share of the working sessions of the larger pools that waited for a lock; undefined where none was seen. */
  readonly lockWaitRatio: number | undefined;
}

/** Pool sizes in a closed loop, the knee between them, and then the recommended one in an open loop at the target rate. */
export async function rampMode(context: ModeContext, task: RampTask): Promise<void> {
  const { findings, planned, allowed, transport } = context;
  const plan = planned.ramp;
  if (!plan) throw new Error('a ramp without its plan');
  const { runs, lockWaitRatio } = await climb(context, plan, task);
  if (runs.size === 0) return;
  const { bench } = context;
  const facts = {
    mostConnections: allowed,
    roundTripMs: transport.roundTripMs.p50,
    ...withoutUndefined({ lockWaitRatio }),
  };
  findings.ramp = rampOf(levelsOf(runs, context), plan.workers, plan.rounds, facts);
  if (context.pooler && !bench.isOver) findings.ramp = rampThroughPooler(findings.ramp, context.pooler);
  if (bench.isOver) {
    // What larger pools do is not known, so none of the smaller ones is the best.
    findings.ramp = { ...findings.ramp, knee: { limitedBy: 'none', reason: cutReason } };
    findings.noRecommendation = { reason: cutReason, next: runAgain };
    return;
  }
  const ramp = await tryTwoThreads(context, plan, findings.ramp);
  findings.ramp = ramp;
  const advised = adviseBy(context, ramp, runs, task);
  if (!advised.advice) {
    findings.noRecommendation = { reason: advised.reason, next: advised.next };
    return;
  }
  findings.recommendation = advised.advice;
  const { instances = 1, tps } = task;
  const { throughputPerSecond: most } = ramp.knee;
  await prove(context, plan.proofMs, withoutUndefined({ tps, capacityPerSecond: most && most / instances }));
  if (bench.stoppedBy) {
    const { connectionLimit } = findings.recommendation;
    delete findings.recommendation;
    findings.noRecommendation = {
      reason: `The proof of ${formatCount(connectionLimit, 'connection')} was stopped before its end.`,
      next: runAgain,
    };
  }
}

const cutReason = 'The ramp was stopped before its end: what larger pools do is not known.';
const runAgain = 'Run it again, when the server bears it, for a size to rely on.';

async function climb(context: ModeContext, plan: RampPlan, { sizes }: RampTask): Promise<Climbed> {
  const { bench, request } = context;
  const runs = new Map<number, StepRun[]>();
  const seen = { active: 0, lockWaiting: 0 };
  const middle = plan.sizes[Math.floor(plan.sizes.length / 2)] ?? 1;
  const step = async (size: number, round: number) => {
    const warmupMs = request.warmupMs ?? (runs.size === 0 ? plan.firstWarmupMs : plan.warmupMs);
    const lengths = { durationMs: plan.stepMs, warmupMs };
    const closed = closedStep(context, { connectionLimit: size }, plan.workers, lengths);
    const label = `round ${round + 1} of ${plan.rounds}, pool ${size}`;
    const onLook = ({ own }: Look) => {
      seen.active += own?.active ?? 0;
      seen.lockWaiting += own?.lockWaiting ?? 0;
    };
    const stepPlan = { ...closed, seed: request.seed + round };
    const options = size >= middle ? { onLook } : {};
    const first = await bench.step(label, stepPlan, options);
    // Once more where the server stood still in it: it measured a pause.
    const run = first?.stoodStill ? await bench.step(`${label}, again`, stepPlan, options) : first;
    if (run && isEvidence(run, request)) runs.set(size, [...(runs.get(size) ?? []), run]);
  };
  const measured = () => levelsOf(runs, context).map(asPlanned);
  for (const size of roundOrder(plan.sizes, 0)) {
    await step(size, 0);
    if (sizes === undefined && hasFlattened(measured())) break;
  }
  for (const size of refineSizes(measured(), plan)) await step(size, 0);
  for (let round = 1; round < plan.rounds; round += 1) {
    for (const size of roundOrder([...runs.keys()], round)) await step(size, round);
  }
  return { runs, lockWaitRatio: seen.active === 0 ? undefined : seen.lockWaiting / seen.active };
}

/** A step that was cut short or failed says nothing of its size. */
function isEvidence({ completed, requests, cutShort, stoodStill, ...run }: StepRun, { limits }: ProbeRequest): boolean {
  const failed = Object.values(run.failed).reduce((sum, count) => sum + count, 0);
  const isWhole = !cutShort && stoodStill !== true;
  return completed > 0 && isWhole && failed <= (limits.maxErrorRatio ?? defaultErrorRatio) * requests;
}

function levelsOf(runs: RunsBySize, { isLocal }: ModeContext) {
  return [...runs]
    .map(([size, ofSize]) => rampLevel(size, ofSize, { isServerHere: isLocal }))
    .filter((level) => level !== undefined);
}

function asPlanned({ connectionLimit, throughputPerSecond, serviceP95Ms }: RampLevel) {
  return { connectionLimit, throughputPerSecond: throughputPerSecond.value, serviceP95Ms };
}

function adviseBy(
  { request, bench, budget, pooler }: ModeContext,
  ramp: Ramp,
  runs: RunsBySize,
  task: RampTask,
): Advised {
  const { tps, instances = 1 } = task;
  const { transportOnly } = bench.parts.workload;
  if (tps === undefined) return advise({ ramp, budget, transportOnly, instances });
  // The server's hold times are those under the load of all instances.
  // Beyond what a pooler runs at once, they include the wait in it.
  const { atOnce = Number.POSITIVE_INFINITY } = pooler?.pooler.reach ?? {};
  const level = lawLevel(
    ramp.levels.filter(({ connectionLimit }) => connectionLimit <= atOnce),
    tps * instances,
  );
  const arrivals = request.arrivals.at(tps);
  return advise({
    ...{ ramp, budget, transportOnly, tps, instances },
    serviceBuckets: serviceBucketsOf(runs.get(level?.connectionLimit ?? 0) ?? []),
    ...(arrivals.kind === 'bursty' && { burst: arrivals }),
  });
}
