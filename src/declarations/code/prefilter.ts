/**
 * Whether a file may use a database library, by its text alone and in linear time. Where it says no, nobody parses the file.
 */
export function mayUseLibrary(text: string): boolean {
  return libraryWords.test(text);
}

/** The packages as they stand in `import`, `require`, `npm:` and `from` strings, and globals that make a pool. */
const libraryWords =
  /['"`/:](?:mysql2?|mariadb|pg|pg-pool|pg-native|pg-promise|postgres|typeorm|sequelize|sequelize-typescript|knex|objection|drizzle-orm|kysely|generic-pool|slonik|pg-boss|graphile-worker|connect-pg-simple|express-mysql-session|pg-listen)(?:@[\w.^~-]+)?(?:\/[\w./-]*)?['"`]|['"`/:]@(?:keyv\/postgres|nestjs\/typeorm|nestjs\/sequelize|sequelize\/[\w-]+|prisma\/[\w-]+|mikro-orm\/[\w-]+|neondatabase\/serverless|vercel\/postgres)|\bBun\.(?:SQL|sql)\b/;
