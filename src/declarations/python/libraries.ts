import type { EngineId } from '../../base/engine.ts';
import { withoutSecret } from '../code/libraries/secrets.ts';
import type { DeclaredOption, DeclaredPool } from '../declared-pool.ts';
import type { Stretch } from '../entry.ts';
import type { Resolved } from '../value.ts';
import { type NamedValue, type PythonCall, type PythonExpression, pathOf } from './expression.ts';
import { flattened, optionsAmong } from './options.ts';
import { limitInOptions } from './statement-limit.ts';
import type { PythonValues } from './values.ts';

/** A library of Python that makes pools. */
export interface PythonLibrary {
  /** The profile in profiles/drivers. */
  readonly library: string;
  /** A file without this text makes none of its pools. */
  readonly marks: RegExp;
  readonly functions: readonly string[];
  /** Modules that the functions are called by: `asyncpg.create_pool`. */
  readonly modules: RegExp;
  /** The options that matter, and those that the first argument or a URL is. */
  readonly options: readonly string[];
  readonly url: readonly string[];
  /** Where the options of libpq are, which a URL can have too: `kwargs.`. */
  readonly ofConnection?: string;
  readonly engine?: EngineId;
}

export const pythonLibraries: readonly PythonLibrary[] = [
  {
    library: 'sqlalchemy',
    marks: /\b(?:sqlalchemy|sqlmodel)\b/,
    functions: ['create_engine', 'create_async_engine'],
    modules: /^(?:sa|sqlalchemy|sqlmodel)\b/,
    options: [
      'pool_size',
      'max_overflow',
      'pool_timeout',
      'pool_recycle',
      'pool_pre_ping',
      'connect_args.connect_timeout',
      'connect_args.timeout',
      'connect_args.command_timeout',
    ],
    url: ['url'],
    ofConnection: 'connect_args.',
  },
  {
    library: 'asyncpg',
    marks: /\basyncpg\b/,
    functions: ['create_pool'],
    modules: /^asyncpg$/,
    options: ['max_size', 'min_size', 'timeout', 'command_timeout', 'max_inactive_connection_lifetime', 'max_queries'],
    url: ['dsn', 'host'],
    engine: 'postgres',
  },
  {
    library: 'psycopg-pool',
    marks: /\bpsycopg_pool\b/,
    functions: ['ConnectionPool', 'AsyncConnectionPool', 'NullConnectionPool', 'AsyncNullConnectionPool'],
    modules: /^psycopg_pool$/,
    options: [
      'max_size',
      'min_size',
      'timeout',
      'max_waiting',
      'max_lifetime',
      'max_idle',
      'reconnect_timeout',
      'kwargs.connect_timeout',
    ],
    url: ['conninfo'],
    ofConnection: 'kwargs.',
    engine: 'postgres',
  },
];

const engines: readonly (readonly [RegExp, EngineId | 'other'])[] = [
  [/^(?:postgres|postgresql|cockroachdb)(?:\+\w+)?$/i, 'postgres'],
  [/^mysql(?:\+\w+)?$/i, 'mysql'],
  [/^mariadb(?:\+\w+)?$/i, 'mariadb'],
  [/./, 'other'],
];

function engineOf(scheme: string | undefined): EngineId | 'other' | undefined {
  return scheme === undefined ? undefined : engines.find(([pattern]) => pattern.test(scheme))?.[1];
}

/** Where a pool is made, and what is given to it. */
export interface PythonPool {
  readonly library: PythonLibrary;
  readonly made: string;
  readonly name?: string | undefined;
  readonly at: Stretch;
  readonly given: readonly NamedValue[];
  readonly url?: PythonExpression | undefined;
  /** Why more may be set than can be seen. */
  readonly opaque?: string | undefined;
  readonly isIndented: boolean;
}

/** What a call gives its pool; `**options` is followed where it is a dictionary that can be seen. */
export function callOfPool(
  call: PythonCall & { path: string; name?: string; isIndented: boolean },
  library: PythonLibrary,
  values: PythonValues,
): PythonPool {
  const spread = call.spreads.map((one) => values.dictOf(one));
  const given = [...call.named, ...spread.flatMap((dict) => dict?.entries ?? [])];
  const isHidden = spread.some((dict) => dict === undefined || dict.spreads.length > 0);
  const url =
    call.args[0] ?? library.url.flatMap((name) => call.named.find((one) => one.name === name)?.value ?? [])[0];
  return {
    library,
    made: call.path.split('.').at(-1) ?? '',
    name: call.name,
    at: call,
    given,
    url,
    opaque: isHidden ? 'options come from elsewhere (**)' : undefined,
    isIndented: call.isIndented,
  };
}

