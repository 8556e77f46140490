import type { DeclaredPool } from '../declared-pool.ts';
import type { Environment } from '../environment.ts';
import type { ReadFile, TextFile } from '../text-file.ts';
import { djangoPools } from './django.ts';
import { flaskPools } from './flask.ts';
import { callOfPool, declared, pythonLibraries } from './libraries.ts';
import { callsOf } from './module.ts';
import { moduleOf, PythonValues } from './values.ts';

/** Whether a file of Python may make a pool; quick, so that all files of a project can be asked. */
export function mayMakePythonPools({ file, text }: TextFile): boolean {
  if (!file.endsWith('.py')) return false;
  const makes =
    /\b(?:create_engine|create_async_engine|create_pool|(?:Async)?(?:Null)?ConnectionPool)\s*\(|SQLALCHEMY_DATABASE_URI/;
  return (
    (makes.test(text) &&
      (pythonLibraries.some(({ marks }) => marks.test(text)) || /SQLALCHEMY_DATABASE_URI/.test(text))) ||
    isDjango.test(text)
  );
}

/** Settings of Django, or of one of their environments: `DATABASES = {…}`, `DATABASES["default"]["CONN_MAX_AGE"] = 60`. */
const isDjango = /^[ \t]*DATABASES[ \t]*(?:\[|=|:|\.update\()/m;

/**
 * The pools that a file of Python makes: SQLAlchemy, SQLModel and Flask-SQLAlchemy, Django, asyncpg, psycopg_pool. Literals,
 * variables of the environment, constants and fields of settings are followed, also into the module that they come from;
 * the rest is unknown. Never throws for what is in a file.
 */
export function pythonPools(
  { file, text }: TextFile,
  around: { environment: Environment; read: ReadFile },
): DeclaredPool[] {
  const module = moduleOf(file, text);
  const values = new PythonValues(module, around);
  const inUse = pythonLibraries.filter(({ marks }) => marks.test(text));
  const made = inUse.flatMap((library) =>
    callsOf(module, (name) => library.functions.includes(name))
      .filter(({ path }) => isOf(path, library.modules, module.imports))
      .flatMap((call) => declared(callOfPool(call, library, values), values) ?? []),
  );
  return oneOfAName([...made, ...flaskPools(module, values), ...djangoPools(module, values)]);
}

/** Of those that are kept under one name, in the arms of an `if`, one is in use: the largest that can be seen. */
function oneOfAName(pools: readonly DeclaredPool[]): DeclaredPool[] {
  const sizeOf = ({ options }: DeclaredPool) =>
    options
      .filter(({ name }) => /^(?:pool_size|max_overflow|(?:OPTIONS\.pool\.)?max_size)$/.test(name))
      .reduce((sum, { value }) => sum + (value.kind === 'known' ? Number(value.value) || 0 : 0), 0);
  return pools.filter((pool, index) => {
    const same = pools.filter(({ name }) => name !== undefined && name === pool.name);
    const [largest] = [...same].sort((a, b) => sizeOf(b) - sizeOf(a));
    return largest === undefined || largest === pool || pools.indexOf(largest) === index;
  });
}

/** Whether a call is of the library: by its module, or by an import of the function from it. */
function isOf(
  path: string,
  modules: RegExp,
  imports: readonly { module: string; original?: string; name: string }[],
): boolean {
  const owner = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : undefined;
  if (owner !== undefined) {
    const from = imports.find(({ name, original }) => name === owner && original === undefined);
    return modules.test(from?.module ?? owner);
  }
  return imports.some(({ name, module }) => name === path && modules.test(module.split('.')[0] ?? ''));
}
