import type { KubernetesObject, KubernetesObjects } from './kubernetes-objects.ts';
import { textAt, valueAt } from './manifest-document.ts';
import { platformDefaults } from './platform-defaults.ts';
import type { PoolerInFiles } from './pooler.ts';
import type { DeployedService } from './service.ts';
import { noSurge } from './surge.ts';
import { known, unknown } from './values.ts';

/** Clusters and poolers of CloudNativePG (postgresql.cnpg.io). */
export function readCloudNativePg(objects: KubernetesObjects): {
  services: readonly DeployedService[];
  poolers: readonly PoolerInFiles[];
} {
  const own = objects
    .all(['Cluster', 'Pooler'])
    .filter(({ document }) => textAt(document.tree.get('apiVersion'))?.startsWith('postgresql.cnpg.io/'));
  return {
    services: own.map((object) => serviceOf(object)),
    poolers: own.filter(({ kind }) => kind === 'Pooler').map((object) => poolerOf(object)),
  };
}

function serviceOf({ kind, name, namespace, document, release }: KubernetesObject): DeployedService {
  const spec = document.tree.get('spec');
  const instances =
    valueAt(document, spec?.get('instances'), 'instances') ??
    known(1, { kind: 'default', text: 'default of instances' });
  const place = document.spanOf(document.tree.get('metadata', 'name')?.at ?? document.tree.at);
  const limit = valueAt(document, spec?.get('postgresql', 'parameters', 'max_connections'), 'max_connections');
  // CloudNativePG's own default (docs, "PostgreSQL configuration").
  const maxConnections = limit ?? known(100, { kind: 'default', text: 'default of CloudNativePG' });
  return {
    name,
    kind: kind === 'Cluster' ? 'StatefulSet' : 'Deployment',
    hosts: kind === 'Cluster' ? [`${name}-rw`, `${name}-r`, `${name}-ro`] : [name],
    ...(namespace !== undefined && { namespace }),
    place,
    replicas: instances,
    most: instances,
    surge:
      kind === 'Cluster'
        ? noSurge
        : { kind: 'percent', percent: platformDefaults.deploymentSurgePercent, rounds: 'up' },
    processes: known(1),
    env: new Map(),
    command: [],
    images: [],
    builds: [],
    ...(kind === 'Cluster' && { server: { engine: 'postgres' as const, maxConnections, place } }),
    release,
  };
}

function poolerOf({ name, document }: KubernetesObject): PoolerInFiles {
  const place = document.spanOf(document.tree.get('metadata', 'name')?.at ?? document.tree.at);
  const parameters = document.tree.get('spec', 'pgbouncer', 'parameters');
  const setting = (key: string, otherwise: number) => {
    const value = valueAt(document, parameters?.get(key), key);
    if (value?.kind !== 'known')
      return value ?? known(otherwise, { kind: 'driver-default', text: `default of ${key}` });
    const count = Number(value.value);
    return Number.isInteger(count) ? { ...value, value: count } : unknown(`${key} is no number`, ...value.origins);
  };
  const cluster = textAt(document.tree.get('spec', 'cluster', 'name'));
  const type = textAt(document.tree.get('spec', 'type')) ?? 'rw';
  return {
    kind: 'pgbouncer',
    service: name,
    place,
    mode: valueAt(document, document.tree.get('spec', 'pgbouncer', 'poolMode'), 'poolMode') ?? known('session'),
    clients: setting('max_client_conn', 100),
    poolSize: setting('default_pool_size', 20),
    reserve: setting('reserve_pool_size', 0),
    mostServers: setting('max_db_connections', 0),
    mostOfUser: setting('max_user_connections', 0),
    prepared: setting('max_prepared_statements', 200),
    databases: [{ name: '*', ...(cluster !== undefined && { host: `${cluster}-${type}` }), place }],
  };
}
