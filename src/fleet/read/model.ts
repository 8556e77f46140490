import type { BudgetServer, BudgetService } from '../../budget/model.ts';
import { leastOf } from '../../budget/service-demand.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { noSurge } from '../../declarations/manifests/surge.ts';
import { isLoopback } from '../../engines/this-machine.ts';
import { isHostOf } from '../../lint/budget/hosts.ts';
import { knobsIn } from '../../lint/budget/knobs.ts';
import { holdsNoPool } from '../../lint/budget/without-pools.ts';
import type { FleetParts } from '../written.ts';
import { configPools } from './config-pools.ts';
import { knownCount, unknownCount } from './counts.ts';
import { endpointsInEnv, hostsInVariables, type PoolEndpoint } from './endpoint.ts';
import { type FoundPool, foundPools } from './found-pool.ts';
import type { FoundService } from './found-services.ts';
import { type FleetPooler, poolerClients, poolerService } from './poolers.ts';
import { refuseFleet } from './refuse.ts';
import { FleetServers } from './servers.ts';
import { budgetService, type Rollouts } from './service.ts';
import { type PlacedPool, poolsOfService, type SizeDifference } from './service-pools.ts';
import { composeOf, type StartedServer, startedServers } from './started-servers.ts';
import type { ReadUnit } from './unit.ts';
import { type ClassLimit, serverFrom } from './written-servers.ts';

/** What the parts of a fleet are put together from. */
export interface Sources {
  readonly parts: FleetParts;
  readonly services: readonly FoundService[];
  readonly poolers: readonly FleetPooler[];
  readonly units: readonly ReadUnit[];
  readonly classes: ReadonlyMap<string, ClassLimit>;
  readonly countsTerminating: boolean;
  readonly rollouts: Rollouts;
  /** Pools by code and configuration; left out of a unit that has neither. */
  codePools(found: FoundService, service: DeployedService): readonly FoundPool[] | undefined;
}

/** A service with what was read of it beside its part of the budget. */
export interface JoinedService {
  readonly found: FoundService;
  readonly service: BudgetService;
  /** The pools as files have them. */
  readonly read: readonly FoundPool[];
  readonly differences: readonly SizeDifference[];
  /** Pools of which nobody says which server they are for. */
  readonly unplaced: readonly FoundPool[];
}

export interface JoinedFleet {
  readonly servers: readonly BudgetServer[];
  readonly services: readonly BudgetService[];
  readonly joined: readonly JoinedService[];
}

/** Joins what is written with what is read. @throws PoolctlError INPUT_INVALID */
export function joinSources(sources: Sources): JoinedFleet {
  const servers = new FleetServers();
  declareServers(servers, sources);
  const poolers = sources.poolers.map((pooler) => poolerService(pooler, servers));
  const joined = sources.services.flatMap((found) => joinService(found, servers, sources) ?? []);
  const services = [...poolers, ...joined.flatMap((one) => [one.service, ...scalerOf(one, servers)])];
  return { servers: servers.all, services, joined };
}

function declareServers(servers: FleetServers, { parts, poolers, units, classes, countsTerminating }: Sources): void {
  const started = startedServers(units.flatMap(({ manifests }) => manifests.services));
  const used = new Set<string>();
  for (const written of parts.servers.values()) {
    const { host, hosts = [], port } = written.value;
    const names = [...(host === undefined ? [] : [host]), ...hosts];
    const own = [written.name, ...names].map((name) => startedAt(name, started)).find(Boolean);
    if (own) used.add(own.name);
    const around = { started: own?.service, ofClass: classes.get(written.name), countsTerminating };
    const listens = names.length > 0 ? names : [written.name];
    const other = servers.declare(
      serverFrom(written, around),
      [...listens, ...(own?.release === undefined ? (own?.service.hosts ?? []) : [])],
      port,
    );
    if (own?.release !== undefined)
      servers.add(servers.get(written.name) as BudgetServer, own.service.hosts, port, own.release);
    if (other !== undefined)
      throw refuseFleet(
        written,
        [],
        `${written.name} and ${other} are one server: both listen at ${listens[0]}${port === undefined ? '' : `:${port}`}.`,
        'Leave one of them, or give each its port.',
      );
  }
  for (const pooler of poolers) {
    const { host, hosts = [], port } = pooler.written;
    const names = [...(host === undefined ? [pooler.name] : [host]), ...hosts, ...(pooler.service?.hosts ?? [])];
    servers.declare(poolerClients(pooler), names, port);
  }
  for (const { name, service, release } of started.values()) {
    if (used.has(name) || servers.get(name)) continue;
    servers.add(startedServer(name, service, sourcesFile(parts)), [...service.hosts, service.name], undefined, release);
  }
}

