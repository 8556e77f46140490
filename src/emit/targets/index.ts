import type { Target } from '../target.ts';

type Variants = readonly [Target, ...Target[]];

/**
 * What `--emit` can write, by the name on the command line; its file is loaded only when it is asked for. A name with
 * several targets means the one for the server's engine, or the first where the engine is not known.
 */
export const targets: Readonly<Record<string, () => Promise<Variants>>> = {
  mysql2: async () => [(await import('./mysql2.ts')).mysql2],
  pg: async () => [(await import('./pg.ts')).pg],
  mysql: async () => [(await import('./mysql.ts')).mysql],
  mariadb: async () => [(await import('./mariadb.ts')).mariadb],
  postgres: async () => [(await import('./postgres.ts')).postgres],
  'pg-promise': async () => [(await import('./pg-promise.ts')).pgPromise],
  neon: async () => [(await import('./neon.ts')).neon],
  slonik: async () => [(await import('./slonik.ts')).slonik],
  'bun-sql': async () => variants(await import('./bun-sql.ts'), 'bunSqlPostgres', 'bunSqlMysql'),
  'generic-pool': async () => variants(await import('./generic-pool.ts'), 'genericPoolPg', 'genericPoolMysql2'),
  tarn: async () => variants(await import('./tarn.ts'), 'tarnPg', 'tarnMysql2'),
  typeorm: async () => [
    (await import('./typeorm-mysql.ts')).typeormMysql,
    (await import('./typeorm-postgres.ts')).typeormPostgres,
  ],
  'nestjs-typeorm': async () =>
    variants(await import('./nestjs-typeorm.ts'), 'nestjsTypeormMysql', 'nestjsTypeormPostgres'),
  sequelize: async () =>
    variants(await import('./sequelize.ts'), 'sequelizePostgres', 'sequelizeMysql', 'sequelizeMariadb'),
  knex: async () => variants(await import('./knex.ts'), 'knexPostgres', 'knexMysql'),
  objection: async () => variants(await import('./objection.ts'), 'objectionPostgres', 'objectionMysql'),
  prisma: async () => variants(await import('./prisma.ts'), 'prismaPostgres', 'prismaMysql'),
  drizzle: async () => variants(await import('./drizzle.ts'), 'drizzlePostgres', 'drizzleMysql'),
  kysely: async () => variants(await import('./kysely.ts'), 'kyselyPostgres', 'kyselyMysql'),
  'mikro-orm': async () =>
    variants(await import('./mikro-orm.ts'), 'mikroOrmPostgres', 'mikroOrmMysql', 'mikroOrmMariadb'),
  hikaricp: async () => [(await import('./hikaricp-yaml.ts')).hikaricpYaml],
  'hikaricp-properties': async () => [(await import('./hikaricp-properties.ts')).hikaricpProperties],
  dbcp2: async () => [(await import('./dbcp2.ts')).dbcp2],
  dbcp1: async () => [(await import('./dbcp1.ts')).dbcp1],
  'tomcat-jdbc': async () => [(await import('./tomcat-jdbc.ts')).tomcatJdbc],
  'tomcat-jdbc-xml': async () => [(await import('./tomcat-jdbc-xml.ts')).tomcatJdbcXml],
  druid: async () => [(await import('./druid.ts')).druid],
  c3p0: async () => [(await import('./c3p0.ts')).c3p0],
  quarkus: async () => [(await import('./quarkus.ts')).quarkus],
  'jdbc-url': async () => [(await import('./jdbc-url.ts')).jdbcUrl],
  sqlalchemy: async () => [(await import('./sqlalchemy.ts')).sqlalchemy],
  'sqlalchemy-async': async () => [(await import('./sqlalchemy-async.ts')).sqlalchemyAsync],
  asyncpg: async () => [(await import('./asyncpg.ts')).asyncpg],
  'psycopg-pool': async () => [(await import('./psycopg-pool.ts')).psycopgPool],
  django: async () => variants(await import('./django.ts'), 'djangoPool', 'djangoThreads'),
  go: async () => [(await import('./go.ts')).go],
  npgsql: async () => [(await import('./npgsql.ts')).npgsql],
  mysqlconnector: async () => [(await import('./mysqlconnector.ts')).mysqlConnector],
  activerecord: async () => [(await import('./activerecord.ts')).activeRecord],
  ecto: async () => variants(await import('./ecto.ts'), 'ectoPostgres', 'ectoMysql'),
  pgxpool: async () => [(await import('./pgxpool.ts')).pgxpool],
  sqlx: async () => [(await import('./sqlx.ts')).sqlx],
  deadpool: async () => [(await import('./deadpool.ts')).deadpool],
  bb8: async () => [(await import('./bb8.ts')).bb8],
  r2d2: async () => [(await import('./r2d2.ts')).r2d2],
  pgbouncer: async () => [(await import('./pgbouncer.ts')).pgbouncer],
  'cloudnative-pg': async () => [(await import('./cloudnative-pg.ts')).cloudnativePg],
  pgcat: async () => [(await import('./pgcat.ts')).pgcat],
  pgdog: async () => [(await import('./pgdog.ts')).pgdog],
  'rds-proxy': async () => [(await import('./rds-proxy.ts')).rdsProxy],
  hyperdrive: async () => [(await import('./hyperdrive.ts')).hyperdrive],
  proxysql: async () => [(await import('./proxysql.ts')).proxysql],
  env: async () => [(await import('./env.ts')).env],
  'docker-compose': async () => [(await import('./docker-compose.ts')).dockerCompose],
  kubernetes: async () => [(await import('./kubernetes.ts')).kubernetes],
};

/** Some exports of a target file, in this order. */
function variants<Name extends string>(file: Record<Name, Target>, first: Name, ...others: readonly Name[]): Variants {
  return [file[first], ...others.map((name) => file[name])];
}

/** All targets with their names. */
export async function allTargets(): Promise<{ name: string; target: Target }[]> {
  const loaded = await Promise.all(
    Object.entries(targets).map(async ([name, load]) => ({ name, found: await load() })),
  );
  return loaded.flatMap(({ name, found }) => found.map((target) => ({ name, target })));
}
