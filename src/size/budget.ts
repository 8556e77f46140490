import { tidy } from '../base/units.ts';
import { withoutUndefined } from '../base/without-undefined.ts';
import type { SplitBy } from '../queueing/split.ts';

/** How many pools of one kind are open against the server. */
export interface Fleet {
  /** Instances in normal running; 1 by default. */
  readonly instances?: number;
  /** The autoscaler's maximum; `instances` by default. */
  readonly maxInstances?: number;
  /** Processes (workers) per instance, each with a pool of its own; 1 by default. */
  readonly processesPerInstance?: number;
  /** How requests find an instance: at random, as Poisson streams (default), in turn, or the one with the fewest of them. */
  readonly balancer?: SplitBy;
  /** Extra instances during a rolling deploy, as a share of the instances. None by default. */
  readonly surgeRatio?: number;
  /** The same as a number, however many instances there are: maxSurge of Kubernetes without a percent sign. */
  readonly surgeInstances?: number;
  /** How a fraction of an extra instance counts: up by default, as in Kubernetes; Amazon ECS rounds down. */
  readonly surgeRounding?: 'up' | 'down';
  /** The most instances that can hold connections, in multiples of the most: old ones end slowly, and no surge counts them. */
  readonly worstFactor?: number;
}

/** What the server lets in. */
export interface ServerLimits {
  /** How to call it in the answer: `mysql`, `aws-rds-mysql db.t3.medium`. */
  readonly name?: string;
  readonly maxConnections: number;
  /** Whether maxConnections is computed from a provider's formula, not read from the server or its documentation. */
  readonly estimated?: boolean;
  /** Slots that an ordinary role cannot have. */
  readonly reserved?: readonly { readonly name: string; readonly connections: number; readonly source?: string }[];
  /** Connections that others take: other services, migrations, dashboards, exporters. */
  readonly otherConnections?: number;
  /** Further limits: of the role, the database or the account that the application logs in with. */
  readonly caps?: readonly ServerCap[];
}

/** A limit below max_connections: of the role, the database or the account. */
export interface ServerCap {
  readonly name: string;
  readonly connections: number;
  /** Connections of other clients that count against it. */
  readonly otherConnections?: number;
}

/** What the fleet takes at one moment, and what the server has then. */
export interface Demand {
  readonly instances: number;
  readonly pools: number;
  readonly connections: number;
  /** Present when the server is known; negative when it does not fit. */
  readonly leftConnections?: number;
}

/** What the fleet takes in normal running and at the worst minute. */
export interface FleetDemand {
  readonly normal: Demand;
  /** The worst minute of a roll-out: the most instances, and the surge on top of them. */
  readonly rollout: Demand;
  /** The same while old instances that are terminating keep their pools; present where that is more. */
  readonly withTerminating?: Demand;
}

/** The server's connection limit, what of it the fleet may take, and whether the fleet fits. Counts are connections. */
export interface Budget {
  readonly server?: string;
  readonly maxConnections: number;
  readonly estimated?: boolean;
  readonly reservedConnections: number;
  readonly otherConnections: number;
  /** maxConnections less the reserved and the others', or what a cap leaves if that is less: what this fleet may take. */
  readonly availableConnections: number;
  /** The cap that decides, by name. */
  readonly limitedBy?: string;
  readonly fits: boolean;
  /** The largest connectionLimit with which the fleet fits at the worst minute; 0 when not even 1 does. */
  readonly largestConnectionLimit: number;
}

/** Pools and connections in normal running and at the worst minute of a roll-out. */
export function fleetDemand(connectionLimit: number, fleet: Fleet, availableConnections?: number): FleetDemand {
  const { instances = 1, maxInstances = instances, processesPerInstance = 1, worstFactor = 1 } = fleet;
  const demand = (running: number): Demand => {
    const pools = running * processesPerInstance;
    const connections = pools * connectionLimit;
    const leftConnections = availableConnections === undefined ? undefined : availableConnections - connections;
    return { instances: running, pools, connections, ...withoutUndefined({ leftConnections }) };
  };
  const atRollout = maxInstances + extraInstances(maxInstances, fleet);
  const atMost = Math.ceil(tidy(maxInstances * worstFactor));
  return {
    normal: demand(instances),
    rollout: demand(atRollout),
    ...(atMost > atRollout && { withTerminating: demand(atMost) }),
  };
}

/** What a roll-out adds to that many instances. */
function extraInstances(instances: number, { surgeRatio = 0, surgeInstances, surgeRounding }: Fleet): number {
  const round = surgeRounding === 'down' ? Math.floor : Math.ceil;
  return surgeInstances ?? round(tidy(instances * surgeRatio));
}

/** Whether the fleet fits the server at the worst minute, and if not, the largest pool that does. */
export function checkBudget(connectionLimit: number, fleet: Fleet, server: ServerLimits): Budget {
  const otherConnections = server.otherConnections ?? 0;
  const tightest = (server.caps ?? [])
    .map((cap) => ({ name: cap.name, left: capLeft(cap) }))
    .reduce<{ name?: string; left: number }>((least, cap) => (cap.left < least.left ? cap : least), {
      left: leftByServer(server),
    });
  const availableConnections = tightest.left;
  const { rollout } = fleetDemand(connectionLimit, fleet);
  return {
    ...withoutUndefined({ server: server.name, estimated: server.estimated, limitedBy: tightest.name }),
    maxConnections: server.maxConnections,
    reservedConnections: reservedOf(server),
    otherConnections,
    availableConnections,
    fits: rollout.connections <= availableConnections,
    largestConnectionLimit: Math.floor(availableConnections / rollout.pools),
  };
}

function reservedOf({ reserved = [] }: ServerLimits): number {
  return reserved.reduce((sum, { connections }) => sum + connections, 0);
}

/** What the server as a whole leaves for this fleet. */
export function leftByServer(server: ServerLimits): number {
  return Math.max(0, server.maxConnections - reservedOf(server) - (server.otherConnections ?? 0));
}

/** What a cap leaves for this fleet. */
export function capLeft({ connections, otherConnections = 0 }: ServerCap): number {
  return Math.max(0, connections - otherConnections);
}
