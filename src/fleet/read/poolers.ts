import { withoutUndefined } from '../../base/without-undefined.ts';
import type { BudgetPool, BudgetServer, BudgetService, FleetCount } from '../../budget/model.ts';
import { leastOf } from '../../budget/service-demand.ts';
import type { PooledDatabase, PoolerInFiles } from '../../declarations/manifests/pooler.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { noSurge } from '../../declarations/manifests/surge.ts';
import { countOf, known } from '../../declarations/manifests/values.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { poolerServers } from '../../lint/budget/pooler-demand.ts';
import type { WrittenPooler } from '../schema.ts';
import { countFrom, knownCount, sumOfCounts, unknownCount } from './counts.ts';
import type { FleetServers } from './servers.ts';
import { hostsIn } from './written-servers.ts';

/** A pooler with all that is known of it: what its owner wrote, its own files, and the manifest that runs it. */
export interface FleetPooler {
  readonly name: string;
  readonly written: WrittenPooler;
  readonly place: SourceSpan;
  readonly inFiles: PoolerInFiles | undefined;
  readonly service: DeployedService | undefined;
  /** Names the file in which the owner can settle what is not known. */
  readonly fleetFile: string;
  readonly countsTerminating: boolean;
}

/** What is written, over what is read. */
function merged({ written, inFiles, place }: FleetPooler): PoolerInFiles {
  const given = (value: number | string | undefined) =>
    value === undefined ? undefined : known(value, { kind: 'literal', text: 'the file of the fleet', place });
  const own: PoolerInFiles = inFiles ?? {
    kind: 'pgbouncer',
    place,
    mode: known('session'),
    clients: known(100),
    poolSize: known(20),
    reserve: known(0),
    mostServers: known(0),
    mostOfUser: known(0),
    prepared: known(0),
    databases: [],
  };
  const databases = written.pairs === undefined ? own.databases : pairsOf(written.pairs, own.databases, place);
  return {
    ...own,
    ...withoutUndefined({
      mode: given(written.mode),
      clients: given(written.clientLimit),
      poolSize: given(written.poolSize),
      reserve: given(written.reserve),
      mostServers: given(written.maxDbConnections),
      mostOfUser: given(written.maxUserConnections),
    }),
    databases,
  };
}

/** So many pairs of a database and a user, whatever their names. */
function pairsOf(pairs: number, [first]: readonly PooledDatabase[], place: SourceSpan): PooledDatabase[] {
  const host = first?.host === undefined ? {} : { host: first.host, ...(first.port && { port: first.port }) };
  return Array.from({ length: pairs }, (_, at) => ({ name: `pair ${at + 1}`, user: `user ${at + 1}`, ...host, place }));
}

function instancesOf({ name, written, service, fleetFile }: FleetPooler): BudgetService['instances'] {
  if (written.instances !== undefined) {
    const count = knownCount(written.instances, 'the file of the fleet');
    return { normal: count, most: count };
  }
  if (!service) return { normal: knownCount(1, 'one instance'), most: knownCount(1, 'one instance') };
  const settledBy = `Write instances of poolers.${name} in ${fleetFile}.`;
  return {
    normal: countFrom(service.replicas, 1, settledBy),
    most: countFrom(service.most, 1, settledBy),
  };
}

/** The clients' side of a pooler: the slots of all its processes in normal running. */
export function poolerClients(pooler: FleetPooler): BudgetServer {
  const { name, written, place, fleetFile } = pooler;
  const perProcess = countFrom(merged(pooler).clients, 0, `Write clientLimit of poolers.${name} in ${fleetFile}.`);
  const { normal } = instancesOf(pooler);
  const unclear = [perProcess, normal].find((count) => count.kind === 'unknown');
  const slots = leastOf(perProcess) * leastOf(normal) * (written.processes ?? 1);
  return {
    ...{ name, place, engine: 'postgres', counts: 'pooler clients' },
    limit:
      unclear?.kind === 'unknown'
        ? { ...unclear, atLeast: slots }
        : { kind: 'limit', maxConnections: slots, reserved: 0, others: [], roles: [] },
    ...withoutUndefined({ hosts: hostsIn(written) }),
    isBudgeted: written.budget === 'required',
    countsTerminating: written.terminating === undefined ? pooler.countsTerminating : written.terminating === 'count',
  };
}

