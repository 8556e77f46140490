import type { PooledDatabase, PoolerInFiles } from '../../declarations/manifests/pooler.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { countOf } from '../../declarations/manifests/values.ts';
import type { Project } from '../project.ts';
import { type DemandRow, demandRow } from './demand.ts';

/** What one process of a pooler may open to its servers. */
export interface PoolerServers {
  readonly connections: number;
  /** Whether something bounds every database (max_db_connections) or every user (max_user_connections). */
  readonly isBounded: boolean;
  /** Whether any database or any user can make a pair, so that there may be more. */
  readonly isOpen: boolean;
}

/**
 * Pairs of database and user times (pool_size + reserve), cut to max_db_connections for each name in [databases] (PgBouncer
 * counts by name), and to max_user_connections for each user; in session mode no more than there are clients. A database
 * without a fixed user has a pair for each of `users`, or counts as one where nobody names them.
 */
export function poolerServers(pooler: PoolerInFiles, users: readonly string[] = []): PoolerServers {
  const count = (value: PooledDatabase['poolSize']) => countOf(value) ?? 0;
  const each = pooler.databases.map((database) => {
    const ofPair = count(database.poolSize ?? pooler.poolSize) + count(database.reserve ?? pooler.reserve);
    const pair = ofPair * (database.user === undefined ? Math.max(1, users.length) : 1);
    const cap = count(database.mostServers ?? pooler.mostServers);
    return { connections: cap > 0 ? Math.min(pair, cap) : pair, isBounded: cap > 0 };
  });
  const ofUser = count(pooler.mostOfUser);
  const all = new Set(pooler.databases.flatMap(({ user }) => user ?? (users.length > 0 ? users : ''))).size;
  const pairs = each.reduce((total, { connections }) => total + connections, 0);
  const sum = ofUser > 0 ? Math.min(pairs, ofUser * all) : pairs;
  const isSession = pooler.mode.kind === 'known' && pooler.mode.value === 'session';
  const clients = countOf(pooler.clients);
  return {
    connections: isSession && clients !== undefined ? Math.min(sum, clients) : sum,
    isBounded: ofUser > 0 || (each.length > 0 && each.every(({ isBounded }) => isBounded)),
    isOpen: pooler.databases.some(({ name, user }) => name === '*' || (user === undefined && users.length === 0)),
  };
}

/** The service that runs a pooler. */
export function serviceOf({ service }: PoolerInFiles, { manifests }: Project): DeployedService | undefined {
  return service === undefined ? undefined : manifests.services.find(({ name }) => name === service);
}

/** A pooler as a client of its server. */
export function poolerRow(pooler: PoolerInFiles, service: DeployedService): DemandRow {
  const { connections, isOpen, isBounded } = poolerServers(pooler);
  const unknown = isOpen && !isBounded ? 'each user and database adds a pool' : undefined;
  return {
    ...demandRow(service, {
      size: connections,
      pools: [],
      parts: [],
      place: pooler.place,
      ...(unknown !== undefined && { unknown }),
    }),
  };
}
