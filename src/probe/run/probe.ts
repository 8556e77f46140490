import { randomBytes } from 'node:crypto';
import { unlessAborted } from '../../base/deadline.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import { openDriver } from '../../drivers/open.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { leftoverName, probeLeftovers } from '../../inspect/leftovers.ts';
import { liveBudget } from '../../inspect/live-budget.ts';
import type { Control } from '../control/control.ts';
import { openControl } from '../control/open.ts';
import { pooledTag } from '../control/tags.ts';
import type { ModeContext, ModeFindings } from '../modes/mode.ts';
import { type Planned, planOf } from '../plan/planned.ts';
import { withRoleOf } from '../pooler/caps.ts';
import type { ThroughPooler } from '../pooler/limit.ts';
import { lookingAtPooler, type PoolerLooks } from '../pooler/looks.ts';
import { meetPooler, type Pooler } from '../pooler/meet.ts';
import {
  clientRoom,
  planThrough,
  poolerGuard,
  poolerResult,
  refuseCrowding,
  refuseForeignTables,
  refuseTransactions,
} from '../pooler/passage.ts';
import { tryReach } from '../pooler/reach.ts';
import type { ProbeRequest } from '../request.ts';
import type { GuardStatus, PoolerReach, ProbeResult } from '../result.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { Bench } from './bench.ts';
import { askConsent, consentLoadOf, refuseCrowd, refusePooler } from './conditions.ts';
import { stoppedError } from './failure.ts';
import { allowedConnections, freeFloorOf, refuseBeyond } from './guard.ts';
import { guardReads } from './guard-reads.ts';
import { guardsOf, refuseBlind } from './guards.ts';
import { leave } from './leave.ts';
import { budgetOf, isEmpty, resultOf, targetOf, workloadOf } from './outcome.ts';
import { rehearse } from './rehearse.ts';
import { safetyOf } from './safety.ts';
import { measureTransport } from './transport.ts';

const connectTimeoutMs = 10_000;
/** A load that takes much longer is not the one that was planned. */
const mostMs = ({ seconds }: Planned) => 60_000 + 2_000 * seconds;

/** What a probe ends with: what it measured, or only its plan after `isDryRun`. */
export type Probed =
  | { readonly kind: 'plan'; readonly plan: ProbePlan }
  | {
      readonly kind: 'result';
      readonly result: ProbeResult;
      /** What ended it early, where that was an error and no signal. */
      readonly failure?: unknown;
    };

/** What --dry-run answers. */
export type ProbePlan = Pick<ProbeResult, 'target' | 'pooler' | 'workload' | 'budget' | 'guards' | 'leftBefore'> &
  Planned;

/**
 * Puts a load on a server through the driver's own pool, and measures what pools of which size do with it. Nothing is
 * left on the server; `cleanUp` says whether that was seen.
 * @throws PoolctlError where nothing was measured
 */
export async function probe(request: ProbeRequest): Promise<Probed> {
  const { target, timeoutMs, interrupted } = request;
  const run = randomBytes(4).toString('hex');
  const isPooled = request.pooler !== undefined;
  const tag = isPooled ? pooledTag(run) : `poolctl-probe/${run}`;
  // The signal ends the opening only: an interruption must not cut the session that cleans up.
  const options = { timeoutMs, signal: interrupted, isPooled };
  const control = await openControl(request.pooler?.control ?? target, tag, options);
  const driver = await openDriver(target);
  let pooler: Pooler | undefined;
  try {
    // Nothing is on the server yet that would have to be cleaned up.
    let facts = await unlessAborted(control.facts(), interrupted);
    await refusePooler(control, facts, request);
    if (request.pooler) {
      const safety = safetyOf(tag, { readOnly: true, variables: {} }, isPooled);
      const asking = { driver, to: { target, safety }, timeoutMs, signal: interrupted };
      facts = await withRoleOf(target.user, facts, control.session);
      pooler = await unlessAborted(meetPooler(request.pooler, control, asking), interrupted);
    }
    const prepared = await unlessAborted(prepare({ request, control, run, facts, pooler }), interrupted);
    const { planned, workload, budget } = prepared;
    if (request.isDryRun) {
      const [target, work] = [targetOf(facts), workloadOf(workload)];
      const { guards, leftBefore } = prepared;
      const through = withoutUndefined({ pooler: pooler?.figures });
      return { kind: 'plan', plan: { ...planned, workload: work, budget, target, ...through, guards, leftBefore } };
    }
    await askConsent(request, consentLoadOf(request.task), facts);
    await refuseCrowd(control);
    const to = { target, safety: safetyOf(tag, workload, isPooled) };
    return await measure({ ...prepared, request, control, driver, to, run, facts, pooler });
  } finally {
    await pooler?.console?.close();
    await control.close();
  }
}

interface Preparing {
  readonly request: ProbeRequest;
  readonly control: Control;
  readonly run: string;
  readonly facts: ServerFacts;
  readonly pooler: Pooler | undefined;
}

