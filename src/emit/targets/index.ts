import type { Target } from '../target.ts';
import { mysql2 } from './mysql2.ts';
import { pg } from './pg.ts';
import { typeormMysql } from './typeorm-mysql.ts';
import { typeormPostgres } from './typeorm-postgres.ts';

/**
 * What `--emit` can write, by the name on the command line. A name with several targets means the one for the server's
 * engine, or the first where the engine is not known.
 */
export const targets: Readonly<Record<string, readonly [Target, ...Target[]]>> = {
  mysql2: [mysql2],
  pg: [pg],
  typeorm: [typeormMysql, typeormPostgres],
};