/** The pool as the files declare it; undefined for a database inside of the process or of another kind. */
export function declared(pool: PythonPool, values: PythonValues): DeclaredPool | undefined {
  const { library, given, at } = pool;
  const address = addressOf(pool, values);
  const engine = library.engine ?? engineOf(address.scheme);
  if (engine === 'other' || isSqlite(given, values)) return undefined;
  const place = values.spanOf(at);
  const options = optionsAmong(flattened(given, values), library.options, values).filter(
    // None is the default of these.
    ({ name, value }) => !(/^m(?:ax|in)_size$/.test(name) && value.kind === 'known' && value.value === null),
  );
  const poolClass = given.find(({ name }) => name === 'poolclass')?.value;
  const kind = poolClass && pathOf(poolClass)?.split('.').at(-1);
  const isEndless = /NullConnectionPool$/.test(pool.made) && !options.some(({ name }) => name === 'max_size');
  const opaque =
    kind === 'NullPool'
      ? 'NullPool opens a connection for each request'
      : isEndless
        ? `${pool.made} has no limit without max_size`
        : pool.opaque;
  const driver = /\+asyncpg$/.exec(address.scheme ?? '') ? 'asyncpg' : undefined;
  return {
    library: library.library,
    ...(driver && { driver }),
    ...(engine && { engine }),
    place,
    made: pool.made,
    ...(pool.name !== undefined && { name: pool.name }),
    options: [...address.options, ...withLeast(options, pool)],
    ...(opaque !== undefined && { opaque }),
    lives: pool.isIndented ? 'instance' : 'module',
  };
}

/** The driver of SQLite alone has this option; its URL often comes from elsewhere. */
function isSqlite(given: readonly NamedValue[], values: PythonValues): boolean {
  const options = given.find(({ name }) => name === 'connect_args')?.value;
  const dict = options && values.dictOf(options);
  return dict?.entries.some(({ name }) => name === 'check_same_thread') ?? false;
}

/** psycopg_pool: max_size is min_size where it is not given. */
function withLeast(options: readonly DeclaredOption[], { library, made }: PythonPool): readonly DeclaredOption[] {
  const least = options.find(({ name }) => name === 'min_size');
  const hasLeast = library.library === 'psycopg-pool' && !/Null/.test(made);
  const isOpen = hasLeast && least && !options.some(({ name }) => name === 'max_size');
  return isOpen ? [...options, { ...least, name: 'max_size' }] : options;
}

interface Address {
  readonly scheme?: string;
  readonly options: readonly DeclaredOption[];
}

/** What the URL says: a text, `URL.create(…)`, or `host=` beside it. */
function addressOf({ url, given, library }: PythonPool, values: PythonValues): Address {
  const option = (name: string, value: Resolved, at: Stretch): DeclaredOption => {
    const place = values.spanOf(at);
    const shown = value.kind === 'known' ? { ...value, value: withoutSecret(name, value.value) } : value;
    return { name, value: shown, place, keyPlace: place };
  };
  const hosts = given.filter(({ name }) => name === 'host').map(({ value }) => option('host', values.of(value), value));
  if (!url) return { options: hosts };
  if (url.kind === 'call' && /(?:^|\.)URL(?:\.create)?$/.test(pathOf(url.of) ?? '')) {
    const part = (name: string, at: number) => url.named.find((one) => one.name === name)?.value ?? url.args[at];
    const [driver, host] = [part('drivername', 0), part('host', 3)];
    const scheme = driver && values.of(driver);
    return {
      ...(scheme?.kind === 'known' && { scheme: String(scheme.value) }),
      options: host ? [option('host', values.of(host), host)] : [],
    };
  }
  const value = values.of(url);
  const scheme = value.kind === 'known' ? /^([a-z][\w+]*):/i.exec(String(value.value))?.[1] : undefined;
  const inUrl = library.ofConnection === undefined ? [] : limitsInUrl(value, library.ofConnection);
  return {
    ...(scheme !== undefined && { scheme }),
    options: [
      option('url', value, url),
      ...hosts,
      ...inUrl.map(([name, amount]) => option(name, { ...value, value: amount } as Resolved, url)),
    ],
  };
}

/** `?connect_timeout=5&options=-c%20statement_timeout%3D5000`, or the same as key words of libpq. */
function limitsInUrl(value: Resolved, prefix: string): (readonly [name: string, amount: number])[] {
  if (value.kind !== 'known') return [];
  const text = String(value.value);
  const connect = /[?&\s]connect_timeout=(\d+)/.exec(text)?.[1];
  const options = /[?&]options=([^&#]*)/.exec(text)?.[1] ?? /\soptions='([^']*)'/.exec(text)?.[1];
  const limit =
    options === undefined ? undefined : limitInOptions(options.replaceAll('%20', ' ').replace(/%3d/gi, '='));
  return [
    ...(connect === undefined ? [] : [[`${prefix}connect_timeout`, Number(connect)] as const]),
    ...(limit ? [[limit.name, limit.value] as const] : []),
  ];
}
