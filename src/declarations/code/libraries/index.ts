import type { ExternalValue } from '../values/abstract.ts';
import { bun } from './bun.ts';
import { drizzle } from './drizzle.ts';
import { genericPool } from './generic-pool.ts';
import { knex, objection } from './knex.ts';
import { kysely } from './kysely.ts';
import type { Exported, Library } from './library.ts';
import { mariadb } from './mariadb.ts';
import { mikroOrm } from './mikro-orm.ts';
import { mysql } from './mysql.ts';
import { mysql2 } from './mysql2.ts';
import { pg } from './pg.ts';
import { pgPromise } from './pg-promise.ts';
import { postgresJs } from './postgres.ts';
import { prisma, prismaAdapters } from './prisma.ts';
import { nestSequelize, sequelize } from './sequelize.ts';
import { slonik } from './slonik.ts';
import { nestTypeorm, typeorm } from './typeorm.ts';

/** Every library that poolctl knows in code. */
const libraries: readonly Library[] = [
  pg,
  pgPromise,
  mysql2,
  mysql,
  mariadb,
  postgresJs,
  typeorm,
  nestTypeorm,
  sequelize,
  nestSequelize,
  knex,
  objection,
  prisma,
  prismaAdapters,
  drizzle,
  kysely,
  mikroOrm,
  genericPool,
  slonik,
  bun,
];

const byPackage = new Map(libraries.flatMap((library) => library.packages.map((name) => [name, library] as const)));

const makers = libraries.flatMap((library) =>
  Object.entries(library.exports('')).flatMap(([name, { makes }]) => (makes ? [name] : [])),
);

/** The last names of all exports that may make a pool; the empty one is the package itself, whatever it is called. */
export const makerNames: ReadonlySet<string> = new Set(makers.map((name) => name.replace(/^.*\./, '')));

/** Words of which a text has at least one where it may make a pool: packages that can be called are such words too. */
export const makerWords: readonly string[] = [
  ...new Set(makers.filter((name) => name !== '').map((name) => name.replace(/\..*$/, ''))),
  'pg-pool',
  'pg-promise',
  'sequelize',
];

/** The packages of all of them. */
export const libraryPackages: readonly string[] = [...byPackage.keys()];

/** The library of a package; undefined for any other package. */
export function knownLibrary(packageName: string): Library | undefined {
  return byPackage.get(packageName);
}

/** What stands at the path of a package. A default export is the package itself. */
export function exportedBy(external: ExternalValue): Exported | undefined {
  const exported = knownLibrary(external.package)?.exports(external.subpath);
  const name = nameIn(external);
  return exported && Object.hasOwn(exported, name) ? exported[name] : undefined;
}

/** The name of an export, with dots; empty for the package itself. */
export function nameIn({ path }: ExternalValue): string {
  return path.filter((part) => part !== 'default').join('.');
}
