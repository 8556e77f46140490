import { atLeast, positive, whole } from '../base/check-number.ts';
import { PoolctlError } from '../base/errors.ts';
import { formatDuration, formatNumber, maxCount, maxDurationMs } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { erlangC } from '../queueing/erlang-recurrence.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import { explainSteps } from './because/because.ts';
import { type Budget, checkBudget, type Fleet, fleetDemand } from './budget.ts';
import { type DeadlockBound, deadlockBound } from './deadlock.ts';
import type { PoolSettings, SizeInput } from './input.ts';
import { estimateMemory } from './memory.ts';
import { type Outlook, outlook, smallestConnections } from './outlook.ts';
import { type Recommendation, recommendSize } from './recommend.ts';
import type { Behaviour, Found, SizeResult } from './result.ts';
import { queueLimitFor, roundUpConnections } from './rounding.ts';
import { formulaRule, type SizingRule } from './rule.ts';
import { findShortfall } from './shortfall.ts';
import { clamp, queueBoundsFor, slowHoldMs } from './waiting-limits.ts';
import { findWarnings } from './warnings.ts';
import { checkWorkload, type OfferedLoad, offeredLoad } from './workload.ts';

/**
 * Sizes a connection pool by TPS x seconds held plus headroom, and checks the fleet against the server.
 * Pure and synchronous. A pool that does not fit is a result (`budget.fits` is false), not an error.
 * @throws PoolctlError INPUT_MISSING, VALUE_INVALID, INPUT_CONTRADICTION
 */
export function sizePool(input: SizeInput): SizeResult {
  checkInput(input);
  const { preset = {}, fleet = {}, workload = {} } = input;
  const rule: SizingRule = { ...formulaRule, ...input.rule };
  const laws = holdLaws(workload);
  const load = laws && offeredLoad(workload, laws, fleet);

  const byFormula = load && formulaConnections(load, rule);
  const smallest = laws && load && smallestConnections(input, laws, load);
  const byMethod = input.method === 'model' ? smallest?.connectionLimit : byFormula;
  const deadlock = load && deadlockBound(byMethod ?? 0, load, workload.concurrentRequests);
  const connectionLimit = deadlock?.connectionLimit ?? byMethod ?? preset.connectionLimit ?? missingInput();
  const acquireTimeoutMs = acquireTimeout(preset.acquireTimeoutMs ?? rule.acquireTimeoutMs, input, load);
  const byRule = (load ? undefined : preset.queueLimit) ?? queueLimitFor(connectionLimit, rule.queueRatio);
  const queueBounds = laws && load && queueBoundsFor(input, laws, load, connectionLimit, acquireTimeoutMs);
  const settings: PoolSettings = {
    connectionLimit,
    queueLimit: queueBounds ? clamp(byRule, queueBounds) : byRule,
    acquireTimeoutMs,
    connectTimeoutMs: preset.connectTimeoutMs ?? rule.connectTimeoutMs,
    ...withoutUndefined({ queryTimeoutMs: preset.queryTimeoutMs }),
  };

  const budget = input.server && checkBudget(connectionLimit, fleet, input.server);
  const demand = fleetDemand(connectionLimit, fleet, budget?.availableConnections);
  const found: Found = {
    ...settings,
    limitedBy: limitedBy(input, load, byMethod, connectionLimit),
    headroomRatio: rule.headroomRatio,
    fleet: { ...demand, processesPerInstance: fleet.processesPerInstance ?? 1 },
    ...withoutUndefined({
      load,
      behaviour: load && behaviour(input, settings, load),
      connectionLimitByFormula: input.method === 'model' ? byFormula : undefined,
      outlook: laws && load && outlook(input, settings, laws, load, smallest),
      queueBounds,
      deadlock,
      activeConnectionsBound: input.hardware && 2 * input.hardware.cores + (input.hardware.spindles ?? 0),
      budget,
      shortfall: budget && !budget.fits ? findShortfall(input, settings, load, rule, budget, smallest) : undefined,
      recommendation: recommend(load, smallest, deadlock, budget),
      memory: input.memory && estimateMemory(input.memory, demand),
    }),
  };
  return { ...found, because: explainSteps(input, rule, found), warnings: findWarnings(input, found) };
}

/** The formula: load plus headroom, plus what batch jobs hold, rounded up. */
export function formulaConnections(load: OfferedLoad, rule: SizingRule): number {
  const connections = load.offeredLoad * (1 + rule.headroomRatio) + load.batchJobs;
  if (!(connections <= maxCount)) {
    throw new PoolctlError(
      'VALUE_INVALID',
      `This load needs ${formatNumber(connections)} connections in one pool; no server has that many.`,
      { hint: 'Check the units: times without a unit are milliseconds, rates are per second.' },
    );
  }
  return roundUpConnections(connections);
}

