import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Language } from '../../../src/emit/language.ts';
import { emitSnippets } from '../../../src/emit/run.ts';
import { allTargets } from '../../../src/emit/targets/index.ts';
import type { PoolSettings } from '../../../src/size/input.ts';
import { root } from '../../helpers/run.ts';

const run = promisify(execFile);
/** Every target that Node runs, on every engine it is written for. */
const newest = (await allTargets())
  .filter(({ target }) => target.language === 'ts')
  .flatMap(({ name, target }) => target.engines.map((engine) => ({ name, engine })));
/** MikroORM 7 is installed beside 6, in a folder of its own. */
const all = [
  ...newest.map((one) => ({ ...one, version: undefined, isApart: one.name === 'mikro-orm' })),
  ...newest
    .filter(({ name }) => name === 'mikro-orm')
    .map((one) => ({ ...one, version: [6, 6] as const, isApart: false })),
];

const usual: PoolSettings = { connectionLimit: 3, queueLimit: 2, acquireTimeoutMs: 500, connectTimeoutMs: 10_000 };
const none: PoolSettings = { connectionLimit: 1, queueLimit: 0, acquireTimeoutMs: 0, connectTimeoutMs: 10_000 };
const settings: Readonly<Record<string, PoolSettings>> = {
  usual,
  all: { ...usual, queryTimeoutMs: 3_000 },
  none,
  slow: { ...none, queryTimeoutMs: 3_000, connectTimeoutMs: 40_000 },
  nobodyWaits: { ...usual, queueLimit: 0, nobodyWaits: true },
};

const exported: Readonly<Record<string, string>> = {
  postgres: 'sql',
  'pg-promise': 'db',
  slonik: 'getPool',
  'bun-sql': 'sql,withConnection',
  typeorm: 'connect,dataSource',
  'nestjs-typeorm': 'databaseModule',
  sequelize: 'sequelize',
  knex: 'db',
  objection: 'db',
  prisma: 'prisma',
  drizzle: 'db',
  kysely: 'db',
  'mikro-orm': 'config,connect',
};

/** Stands in for the client that `prisma generate` writes: it takes the options of the real one. */
const prismaClient = `import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
export declare class PrismaClient {
  constructor(options: {
    adapter: SqlDriverAdapterFactory;
    transactionOptions?: { maxWait?: number; timeout?: number };
  });
}
`;

/** Stands in for the module that Bun brings: the part of its types that snippets use. */
const bun = `export declare class SQL {
  constructor(options: {
    adapter?: 'postgres' | 'mysql' | 'mariadb';
    hostname?: string | undefined;
    port?: number | string | undefined;
    username?: string | undefined;
    password?: string | undefined;
    database?: string | undefined;
    allowPublicKeyRetrieval?: boolean | undefined;
    max?: number | undefined;
    connectionTimeout?: number | undefined;
    connection?: Record<string, string | boolean | number> | undefined;
  });
  reserve(): Promise<ReservedSQL>;
}
export interface ReservedSQL extends SQL {
  release(): Promise<void>;
}
`;

async function textOf(
  { name, engine, version: driverVersion }: (typeof all)[number],
  given: PoolSettings,
  language: Language = 'ts',
): Promise<string> {
  const fleet = { instances: 1, processesPerInstance: 1, connections: given.connectionLimit };
  const { snippets } = await emitSnippets({
    names: [name],
    settings: given,
    why: [],
    fleet,
    engine,
    language,
    driverVersion,
  });
  return snippets[0]?.text ?? '';
}

describe('what is written for Node', () => {
  // Below node_modules packages are found, and git does not look there.
  const folder = `${root}node_modules/.cache/poolctl-modules`;
  const apart = `${root}test/packages/mikro-orm-7/node_modules/.cache/poolctl-modules`;
  const fileOf = ({ name, engine, isApart, version }: (typeof all)[number], rest: string) =>
    `${isApart ? apart : folder}/${[name, ...(version ?? []), engine].join('-')}${rest}`;
  beforeAll(() => {
    mkdirSync(apart, { recursive: true });
    mkdirSync(`${folder}/generated/prisma`, { recursive: true });
    writeFileSync(`${folder}/generated/prisma/client.js`, 'exports.PrismaClient = class {};');
    writeFileSync(`${folder}/generated/prisma/client.d.ts`, prismaClient);
    mkdirSync(`${folder}/node_modules/bun`, { recursive: true });
    writeFileSync(`${folder}/node_modules/bun/package.json`, '{"name":"bun","main":"index.js","types":"index.d.ts"}');
    writeFileSync(`${folder}/node_modules/bun/index.js`, 'exports.SQL = class {};');
    writeFileSync(`${folder}/node_modules/bun/index.d.ts`, bun);
  });
  afterAll(() => {
    for (const made of [folder, apart]) rmSync(made, { recursive: true, force: true });
  });

  it('type-checks strictly against the real packages, whichever settings it has', { timeout: 120_000 }, async () => {
    const files: string[] = [];
    for (const one of all) {
      for (const [kind, given] of Object.entries(settings)) {
        files.push(fileOf(one, `-${kind}.mts`));
        writeFileSync(files.at(-1) ?? '', await textOf(one, given));
      }
    }
    // As `tsc --init` writes them, but for jsx and what says where files go.
    const strict =
      '--ignoreConfig --noEmit --strict --skipLibCheck --module nodenext --target es2022 --types node --moduleDetection force --noUncheckedIndexedAccess --exactOptionalPropertyTypes --verbatimModuleSyntax --isolatedModules --noUncheckedSideEffectImports';
    const { stdout } = await run(`${root}node_modules/.bin/tsc`, [...strict.split(' '), ...files]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it('is a module that Node.js loads without a word, as ECMAScript and as CommonJS', { timeout: 120_000 }, async () => {
    const files: string[] = [];
    for (const one of all) {
      for (const [language, ending] of [
        ['js', 'mjs'],
        ['cjs', 'cjs'],
      ] as const) {
        files.push(fileOf(one, `.${ending}`));
        writeFileSync(files.at(-1) ?? '', await textOf(one, { ...usual, queryTimeoutMs: 3_000 }, language));
      }
    }
    const script = `
      const loaded = [];
      for (const file of ${JSON.stringify(files)}) {
        const { default: _, 'module.exports': __, ...exported } = await import(file);
        loaded.push(Object.keys(exported).join());
      }
      console.log(JSON.stringify(loaded));
      process.exit();
    `;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, DB_HOST: '127.0.0.1', DB_PORT: '9', DB_USERNAME: 'u', DB_PASSWORD: 'p', DB_DATABASE: 'd' },
    });
    expect(stderr).toBe('');
    // Nest warns of several data sources in one process.
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual(
      all.flatMap(({ name }) => [exported[name] ?? 'pool', exported[name] ?? 'pool']),
    );
  });
});
