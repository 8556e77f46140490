import { connectionTarget } from '../engines/dsn-target.ts';
import type { ServerFacts } from '../engines/facts.ts';
import { openServer } from '../engines/open.ts';
import type { Server } from '../engines/server.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import { type Detected, detect } from './detect.ts';
import { type Lifetimes, lifetimes } from './lifetimes.ts';
import { type LiveBudget, liveBudget } from './live-budget.ts';

/** What `poolctl inspect` answers. */
export interface Inspection extends ServerFacts {
  /** Whether the server runs on this machine, as far as its address tells. */
  readonly isThisMachine: boolean;
  readonly detected: readonly Detected[];
  readonly budget: LiveBudget;
  /** What a pool to this server should keep below. */
  readonly lifetimes: Lifetimes;
}

/** Asks the server, on an open session, and draws the conclusions. */
export async function inspectSession(server: Server, target: ConnectionTarget): Promise<Inspection> {
  const facts = await server.facts();
  return {
    ...facts,
    isThisMachine: target.isThisMachine,
    detected: await detect(server, target, facts.throughPooler),
    budget: liveBudget(facts.limits),
    lifetimes: lifetimes(facts.timeLimits),
  };
}

/** Options of `inspectServer`. */
export interface InspectOptions {
  /** How long the login and each answer of the server may take; 5 s by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Logs in to the server of a DSN or target, asks what it lets in and which users are connected, and closes the session. It only
 * reads. @throws PoolctlError DSN_INVALID, or what the login met
 */
export async function inspectServer(
  where: string | ConnectionTarget,
  { timeoutMs = 5_000, signal = new AbortController().signal }: InspectOptions = {},
): Promise<Inspection> {
  const target = connectionTarget(where);
  const server = await openServer(target, { timeoutMs, signal });
  try {
    return await inspectSession(server, target);
  } finally {
    await server.session.close();
  }
}

/** Whether something stands between us and the server that has limits of its own. */
export function hasPooler({ throughPooler, detected }: Inspection): boolean {
  return throughPooler || detected.some(({ pooler }) => pooler !== undefined);
}
