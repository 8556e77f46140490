import { withoutUndefined } from '../base/without-undefined.ts';
import { type DriverAnswer, driverEffects } from './driver-effects.ts';
import type { SizeInput } from './input.ts';
import type { Found } from './result.ts';

/** The driver's part of an answer, from the settings and the load that were found. */
export function driverAnswer(
  driver: NonNullable<SizeInput['driver']>,
  { workload, fleet: given = {} }: SizeInput,
  { connectionLimit, queryTimeoutMs, load, fleet, budget }: Omit<Found, 'driver'>,
): DriverAnswer {
  const inUse = load && load.meanLoad.estimate + load.batchJobs;
  const scene = { connectionLimit, ...withoutUndefined({ roundTripMs: workload?.roundTripMs, queryTimeoutMs, inUse }) };
  const effects = driverEffects(driver, scene);
  const keepsHeld = effects.end !== undefined && effects.end.held !== 'closes';
  // Instances that end are beyond the surge: an orchestrator counts them as gone.
  const { rollout: most, withTerminating } = fleet;
  const surgePools = most.pools - mostPools(given);
  const endingPools = keepsHeld ? (withTerminating ? withTerminating.pools - most.pools : surgePools) : 0;
  const held = load ? Math.min(connectionLimit, Math.ceil(load.meanLoad.high + load.batchJobs)) : connectionLimit;
  const ending = endingPools * held;
  const rollout = most.pools * effects.sessions.connections + ending;
  return {
    ...effects,
    fleet: {
      normal: fleet.normal.pools * effects.sessions.connections,
      rollout,
      ending,
      ...withoutUndefined({ leftConnections: budget && budget.availableConnections - rollout }),
    },
  };
}

function mostPools({
  instances = 1,
  maxInstances = instances,
  processesPerInstance = 1,
}: NonNullable<SizeInput['fleet']>) {
  return maxInstances * processesPerInstance;
}
