import { isConfigExport } from './config-exports.ts';

/**
 * Whether a file may use a database library: by its text alone, in linear time, and by the names of files that hold options
 * of one. Where it says no, nobody parses the file for itself; files that have a pool from another file are found through
 * their imports.
 */
export function mayUseLibrary(text: string, path = ''): boolean {
  return evidence.test(text) || isConfigExport(path);
}

const packages = [
  '(?:@types/)?(?:mysql2?|pg|pg-pool|mariadb)',
  'pg-native|postgres|typeorm|sequelize|sequelize-typescript|knex|objection|drizzle-orm|kysely|generic-pool',
  'slonik|@silverhand/slonik|bun',
  '@nestjs/(?:typeorm|sequelize)|@sequelize/core|@prisma/(?:client|adapter-[a-z]+)|@mikro-orm/[a-z-]+',
  '@neondatabase/serverless|@vercel/postgres',
  // What opens a pool of its own: the rule `hidden-pool`.
  'pg-boss|graphile-worker|connect-pg-simple|express-mysql-session|pg-listen|pg-promise|@keyv/postgres',
].join('|');

/** An import in any form, with a version and a path in the package: `from 'npm:pg@8'`, `require('mysql2/promise')`. */
const imports = `\\b(?:from|import|require)\\s{0,9}\\(?\\s{0,99}['"\`](?:npm:/?|bun:|https://esm\\.sh/)?(?:${packages})(?:@[\\w.^~-]+)?(?:/[\\w./-]+)?['"\`]`;

/** Or names without one: the client that Prisma generates into the project, and the global of Bun. */
const evidence = new RegExp(`${imports}|\\bPrismaClient\\b|\\bBun\\.(?:SQL|sql)\\b`);
