import { openServer } from '../../src/engines/open.ts';
import type { Server } from '../../src/engines/server.ts';
import { ConnectionTarget } from '../../src/engines/target.ts';
import type { Login, Protocol } from './sessions.ts';

export function targetOf(protocol: Protocol, { host, port, user, password, database = '' }: Login): ConnectionTarget {
  return new ConnectionTarget({ ...{ protocol, host, port, user, password, database }, tls: { mode: 'prefer' } });
}

/** Asks a server on a session of poolctl's own. */
export async function asking<T>(
  protocol: Protocol,
  login: Login,
  question: (server: Server) => Promise<T>,
): Promise<T> {
  const options = { timeoutMs: 10_000, signal: new AbortController().signal };
  const server = await openServer(targetOf(protocol, login), options);
  try {
    return await question(server);
  } finally {
    await server.session.close();
  }
}
