import type { DeclaredPool } from '../declared-pool.ts';
import { type CodeNote, declaredPools } from './declare.ts';
import type { Module } from './modules.ts';
import type { Abstract, Evaluator, ExternalValue } from './values/abstract.ts';
import { firstOfKind } from './values/make.ts';
import { environmentsOf } from './values/members.ts';

/** Files that hold the options of a library and do not call it. */
const files: readonly { readonly name: RegExp; readonly made: string; readonly what: ExternalValue }[] = [
  { name: /(?:^|\/)knexfile\.[cm]?[jt]s$/, made: 'knexfile', what: external('knex') },
  { name: /(?:^|\/)ormconfig\.[cm]?[jt]s$/, made: 'ormconfig', what: external('typeorm', 'createConnection') },
  {
    name: /(?:^|\/)(?:config|database|db)\/(?:config|database)\.[cm]?[jt]s$/,
    made: 'config of sequelize-cli',
    what: external('sequelize', 'Sequelize'),
  },
  {
    name: /(?:^|\/)mikro-orm\.config\.[cm]?[jt]s$/,
    made: 'mikro-orm.config',
    what: external('@mikro-orm/core', 'MikroORM'),
  },
];

function external(name: string, ...path: readonly string[]): ExternalValue {
  return { kind: 'external', package: name, subpath: '', path };
}

/** Whether a file is one of these, by its name. */
export function isConfigExport(path: string): boolean {
  return mayHoldOptions.test(path) && files.some(({ name }) => name.test(path));
}
/** Nearly no name is such: one look tells it. */
const mayHoldOptions = /(?:file|config|database)\.[cm]?[jt]s$/;

const ofStrapi = 'database of Strapi';

/** Whether a pool is options that such a file exports, and that others make a pool with. */
export function isExportedOptions({ place, made }: Pick<DeclaredPool, 'place' | 'made'>): boolean {
  return isConfigExport(place.file) && (made === ofStrapi || files.some((file) => file.made === made));
}

/** The pools that the export of such a file has options for, one for each of its environments. */
export function exportedPools(module: Module, evaluator: Evaluator, notes: CodeNote[]): DeclaredPool[] {
  const { file } = module;
  const found = files.find(({ name }) => name.test(file.path));
  if (!found) return [];
  const whole = calledIf(evaluator.exported(module, 'default', 0), evaluator);
  const options = environmentsOf(whole);
  const given = { args: [options], node: file.program, frame: { module, hops: 0 }, notes };
  const connection = firstOfKind(options, 'object')?.properties.get('connection')?.value();
  // Strapi: the options of knex stand one level deeper.
  if (connection && firstOfKind(connection, 'object')?.properties.has('client'))
    return declaredPools({ ...given, args: [connection], what: external('knex'), made: ofStrapi }, evaluator);
  if (!hasName(options, nameOfEngine[found.what.package])) return [];
  return declaredPools({ ...given, what: found.what, made: found.made }, evaluator);
}

function calledIf(value: Abstract, evaluator: Evaluator): Abstract {
  return value.kind === 'function' ? evaluator.call(value, []) : value;
}

/** The option without which an object holds no options of the library. */
const nameOfEngine: Readonly<Record<string, string>> = { knex: 'client', typeorm: 'type', sequelize: 'dialect' };

function hasName(options: Abstract, name: string | undefined): boolean {
  return name === undefined || (firstOfKind(options, 'object')?.properties.has(name) ?? false);
}
