import type { Target } from '../target.ts';
import { dbcp1 } from './dbcp1.ts';
import { dbcp2 } from './dbcp2.ts';
import { djangoPool, djangoThreads } from './django.ts';
import { dockerCompose } from './docker-compose.ts';
import { drizzleMysql, drizzlePostgres } from './drizzle.ts';
import { env } from './env.ts';
import { genericPoolMysql2, genericPoolPg } from './generic-pool.ts';
import { go } from './go.ts';
import { hikaricpProperties } from './hikaricp-properties.ts';
import { hikaricpYaml } from './hikaricp-yaml.ts';
import { knexMysql, knexPostgres } from './knex.ts';
import { kubernetes } from './kubernetes.ts';
import { kyselyMysql, kyselyPostgres } from './kysely.ts';
import { mariadb } from './mariadb.ts';
import { mikroOrmMariadb, mikroOrmMysql, mikroOrmPostgres } from './mikro-orm.ts';
import { mysql } from './mysql.ts';
import { mysql2 } from './mysql2.ts';
import { nestjsTypeormMysql, nestjsTypeormPostgres } from './nestjs-typeorm.ts';
import { objectionMysql, objectionPostgres } from './objection.ts';
import { pg } from './pg.ts';
import { pgbouncer } from './pgbouncer.ts';
import { postgres } from './postgres.ts';
import { prismaMysql, prismaPostgres } from './prisma.ts';
import { proxysql } from './proxysql.ts';
import { sequelizeMariadb, sequelizeMysql, sequelizePostgres } from './sequelize.ts';
import { sqlalchemy } from './sqlalchemy.ts';
import { tarnMysql2, tarnPg } from './tarn.ts';
import { typeormMysql } from './typeorm-mysql.ts';
import { typeormPostgres } from './typeorm-postgres.ts';

/**
 * What `--emit` can write, by the name on the command line. A name with several targets means the one for the server's
 * engine, or the first where the engine is not known.
 */
export const targets: Readonly<Record<string, readonly [Target, ...Target[]]>> = {
  mysql2: [mysql2],
  pg: [pg],
  mysql: [mysql],
  mariadb: [mariadb],
  postgres: [postgres],
  'generic-pool': [genericPoolPg, genericPoolMysql2],
  tarn: [tarnPg, tarnMysql2],
  typeorm: [typeormMysql, typeormPostgres],
  'nestjs-typeorm': [nestjsTypeormMysql, nestjsTypeormPostgres],
  sequelize: [sequelizePostgres, sequelizeMysql, sequelizeMariadb],
  knex: [knexPostgres, knexMysql],
  objection: [objectionPostgres, objectionMysql],
  prisma: [prismaPostgres, prismaMysql],
  drizzle: [drizzlePostgres, drizzleMysql],
  kysely: [kyselyPostgres, kyselyMysql],
  'mikro-orm': [mikroOrmPostgres, mikroOrmMysql, mikroOrmMariadb],
  hikaricp: [hikaricpYaml],
  'hikaricp-properties': [hikaricpProperties],
  dbcp2: [dbcp2],
  dbcp1: [dbcp1],
  sqlalchemy: [sqlalchemy],
  django: [djangoPool, djangoThreads],
  go: [go],
  pgbouncer: [pgbouncer],
  proxysql: [proxysql],
  env: [env],
  'docker-compose': [dockerCompose],
  kubernetes: [kubernetes],
};
