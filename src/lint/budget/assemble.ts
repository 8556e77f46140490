import type { PoolerInFiles } from '../../declarations/manifests/pooler.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import type { Project } from '../project.ts';
import { type DemandRow, demandRow } from './demand.ts';
import { hostsInEnv, hostsOfPool, isHostOf, isSameProtocol } from './hosts.ts';
import { knobsIn } from './knobs.ts';
import { poolerRow, serviceOf } from './pooler-demand.ts';
import { type BudgetedServer, serversOf } from './servers.ts';
import { ServicePools } from './service-pools.ts';
import { holdsNoPool } from './without-pools.ts';

/** The services of a server, with what each may take of it. */
export interface ServerDemand {
  readonly server: BudgetedServer;
  readonly rows: readonly DemandRow[];
}

/** A service with what one process of it may take, and where it connects to. */
export interface Client {
  readonly service: DeployedService;
  readonly row: DemandRow;
  readonly hosts: readonly string[];
}

const found = new WeakMap<Project, readonly Client[]>();

/** The services of the project that have pools; worked out once for all rules. */
export function clientsOf(project: Project): readonly Client[] {
  const known = found.get(project);
  if (known) return known;
  const pools = new ServicePools(project);
  const poolers = new Map(
    project.manifests.poolers.flatMap((pooler) => {
      const service = serviceOf(pooler, project);
      return service ? [[service, pooler] as const] : [];
    }),
  );
  const clients = project.manifests.services.flatMap((service): Client[] => {
    if (service.server || service.onDemand || poolers.has(service) || holdsNoPool(service)) return [];
    const own = pools.of(service) ?? knobsIn(service, project.files);
    if (!own) return [];
    const ofPools = own.pools.flatMap(hostsOfPool);
    return [{ service, row: demandRow(service, own), hosts: ofPools.length > 0 ? ofPools : hostsInEnv(service) }];
  });
  const all = [...clients, ...[...poolers].map(([service, pooler]) => poolerClient(service, pooler))];
  found.set(project, all);
  return all;
}

function poolerClient(service: DeployedService, pooler: PoolerInFiles): Client {
  const hosts = pooler.databases.flatMap(({ host }) => (host === undefined ? [] : [host.toLowerCase()]));
  return { service, row: poolerRow(pooler, service), hosts: [...new Set(hosts)] };
}

/** Every server with a written limit and the services that connect to it straight. */
export function serverDemands(project: Project): ServerDemand[] {
  const servers = serversOf(project);
  const clients = clientsOf(project);
  return servers.flatMap((server) =>
    releasesOf(server, clients).map((own) => ({
      server,
      rows: own.filter((client) => connectsTo(client, server, servers)).map(({ row }) => row),
    })),
  );
}

/** A compose file stands for a deployment of its own: its services meet no others at the server that it starts. */
function releasesOf({ service }: BudgetedServer, clients: readonly Client[]): (readonly Client[])[] {
  if (service?.kind === 'compose service')
    return [clients.filter((client) => client.service.release === service.release)];
  if (service)
    return [
      clients.filter(
        (client) => client.service.namespace === service.namespace && client.service.kind !== 'compose service',
      ),
    ];
  const composed = [...new Set(clients.filter(isComposed).map((client) => client.service.release))];
  const others = clients.filter((client) => !isComposed(client));
  // Where something else deploys them, compose is for development.
  return others.length > 0
    ? [others]
    : composed.map((release) => clients.filter((client) => client.service.release === release));
}

function isComposed({ service }: Client): boolean {
  return service.kind === 'compose service';
}

function connectsTo({ hosts, row }: Client, server: BudgetedServer, servers: readonly BudgetedServer[]): boolean {
  const engine = row.pools[0]?.engine;
  if (engine !== undefined && server.engine !== undefined && !isSameProtocol(engine, server.engine)) return false;
  const { service } = server;
  if (hosts.length > 0)
    return hosts.some((host) =>
      service ? isHostOf(host, service) : host === server.name || host.startsWith(`${server.name}.`),
    );
  // Nothing says where it connects to: there is only one that it can be.
  const possible = servers.filter(
    (other) => engine === undefined || other.engine === undefined || isSameProtocol(engine, other.engine),
  );
  return possible.length === 1 && engine !== undefined;
}
