import { PoolctlError } from '../base/errors.ts';
import { formatNumber, maxCount } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { erlangC } from '../queueing/erlang-recurrence.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import { fewest } from '../queueing/smallest.ts';
import { explainSteps } from './because/because.ts';
import { type Budget, checkBudget, fleetDemand } from './budget.ts';
import { checkSizeInput } from './check-input.ts';
import { type DeadlockBound, deadlockBound } from './deadlock.ts';
import { type DemandVerdict, demandVerdict } from './demand.ts';
import type { PoolSettings, SizeInput } from './input.ts';
import { estimateMemory } from './memory.ts';
import { outlook, smallestConnections, targetsOf } from './outlook.ts';
import { type Recommendation, recommendSize } from './recommend.ts';
import type { Behaviour, Found, SizeResult } from './result.ts';
import { roundUpConnections } from './rounding.ts';
import { formulaRule, type SizingRule } from './rule.ts';
import { type Candidate, candidate, longestHoldMs, provedFor, type SettingSources } from './settings.ts';
import { findShortfall } from './shortfall.ts';
import { findWarnings } from './warnings/warnings.ts';
import { type OfferedLoad, offeredLoad } from './workload.ts';

/**
 * Sizes a connection pool by TPS x seconds held plus headroom, raised where that would miss the targets, and checks the fleet
 * against the server. Pure and synchronous. A pool that misses its targets (`outlook.demand`) or does not fit the server
 * (`budget.fits`) is a result, not an error.
 * @throws PoolctlError INPUT_MISSING, VALUE_INVALID, INPUT_CONTRADICTION
 */
export function sizePool(input: SizeInput): SizeResult {
  checkSizeInput(input);
  const { preset = {}, fixed = {}, fleet = {}, workload = {}, method, platform } = input;
  const rule: SizingRule = { ...formulaRule, ...input.rule };
  const laws = holdLaws(workload, longestHoldMs(input));
  const load = laws && offeredLoad(workload, laws, fleet);

  const byFormula = load && formulaConnections(load, rule);
  const smallest = laws && load && smallestConnections(input, laws, load);
  const need = input.simulatedNeed?.connectionLimit ?? smallest?.connectionLimit;
  const byModel = input.simulatedNeed?.connectionLimit ?? smallest?.range?.high ?? need;
  const proved = load && provedFor(input, load);
  const byMethod = proved
    ? Math.max(proved.connectionLimit, need ?? 0)
    : method === 'model'
      ? byModel
      : byFormula && Math.max(byFormula, need ?? 0);
  const deadlock = load && deadlockBound(byMethod ?? byFormula ?? 0, load, workload.concurrentRequests);
  const start =
    fixed.connectionLimit ??
    deadlock?.connectionLimit ??
    byMethod ??
    byFormula ??
    preset.connectionLimit ??
    missingInput();
  // The formula answers for the load that the figures stand for, the model for the heaviest that they allow.
  const heavy = method === 'model' ? (laws?.high ?? laws?.law) : laws?.law;
  // An instance that is given one request at a time has no queue, and no model of one.
  const law = platform?.requestsPerInstance === undefined ? heavy : undefined;
  const cap = platformCap(input);
  const sources = {
    input,
    rule,
    ...withoutUndefined({ laws, law, load, targets: laws && law && targetsOf(input, laws) }),
  };
  // Whoever fixed the size, or simulated it, is not overruled by the model.
  const isFixed = fixed.connectionLimit !== undefined || input.simulatedNeed !== undefined;
  const free = isFixed ? candidate(start, sources) : largeEnough(start, sources);
  const chosen = free.settings.connectionLimit > cap ? candidate(cap, sources) : free;
  const { settings } = chosen;
  const { connectionLimit } = settings;

  const budget = input.server && checkBudget(connectionLimit, fleet, input.server);
  const demand = fleetDemand(connectionLimit, fleet, budget?.availableConnections);
  const found: Found = {
    ...settings,
    limitedBy:
      chosen === free ? limitedBy(input, load, deadlock, { byFormula, connectionLimit }) : ('platform' as const),
    headroomRatio: rule.headroomRatio,
    fleet: { ...demand, processesPerInstance: fleet.processesPerInstance ?? 1 },
    ...withoutUndefined({
      load,
      behaviour: load && behaviour(input, settings, load),
      connectionLimitByFormula: connectionLimit === byFormula ? undefined : byFormula,
      demandByFormula: raisedFrom(input, byFormula, settings, sources),
      queueLimitByRule: chosen.queueLimitByRule,
      outlook: laws && law && load && outlook(input, chosen, { laws, law, load, smallest }),
      queueBounds: chosen.queueBounds,
      deadlock,
      activeConnectionsBound: input.hardware && 2 * input.hardware.cores + (input.hardware.spindles ?? 0),
      budget,
      shortfall: budget && !budget.fits ? findShortfall(input, settings, load, rule, budget, smallest) : undefined,
      recommendation: recommend(load, need, deadlock, budget),
      memory: input.memory && estimateMemory(input.memory, demand),
    }),
  };
  return { ...found, because: explainSteps(input, rule, found), warnings: findWarnings(input, found) };
}

