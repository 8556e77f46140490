import { isConfigExport } from './config-exports.ts';
import { libraryPackages } from './libraries/index.ts';

/**
 * Whether a file may use a database library: by its text alone, in linear time, and by the names of files that hold options
 * of one. Where it says no, nobody parses the file for itself; files that have a pool from another file are found through
 * their imports.
 */
export function mayUseLibrary(text: string, path = ''): boolean {
  return (quoted.test(text) && imports.test(text)) || names.test(text) || isConfigExport(path);
}

/** What opens a pool of its own, or is a part of a driver. */
const relatives = [
  ...['pg-boss', 'graphile-worker', 'connect-pg-simple', 'express-mysql-session', 'pg-listen', '@keyv/postgres'],
  ...['pg-native', 'pg-promise'],
];
const packages = [...libraryPackages, ...relatives].join('|');

/** What is behind a quote, or behind the `npm:` and `https:` there; few texts have one, and it is found faster. */
const quoted = new RegExp(`['"\`:/](?:${packages})[@/'"\`]`);

/** An import in any form, with a version and a path in the package: `from 'npm:pg@8'`, `require('mysql2/promise')`. */
const imports = new RegExp(
  `\\b(?:from|import|require)\\s{0,9}\\(?\\s{0,99}['"\`](?:npm:/?|bun:|https://esm\\.sh/)?(?:${packages})(?:@[\\w.^~-]+)?(?:/[\\w./-]+)?['"\`]`,
);

/** Or names without one: the client that Prisma generates into the project, and the global of Bun. */
const names = /\bPrismaClient\b|\bBun\.(?:SQL|sql)\b/;
