import { askForMaxConnections } from '../../base/engine.ts';
import { formatCount, formatNumber } from '../../base/units.ts';
import { fleetDemand } from '../budget.ts';
import type { Insight } from './insight.ts';

/** Kubernetes'default maxSurge of a Deployment (kubernetes pkg/apis/apps/v1/defaults.go). */
const usualSurgeRatio = 0.25;

export const platformBounds: Insight = (
  { limitedBy, load, connectionLimit, connectionLimitByFormula, fleet },
  { platform },
) => {
  if (!platform || limitedBy !== 'platform' || !load) return undefined;
  if (platform.requestsPerInstance === undefined) {
    return {
      code: 'PLATFORM_BOUNDS',
      message: `${platform.name} allows ${formatCount(connectionLimit, 'connection')} per ${platform.limitIsPer ?? 'instance'}; this load asks for ${formatNumber(connectionLimitByFormula ?? connectionLimit)}.`,
      hint: 'Run more instances, each with a part of the load.',
    };
  }
  const { instances } = fleet.normal;
  const busy = (load.meanLoad.high * instances) / (platform.requestsPerInstance * load.connectionsPerRequest);
  return {
    code: 'PLATFORM_BOUNDS',
    message: `${platform.name} gives an instance ${formatCount(platform.requestsPerInstance, 'request')} at a time, so its pool never uses more than ${formatCount(connectionLimit, 'connection')}. ${formatNumber(load.fleetArrivalRatePerSecond)} TPS keep up to ${formatCount(Math.ceil(busy), 'instance')} busy.`,
    hint: `Give --instances with the concurrency that you allow, at least ${formatNumber(Math.ceil(busy))}, and check that against the server; a pooler in front shares its connections.`,
  };
};

export const serverIsTheLimit: Insight = ({ activeConnectionsBound, load, fleet }) => {
  if (activeConnectionsBound === undefined || !load) return undefined;
  const active = (load.meanLoad.estimate + load.batchJobs) * fleet.normal.pools;
  if (active <= activeConnectionsBound) return undefined;
  return {
    code: 'SERVER_IS_THE_LIMIT',
    message: `The fleet keeps about ${formatNumber(active)} connections in use, and the rule of cores and disks expects the server to run about ${formatNumber(activeConnectionsBound)} at once well: if they are active all that time, more connections only make them slower.`,
    hint: 'The rule bounds active connections, not open ones; measure the active ones before you buy cores.',
  };
};

/** superuser_reserved_connections of PostgreSQL by default. */
const usualReserve = 3;

export const reservedNotCounted: Insight = ({ budget, fleet }, { server }) => {
  if (!budget?.fits || server?.reserved !== undefined) return undefined;
  const left = fleet.rollout.leftConnections ?? 0;
  if (left >= usualReserve) return undefined;
  return {
    code: 'RESERVED_NOT_COUNTED',
    message: `Only ${formatCount(left, 'connection')} would be left, and PostgreSQL keeps ${usualReserve} for superusers: there it does not fit.`,
    hint: 'Give --server postgres (or another), or --reserved 3.',
  };
};

export const limitIsEstimated: Insight = ({ budget }, { memory = [] }) => {
  if (!budget?.estimated) return undefined;
  const engine = memory.length === 1 ? memory[0]?.engine : undefined;
  return {
    code: 'LIMIT_ESTIMATED',
    message: `The max_connections of ${formatNumber(budget.maxConnections)} is an estimate for ${budget.server ?? 'this server'}; its own setting may differ.`,
    hint: askForMaxConnections(engine),
  };
};

export const rolloutNotCounted: Insight = ({ budget, connectionLimit }, { fleet = {} }) => {
  if (!budget?.fits || fleet.surgeRatio !== undefined || fleet.surgeInstances !== undefined) return undefined;
  const { instances, connections } = fleetDemand(connectionLimit, { ...fleet, surgeRatio: usualSurgeRatio }).rollout;
  if (connections <= budget.availableConnections) return undefined;
  return {
    code: 'ROLLOUT_NOT_COUNTED',
    message: `A rolling deploy with the usual surge of 25 % runs ${formatCount(instances, 'instance')} for a while: ${formatNumber(connections)} connections, and ${formatNumber(budget.availableConnections)} are available.`,
    hint: 'Give --surge 25% to size for it, or --surge 0% if deploys stop the old instances first.',
  };
};

/** No failure: pools are usually closed when the process is told to stop. */
export const terminatingNotCounted: Insight = ({ budget, fleet: { withTerminating } }, { platform }) => {
  if (!budget?.fits || !withTerminating || withTerminating.connections <= budget.availableConnections) return undefined;
  return {
    code: 'TERMINATING_NOT_COUNTED',
    message: `Old instances that are terminating are outside of the surge${platform ? ` of ${platform.name}` : ''}: if they keep their pools until they exit, ${formatCount(withTerminating.instances, 'instance')} take ${formatNumber(withTerminating.connections)} connections, and ${formatNumber(budget.availableConnections)} are available.`,
    hint: 'Close the pool as soon as the process is told to stop, or give --surge 100% to size for it.',
  };
};

export const presetDiffers: Insight = ({ load, connectionLimit, queueLimit }, { preset = {} }) => {
  if (!load || preset.connectionLimit === undefined || preset.connectionLimit === connectionLimit) return undefined;
  const direction = preset.connectionLimit < connectionLimit ? 'too small for' : 'larger than';
  return {
    code: 'PRESET_DIFFERS',
    message: `The profile's connectionLimit of ${formatNumber(preset.connectionLimit)} is ${direction} this load, which asks for ${formatNumber(connectionLimit)} with a queue of ${formatNumber(queueLimit)}.`,
    hint: "Measured load decides; leave out the load to take the profile's settings as they are.",
  };
};
