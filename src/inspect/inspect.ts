import { connectionTarget } from '../engines/dsn-target.ts';
import { openServer } from '../engines/open.ts';
import type { ConnectionTarget } from '../engines/target.ts';
import type { Inspection } from './inspection.ts';

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
    // Loaded after the login: one that is refused is told without it.
    return await (await import('./inspect-session.ts')).inspectSession(server, target);
  } finally {
    await server.session.close();
  }
}
