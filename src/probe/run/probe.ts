import { randomBytes } from 'node:crypto';
import { unlessAborted } from '../../base/deadline.ts';
import { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { LoadDriver, LoadTarget } from '../../drivers/driver.ts';
import { openDriver } from '../../drivers/open.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { probeLeftovers } from '../../inspect/leftovers.ts';
import { liveBudget } from '../../inspect/live-budget.ts';
import type { Control } from '../control/control.ts';
import { openControl } from '../control/open.ts';
import type { ModeContext, ModeFindings } from '../modes/mode.ts';
import { type Planned, planOf } from '../plan/planned.ts';
import type { ProbeRequest } from '../request.ts';
import type { GuardStatus, ProbeResult } from '../result.ts';
import type { ProbeWorkload } from '../workload/model.ts';
import { Bench } from './bench.ts';
import { askConsent, refuseCrowd, refusePooler } from './conditions.ts';
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
export type ProbePlan = Pick<ProbeResult, 'target' | 'workload' | 'budget' | 'guards' | 'leftBefore'> & Planned;

/**
 * Puts a load on a server through the driver's own pool, and measures what pools of which size do with it. Nothing is
 * left on the server; `cleanUp` says whether that was seen.
 * @throws PoolctlError where nothing was measured
 */
export async function probe(request: ProbeRequest): Promise<Probed> {
  const { target, timeoutMs, interrupted } = request;
  const run = randomBytes(4).toString('hex');
  const tag = `poolctl-probe/${run}`;
  // The signal ends the opening only: an interruption must not cut the session that cleans up.
  const control = await openControl(target, tag, { timeoutMs, signal: interrupted });
  try {
    // Nothing is on the server yet that would have to be cleaned up.
    const prepared = await unlessAborted(prepare(request, control, run), interrupted);
    const { facts, planned, workload, budget } = prepared;
    if (request.isDryRun) {
      const [target, work] = [targetOf(facts), workloadOf(workload)];
      const { guards, leftBefore } = prepared;
      return { kind: 'plan', plan: { ...planned, workload: work, budget, target, guards, leftBefore } };
    }
    await askConsent(request, facts);
    await refuseCrowd(control);
    const driver = await openDriver(target);
    const to = { target, safety: safetyOf(tag, workload) };
    return await measure({ ...prepared, request, control, driver, to, run });
  } finally {
    await control.close();
  }
}

/** Looks at the server, and plans. @throws PoolctlError PROBE_REFUSED and others */
async function prepare(request: ProbeRequest, control: Control, run: string) {
  const { target, share, limits } = request;
  const facts = await control.facts();
  await refusePooler(control, facts, target);
  const budget = liveBudget(facts.limits);
  const freeFloor = limits.freeFloor ?? freeFloorOf(budget);
  const allowed = allowedConnections(budget, share, freeFloor);
  refuseBeyond(1, allowed, budget, share);
  const chosen = await request.workload(control, facts.engine, run);
  const workload = await guardReads(control.session, facts.engine, chosen);
  const planned = planOf(request, allowed);
  refuseBeyond(planned.connectionsAtPeak, allowed, budget, share);
  const replicas = await control.replicas(facts);
  refuseBlind(limits, replicas);
  const leftovers = await probeLeftovers(control.session, facts.engine);
  return {
    ...{ facts, workload, planned, freeFloor, budget: budgetOf(budget, share, allowed) },
    guards: guardsOf({ ...limits, freeFloor }, facts, replicas),
    leftBefore: leftovers.map(({ kind, name }) => `${kind} ${name}`),
  };
}

interface Measuring {
  readonly request: ProbeRequest;
  readonly control: Control;
  readonly facts: ServerFacts;
  readonly budget: ProbeResult['budget'];
  readonly freeFloor: number;
  readonly guards: readonly GuardStatus[];
  readonly leftBefore: readonly string[];
  readonly run: string;
  readonly workload: ProbeWorkload;
  readonly driver: LoadDriver;
  readonly to: LoadTarget;
  readonly planned: Planned;
}

/** From the first thing that is made on the server to the last that is removed. */
async function measure(measuring: Measuring): Promise<Probed> {
  const { request, control, workload, driver, to, planned, freeFloor, budget, run } = measuring;
  const { interrupted, crashed, onEvent, now, limits, timeoutMs, target } = request;
  const start = now();
  const baseline = await control.look([]);
  const bench = new Bench({
    ...{ control, driver, to, workload, baseline, interrupted, crashed, onEvent, now },
    limits: { mostMs: mostMs(planned), ...limits, freeFloor, run },
  });
  const findings: ModeFindings = { runs: [], unpooled: [] };
  const { signal } = bench;
  let transport: ProbeResult['transport'];
  let failure: unknown;
  try {
    for (const statement of workload.setup ?? []) if (!signal.aborted) await control.write([statement]);
    const onSession = (processId: number) => bench.seen([processId]);
    await rehearse({ driver, to, workload, timeoutMs, signal, onSession });
    transport = await measureTransport({ driver, to, timeoutMs, signal, now, onSession });
    onEvent({ type: 'planned', seconds: planned.seconds });
    const context = {
      bench,
      request,
      findings,
      planned,
      transport,
      isLocal: target.isThisMachine,
      connectTimeoutMs,
      budget,
      allowed: budget.allowed,
    };
    await runMode(context);
  } catch (error) {
    // What was under way when the guard ended it fails after that, and for no other reason.
    if (!bench.isOver) failure = error;
  }
  const cleanUp = await leave(bench, request);
  // After an interruption, errors are expected and dropped.
  failure = interrupted.aborted ? undefined : (failure ?? bench.failure);
  if (isEmpty(findings)) {
    if (failure !== undefined) throw failure;
    if (bench.stoppedBy) throw stopped(bench.stoppedBy.message, 'Nothing had been measured yet.');
  }
  const seconds = (now() - start) / 1_000;
  const result = resultOf({ ...measuring, bench, findings, transport, failure, cleanUp, seconds });
  const ended = failure ?? (bench.stoppedBy && stopped(bench.stoppedBy.message, 'The result has what was measured.'));
  return { kind: 'result', result, ...withoutUndefined({ failure: interrupted.aborted ? undefined : ended }) };
}

function stopped(message: string, hint: string): PoolctlError {
  return new PoolctlError('PROBE_STOPPED', `The guard stopped the load: ${message}`, { hint });
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
