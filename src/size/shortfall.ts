import { maxCount, tidy } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import { loadAtWaitProbability, serversForWaitProbability } from '../queueing/erlang-recurrence.ts';
import { type Budget, capLeft, fleetDemand } from './budget.ts';
import type { PoolSettings, SizeInput } from './input.ts';
import { estimateMemory, type MemoryEstimate } from './memory.ts';
import type { Outlook } from './outlook.ts';
import { roundDownConnections } from './rounding.ts';
import type { SizingRule } from './rule.ts';
import type { OfferedLoad } from './workload.ts';

/** Requests "queue" from the rate on at which more than this share of them waits. */
export const queueingShare = 0.01;

/** What a fleet that does not fit can do. */
export interface Shortfall {
  /** The largest connectionLimit that fits; 0 when not even 1 does. */
  readonly connectionLimit: number;
  /** What that limit costs; absent without a load, or when nothing fits. Rates are of one instance. */
  readonly cost?: {
    /** The largest TPS it carries at the expected mean hold time, with every connection always busy. */
    readonly capacityPerSecond: number;
    /** The same for the heaviest load that the figures allow; absent where they leave nothing open. */
    readonly leastCapacityPerSecond?: number;
    /** The TPS from which more than 1 % of the requests wait. */
    readonly queueingFromPerSecond: number;
    /** Whether that pool meets the targets, by the model. */
    readonly carriesTheLoad: boolean;
  };
  readonly levers: readonly Lever[];
}

/** A change that makes the fleet fit, with its number; each works alone. */
export type Lever =
  /** The smallest pool within the targets of the model fits; an estimate where it is too small for the heaviest load that the figures allow. */
  | { readonly kind: 'smallest-pool'; readonly connectionLimit: number; readonly isEstimate?: boolean }
  | { readonly kind: 'hold-time'; readonly holdTimeMs: number }
  | { readonly kind: 'no-surge'; readonly connections: number }
  | { readonly kind: 'instances'; readonly instances: number }
  /** A limit of the role, the database or the account, that is in the way. */
  | { readonly kind: 'account-limit'; readonly name: string; readonly connections: number }
  | { readonly kind: 'max-connections'; readonly maxConnections: number; readonly memory?: readonly MemoryEstimate[] }
  | { readonly kind: 'transaction-pooler'; readonly serverConnections: number; readonly fits: boolean };

/** The largest pool that fits, its price, and the levers. */
export function findShortfall(
  input: SizeInput,
  settings: PoolSettings,
  load: OfferedLoad | undefined,
  rule: SizingRule,
  budget: Budget,
  smallest: Outlook['smallest'],
): Shortfall {
  const connectionLimit = budget.largestConnectionLimit;
  const cost = load && costOf(connectionLimit, load, input, smallest);
  return {
    connectionLimit,
    ...withoutUndefined({ cost }),
    levers: [
      smallestPoolLever(connectionLimit, input, smallest),
      holdTimeLever(connectionLimit, load, rule, input),
      noSurgeLever(settings, budget, input),
      instancesLever(settings, budget, input),
      ...capLevers(settings, input),
      maxConnectionsLever(settings, budget, input),
      poolerLever(load, budget, input),
    ].filter((lever) => lever !== undefined),
  };
}

function costOf(
  connectionLimit: number,
  load: OfferedLoad,
  { fleet = {} }: SizeInput,
  smallest: Outlook['smallest'],
): Shortfall['cost'] {
  const connections = connectionLimit - load.batchJobs;
  if (connections < load.connectionsPerRequest) return undefined;
  const pools = fleet.processesPerInstance ?? 1;
  const { estimate, high } = load.meanLoad;
  const perConnection = (inUse: number) => (load.poolArrivalRatePerSecond * pools) / inUse;
  return {
    capacityPerSecond: connections * perConnection(estimate),
    ...(high > estimate && { leastCapacityPerSecond: connections * perConnection(high) }),
    queueingFromPerSecond: loadAtWaitProbability(connections, queueingShare) * perConnection(estimate),
    carriesTheLoad: smallest !== undefined && smallest.connectionLimit <= connectionLimit,
  };
}

