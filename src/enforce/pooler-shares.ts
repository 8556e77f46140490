import type { ServiceQuota } from '../budget/quota.ts';
import { type QuotasOfServer, quotasByServer, totalOf } from './sum.ts';
import type { EnforceInput } from './target.ts';

/** A pooler: what it may open, and how its users divide that. */
export interface PoolerShares extends QuotasOfServer {
  /** Its own row: what all its processes together may open on the server behind it. Left out where no quota says it. */
  readonly own?: ServiceQuota;
  /** Of all its instances, those of a roll-out included: each keeps limits of its own. */
  readonly processes: number;
  /** What one process may open; rounded down, so that all of them stay within the quota. */
  readonly connectionsEach?: number;
  readonly users: readonly PoolerUser[];
}

export interface PoolerUser {
  readonly role: string;
  readonly services: readonly ServiceQuota[];
  /** Clients of all processes together. */
  readonly clients: number;
  /** Server connections of one process, in the proportion of the clients; at least 1. */
  readonly connectionsEach?: number;
}

export function poolersOf(input: EnforceInput): PoolerShares[] {
  return quotasByServer(input)
    .filter(({ server }) => server.counts === 'pooler clients')
    .map((pooler) => {
      const own = input.quotas.find(
        ({ service, counts }) => service === pooler.server.name && counts === 'server connections',
      );
      const processes = own ? Math.max(1, own.processes * (own.mostInstances + own.surgeInstances)) : 1;
      const each = own && Math.floor(own.quota / processes);
      return {
        ...pooler,
        ...(own && { own }),
        processes,
        ...(each !== undefined && { connectionsEach: each }),
        users: dividedAmong(usersOf(pooler.quotas), each),
      };
    });
}

function usersOf(quotas: readonly ServiceQuota[]): PoolerUser[] {
  const roles = [...new Set(quotas.flatMap(({ role }) => (role === undefined ? [] : [role])))].sort();
  return roles.map((role) => {
    const services = quotas.filter((quota) => quota.role === role);
    return { role, services, clients: totalOf(services) };
  });
}

/** Largest remainders, each user one at least. */
function dividedAmong(users: readonly PoolerUser[], connections: number | undefined): PoolerUser[] {
  if (connections === undefined) return [...users];
  const clients = users.reduce((sum, user) => sum + user.clients, 0);
  const exact = users.map((user) => (clients === 0 ? 0 : (connections * user.clients) / clients));
  const shares = exact.map((share) => Math.max(1, Math.floor(share)));
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((one, other) => other.remainder - one.remainder || one.index - other.index);
  let left = connections - shares.reduce((sum, share) => sum + share, 0);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    left -= 1;
  }
  return users.map((user, index) => ({ ...user, connectionsEach: shares[index] ?? 1 }));
}
