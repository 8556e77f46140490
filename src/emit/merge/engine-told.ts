import type { EngineId } from '../../base/engine.ts';
import type { DeclaredEntry } from '../../declarations/entry.ts';
import { jdbcEngine } from '../../declarations/jdbc.ts';
import { nodeEngine } from '../../declarations/node-engine.ts';

/** A place in a file that says which server it is for. */
export interface EngineHint {
  readonly engine: EngineId;
  readonly key: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * What a file says of the server's engine, by the addresses, drivers and dialects in it. Where some stand at the keys of
 * the pool itself, others do not count: they may be of another server.
 */
export function engineHints(entries: readonly DeclaredEntry[], serverKeys?: RegExp): readonly EngineHint[] {
  const hints = entries.flatMap((entry) => {
    const engine = engineOfValue(String(entry.value)) ?? engineOfWord(entry);
    return engine === undefined ? [] : [{ engine, key: entry.key, line: entry.line }];
  });
  const own = serverKeys ? hints.filter(({ key }) => serverKeys.test(key)) : [];
  return own.length > 0 ? own : hints;
}

/** Drivers for MySQL talk to MariaDB too, and the other way round: only PostgreSQL is one to itself. */
export function isCompatible(one: EngineId, other: EngineId): boolean {
  return (one === 'postgres') === (other === 'postgres');
}

/** Schemes of URLs that are not JDBC's, `postgresql+psycopg` too. */
const url = /^(?:r2dbc:(?:[\w-]+:)*)?(postgres|postgresql|mysql|mariadb)(?:\+\w+)?:\/\//i;

/** Classes of JDBC drivers and data sources, and dialects of Hibernate. */
const classes: readonly (readonly [RegExp, EngineId])[] = [
  [/^org\.postgresql\.|\bPostgreSQL\w*Dialect$/, 'postgres'],
  [/^org\.mariadb\.|\bMariaDB\w*Dialect$/, 'mariadb'],
  [/^com\.mysql\.|\bMySQL\w*Dialect$/, 'mysql'],
];

function engineOfValue(text: string): EngineId | undefined {
  const value = defaultOf(text);
  const scheme = url.exec(value)?.[1];
  return (
    jdbcEngine(value) ??
    (scheme === undefined ? undefined : engineNamed(scheme)) ??
    classes.find(([pattern]) => pattern.test(value))?.[1]
  );
}

/** The word of an ORM or framework: `dialect: postgres`, `DB_CONNECTION=mysql`. A database may be called mysql, too. */
function engineOfWord({ key, value }: DeclaredEntry): EngineId | undefined {
  const isTold =
    /(?:^|[._-])(?:dialect|client|type|provider|engine|adapter|driver|platform|connection|jpa\.database)$/i;
  return isTold.test(key) ? engineNamed(defaultOf(String(value))) : undefined;
}

function engineNamed(word: string): EngineId | undefined {
  const name = word.toLowerCase();
  return nodeEngine([{ key: 'name', value: name === 'pgsql' ? 'postgres' : name }], 'name');
}

/** What stands behind the colon of a reference. */
function defaultOf(text: string): string {
  return /^\$\{\w[\w.-]*:-?(.*)\}$/s.exec(text)?.[1] ?? text;
}
