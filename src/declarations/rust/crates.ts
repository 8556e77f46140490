import type { EngineId } from '../../base/engine.ts';

/** What is made with each crate of pools: how its chains begin, and the methods that are options. */
export interface RustCrate {
  /** The profile in profiles/drivers. */
  readonly library: string;
  /** The function that begins a builder, by its path. */
  readonly begins: RegExp;
  /** Functions that make a pool with defaults alone. */
  readonly plain: RegExp;
  /** Methods that make the pool from its builder. */
  readonly makes: RegExp;
  readonly options: readonly string[];
}

const sqlxCrate: RustCrate = {
  library: 'sqlx',
  begins: /(?:^|\.)(?:PgPoolOptions|MySqlPoolOptions|AnyPoolOptions|PoolOptions)\.(?:new|default)$/,
  plain: /(?:^|\.)(?:PgPool|MySqlPool)\.connect(?:_lazy)?(?:_with)?$/,
  makes: /^connect(?:_lazy)?(?:_with)?$/,
  options: [
    'max_connections',
    'min_connections',
    'acquire_timeout',
    'connect_timeout',
    'idle_timeout',
    'max_lifetime',
    'test_before_acquire',
  ],
};

const bb8Crate: RustCrate = {
  library: 'bb8',
  begins: /\.builder$|(?:^|\.)Builder\.(?:new|default)$/,
  plain: /^$/,
  makes: /^build(?:_unchecked)?$/,
  options: [
    'max_size',
    'min_idle',
    'connection_timeout',
    'idle_timeout',
    'max_lifetime',
    'test_on_check_out',
    'retry_connection',
  ],
};

const r2d2Crate: RustCrate = {
  ...bb8Crate,
  library: 'r2d2',
  plain: /\.new$/,
  options: ['max_size', 'min_idle', 'connection_timeout', 'idle_timeout', 'max_lifetime', 'test_on_check_out'],
};

const deadpoolCrate: RustCrate = {
  library: 'deadpool',
  begins: /\.builder$/,
  plain: /^$/,
  makes: /^build$/,
  options: ['max_size', 'wait_timeout', 'create_timeout', 'recycle_timeout'],
};

const builders = { bb8: bb8Crate, r2d2: r2d2Crate, deadpool: deadpoolCrate };

/** The crate that a path is of: by a name in it, or by the `use` or the `type` that brings its first name. */
export function crateOf(path: string, text: string): RustCrate | undefined {
  if (sqlxCrate.begins.test(path) || sqlxCrate.plain.test(path)) return sqlxCrate;
  const [, owner = ''] = /^(.+)\.(?:builder|new|default)$/.exec(path) ?? [];
  const [first = ''] = owner.split('.');
  if (!/(?:Pool|(?:^|\.)Builder)$/.test(owner) && !/\bPool\b/.test(aliasOf(first, text) ?? '')) return undefined;
  const named = namedBy(owner) ?? namedBy(originOf(first, text));
  const crate = named && builders[named];
  return crate?.begins.test(path) || crate?.plain.test(path) ? crate : undefined;
}

function namedBy(text: string): 'bb8' | 'r2d2' | 'deadpool' | undefined {
  return /\b(bb8|r2d2|deadpool)(?:_\w+)?\b/.exec(text)?.[1] as 'bb8' | 'r2d2' | 'deadpool' | undefined;
}

/** The text of the `use` that brings a name, or of the type that it stands for. */
function originOf(name: string, text: string): string {
  const alias = aliasOf(name, text);
  if (alias !== undefined)
    return namedBy(alias) ? alias : originOf(/\w+/.exec(alias)?.[0] ?? '', text.replace(alias, ''));
  const uses = Array.from(text.matchAll(/^[ \t]*(?:pub )?use ([^;]+);/gm), ([, use = '']) => use);
  const brought = uses.find((use) => new RegExp(`(?:^|::|[{,\\s])${name}(?:$|[\\s,}])`).test(use)) ?? '';
  // `pooled_connection::{bb8::Pool, …}` says more of it than the rest of the braces.
  return new RegExp(`\\w+::(?:\\{[^{}]*\\b)?${name}\\b`).exec(brought)?.[0].concat(' ', brought) ?? '';
}

function aliasOf(name: string, text: string): string | undefined {
  if (name === '' || !text.includes(`type ${name}`)) return undefined;
  return new RegExp(`\\btype ${name}(?:<[^=]*>)?\\s*=\\s*([^;]+);`).exec(text)?.[1];
}

const engines: readonly (readonly [RegExp, EngineId | 'other'])[] = [
  [/postgres|\bPg|AsyncPg|PGConn/i, 'postgres'],
  [/mysql|mariadb/i, 'mysql'],
  [
    /sqlite|redis|memcache|mongo|lapin|ldap|tiberius|mssql|clickhouse|neo4j|libsql|duckdb|cassandra|scylla|surreal/i,
    'other',
  ],
];

/** The engine that a part of the code speaks of; undefined where it speaks of none. */
export function engineIn(part: string): EngineId | 'other' | undefined {
  return engines.find(([pattern]) => pattern.test(part))?.[1];
}

/** The engine of a file that speaks of one only. */
export function engineOfFile(text: string): EngineId | undefined {
  const found = new Set(engines.filter(([pattern]) => pattern.test(text)).map(([, engine]) => engine));
  found.delete('other');
  const [only] = found.size === 1 ? found : [];
  return only === 'other' ? undefined : only;
}