/** Combines need, deadlock floor and budget into one recommendation; undefined where the load or the server is not known. */
function recommend(
  load: OfferedLoad | undefined,
  smallest: Outlook['smallest'],
  deadlock: DeadlockBound | undefined,
  budget: Budget | undefined,
): Recommendation | undefined {
  if (!load || !budget) return undefined;
  return recommendSize({
    need: smallest?.connectionLimit,
    load: load.meanLoad.estimate + load.batchJobs,
    deadlockFloor: deadlock?.floor ?? 1,
    budget: budget.largestConnectionLimit,
  });
}

function limitedBy(
  { method }: SizeInput,
  load: OfferedLoad | undefined,
  byMethod: number | undefined,
  connectionLimit: number,
): SizeResult['limitedBy'] {
  if (load === undefined) return 'preset';
  if (connectionLimit !== byMethod) return 'deadlock-floor';
  return method === 'model' ? 'model' : 'demand';
}

function acquireTimeout(ms: number, input: SizeInput, load: OfferedLoad | undefined): number {
  const { deadlineMs } = input;
  if (deadlineMs === undefined) return ms;
  const workMs = slowHoldMs(input, load);
  const leftMs = Math.floor(deadlineMs - workMs);
  if (leftMs < 1) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `A deadline of ${formatDuration(deadlineMs)} is over before a connection held for ${formatDuration(workMs)} has done its work.`,
      { hint: 'Hold connections for a shorter time, or promise a longer deadline; no acquire timeout can fix it.' },
    );
  }
  return Math.min(ms, leftMs);
}

/** By the hold time that decided: the formula's own, or the mean where the model did. */
function behaviour({ method }: SizeInput, { connectionLimit, queueLimit }: PoolSettings, load: OfferedLoad): Behaviour {
  const connections = Math.max(0, connectionLimit - load.batchJobs);
  const inUse = method === 'model' ? load.meanLoad.estimate : load.offeredLoad;
  const holdMs = (load.holdTimeMs * load.connectionsPerRequest * inUse) / load.offeredLoad;
  return {
    utilization: (inUse + load.batchJobs) / connectionLimit,
    waitProbability: erlangC(connections, inUse),
    capacityPerSecond: (connections * 1_000) / holdMs,
    lastQueuePlaceWaitMs: (queueLimit * holdMs) / connections,
  };
}

function checkInput({
  preset = {},
  rule = {},
  fleet = {},
  targets = {},
  server,
  hardware,
  deadlineMs,
  workload = {},
}: SizeInput): void {
  whole('preset.connectionLimit', preset.connectionLimit, 1);
  whole('preset.queueLimit', preset.queueLimit, 0);
  for (const name of ['acquireTimeoutMs', 'connectTimeoutMs', 'queryTimeoutMs'] as const) {
    positive(`preset.${name}`, preset[name], maxDurationMs);
  }
  atLeast('rule.headroomRatio', rule.headroomRatio, 0, 10);
  positive('rule.queueRatio', rule.queueRatio, 10);
  positive('rule.acquireTimeoutMs', rule.acquireTimeoutMs, maxDurationMs);
  positive('rule.connectTimeoutMs', rule.connectTimeoutMs, maxDurationMs);
  positive('deadlineMs', deadlineMs, maxDurationMs);
  positive('targets.maxWaitP99Ms', targets.maxWaitP99Ms, maxDurationMs);
  atLeast('targets.maxLossRatio', targets.maxLossRatio, 0, 0.999);
  atLeast('targets.maxUtilization', targets.maxUtilization, 0.01, 1);
  checkFleet(fleet);
  whole('server.maxConnections', server?.maxConnections, 1);
  whole('server.otherConnections', server?.otherConnections, 0);
  for (const { name, connections } of server?.reserved ?? []) whole(`server.reserved ${name}`, connections, 0);
  for (const { name, connections, otherConnections } of server?.caps ?? []) {
    whole(`server.caps ${name}`, connections, 0);
    whole(`server.caps ${name}, otherConnections`, otherConnections, 0);
  }
  whole('hardware.cores', hardware?.cores, 1);
  whole('hardware.spindles', hardware?.spindles, 0);
  checkWorkload(workload);
}

function checkFleet({ instances, maxInstances, processesPerInstance, surgeRatio }: Fleet): void {
  whole('fleet.instances', instances, 1);
  whole('fleet.maxInstances', maxInstances, 1);
  whole('fleet.processesPerInstance', processesPerInstance, 1);
  atLeast('fleet.surgeRatio', surgeRatio, 0, 10);
  if (maxInstances !== undefined && maxInstances < (instances ?? 1)) {
    throw new PoolctlError(
      'INPUT_CONTRADICTION',
      `At most ${formatNumber(maxInstances)} instances, but ${formatNumber(instances ?? 1)} in normal running.`,
      { hint: 'The maximum is what an autoscaler may reach; it is at least the normal number.' },
    );
  }
}

function missingInput(): never {
  throw new PoolctlError('INPUT_MISSING', 'There is no load to size for.', {
    hint: 'Give a rate and a time, as in `poolctl size --tps 200 --p95 300`, or settings with --profile production.',
  });
}
