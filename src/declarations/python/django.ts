import type { EngineId } from '../../base/engine.ts';
import { withoutSecret } from '../code/libraries/secrets.ts';
import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { Resolved } from '../value.ts';
import { type DjangoDatabase, djangoDatabases } from './django-settings.ts';
import type { NamedValue } from './expression.ts';
import type { PythonModule } from './module.ts';
import { declaredOption, optionsAmong } from './options.ts';
import type { PythonValues } from './values.ts';

const names = [
  ...['min_size', 'max_size', 'timeout', 'max_waiting', 'max_lifetime', 'max_idle'].map(
    (name) => `OPTIONS.pool.${name}`,
  ),
  'OPTIONS.connect_timeout',
  'OPTIONS.keepalives',
  'OPTIONS.keepalives_idle',
  'CONN_MAX_AGE',
  'CONN_HEALTH_CHECKS',
];

const engines: readonly (readonly [RegExp, EngineId])[] = [
  [/postg|psql/i, 'postgres'],
  [/mariadb/i, 'mariadb'],
  [/mysql/i, 'mysql'],
];

/**
 * The databases of Django's settings, of PostgreSQL, MySQL and MariaDB. Without `OPTIONS["pool"]` there is no pool: what
 * is not given is unknown then, since each thread has a connection of its own.
 */
export function djangoPools(module: PythonModule, values: PythonValues): DeclaredPool[] {
  return djangoDatabases(module, values).flatMap((database) => poolOf(database, values) ?? []);
}

function poolOf(database: DjangoDatabase, values: PythonValues): DeclaredPool | undefined {
  const given = lastOfEach(database.given.filter(({ isUnsure }) => !isUnsure));
  const entryOf = (name: string) => given.findLast((one) => one.name === name);
  const [name, url] = [entryOf('ENGINE'), entryOf('url')];
  const written = name ?? url;
  const known = written && values.of(written.value);
  const text = known?.kind === 'known' ? String(known.value).split('://')[0] : undefined;
  const engine = engines.find(([pattern]) => text !== undefined && pattern.test(text))?.[1];
  if (text !== undefined && engine === undefined) return undefined;
  const unsureToo = [...given, ...database.given.filter(({ isUnsure }) => isUnsure)];
  const why = noPool({ ...database, given: unsureToo }, text ?? '', values);
  const options = withLeast(optionsAmong(given, names, values));
  // A function makes it all, or another module all that matters.
  if (engine === undefined && options.length === 0 && database.hidden !== undefined) return undefined;
  const unsure = database.given
    .filter((one) => one.isUnsure && names.includes(one.name))
    .map((one) => declaredOption(one, one.name, unclear(one, values), values));
  return {
    library: 'django',
    ...(engine && { engine }),
    place: values.spanOf(database.at),
    made: 'DATABASES',
    name: database.alias,
    options: [
      ...address(entryOf('HOST'), url, values),
      ...options.filter(({ name }) => !unsure.some((one) => one.name === name)),
      ...unsure,
    ],
    ...(why !== undefined && { opaque: why }),
    lives: 'module',
  };
}

/** A later assignment takes the place of an earlier one, and of what is in it. */
function lastOfEach(given: readonly NamedValue[]): readonly NamedValue[] {
  return given.filter(
    ({ name }, index) =>
      !given.some((one, later) => later > index && (one.name === name || name.startsWith(`${one.name}.`))),
  );
}

/** Why there is no pool, or why that cannot be told. */
function noPool({ given, hidden }: DjangoDatabase, engine: string, values: PythonValues): string | undefined {
  if (/dj_db_conn_pool|geventpool|pgpool/.test(engine)) return `its pool is that of ${engine}`;
  const pool = given.findLast(({ name }) => name === 'OPTIONS.pool');
  const whole = pool && values.dictOf(pool.value);
  if (whole && whole.spreads.length > 0) return 'options of the pool come from elsewhere (**)';
  if (whole && whole.entries.length > 0) return pool?.isUnsure ? 'a condition decides whether there is a pool' : hidden;
  const value = pool && values.settingOf(pool.value);
  if (value?.kind === 'known' && value.value === true) return hidden;
  if (value?.kind === 'unknown' && !whole) return `whether there is a pool is not known: ${value.why}`;
  return hidden ?? 'Django has no pool here: each thread opens a connection of its own';
}

/** psycopg_pool: max_size is min_size where it is not given. */
function withLeast(options: readonly DeclaredOption[]): readonly DeclaredOption[] {
  const least = options.find(({ name }) => name === 'OPTIONS.pool.min_size');
  const most = options.find(({ name }) => name === 'OPTIONS.pool.max_size');
  const isGiven = most && !(most.value.kind === 'known' && most.value.value === null);
  const others = options.filter((option) => option !== most);
  return isGiven ? options : least ? [...others, { ...least, name: 'OPTIONS.pool.max_size' }] : others;
}

function unclear({ value }: NamedValue, values: PythonValues): Resolved {
  const { origins } = values.of(value);
  return { kind: 'unknown', why: 'a condition decides it', origins };
}

function address(host: NamedValue | undefined, url: NamedValue | undefined, values: PythonValues): DeclaredOption[] {
  const option = (name: string, one: NamedValue | undefined) => {
    if (!one) return [];
    const value = values.of(one.value);
    const shown = value.kind === 'known' ? { ...value, value: withoutSecret(name, value.value) } : value;
    return [declaredOption(one, name, shown, values)];
  };
  return [...option('url', url), ...option('host', host)];
}