/** The servers' side: what the pooler opens, as a service of its own. */
export function poolerService(pooler: FleetPooler, servers: FleetServers): BudgetService {
  const { name, written, service, place } = pooler;
  return {
    ...{ name, kind: 'PgBouncer', place },
    instances: instancesOf(pooler),
    surge: service?.surge ?? noSurge,
    terminates: service?.kind === 'Deployment' && !service.stopsFirst,
    processes: knownCount(written.processes ?? 1),
    pools: poolsOf(pooler, servers),
    extras: [],
    runs: { kind: 'always' },
    pooler: name,
    poolsTransactions: poolsTransactions(pooler),
    ...withoutUndefined({
      unbounded: unboundedBy(pooler),
      queryTimeoutSeconds: pooler.inFiles?.queryTimeoutSeconds,
    }),
    ...(service?.upgradedWith !== undefined && { release: service.upgradedWith }),
  };
}

function poolsTransactions(pooler: FleetPooler): boolean {
  const { mode } = merged(pooler);
  return mode.kind === 'known' && mode.value !== 'session';
}

/** Why nothing caps what it opens, where that is so. */
function unboundedBy(pooler: FleetPooler): string | undefined {
  const { written, inFiles } = pooler;
  if (!inFiles || written.pairs !== undefined) return undefined;
  return poolerServers(merged(pooler), written.users).isBounded ? undefined : 'max_db_connections is off';
}

function poolsOf(pooler: FleetPooler, servers: FleetServers): BudgetPool[] {
  const { written, fleetFile } = pooler;
  const own = merged(pooler);
  const behind = new Map<string, PooledDatabase[]>();
  for (const database of own.databases) {
    const { host = 'localhost', port } = database;
    const to = written.to ?? servers.atOrNew({ host, ...(port && { port }) }, 'postgres', fleetFile);
    behind.set(to, [...(behind.get(to) ?? []), database]);
  }
  if (behind.size === 0 && written.to !== undefined) behind.set(written.to, []);
  return [...behind].map(([to, databases]) => ({
    to,
    size: sizeOf(pooler, { ...own, databases }),
    ...{ parts: [], setting: 'default_pool_size', nested: 1, priority: 1, place: own.place },
  }));
}

/** More users than any ceiling has room for. */
const manyUsers = Array.from({ length: 10_000 }, (_, at) => `${at}`);

/** What one process may open to one server. */
function sizeOf({ name, written, fleetFile }: FleetPooler, own: PoolerInFiles): FleetCount {
  const where = `poolers.${name} in ${fleetFile}`;
  const { connections, isOpen } = poolerServers(own, written.users);
  const numbers = [own.poolSize, own.reserve].map((value) => countFrom(value, 0, `Write poolSize of ${where}.`));
  const unclear = sumOfCounts(numbers);
  if (unclear.kind === 'unknown') return { ...unclear, atLeast: Math.max(1, connections) };
  if (own.databases.length === 0) {
    const why = `nobody says how many pairs of database and user ${name} has`;
    return unknownCount(countOf(own.poolSize) ?? 1, why, `Write pairs of ${where}.`, own.place);
  }
  if (!isOpen) return knownCount(connections, `pairs of database and user in ${own.place.file}`, own.place);
  const isWild = own.databases.some((database) => database.name === '*');
  const capped = own.databases.every(({ mostServers }) => (countOf(mostServers ?? own.mostServers) ?? 0) > 0);
  if (!isWild && capped) {
    const most = poolerServers(own, manyUsers).connections;
    return knownCount(most, `max_db_connections in ${own.place.file}`, own.place);
  }
  const why = isWild
    ? 'it serves any database, and each name and user opens a pool'
    : 'each user opens a pool, and no file says how many there are';
  return unknownCount(
    connections,
    why,
    `Write ${isWild ? 'pairs' : 'users'} of ${where}, or set max_db_connections.`,
    own.place,
  );
}
