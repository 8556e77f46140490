import type { OwnerAdapter, PoolAdapter } from '../adapter.ts';
import { genericPoolAdapter } from './generic-pool.ts';
import { drizzleAdapter, objectionAdapter } from './inside.ts';
import { knexAdapter } from './knex.ts';
import { mariadbAdapter } from './mariadb.ts';
import { mikroOrmAdapter } from './mikro-orm.ts';
import { mysql2Adapter, mysql2PromiseAdapter, mysqlAdapter } from './mysql2.ts';
import { mysql2ClusterAdapter, mysql2PromiseClusterAdapter } from './mysql2-cluster.ts';
import { pgAdapter } from './pg.ts';
import { postgresJsAdapter } from './postgres.ts';
import { prismaAdapter } from './prisma.ts';
import { sequelizeAdapter } from './sequelize.ts';
import { sequelizePoolAdapter } from './sequelize-pool.ts';
import { tarnAdapter } from './tarn.ts';
import { typeormAdapter } from './typeorm.ts';

/** In the order in which they are asked. */
export const poolAdapters: readonly PoolAdapter[] = [
  pgAdapter,
  mysqlAdapter,
  mysql2Adapter,
  mariadbAdapter,
  postgresJsAdapter,
  tarnAdapter,
  sequelizePoolAdapter,
  genericPoolAdapter,
];

/** What has pools, or wraps one. */
export const ownerAdapters: readonly OwnerAdapter[] = [
  mysql2PromiseAdapter,
  mysql2ClusterAdapter,
  mysql2PromiseClusterAdapter,
  knexAdapter,
  typeormAdapter,
  sequelizeAdapter,
  prismaAdapter,
  mikroOrmAdapter,
  drizzleAdapter,
  objectionAdapter,
];
