import { isConfigExport } from './config-exports.ts';
import { libraryPackages } from './libraries/index.ts';

/** What the text of a file shows of what it uses, without being parsed. */
export interface TextEvidence {
  /** What it imports, in any form: `from 'npm:pg@8'`, `require('mysql2/promise')`. */
  readonly imports: readonly string[];
  /** The word `export` stands before one of them: it may hand on what it imports. */
  readonly mayHandOn: boolean;
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
  let mayHandOn = false;
  let before = 0;
  for (const { 1: specifier = '', index } of text.matchAll(anImport)) {
    imports.push(specifier);
    mayHandOn ||= text.slice(before, index).includes('export');
    before = index;
  }
  const namesLibrary = imports.some((specifier) => ofLibrary.test(specifier)) || hasName(text) || isConfigExport(path);
  return { imports, mayHandOn, namesLibrary };
}

const anImport = /(?:\bfrom|\bimport|\brequire)\s{0,9}\(?\s{0,99}['"`]([^'"`\n]{1,300})['"`]/g;

/**
 * Names without an import: the client that Prisma generates into the project, and the global of Bun. Words are looked for
 * first: a pattern takes ten times as long.
 */
function hasName(text: string): boolean {
  return (
    (text.includes('PrismaClient') && /\bPrismaClient\b/.test(text)) ||
    (text.includes('Bun.') && /\bBun\.(?:SQL|sql)\b/.test(text))
  );
}

/** What opens a pool of its own, or is a part of a driver. */
const relatives = [
  ...['pg-boss', 'graphile-worker', 'connect-pg-simple', 'express-mysql-session', 'pg-listen', '@keyv/postgres'],
  'pg-native',
];

/** With a version and a path in the package: `npm:pg@8`, `mysql2/promise`. */
const ofLibrary = new RegExp(
  `^(?:npm:/?|bun:|https://esm\\.sh/)?(?:${[...libraryPackages, ...relatives].join('|')})(?:@[\\w.^~-]+)?(?:/[\\w./-]+)?$`,
);
