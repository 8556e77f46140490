import type { BudgetServer, NamedConnections, ServerLimit } from './model.ts';
import type { ServiceDemand } from './service-demand.ts';

/** What a server lets services take, in words too: "200 less 3 reserved and 105 of others". */
export interface Usable {
  /** Left out where nobody says. */
  readonly usable?: number;
  readonly usableIs: string;
  /** The role whose own limit binds every service there. */
  readonly role?: string;
}

/** The slots that are left of a limit, and how that comes about. */
export function slotsLeft(
  limit: Pick<ServerLimit, 'maxConnections' | 'reserved' | 'others' | 'estimatedBy'>,
): Required<Pick<Usable, 'usable' | 'usableIs'>> {
  const { maxConnections, reserved, others, estimatedBy } = limit;
  const parts = [
    ...(reserved > 0 ? [`${reserved} reserved`] : []),
    ...others.flatMap(({ name, connections }) => (connections > 0 ? [`${connections} of ${name}`] : [])),
  ];
  const of = others.reduce((sum, { connections }) => sum + connections, reserved);
  const all = estimatedBy === undefined ? `${maxConnections}` : `${maxConnections} by ${estimatedBy}`;
  const last = parts.length > 1 ? ` and ${parts.at(-1)}` : '';
  const words = `${(parts.length > 1 ? parts.slice(0, -1) : parts).join(', ')}${last}`;
  return { usable: Math.max(0, maxConnections - of), usableIs: words === '' ? all : `${all} less ${words}` };
}

/** The least that binds all: what the server has, what its owner grants, and the limit of a role that all log in with. */
export function usableOf({ limit }: BudgetServer, demands: readonly ServiceDemand[]): Usable {
  if (limit.kind === 'unknown') return { usableIs: limit.why };
  const server = slotsLeft(limit);
  const { granted } = limit;
  const role = roleOfAll(limit.roles, demands);
  const least = Math.min(server.usable, granted ?? server.usable, role?.connections ?? server.usable);
  if (least === server.usable) return server;
  const beside = `the server has ${server.usable}`;
  return role?.connections === least
    ? { usable: least, usableIs: `${least} of the role ${role.name}; ${beside}`, role: role.name }
    : { usable: least, usableIs: `${least} granted; ${beside}` };
}

/** The role with a limit that every pool of the server names. */
function roleOfAll(
  roles: readonly NamedConnections[],
  demands: readonly ServiceDemand[],
): NamedConnections | undefined {
  if (roles.length === 0) return undefined;
  const named = new Set(demands.flatMap(({ pools }) => pools.map(({ role }) => role)));
  const [only] = named;
  return named.size === 1 && only !== undefined ? roles.find(({ name }) => name === only) : undefined;
}
