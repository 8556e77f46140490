import type { ServiceQuota } from '../budget/quota.ts';
import { type PoolerShares, poolersOf } from './pooler-shares.ts';
import { type QuotasOfServer, quotasByServer, totalOf } from './sum.ts';
import type { EnforceInput } from './target.ts';

/** A role of a server, or an account, with the services that log in with it. */
export interface RoleQuota {
  readonly role: string;
  /** All its services together. */
  readonly limit: number;
  readonly services: readonly ServiceQuota[];
  /** Connections that come through poolers as this role, too; in `limit`. */
  readonly through: readonly PooledRole[];
  /** Raised to this by a replica, which has the limits of its primary. */
  readonly raisedBy?: { readonly replica: string; readonly from: number };
}

/** What comes through a pooler as one role. */
export interface PooledRole {
  readonly role: string;
  readonly pooler: string;
  readonly connections: number;
}

/** A server with its roles. */
export interface RolesOfServer extends QuotasOfServer {
  readonly roles: readonly RoleQuota[];
  /** Services whose role nobody says. */
  readonly roleless: readonly ServiceQuota[];
  /** Roles that only come through poolers, which limit them. */
  readonly pooled: readonly PooledRole[];
  /** Replicas that take their limits from it. */
  readonly replicas: readonly string[];
}

/** The servers whose roles can be limited: no poolers' clients, and primaries only. */
export function rolesByServer(input: EnforceInput): RolesOfServer[] {
  const servers = quotasByServer(input).filter(({ server }) => server.counts === 'server connections');
  const isReplica = ({ server }: QuotasOfServer) =>
    server.replicaOf !== undefined && servers.some((other) => other.server.name === server.replicaOf);
  const poolers = poolersOf(input);
  const isPooler = ({ service }: ServiceQuota) => poolers.some(({ server }) => server.name === service);
  const primaries = servers.filter((one) => !isReplica(one));
  return primaries.map((primary) => {
    const replicas = servers.filter((one) => isReplica(one) && one.server.replicaOf === primary.server.name);
    const pooled = pooledAt(primary.server.name, poolers);
    const own = rolesOf(primary.quotas);
    return {
      ...primary,
      pooled: pooled.filter(({ role }) => own.every((one) => one.role !== role)),
      roles: raised(withPoolers(own, pooled), replicas),
      // A pooler logs in as its clients do, and is limited by its own settings.
      roleless: [primary, ...replicas].flatMap(({ quotas }) =>
        quotas.filter((quota) => quota.role === undefined && !isPooler(quota)),
      ),
      replicas: replicas.map(({ server }) => server.name),
    };
  });
}

function rolesOf(quotas: readonly ServiceQuota[]): RoleQuota[] {
  const names = [...new Set(quotas.flatMap(({ role }) => (role === undefined ? [] : [role])))].sort();
  return names.map((role) => {
    const services = quotas.filter((quota) => quota.role === role);
    return { role, limit: totalOf(services), services, through: [] };
  });
}

/** What comes through the poolers of a server, by role. */
function pooledAt(server: string, poolers: readonly PoolerShares[]): PooledRole[] {
  return poolers.flatMap(({ server: { name: pooler }, own, processes, users }) =>
    own?.server === server
      ? users.map(({ role, connectionsEach = 1 }) => ({ role, pooler, connections: connectionsEach * processes }))
      : [],
  );
}

/** A role that logs in itself and through poolers has both. */
function withPoolers(roles: readonly RoleQuota[], pooled: readonly PooledRole[]): RoleQuota[] {
  return roles.map((role) => {
    const through = pooled.filter((one) => one.role === role.role);
    return { ...role, through, limit: role.limit + through.reduce((sum, { connections }) => sum + connections, 0) };
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

/** "api", or "api 60 + worker 40 + through edge 12". */
export function whoseIs({ services, through }: Pick<RoleQuota, 'services' | 'through'>): string {
  const parts = [
    ...services.map(({ service, quota }) => ({ name: service, quota })),
    ...through.map(({ pooler, connections }) => ({ name: `through ${pooler}`, quota: connections })),
  ];
  return parts.length === 1 ? (parts[0]?.name ?? '') : parts.map(({ name, quota }) => `${name} ${quota}`).join(' + ');
}