function startedAt(host: string, started: ReadonlyMap<string, StartedServer>): StartedServer | undefined {
  const all = [...started.values()].filter(({ release }) => release === undefined);
  return started.get(host) ?? all.find(({ service }) => isHostOf(host, service));
}

function sourcesFile({ fleets }: FleetParts): string {
  return fleets[0]?.in.file ?? 'fleet.yaml';
}

/** A server that a manifest starts and nobody else names. */
function startedServer(name: string, service: DeployedService, fleetFile: string): BudgetServer {
  const written = {
    name,
    value: {},
    in: { file: fleetFile, text: '', placeOf: () => service.place },
    path: [],
  };
  return serverFrom(written, { started: service, ofClass: undefined, countsTerminating: false });
}

function joinService(found: FoundService, servers: FleetServers, sources: Sources): JoinedService | undefined {
  const { rollouts } = sources;
  const fleetFile = found.written?.in.file ?? rollouts.fleetFile;
  const release = composeOf(found);
  const named = (service: DeployedService) =>
    hostsInVariables(service).filter((endpoint) => servers.at(endpoint, undefined, release) !== undefined);
  const read = largestOf(
    found.deployed.map((service) => [
      ...readPools(found, service, { ...sources, named }).flatMap((pool) => placeable(pool, service, servers, named)),
      ...besideOf(service).flatMap((beside) =>
        poolsByVariables(found, beside, named).flatMap((pool) => placeable(pool, beside, servers, named)),
      ),
    ]),
  );
  const placed: PlacedPool[] = [];
  const unplaced: FoundPool[] = [];
  for (const pool of read) {
    const to = pool.endpoint
      ? servers.atOrNew(pool.endpoint, pool.engine ?? pool.endpoint.engine, fleetFile, release)
      : (targetOf(found, servers) ?? servers.only(pool.engine));
    if (to === undefined) unplaced.push(pool);
    else placed.push({ ...pool, to });
  }
  const { pools, differences } = poolsOfService(found, placed, fleetFile);
  const service = budgetService(found, pools, { ...rollouts, fleetFile });
  if (pools.length === 0 && service.extras.length === 0 && unplaced.length === 0) return undefined;
  return { found, service, read, differences, unplaced };
}

/**
 * What of a pool's endpoint can be told apart: none where it is the service itself, which is then the server; nobody knows
 * where `localhost` of a container leads to, unless the fleet has it. A pool without one takes the only server that is named.
 */
function placeable(
  pool: FoundPool,
  service: DeployedService,
  servers: FleetServers,
  named: (service: DeployedService) => readonly PoolEndpoint[],
): FoundPool[] {
  const { endpoint, ...rest } = pool;
  if (endpoint && isHostOf(endpoint.host, service)) return [];
  const isOwn = endpoint && isLoopback(endpoint.host) && service.kind !== 'PM2 application' && !servers.at(endpoint);
  if (endpoint && !isOwn) return [pool];
  const [only, another] = named(service);
  return only && !another ? [{ ...rest, endpoint: only }] : [rest];
}