/** The most connections of one pool that its platform lets it have or use. */
function platformCap({ platform, fleet, workload, fixed }: SizeInput): number {
  if (!platform || fixed?.connectionLimit !== undefined) return Infinity;
  const { requestsPerInstance = Infinity, connectionsPerInstance = Infinity } = platform;
  const used = requestsPerInstance * (workload?.connectionsPerRequest ?? 1);
  return Math.max(1, Math.min(used, Math.floor(connectionsPerInstance / (fleet?.processesPerInstance ?? 1))));
}

/** How the pool of the formula would do, where a larger one was taken for the targets. */
function raisedFrom(
  input: SizeInput,
  byFormula: number | undefined,
  { connectionLimit }: PoolSettings,
  sources: SettingSources,
): DemandVerdict | undefined {
  const isRaised = byFormula !== undefined && connectionLimit > byFormula && input.method !== 'model';
  if (!isRaised || input.fixed?.connectionLimit !== undefined) return undefined;
  return verdictOf(candidate(byFormula, sources), sources);
}

/** Undefined where nothing is predicted. */
function verdictOf({ prediction }: Candidate, { input, targets }: SettingSources): DemandVerdict | undefined {
  return prediction && targets && demandVerdict(prediction, targets, input.targets?.maxUtilization !== undefined);
}

/** The pool of `start` connections, or the next one whose settings keep the targets (a short acquire timeout loses more). */
function largeEnough(start: number, sources: SettingSources): Candidate {
  const isMet = (pool: Candidate) => verdictOf(pool, sources)?.isMet ?? true;
  const first = candidate(start, sources);
  if (isMet(first)) return first;
  const known = new Map([[start, first]]);
  const of = (connections: number): Candidate => {
    const found = known.get(connections) ?? candidate(connections, sources);
    known.set(connections, found);
    return found;
  };
  const enough = fewest((connections) => connections < start || !isMet(of(connections)), start);
  return enough === undefined ? first : of(enough);
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
  need: number | undefined,
  deadlock: DeadlockBound | undefined,
  budget: Budget | undefined,
): Recommendation | undefined {
  if (!load || !budget) return undefined;
  return recommendSize({
    need,
    load: load.meanLoad.estimate + load.batchJobs,
    deadlockFloor: deadlock?.floor ?? 1,
    budget: budget.largestConnectionLimit,
  });
}

function limitedBy(
  input: SizeInput,
  load: OfferedLoad | undefined,
  deadlock: DeadlockBound | undefined,
  { byFormula, connectionLimit }: { readonly byFormula: number | undefined; readonly connectionLimit: number },
): SizeResult['limitedBy'] {
  const { method, fixed } = input;
  if (fixed?.connectionLimit !== undefined) return 'given';
  if (load === undefined) return 'preset';
  if (deadlock?.isBinding && connectionLimit === deadlock.connectionLimit) return 'deadlock-floor';
  if (input.proved?.connectionLimit === connectionLimit && load && provedFor(input, load)) return 'proved';
  if (method === 'model') return 'model';
  return connectionLimit === byFormula ? 'demand' : 'targets';
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

function missingInput(): never {
  throw new PoolctlError('INPUT_MISSING', 'There is no load to size for.', {
    hint: 'Give a rate and a time, as in `poolctl size --tps 200 --p95 300`, or settings with --profile production.',
  });
}
