import { withoutUndefined } from '../base/without-undefined.ts';
import { erlangC } from '../queueing/erlang-recurrence.ts';
import { holdLaws } from '../queueing/fit/hold-laws.ts';
import { explainSteps } from './because/because.ts';
import { type Budget, checkBudget, fleetDemand } from './budget.ts';
import { checkSizeInput } from './check-input.ts';
import { chooseConnections } from './choose.ts';
import type { DeadlockBound } from './deadlock.ts';
import type { DemandVerdict } from './demand.ts';
import { driverAnswer } from './driver-answer.ts';
import type { PoolSettings, SizeInput } from './input.ts';
import { estimateMemory } from './memory.ts';
import { outlook } from './outlook.ts';
import { type Recommendation, recommendSize } from './recommend.ts';
import type { Behaviour, Found, SizeResult } from './result.ts';
import { formulaRule, type SizingRule } from './rule.ts';
import { longestHoldMs } from './settings.ts';
import { findShortfall } from './shortfall.ts';
import { findWarnings } from './warnings/warnings.ts';
import { type OfferedLoad, offeredLoad, onTheWire } from './workload.ts';

/**
 * Sizes a connection pool by TPS x seconds held plus headroom, raised where that would miss the targets, and checks the fleet
 * against the server. Pure and synchronous. A pool that misses its targets (`outlook.demand`) or does not fit the server
 * (`budget.fits`) is a result, not an error.
 * @throws PoolctlError INPUT_MISSING, VALUE_INVALID, INPUT_CONTRADICTION
 */
export function sizePool(input: SizeInput = {}): SizeResult {
  checkSizeInput(input);
  const { fleet = {} } = input;
  const workload = onTheWire(input);
  const rule: SizingRule = { ...formulaRule, ...input.rule };
  const laws = holdLaws(workload, longestHoldMs(input));
  const load = laws && offeredLoad(workload, laws, fleet);

  const choice = chooseConnections(input, { rule, laws, load });
  const { chosen, byFormula, smallest, need, deadlock, law } = choice;
  const { settings } = chosen;
  const { connectionLimit } = settings;

  const budget = input.server && checkBudget(connectionLimit, fleet, input.server);
  const fleetTakes = fleetDemand(connectionLimit, fleet, budget?.availableConnections);
  const expected = laws && law && load && outlook(input, chosen, { laws, law, load, smallest });
  const answer: Omit<Found, 'driver'> = {
    ...settings,
    limitedBy: choice.limitedBy,
    headroomRatio: rule.headroomRatio,
    fleet: { ...fleetTakes, processesPerInstance: fleet.processesPerInstance ?? 1 },
    ...withoutUndefined({
      load,
      behaviour: load && connectionLimit > load.batchJobs ? behaviour(input, settings, load) : undefined,
      connectionLimitByFormula: connectionLimit === byFormula ? undefined : byFormula,
      demandByFormula: choice.demandByFormula,
      queueLimitByRule: chosen.queueLimitByRule,
      outlook: expected,
      demand: expected?.demand ?? choice.atOnce ?? (load && withoutRequests(load, connectionLimit)),
      queueBounds: chosen.queueBounds,
      deadlock,
      activeConnectionsBound: input.hardware && 2 * input.hardware.cores + (input.hardware.spindles ?? 0),
      budget,
      shortfall: budget && !budget.fits ? findShortfall(input, settings, load, rule, budget, smallest) : undefined,
      recommendation: recommend(load, need, deadlock, budget),
      memory: input.memory && estimateMemory(input.memory, fleetTakes),
    }),
  };
  const found: Found = input.driver ? { ...answer, driver: driverAnswer(input.driver, input, answer) } : answer;
  return { ...found, because: explainSteps(input, rule, found), warnings: findWarnings(input, found) };
}

/** Batch jobs leave no connection for the requests. */
function withoutRequests({ meanLoad, batchJobs }: OfferedLoad, connectionLimit: number): DemandVerdict {
  const missed = { target: 'connections', expected: meanLoad.estimate + batchJobs, allowed: connectionLimit } as const;
  return { isMet: false, missed: [missed] };
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
