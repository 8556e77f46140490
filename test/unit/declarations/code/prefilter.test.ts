import { describe, expect, it } from 'vitest';
import { mayUseLibrary } from '../../../../src/declarations/code/prefilter.ts';

describe('a file may use a database library', () => {
  it.each([
    "import pg from 'pg'",
    'import { Pool } from "pg"',
    "import {\n  Pool,\n} from\n  'pg';",
    "import 'pg'",
    "import type { Pool } from 'pg'",
    "import pg = require('pg')",
    "const { Pool } = require('pg').native",
    'const pg = await import(\n  "pg"\n)',
    "import { Pool } from 'npm:pg@8.11.3'",
    "import postgres from 'https://esm.sh/postgres@3.4.9'",
    "export { Pool } from 'pg'",
    "export * from 'mysql2/promise'",
    'const client: import("pg").PoolClient = x',
    "import { drizzle } from 'drizzle-orm/node-postgres'",
    "import { PrismaClient } from '../generated/client'",
    "new Bun.SQL('postgres://h/d')",
    "import { SQL } from 'bun'",
  ])('%s', (text) => {
    expect(mayUseLibrary(text)).toBe(true);
  });

  it.each(['knexfile.js', 'server/knexfile.ts', 'ormconfig.ts', 'config/database.js', 'mikro-orm.config.ts'])(
    'by its name: %s',
    (path) => {
      expect(mayUseLibrary('module.exports = {}', path)).toBe(true);
    },
  );

  it.each([
    "import express from 'express'",
    "const dialects = ['postgres', 'mysql']",
    "import { Pool } from 'undici'",
    "import pages from './pg'",
    "import { x } from 'pg-format-lite'",
    '// a pool of pg',
  ])('not: %s', (text) => {
    expect(mayUseLibrary(text, 'src/a.ts')).toBe(false);
  });
});
