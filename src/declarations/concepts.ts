import type { DriverOptions } from '../profiles/driver.ts';

/** What we call a kind of setting, whatever a driver calls it. */
export type Concept = keyof DriverOptions['options'];

/** The kinds of setting that a snippet can have. */
export const settable = ['connectionLimit', 'queueLimit', 'acquireTimeout', 'connectTimeout', 'queryTimeout'] as const;
/** A kind of setting that a snippet can have. */
export type Settable = (typeof settable)[number];

export function isSettable(concept: Concept): concept is Settable {
  return settable.some((candidate) => candidate === concept);
}

/** What a setting of that kind does: "it ...". */
export const does: Readonly<Record<Concept, string>> = {
  connectionLimit: 'limits the connections of the pool',
  queueLimit: 'limits how many requests wait for a connection',
  acquireTimeout: 'limits the wait for a connection',
  connectTimeout: 'limits the wait for a new session with the server',
  queryTimeout: 'limits how long a statement runs',
  minIdle: 'keeps that many connections open',
  maxIdle: 'closes idle connections above that number',
  idleTimeout: 'closes a connection that was idle for that long',
  maxLifetime: 'closes a connection that has become so old',
  failFast: 'decides whether a failure shows at once or after a wait',
  keepAlive: 'keeps idle connections from being forgotten on the way',
  validation: 'tests whether a connection still works',
  leakDetection: 'reports or takes back a connection that is not given back',
  maxUses: 'closes a connection that was used so often',
  exitOnIdle: 'lets the process end while connections are idle',
  handshakeTimeout: 'limits the handshake with the server',
  initializationTimeout: 'limits how long the pool tries to open its first connections',
  createRetryInterval: 'pauses between attempts to open a connection',
  bootRetry: 'tries again to reach the database while the application starts',
  interactiveTransaction: 'limits interactive transactions',
  idleInTransaction: 'ends a session that idles in a transaction',
  poolMode: 'decides when a server connection goes back to the pool',
};
