import { PoolctlError } from '../../base/errors.ts';
import { isSameServer, type ServerIdentity } from '../../engines/identity.ts';
import { openServer } from '../../engines/open.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { hasPooler, type Inspection, namedPooler } from '../../inspect/inspection.ts';
import { waitInPooler } from '../../inspect/warnings.ts';
import type { Check } from '../check.ts';

/** Fewer free connections than these are left to the applications. */
const fewestFree = 3;

export const pooler: Check = {
  id: 'pooler',
  title: 'pooler',
  after: 'login',
  async run({ inspection, target, timeoutMs, signal }) {
    if (!inspection || !target) return undefined;
    if (hasPooler(inspection)) {
      const named = namedPooler(inspection);
      return {
        status: 'warning',
        detail: `${named?.means ?? 'a pooler'} is in the path: its own limits come before the server's${inspection.throughPooler ? `. ${waitInPooler.slice(0, -1)}` : ''}`,
        fix: `\`poolctl profiles show poolers/${named?.pooler ?? 'pgbouncer'}\` tells them. Ask the server itself for its budget.`,
      };
    }
    const second =
      inspection.budget.freeConnections < fewestFree
        ? undefined
        : await identityOfAnother(target, { timeoutMs, signal });
    if (second && !isSameServer(inspection.identity, second)) {
      return {
        status: 'warning',
        detail: `a second login reached another server: ${nameOf(inspection.identity)}, then ${nameOf(second)}`,
        fix: 'A load balancer or a name with several addresses spreads the sessions: every figure is of one of the servers. Give the DSN of each.',
      };
    }
    const detail = between(inspection, target);
    if (detail === undefined) {
      const logins = second ? ', at two logins' : '';
      return { status: 'ok', detail: `no pooler found${logins}` };
    }
    return {
      status: 'warning',
      detail,
      fix: 'A pooler or load balancer has limits of its own, which come first: look at its configuration, or ask the server itself. A mere mapping has none.',
    };
  },
};

/** What the server says of the way to it. */
function between(
  { forwardedToPort, relayedFromPort, changesTransport }: Inspection,
  { port }: ConnectionTarget,
): string | undefined {
  if (forwardedToPort !== undefined) {
    return `the server listens on port ${forwardedToPort}, not on ${port}: a port mapping, a load balancer or a pooler stands between`;
  }
  if (relayedFromPort !== undefined) {
    return `the server sees the session come from port ${relayedFromPort}, which is not the one that it leaves from here: an address mapping, a load balancer or a pooler stands between`;
  }
  if (changesTransport) {
    return 'the session goes by TCP on one side and by a Unix socket on the other: a balancer or a pooler stands between';
  }
  return undefined;
}

/** Of a session of its own; undefined where none is to be had. */
async function identityOfAnother(target: ConnectionTarget, options: OpenOptions): Promise<ServerIdentity | undefined> {
  try {
    const server = await openServer(target, options);
    return await server.identity().finally(() => server.session.close());
  } catch (error) {
    if (error instanceof PoolctlError) return undefined;
    throw error;
  }
}

function nameOf({ host, port, startedAtMs }: ServerIdentity): string {
  const since = startedAtMs === undefined ? '' : ` (up since ${new Date(startedAtMs).toISOString().slice(0, 19)}Z)`;
  return `${host ?? 'the server'}${port === undefined ? '' : `:${port}`}${since}`;
}
