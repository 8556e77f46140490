import { isConfigExport } from './config-exports.ts';
import { libraryPackages } from './libraries/index.ts';

/** What the text of a file shows of what it uses, without being parsed. */
export interface TextEvidence {
  /** What it imports, in any form: `from 'npm:pg@8'`, `require('mysql2/promise')`. */
  readonly imports: readonly string[];
  readonly namesLibrary: boolean;
}

/**
 * Whether a file may use a database library: by its text alone, in linear time, and by the names of files that hold options
 * of one. Where it says no, nobody parses the file for itself; files that have a pool from another file are found through
 * their imports.
 */
export function mayUseLibrary(text: string, path = ''): boolean {
  return evidenceIn(text, path).namesLibrary;
}

/** The same with the imports, which are found on the way. */
export function evidenceIn(text: string, path: string): TextEvidence {
  const imports: string[] = [];
  let namesLibrary = isConfigExport(path);
  for (const [, specifier] of text.matchAll(importsAndNames)) {
    if (specifier === undefined) namesLibrary = true;
    else imports.push(specifier);
  }
  return { imports, namesLibrary: namesLibrary || imports.some((specifier) => ofLibrary.test(specifier)) };
}

/** An import in any form, or names without one: the client that Prisma generates into the project, and the global of Bun. */
const importsAndNames =
  /(?:\bfrom|\bimport|\brequire)\s{0,9}\(?\s{0,99}['"`]([^'"`\n]{1,300})['"`]|\bPrismaClient\b|\bBun\.(?:SQL|sql)\b/g;

/** What opens a pool of its own, or is a part of a driver. */
const relatives = [
  ...['pg-boss', 'graphile-worker', 'connect-pg-simple', 'express-mysql-session', 'pg-listen', '@keyv/postgres'],
  ...['pg-native', 'pg-promise'],
];

/** With a version and a path in the package: `npm:pg@8`, `mysql2/promise`. */
const ofLibrary = new RegExp(
  `^(?:npm:/?|bun:|https://esm\\.sh/)?(?:${[...libraryPackages, ...relatives].join('|')})(?:@[\\w.^~-]+)?(?:/[\\w./-]+)?$`,
);
