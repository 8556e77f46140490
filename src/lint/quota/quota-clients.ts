import type { ServiceQuota } from '../../budget/quota.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { known } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { type Client, clientsOf } from '../budget/assemble.ts';
import { demandRow } from '../budget/demand.ts';
import { hostsOfPool } from '../budget/hosts.ts';
import { ServicePools } from '../budget/service-pools.ts';
import type { Project } from '../project.ts';
import type { OwnLock } from './own-lock.ts';

/** A service of the lock as this repository has it. */
export interface QuotaClient {
  readonly service: string;
  readonly client: Client;
  /** No manifest of the repository says how it runs. */
  readonly isAsLocked?: true;
}

/**
 * The services of the repository that the lock knows, by name. Where `fleet.service` names one, the only client of the
 * repository is it, whatever its manifest calls it; and where no manifest says how it runs, the lock does.
 */
export function quotaClients(project: Project, lock: OwnLock): readonly QuotaClient[] {
  const locked = new Set(lock.quotas.map(({ service }) => service));
  const all = deployed(clientsOf(project));
  const clients = all.filter((client) => !isForDevelopment(client, lock));
  const named = clients.filter(({ service: { name } }) => locked.has(name));
  const { service } = project.config.fleet;
  if (service === undefined && named.length > 0)
    return named.map((client) => ({ service: client.service.name, client }));
  const [composed] = all.length === 1 ? all : [];
  const own = service ?? packageName(project, locked) ?? (clients.length === 0 ? composed?.service.name : undefined);
  if (own === undefined) return [];
  const [only, another] = clients;
  const itself = named.filter(({ service: { name } }) => name === own);
  const meant = itself.length > 0 ? itself : only && !another ? [only] : [];
  if (meant.length > 0) return meant.map((client) => ({ service: own, client }));
  const client = clients.length === 0 ? asLocked(own, project, lock) : undefined;
  return client ? [{ service: own, client, isAsLocked: true }] : [];
}

/** Where something else deploys them, compose is for development. */
function deployed(clients: readonly Client[]): readonly Client[] {
  const others = clients.filter(({ service: { kind } }) => kind !== 'compose service');
  return others.length > 0 ? others : clients;
}

/** What compose starts is another instance of it than the one that the fleet deploys by other means, in size too. */
function isForDevelopment({ service: { name, kind } }: Client, lock: OwnLock): boolean {
  const deployedAs = lock.quotas.find(({ service }) => service === name)?.kind;
  return kind === 'compose service' && deployedAs !== undefined && deployedAs !== kind;
}

/** Services of the repository that have pools, and no quota by which they are judged. */
export function clientsWithoutQuota(
  project: Project,
  lock: OwnLock,
  judged: readonly QuotaClient[],
): readonly Client[] {
  const taken = new Set(judged.map(({ client }) => client));
  return deployed(clientsOf(project)).filter((client) => !taken.has(client) && !isForDevelopment(client, lock));
}

/** The package of the root, where the lock has a service of that name. */
function packageName({ files }: Project, locked: ReadonlySet<string>): string | undefined {
  const name = /"name"\s*:\s*"(?:@[^"/]+\/)?([^"]+)"/.exec(files.read('package.json') ?? '')?.[1];
  return name !== undefined && locked.has(name) ? name : undefined;
}

/** A service that no manifest of the repository starts, in the instances that the lock has. */
function asLocked(name: string, project: Project, lock: OwnLock): Client | undefined {
  const row = lock.quotas.find(({ service }) => service === name);
  if (!row) return undefined;
  const service: DeployedService = {
    ...{ name, kind: 'Deployment', hosts: [name], place: placeInLock(row, lock), release: '' },
    ...{ replicas: known(row.mostInstances), ...withLocked(row) },
    ...{ env: new Map(), command: [], images: [], builds: [''] },
  };
  const pools = new ServicePools(project).of(service);
  return pools && { service, row: demandRow(service, pools), hosts: pools.pools.flatMap(hostsOfPool) };
}

/** What the lock knows of how a service runs. */
export function withLocked(row: ServiceQuota): Pick<DeployedService, 'most' | 'processes' | 'surge'> {
  return {
    most: known(row.mostInstances),
    processes: known(row.processes),
    surge: { kind: 'count', count: row.surgeInstances },
  };
}

/** Where the lock has a quota: the line of its service. */
export function placeInLock({ service, server }: ServiceQuota, { file, text }: OwnLock): SourceSpan {
  const words = (key: string, value: string) =>
    `${JSON.stringify(key)}:\\s*${JSON.stringify(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
  const found = new RegExp(`${words('service', service)},\\s*${words('server', server)}`).exec(text);
  const start = found?.index ?? 0;
  const before = text.slice(0, start);
  const line = before.split('\n').length;
  const column = start - before.lastIndexOf('\n');
  const end = start + JSON.stringify('service').length;
  return { file, start, end, line, column, endLine: line, endColumn: column + end - start };
}
