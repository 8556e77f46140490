import type { ConnectionTarget } from './target.ts';

/** Which server has taken a session, as it says itself. Sessions that were sent to different servers differ in it. */
export interface ServerIdentity {
  /** The address on which it took the session, or its own name for its machine. */
  readonly host?: string;
  /** The port on which it listens; left out on a Unix socket. */
  readonly port?: number;
  /** The moment of its start, in ms since 1970 by its own clock. */
  readonly startedAtMs?: number;
  /** Its own name for itself, such as MySQL's server_uuid. */
  readonly id?: string;
}

/** MySQL says for how many whole seconds it has run. */
const startToleranceMs = 2_000;

/** Whether two sessions ended at the same server, and within the same run of it. */
export function isSameServer(one: ServerIdentity, other: ServerIdentity): boolean {
  if (one.id !== other.id || one.host !== other.host || one.port !== other.port) return false;
  return Math.abs((one.startedAtMs ?? 0) - (other.startedAtMs ?? 0)) <= startToleranceMs;
}

/**
 * The port on which the server took a session that was opened to another one: a port mapping, a load balancer or a pooler
 * stands in between. Undefined where they are the same, or on a Unix socket.
 */
export function forwardedFrom({ port }: ServerIdentity, target: ConnectionTarget): number | undefined {
  return port === undefined || target.socketPath !== undefined || port === target.port ? undefined : port;
}

/**
 * The port from which the server sees the session come, where that is another than the one from which it leaves here: a
 * balancer, a pooler or an address translation has opened it anew.
 */
export function relayedFrom(seenFromPort: number | undefined, localPort: number | undefined): number | undefined {
  return localPort === undefined || seenFromPort === localPort ? undefined : seenFromPort;
}
