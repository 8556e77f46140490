import { type OwnedPool, ownerAdapter } from '../adapter.ts';
import { interpose } from '../interpose.ts';
import { hasMethods, isObject, undoAll } from '../shape.ts';

/** A cluster of mysql2: it makes a pool for each node that is added, and ends it when the node fails too often. */
interface Mysql2Cluster {
  readonly _nodes: Readonly<Record<string, { readonly pool: object }>>;
}

export const mysql2ClusterAdapter = ownerAdapter('mysql2', isCluster, watchCluster);

/** Its promise form wraps the other one. */
export const mysql2PromiseClusterAdapter = ownerAdapter('mysql2', isPromiseCluster, ({ poolCluster }, found) =>
  watchCluster(poolCluster, found),
);

function isCluster(candidate: object): candidate is Mysql2Cluster {
  return '_nodes' in candidate && hasMethods(candidate, 'add', 'of', '_removeNode');
}

function isPromiseCluster(candidate: object): candidate is { readonly poolCluster: Mysql2Cluster } {
  return 'poolCluster' in candidate && isObject(candidate.poolCluster) && isCluster(candidate.poolCluster);
}

function watchCluster(cluster: Mysql2Cluster, found: (pools: readonly OwnedPool[]) => void): () => void {
  const look = () => found(Object.entries(cluster._nodes).map(([role, { pool }]) => ({ pool, role })));
  const lookAfter = (key: string) =>
    interpose(cluster, key, (original, self, args) => {
      const result = Reflect.apply(original, self, args);
      look();
      return result;
    });
  look();
  return undoAll([lookAfter('add'), lookAfter('_removeNode')]);
}
