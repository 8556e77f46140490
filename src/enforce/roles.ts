import type { ServiceQuota } from '../budget/quota.ts';
import { type QuotasOfServer, quotasByServer, totalOf } from './sum.ts';
import type { EnforceInput } from './target.ts';

/** A role of a server, or an account, with the services that log in with it. */
export interface RoleQuota {
  readonly role: string;
  /** All its services together. */
  readonly limit: number;
  readonly services: readonly ServiceQuota[];
  /** Raised to this by a replica, which has the limits of its primary. */
  readonly raisedBy?: { readonly replica: string; readonly from: number };
}

/** A server with its roles. */
export interface RolesOfServer extends QuotasOfServer {
  readonly roles: readonly RoleQuota[];
  /** Services whose role nobody says. */
  readonly roleless: readonly ServiceQuota[];
  /** Replicas that take their limits from it. */
  readonly replicas: readonly string[];
}

/** The servers whose roles can be limited: no poolers' clients, and primaries only. */
export function rolesByServer(input: EnforceInput): RolesOfServer[] {
  const servers = quotasByServer(input).filter(({ server }) => server.counts === 'server connections');
  const isReplica = ({ server }: QuotasOfServer) =>
    server.replicaOf !== undefined && servers.some((other) => other.server.name === server.replicaOf);
  const primaries = servers.filter((one) => !isReplica(one));
  return primaries.map((primary) => {
    const replicas = servers.filter((one) => isReplica(one) && one.server.replicaOf === primary.server.name);
    return {
      ...primary,
      roles: raised(rolesOf(primary.quotas), replicas),
      roleless: [primary, ...replicas].flatMap(({ quotas }) => quotas.filter(({ role }) => role === undefined)),
      replicas: replicas.map(({ server }) => server.name),
    };
  });
}

function rolesOf(quotas: readonly ServiceQuota[]): RoleQuota[] {
  const names = [...new Set(quotas.flatMap(({ role }) => (role === undefined ? [] : [role])))].sort();
  return names.map((role) => {
    const services = quotas.filter((quota) => quota.role === role);
    return { role, limit: totalOf(services), services };
  });
}

/** A replica has the limits of its primary: a role gets the greater of the two quotas, or the replica would refuse it. */
function raised(roles: readonly RoleQuota[], replicas: readonly QuotasOfServer[]): RoleQuota[] {
  const found = new Map(roles.map((role) => [role.role, role]));
  for (const { server, quotas } of replicas) {
    for (const there of rolesOf(quotas)) {
      const here = found.get(there.role);
      if (!here) found.set(there.role, there);
      else if (here.limit < there.limit) {
        const from = here.raisedBy?.from ?? here.limit;
        found.set(there.role, { ...here, limit: there.limit, raisedBy: { replica: server.name, from } });
      }
    }
  }
  return [...found.values()].sort((one, other) => (one.role < other.role ? -1 : 1));
}
