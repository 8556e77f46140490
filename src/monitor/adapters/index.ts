import type { OwnerAdapter, PoolAdapter } from '../adapter.ts';
import { mariadbAdapter } from './mariadb.ts';
import { mysql2Adapter, mysql2PromiseAdapter } from './mysql2.ts';
import { mysql2ClusterAdapter, mysql2PromiseClusterAdapter } from './mysql2-cluster.ts';
import { pgAdapter } from './pg.ts';
import { postgresJsAdapter } from './postgres.ts';

/** In the order in which they are asked. */
export const poolAdapters: readonly PoolAdapter[] = [pgAdapter, mysql2Adapter, mariadbAdapter, postgresJsAdapter];

/** What has pools, or wraps one. */
export const ownerAdapters: readonly OwnerAdapter[] = [
  mysql2PromiseAdapter,
  mysql2ClusterAdapter,
  mysql2PromiseClusterAdapter,
];