/** Looks at the server, and plans. @throws PoolctlError PROBE_REFUSED and others */
async function prepare({ request, control, run, facts, pooler }: Preparing) {
  const { share, limits } = request;
  const budget = liveBudget(facts.limits);
  const freeFloor = limits.freeFloor ?? freeFloorOf(budget);
  const room = pooler && (await clientRoom(pooler));
  const allowed = Math.min(allowedConnections(budget, share, freeFloor), room?.allowed ?? Number.POSITIVE_INFINITY);
  refuseBeyond(1, allowed, budget, share);
  const chosen = await request.workload(control, facts.engine, run);
  const workload = await guardReads(control.session, facts.engine, chosen);
  refuseForeignTables(workload, request);
  if (pooler) refuseTransactions(workload, pooler);
  const planned = planOf(request, allowed);
  if (pooler && room) refuseCrowding(planned.connectionsAtPeak, pooler, room);
  refuseBeyond(planned.connectionsAtPeak, allowed, budget, share);
  const replicas = await control.replicas(facts);
  refuseBlind(limits, replicas);
  const leftovers = await probeLeftovers(control.session, facts.engine);
  return {
    ...{ workload, planned, freeFloor, budget: budgetOf(budget, share, allowed) },
    freeClientsFloor: room?.floor,
    guards: [...guardsOf({ ...limits, freeFloor }, facts, replicas), ...(pooler ? [poolerGuard(pooler, room)] : [])],
    leftBefore: leftovers.map(leftoverName),
  };
}

interface Measuring extends Preparing {
  readonly budget: ProbeResult['budget'];
  readonly freeFloor: number;
  readonly guards: readonly GuardStatus[];
  readonly leftBefore: readonly string[];
  readonly freeClientsFloor: number | undefined;
  readonly workload: ProbeWorkload;
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  readonly planned: Planned;
}

/** From the first thing that is made on the server to the last that is removed. */
async function measure(measuring: Measuring): Promise<Probed> {
  const { request, pooler, workload, driver, to, freeFloor, freeClientsFloor, budget, run } = measuring;
  const { interrupted, crashed, onEvent, now, limits, timeoutMs, target } = request;
  const start = now();
  const looks: PoolerLooks = { mostWaiting: undefined, mostServers: undefined };
  const control = pooler ? lookingAtPooler(measuring.control, pooler.console, looks, to.safety) : measuring.control;
  let planned: Planned | undefined = measuring.planned;
  const baseline = await control.look([]);
  const bench = new Bench({
    ...{ control, driver, to, workload, baseline, interrupted, crashed, onEvent, now },
    limits: { mostMs: mostMs(planned), ...limits, freeFloor, ...withoutUndefined({ freeClientsFloor }), run },
  });
  const findings: ModeFindings = { runs: [], unpooled: [] };
  const { signal } = bench;
  let transport: ProbeResult['transport'];
  let reach: PoolerReach | undefined;
  let failure: unknown;
  try {
    for (const statement of workload.setup ?? []) if (!signal.aborted) await control.write([statement]);
    const onSession = (processId: number) => bench.seen([processId]);
    await rehearse({ driver, to, workload, timeoutMs, signal, onSession });
    if (pooler) {
      onEvent({ type: 'stage', text: `trying what ${pooler.figures.name} lets through` });
      const asked = planned.connectionsAtPeak;
      reach = await tryReach({ driver, to, control, timeoutMs, signal, onSession, asked });
      planned = planThrough(request, reach, budget.allowed);
    }
    transport = await measureTransport({ driver, to, timeoutMs, signal, now, onSession });
    onEvent({ type: 'planned', seconds: planned?.seconds ?? 0 });
    const context = planned && {
      bench,
      request,
      findings,
      planned,
      transport,
      isLocal: (request.pooler?.control ?? target).isThisMachine,
      connectTimeoutMs,
      ...(pooler && reach && { pooler: throughPooler(pooler, reach, looks, budget) }),
      budget,
      allowed: Math.min(budget.allowed, reach?.letIn ?? Number.POSITIVE_INFINITY),
    };
    if (context) await runMode(context);
  } catch (error) {
    // What was under way when the guard ended it fails after that, and for no other reason.
    if (!bench.isOver) failure = error;
  }
  const cleanUp = await leave(bench, request);
  // After an interruption, errors are expected and dropped.
  failure = interrupted.aborted ? undefined : (failure ?? bench.failure);
  if (isEmpty(findings)) {
    if (failure !== undefined) throw failure;
    if (bench.stoppedBy) throw stoppedError(bench.stoppedBy, 'Nothing had been measured yet.');
  }
  const seconds = (now() - start) / 1_000;
  const through = pooler && reach && throughPooler(pooler, reach, looks, budget);
  const met = through ? poolerResult(through, findings, request) : pooler?.figures;
  const result = resultOf({ ...measuring, bench, findings, transport, failure, cleanUp, seconds, pooler: met });
  const ended = failure ?? (bench.stoppedBy && stoppedError(bench.stoppedBy, 'The result has what was measured.'));
  return { kind: 'result', result, ...withoutUndefined({ failure: interrupted.aborted ? undefined : ended }) };
}

function throughPooler(
  { figures }: Pooler,
  reach: PoolerReach,
  looks: PoolerLooks,
  { freeConnections }: ProbeResult['budget'],
): ThroughPooler {
  return { pooler: { ...figures, reach }, looks, freeOnServer: freeConnections };
}

async function runMode(context: ModeContext): Promise<void> {
  const { task } = context.request;
  switch (task.kind) {
    case 'ramp':
      return (await import('../modes/ramp.ts')).rampMode(context, task);
    case 'load':
      return (await import('../modes/load.ts')).loadMode(context, task);
    case 'verify':
      return (await import('../modes/verify.ts')).verifyMode(context, task);
    case 'compare':
      return (await import('../modes/compare.ts')).compareMode(context, task);
    case 'compare-unpooled':
      return (await import('../modes/unpooled.ts')).unpooledMode(context, task);
    case 'stall':
      return (await import('../modes/stall.ts')).stallMode(context, task);
    default:
      return task satisfies never;
  }
}
