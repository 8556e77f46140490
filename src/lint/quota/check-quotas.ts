import type { LockedServer } from '../../budget/lock.ts';
import type { ServiceQuota } from '../../budget/quota.ts';
import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import { mostConnectionsOf } from '../../declarations/most-connections.ts';
import type { FileNote } from '../../declarations/text-file.ts';
import type { Resolved } from '../../declarations/value.ts';
import { type DemandRow, demandRow, fittingIn, runningOf, surgeOf } from '../budget/demand.ts';
import { hostsOfPool, isSameProtocol } from '../budget/hosts.ts';
import type { Project } from '../project.ts';
import { type OwnLock, ownLock } from './own-lock.ts';
import { clientsWithoutQuota, type QuotaClient, quotaClients, withLocked } from './quota-clients.ts';

/** A service's demand of a server, beside what the fleet allows it. */
export interface QuotaCheck {
  readonly lock: OwnLock;
  readonly quota: ServiceQuota;
  readonly server: LockedServer;
  /** Its instances and processes are those of the lock where the repository does not say. */
  readonly demand: DemandRow;
  readonly isFromLock: { readonly instances: boolean; readonly processes: boolean };
  /** pool x processes x (instances + those of a roll-out) + what is beside the pools. */
  readonly connections: number;
}

export interface CheckedQuotas {
  readonly checks: readonly QuotaCheck[];
  readonly notes: readonly FileNote[];
}

const checked = new WeakMap<Project, CheckedQuotas>();

/** Every service of the repository that the fleet's lock knows. Worked out once for a project. @throws PoolctlError */
export function checkQuotas(project: Project): CheckedQuotas {
  const before = checked.get(project);
  if (before) return before;
  const lock = ownLock(project);
  const found = lock ? checkAll(project, lock) : { checks: [], notes: [] };
  checked.set(project, found);
  return found;
}

function checkAll(project: Project, lock: OwnLock): CheckedQuotas {
  const servers = new Map(lock.servers.map((server) => [server.name, server]));
  const clients = quotaClients(project, lock);
  const each = clients.map((found) => {
    const rows = lock.quotas.filter(({ service }) => service === found.service);
    return rows.map((quota) => {
      const demand = demandAt(found, quota, rows.length === 1 ? 'all' : servers.get(quota.server), project);
      const server = servers.get(quota.server);
      if (!demand || !server) return { notes: [unplaced(found, quota)] };
      const { service } = found.client;
      const isLocked = (value: Resolved) => found.isAsLocked === true || countOf(value) === undefined;
      const isFromLock = { instances: isLocked(service.most), processes: isLocked(service.processes) };
      const connections = runningOf(demand) + surgeOf(demand) + quota.extras;
      const check: QuotaCheck = { lock, quota, server, demand, isFromLock, connections };
      const isKnown = demand.unknown.length === 0 || connections > quota.quota;
      return { check, notes: isKnown ? [] : [unknownSize(check)] };
    });
  });
  const all = each.flat();
  const others = clientsWithoutQuota(project, lock, clients).map(({ row }) =>
    noteAt(row, `${row.name} has no quota in ${lock.file}, so it was not checked`),
  );
  return { checks: all.flatMap(({ check }) => check ?? []), notes: [...all.flatMap(({ notes }) => notes), ...others] };
}

/** What the service takes of one server; undefined where nothing tells which of its pools are for it. */
function demandAt(
  { client: { row, service } }: QuotaClient,
  quota: ServiceQuota,
  server: LockedServer | 'all' | undefined,
  { profiles }: Project,
): DemandRow | undefined {
  const isOfEngine = ({ engine }: DeclaredPool) =>
    engine === undefined || quota.engine === undefined || isSameProtocol(engine, quota.engine);
  const all = row.pools.filter(isOfEngine);
  const pools =
    server === 'all' ? all : all.filter((pool) => server && hostsOfPool(pool).some((host) => isOf(host, server)));
  if (pools.length === 0 && (server !== 'all' || row.pools.length > 0)) return undefined;
  const isWhole = pools.length === row.pools.length;
  const locked = withLocked(quota);
  const own = row.unknown.filter(
    (why) => ![service.most, service.processes].some((value) => value.kind === 'unknown' && value.why === why),
  );
  const runs = {
    ...service,
    ...(countOf(service.most) === undefined && { most: locked.most, surge: locked.surge }),
    ...(service.surge.kind === 'unknown' && { surge: locked.surge }),
    ...(countOf(service.processes) === undefined && { processes: locked.processes }),
  };
  const sizes = pools.map((pool) => {
    const most = mostConnectionsOf(pool, profiles);
    return most.kind === 'known' ? most.connections : 0;
  });
  return demandRow(runs, {
    ...{ pools, parts: [], place: pools[0]?.place ?? row.place },
    size: isWhole ? row.pool : sizes.reduce((sum, size) => sum + size, 0),
    hidden: isWhole ? row.hidden : [],
    ...(own[0] !== undefined && { unknown: own[0] }),
  });
}

function isOf(host: string, { name, hosts = [] }: LockedServer): boolean {
  return [name, ...hosts].some((known) => host === known.toLowerCase() || host.startsWith(`${known.toLowerCase()}.`));
}

function unplaced({ client: { row } }: QuotaClient, { service, server }: ServiceQuota): FileNote {
  return noteAt(row, `which pools of ${service} connect to ${server} is not known, so its quota there was not checked`);
}

function unknownSize({ demand, quota }: QuotaCheck): FileNote {
  const { service, server } = quota;
  return noteAt(demand, `${service} may take more of ${server} than its quota of ${quota.quota}: ${demand.unknown[0]}`);
}

function noteAt({ place }: DemandRow, text: string): FileNote {
  return { file: place.file, line: place.line, text };
}

/** The largest pool of a process, all its parts, and the most instances with which the service is within its quota; 0: none. */
export function fittingQuota({ quota, demand }: QuotaCheck): ReturnType<typeof fittingIn> {
  return fittingIn(demand, quota.quota - quota.extras);
}