/** The autoscaler that asks the database itself, as a service of its own: KEDA holds a connection for each trigger. */
function scalerOf({ found, service }: JoinedService, servers: FleetServers): BudgetService[] {
  return found.deployed.flatMap(({ scaler }): BudgetService[] => {
    if (!scaler) return [];
    const same = service.pools.find(({ to }) => servers.get(to)?.engine === scaler.engine)?.to;
    const to = same ?? servers.only(scaler.engine);
    if (to === undefined) return [];
    const one = knownCount(1, 'one autoscaler');
    return [
      {
        ...{ name: `KEDA of ${service.name}`, kind: 'KEDA', place: scaler.place, surge: noSurge, terminates: false },
        ...{ instances: { normal: one, most: one }, processes: one, pools: [], runs: { kind: 'always' } },
        extras: [{ name: 'triggers', connections: scaler.connections, to, per: 'service' }],
      },
    ];
  });
}

/** The server that the owner names, where there is one. */
function targetOf({ written }: FoundService, servers: FleetServers): string | undefined {
  const named = new Set((written?.value.pools ?? []).flatMap(({ to }) => to ?? []));
  const [only, another] = named;
  return another === undefined && only !== undefined && servers.get(only) ? only : undefined;
}

/** Of programs that share one name, what the one with most connections holds: it may run in all instances. */
function largestOf(all: readonly (readonly FoundPool[])[]): readonly FoundPool[] {
  const sum = (pools: readonly FoundPool[]) => pools.reduce((total, { size }) => total + leastOf(size), 0);
  return [...all].sort((a, b) => sum(b) - sum(a))[0] ?? [];
}

/** What one process of a service holds: by its code, or else by its variables. */
function readPools(
  found: FoundService,
  service: DeployedService,
  sources: Sources & { named(service: DeployedService): readonly PoolEndpoint[] },
): readonly FoundPool[] {
  const { written, unit } = found;
  const byCode = sources.codePools(found, service);
  if (byCode) return byCode;
  const byConfig = unit && written?.value.driver === 'sqlalchemy' ? configPools(unit) : undefined;
  if (byConfig) return byConfig;
  return poolsByVariables(found, service, sources.named);
}

/** The programs of further containers as if they were services. */
function besideOf({ beside = [], driver: _, ...service }: DeployedService): readonly DeployedService[] {
  return beside.map((one) => ({ ...service, ...one, builds: [] })).filter((one) => !holdsNoPool(one));
}

/** What the variables of a program say, or else an unknown number at each server that they name. */
function poolsByVariables(
  { name, written, unit }: FoundService,
  service: DeployedService,
  named: (service: DeployedService) => readonly PoolEndpoint[],
): readonly FoundPool[] {
  const byVariables = unit && knobsIn(service, unit.files);
  if (byVariables) return foundPools(byVariables, service);
  const own = endpointsInEnv(service);
  const endpoints = own.length > 0 ? own : named(service);
  const driver = written?.value.driver ?? service.driver;
  const size =
    driver === 'pgxpool'
      ? pgxDefault(written?.value.cpus, name)
      : unknownCount(1, 'no file says how large its pool is', '', service.place);
  if (endpoints.length === 0 && written?.value.driver === undefined) return [];
  const at = endpoints.length > 0 ? endpoints.map((endpoint) => ({ endpoint })) : [{}];
  const isByCpu = driver === 'pgxpool' ? ({ isByCpu: true } as const) : {};
  return at.map((where) => ({ ...where, ...isByCpu, size, parts: [], place: service.place }));
}

/** pgxpool takes max(4, CPUs) without pool_max_conns: github.com/jackc/pgx pgxpool/pool.go. */
function pgxDefault(cpus: number | undefined, name: string) {
  return cpus === undefined
    ? unknownCount(
        4,
        'pgxpool takes max(4, CPUs), and nobody says how many CPUs it sees',
        `Write cpus of services.${name}.`,
      )
    : knownCount(Math.max(4, cpus), `default of pgxpool with ${cpus} CPUs`);
}
