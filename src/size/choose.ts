import { PoolctlError } from '../base/errors.ts';
import { formatNumber, maxCount } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { HoldLaws } from '../queueing/fit/hold-laws.ts';
import type { HoldLaw } from '../queueing/hold-law.ts';
import { fewest } from '../queueing/smallest.ts';
import { type DeadlockBound, deadlockBound } from './deadlock.ts';
import { type DemandVerdict, demandVerdict } from './demand.ts';
import type { PoolSettings, SizeInput } from './input.ts';
import { type Outlook, smallestConnections, targetsOf } from './outlook.ts';
import type { SizeResult } from './result.ts';
import { roundUpConnections } from './rounding.ts';
import type { SizingRule } from './rule.ts';
import { type Candidate, candidate, provedFor, type SettingSources } from './settings.ts';
import type { OfferedLoad } from './workload.ts';

/** The connections of a pool, what decided them, and what was found on the way. */
export interface Choice {
  readonly chosen: Candidate;
  readonly limitedBy: SizeResult['limitedBy'];
  readonly byFormula: number | undefined;
  /** How the pool of the formula would do, where a larger one was taken for the targets. */
  readonly demandByFormula: DemandVerdict | undefined;
  readonly smallest: Outlook['smallest'];
  /** The fewest connections within the targets for the expected load, by simulation where there was one. */
  readonly need: number | undefined;
  readonly deadlock: DeadlockBound | undefined;
  /** The law that the pool is chosen for; undefined where no model applies. */
  readonly law: HoldLaw | undefined;
  /** Whether the requests that run at once are enough for the load; undefined where nothing bounds them below the pool. */
  readonly atOnce: DemandVerdict | undefined;
}

/**
 * The formula's connections, raised where they would miss the targets; or those of the model, of a probe, of a simulation, of
 * the user. Then what nested requests need at least, and what the platform allows at most.
 * @throws PoolctlError INPUT_MISSING without a load and without settings
 */
export function chooseConnections(
  input: SizeInput,
  { rule, laws, load }: { rule: SizingRule; laws: HoldLaws | undefined; load: OfferedLoad | undefined },
): Choice {
  const { preset = {}, fixed = {}, workload = {}, method } = input;
  const byFormula = load && formulaConnections(load, rule);
  const smallest = laws && load && smallestConnections(input, laws, load);
  const need = input.simulatedNeed?.connectionLimit ?? smallest?.connectionLimit;
  const wanted = wantedConnections(input, { load, byFormula, need, smallest });
  const deadlock = load && deadlockBound(wanted ?? byFormula ?? 0, load, workload.concurrentRequests);
  const start =
    fixed.connectionLimit ??
    deadlock?.connectionLimit ??
    wanted ??
    byFormula ??
    preset.connectionLimit ??
    missingInput();
  // The formula answers for the load that the figures stand for, the model for the heaviest that they allow.
  const heavy = method === 'model' ? (laws?.high ?? laws?.law) : laws?.law;
  const cap = mostConnections(input);
  // A pool that has a connection for every request that runs at once has no queue, and no model of one.
  const isEnoughForAll = (fixed.connectionLimit ?? Math.max(wanted ?? 0, deadlock?.connectionLimit ?? 0)) >= cap.used;
  const law = isEnoughForAll ? undefined : heavy;
  const targets = laws && law && targetsOf(input, laws);
  // The heaviest law by its mean may vary less than the one that the figures stand for.
  const bears = law && laws ? [...new Set([law, laws.law])] : [];
  const sources = { input, rule, bears, ...withoutUndefined({ laws, load, targets }) };
  // Whoever fixed the size, or simulated it, is not overruled by the model.
  const isFixed = fixed.connectionLimit !== undefined || input.simulatedNeed !== undefined;
  const free = isFixed ? candidate(start, sources) : largeEnough(start, sources);
  const most = Math.min(cap.used, cap.allowed);
  const isCapped = fixed.connectionLimit === undefined && free.settings.connectionLimit > most;
  const chosen = isCapped ? candidate(most, sources) : free;
  const { connectionLimit } = chosen.settings;
  return {
    chosen,
    limitedBy: isCapped ? cap.by : decidedBy(input, load, deadlock, { byFormula, connectionLimit }),
    atOnce: load && law === undefined && laws ? atOnce(load, cap.used, connectionLimit) : undefined,
    byFormula,
    demandByFormula: raisedFrom(input, byFormula, chosen.settings, sources),
    smallest,
    need,
    deadlock,
    law,
  };
}

/** What the load asks for, before any bound: proved by a probe, by the model, or by the formula. Undefined without a load. */
function wantedConnections(
  input: SizeInput,
  {
    load,
    byFormula,
    need,
    smallest,
  }: Pick<Choice, 'byFormula' | 'need' | 'smallest'> & { load: OfferedLoad | undefined },
): number | undefined {
  if (!load) return undefined;
  const proved = provedFor(input, load);
  if (proved) return Math.max(proved.connectionLimit, need ?? 0);
  if (input.method !== 'model') return byFormula && Math.max(byFormula, need ?? 0);
  return input.simulatedNeed?.connectionLimit ?? smallest?.range?.high ?? need;
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

function decidedBy(
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

/** The first of the laws that the pool does not bear decides. Undefined where nothing is predicted. */
function verdictOf({ predictions }: Candidate, { input, targets }: SettingSources): DemandVerdict | undefined {
  if (!targets) return undefined;
  const isAsked = input.targets?.maxUtilization !== undefined;
  const verdicts = predictions.map((prediction) => demandVerdict(prediction, targets, isAsked));
  return verdicts.find(({ isMet }) => !isMet) ?? verdicts[0];
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

/** The most connections of one pool that its requests can use at once, and that its platform allows. */
function mostConnections({ platform, fleet, workload = {} }: SizeInput): {
  readonly used: number;
  readonly allowed: number;
  readonly by: 'platform' | 'requests-at-once';
} {
  const { requestsPerInstance = Infinity, connectionsPerInstance = Infinity } = platform ?? {};
  const { concurrentRequests = Infinity, connectionsPerRequest = 1, batchJobs = 0 } = workload;
  const allowed = Math.max(1, Math.floor(connectionsPerInstance / (fleet?.processesPerInstance ?? 1)));
  const used = Math.min(requestsPerInstance, concurrentRequests) * connectionsPerRequest + batchJobs;
  const isByPlatform = allowed < used || requestsPerInstance <= concurrentRequests;
  return { used, allowed, by: isByPlatform ? 'platform' : 'requests-at-once' };
}

/** Each request that runs has its connections; so the load fits where it keeps fewer busy than can be. */
function atOnce({ meanLoad, batchJobs }: OfferedLoad, used: number, connectionLimit: number): DemandVerdict {
  const [expected, allowed] = [meanLoad.estimate + batchJobs, Math.min(used, connectionLimit)];
  const missed = expected > allowed ? [{ target: 'connections', expected, allowed } as const] : [];
  return { isMet: missed.length === 0, missed };
}

function missingInput(): never {
  throw new PoolctlError('INPUT_MISSING', 'There is no load to size for.', {
    hint: 'Give a rate and a time, as in `poolctl size --tps 200 --p95 300`, or settings with --profile production.',
  });
}
