import type { Reader } from '../reader.ts';
import { dbcp1 } from './dbcp1.ts';
import { dbcp2 } from './dbcp2.ts';
import { env } from './env.ts';
import { hikaricp } from './hikaricp.ts';
import { knex } from './knex.ts';
import { mysql2 } from './mysql2.ts';
import { pg } from './pg.ts';
import { pgbouncer } from './pgbouncer.ts';
import { prisma } from './prisma.ts';
import { sequelize } from './sequelize.ts';
import { typeorm } from './typeorm.ts';

/** What `convert` can read, by the name that --from takes. */
export const readers: Readonly<Record<string, Reader>> = {
  hikaricp,
  dbcp2,
  dbcp1,
  pgbouncer,
  prisma,
  env,
  mysql2,
  pg,
  knex,
  sequelize,
  typeorm,
};
