import type { Reader } from '../reader.ts';
import { dbcp1Reader } from './dbcp1.ts';
import { dbcp2Reader } from './dbcp2.ts';
import { envReader } from './env.ts';
import { hikaricpReader } from './hikaricp.ts';
import { knexReader } from './knex.ts';
import { mysql2Reader } from './mysql2.ts';
import { pgReader } from './pg.ts';
import { pgbouncerReader } from './pgbouncer.ts';
import { prismaReader } from './prisma.ts';
import { sequelizeReader } from './sequelize.ts';
import { typeormReader } from './typeorm.ts';

/** What `convert` can read, by the name that --from takes. */
export const readers: Readonly<Record<string, Reader>> = {
  hikaricp: hikaricpReader,
  dbcp2: dbcp2Reader,
  dbcp1: dbcp1Reader,
  pgbouncer: pgbouncerReader,
  prisma: prismaReader,
  env: envReader,
  mysql2: mysql2Reader,
  pg: pgReader,
  knex: knexReader,
  sequelize: sequelizeReader,
  typeorm: typeormReader,
};