function smallestPoolLever(limit: number, { method }: SizeInput, smallest: Outlook['smallest']) {
  if (method === 'model' || !smallest || smallest.connectionLimit > limit) return undefined;
  const { connectionLimit, range: { high } = { high: connectionLimit } } = smallest;
  const isEstimate = high > limit;
  return {
    kind: 'smallest-pool',
    connectionLimit: isEstimate ? connectionLimit : high,
    ...(isEstimate && { isEstimate }),
  } as const;
}

/** The longest hold time whose formula answer is not above the largest pool that fits. */
function holdTimeLever(limit: number, load: OfferedLoad | undefined, rule: SizingRule, { workload }: SizeInput) {
  if (!load) return undefined;
  const forRequests = roundDownConnections(limit) - load.batchJobs;
  const nestedFloor = (workload?.concurrentRequests ?? 1) * (load.connectionsPerRequest - 1) + 1;
  if (forRequests < nestedFloor) return undefined;
  const rate = load.poolArrivalRatePerSecond * load.connectionsPerRequest * (1 + rule.headroomRatio);
  const holdTimeMs = roundDownTo(forRequests / rate);
  return holdTimeMs > load.roundTripMs ? ({ kind: 'hold-time', holdTimeMs } as const) : undefined;
}

/** Seconds to whole milliseconds, or hundredths below 10 ms; never up. */
function roundDownTo(seconds: number): number {
  const ms = tidy(seconds * 1_000);
  return ms >= 10 ? Math.floor(ms) : Math.floor(ms * 100) / 100;
}

/** Without extra instances during a roll-out, when that is all it takes. */
function noSurgeLever({ connectionLimit }: PoolSettings, budget: Budget, { fleet = {} }: SizeInput) {
  const { surgeRatio = 0, surgeInstances = surgeRatio, ...without } = fleet;
  if (surgeInstances === 0) return undefined;
  const { connections } = fleetDemand(connectionLimit, without).rollout;
  return connections <= budget.availableConnections ? ({ kind: 'no-surge', connections } as const) : undefined;
}

/** The most instances of this connectionLimit. With a load of the fleet, fewer than its normal number would overload each. */
function instancesLever({ connectionLimit }: PoolSettings, budget: Budget, { fleet = {}, workload }: SizeInput) {
  const { instances = 1, maxInstances = instances } = fleet;
  const fits = (count: number) =>
    fleetDemand(connectionLimit, { ...fleet, maxInstances: count }).rollout.connections <= budget.availableConnections;
  let most = Math.min(maxInstances, Math.floor(budget.availableConnections / connectionLimit));
  while (most > 0 && !fits(most)) most -= 1;
  const least = workload?.scope === 'fleet' ? instances : 1;
  return most >= least ? ({ kind: 'instances', instances: most } as const) : undefined;
}

/** Every cap that is too low has to be raised, together with max_connections where that is too low as well. */
function capLevers({ connectionLimit }: PoolSettings, { fleet = {}, server }: SizeInput) {
  const { connections } = fleetDemand(connectionLimit, fleet).rollout;
  return (server?.caps ?? [])
    .filter((cap) => capLeft(cap) < connections)
    .map(({ name, otherConnections = 0 }) => ({
      kind: 'account-limit' as const,
      name,
      connections: connections + otherConnections,
    }));
}

function maxConnectionsLever({ connectionLimit }: PoolSettings, budget: Budget, { fleet = {}, memory }: SizeInput) {
  const demand = fleetDemand(connectionLimit, fleet);
  const maxConnections = demand.rollout.connections + budget.reservedConnections + budget.otherConnections;
  if (maxConnections <= budget.maxConnections) return undefined;
  return {
    kind: 'max-connections',
    maxConnections,
    ...withoutUndefined({ memory: memory && estimateMemory(memory, demand) }),
  } as const;
}

/** One pool shared by the fleet, as a pooler in transaction mode has it: chance evens out over all instances. */
function poolerLever(load: OfferedLoad | undefined, budget: Budget, { fleet = {} }: SizeInput) {
  if (!load) return undefined;
  const pools = (fleet.instances ?? 1) * (fleet.processesPerInstance ?? 1);
  const fleetLoad = load.meanLoad.high * pools;
  if (fleetLoad > maxCount) return undefined;
  const serverConnections = serversForWaitProbability(fleetLoad, queueingShare) + load.batchJobs * pools;
  return {
    kind: 'transaction-pooler',
    serverConnections,
    fits: serverConnections <= budget.availableConnections,
  } as const;
}
