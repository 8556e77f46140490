import type { Reader } from '../reader.ts';
import { activeRecordReader } from './activerecord.ts';
import { bunSqlReader } from './bun-sql.ts';
import { c3p0Reader } from './c3p0.ts';
import { cloudnativePgReader } from './cloudnative-pg.ts';
import { dbcp1Reader } from './dbcp1.ts';
import { dbcp2Reader } from './dbcp2.ts';
import { druidReader } from './druid.ts';
import { envReader } from './env.ts';
import { genericPoolReader } from './generic-pool.ts';
import { hikaricpReader } from './hikaricp.ts';
import { knexReader } from './knex.ts';
import { mariadbReader } from './mariadb.ts';
import { mysqlReader } from './mysql.ts';
import { mysql2Reader } from './mysql2.ts';
import { mysqlConnectorReader } from './mysqlconnector.ts';
import { neonReader } from './neon.ts';
import { npgsqlReader } from './npgsql.ts';
import { odysseyReader } from './odyssey.ts';
import { pgReader } from './pg.ts';
import { pgDoormanReader } from './pg-doorman.ts';
import { pgPromiseReader } from './pg-promise.ts';
import { pgbouncerReader } from './pgbouncer.ts';
import { pgcatReader } from './pgcat.ts';
import { pgdogReader } from './pgdog.ts';
import { pgpoolReader } from './pgpool.ts';
import { pgxpoolReader } from './pgxpool.ts';
import { postgresReader } from './postgres.ts';
import { prismaReader } from './prisma.ts';
import { proxysqlReader } from './proxysql.ts';
import { quarkusReader } from './quarkus.ts';
import { sequelizeReader } from './sequelize.ts';
import { slonikReader } from './slonik.ts';
import { tarnReader } from './tarn.ts';
import { tomcatReader } from './tomcat.ts';
import { tomcatDbcpReader } from './tomcat-dbcp.ts';
import { typeormReader } from './typeorm.ts';

/** What `convert` can read, by the name that --from takes. */
export const readers: Readonly<Record<string, Reader>> = {
  hikaricp: hikaricpReader,
  dbcp2: dbcp2Reader,
  dbcp1: dbcp1Reader,
  tomcat: tomcatReader,
  'tomcat-dbcp': tomcatDbcpReader,
  druid: druidReader,
  c3p0: c3p0Reader,
  quarkus: quarkusReader,
  pgbouncer: pgbouncerReader,
  pgcat: pgcatReader,
  pgdog: pgdogReader,
  'pg-doorman': pgDoormanReader,
  odyssey: odysseyReader,
  pgpool: pgpoolReader,
  'cloudnative-pg': cloudnativePgReader,
  proxysql: proxysqlReader,
  prisma: prismaReader,
  env: envReader,
  mysql2: mysql2Reader,
  mysql: mysqlReader,
  mariadb: mariadbReader,
  pg: pgReader,
  'pg-promise': pgPromiseReader,
  neon: neonReader,
  postgres: postgresReader,
  'bun-sql': bunSqlReader,
  slonik: slonikReader,
  'generic-pool': genericPoolReader,
  tarn: tarnReader,
  knex: knexReader,
  sequelize: sequelizeReader,
  typeorm: typeormReader,
  pgxpool: pgxpoolReader,
  activerecord: activeRecordReader,
  npgsql: npgsqlReader,
  mysqlconnector: mysqlConnectorReader,
};
