import type { SourceSpan } from '../declarations/source-span.ts';
import type { FleetCount, NamedConnections } from './model.ts';

/** What a fleet takes of its servers, and what fits. Counts are connections; at poolers, clients. */
export interface FleetAnswer {
  readonly servers: readonly ServerAnswer[];
  /** One row for a service and a server that it connects to. */
  readonly services: readonly ServiceAnswer[];
  readonly findings: readonly FleetFinding[];
}

/** `isAtLeast`: parts are unknown, so that it may be more. */
export interface Moment {
  /** With the least of what is not known. */
  readonly connections: number;
  readonly isAtLeast: boolean;
  /** What of it is known to the connection: without all that is of services with unknown parts. Only where `isAtLeast`. */
  readonly known?: number;
}

export interface ServerAnswer {
  readonly name: string;
  readonly counts: 'server connections' | 'pooler clients';
  readonly isBudgeted: boolean;
  /** Left out where nobody says what the server lets in. */
  readonly usable?: number;
  /** "200 less 3 reserved and 105 of others". */
  readonly usableIs: string;
  readonly normal: Moment;
  /** Every autoscaler at its most, no roll-out. */
  readonly scaledOut: Moment;
  readonly worstMinute: WorstMinute;
  /** As the worst minute, with old instances that keep their pools until the roll-out is over. */
  readonly withTerminating: Moment;
  /** usable less the worst minute; left out where either is unknown. */
  readonly left?: number;
  readonly fits: 'yes' | 'no' | 'unknown' | 'not judged';
  /** Connections that a roll-out may add while all is scaled out, at the worst time for it. */
  readonly largestRollout?: number;
  /** Limits of roles that not all services log in with: budgets of their own. */
  readonly roles?: readonly RoleAnswer[];
  /** Who takes it, in the worst minute. */
  readonly shares: readonly {
    readonly service: string;
    readonly normal: Moment;
    readonly scaledOut: Moment;
    readonly worst: Moment;
  }[];
}

/** What the pools of one role take, against its CONNECTION LIMIT. */
export interface RoleAnswer {
  readonly role: string;
  readonly limit: number;
  readonly worstMinute: WorstMinute;
  /** Left out where it is not known. */
  readonly left?: number;
  readonly fits: 'yes' | 'no' | 'unknown';
}

export interface WorstMinute extends Moment {
  /** The services that roll out then. */
  readonly rolling: readonly string[];
  /** When it is, where time decides: "daily at 03:00 UTC". Left out: at any time. */
  readonly at?: string;
}

export interface ServiceAnswer {
  readonly name: string;
  readonly server: string;
  /** Connections of one process to this server. */
  readonly pool: FleetCount;
  /** Those of `pool` that are outside the pools, and in no setting of one: a health check. Left out for none. */
  readonly outside?: number;
  readonly parts: readonly NamedConnections[];
  readonly processes: FleetCount;
  readonly instances: { readonly normal: FleetCount; readonly most: FleetCount };
  /** What it may take in its own worst minute. */
  readonly worst: Moment;
  /** "(7 + 2 in a roll-out) x 24". */
  readonly worstIs: string;
  /** usable less what the others take in the minute in which this one rolls, not below 0. */
  readonly share?: number;
  /** The largest pool of a process (all parts) with which `worst` is within `share`; 0: none. */
  readonly largestPool?: number;
  /** The most instances with which it is: the ceiling for the autoscaler; 0: none. */
  readonly mostInstances?: number;
  /**
   * The same two where they must fit while others roll out as well, and not only in the roll-out of this service: what may
   * be changed without another look at the fleet. Never more than those.
   */
  readonly inAnyMinute?: { readonly largestPool?: number; readonly mostInstances?: number };
  /** The most instances that a roll-out may add while all is scaled out. */
  readonly largestSurge?: number;
  readonly place?: SourceSpan;
}

/** What must be said. Errors of servers with a declared budget make the exit code 1. */
export interface FleetFinding {
  /** "budget-exceeded", "unresolved", "terminating-pods": in kebab case. */
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
  /** What to do. */
  readonly hint?: string;
  readonly server?: string;
  readonly service?: string;
  readonly place?: SourceSpan;
}
